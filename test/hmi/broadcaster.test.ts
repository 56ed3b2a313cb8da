// What browsers are told by the thread that serves them, and who is cut off: with listeners that read or do not.
import { describe, expect, it } from "vitest";
import { Broadcaster, type Listener } from "../../src/hmi/broadcaster.ts";
import type { LiveBatch, Watched } from "../../src/hmi/messages.ts";
import type { AlarmRow, SessionView } from "../../src/hmi/shapes.ts";

const MEGABYTE = 1_048_576;

class ListenerInTest implements Listener {
  readonly owner = "anna";
  readonly chargePointId: string | undefined;
  readonly texts: string[] = [];
  waitingBytes = 0;
  ended: "no" | "in order" | "cut" = "no";
  view: SessionView = { role: "operator" };

  constructor(chargePointId?: string) {
    this.chargePointId = chargePointId;
  }

  write(text: string): void {
    this.texts.push(text);
  }

  waiting(): number {
    return this.waitingBytes;
  }

  end(): void {
    this.ended = "in order";
  }

  cut(): void {
    this.ended = "cut";
  }

  session(): SessionView {
    return this.view;
  }
}

function open() {
  const watched: Watched[] = [];
  let idle: (() => void) | undefined;
  const broadcaster = new Broadcaster({
    watch: (each) => void watched.push(each),
    after: (_, run) => {
      idle = run;
      return { cancel: () => (idle = undefined) };
    },
  });
  const take = (batch: Partial<LiveBatch>): void =>
    broadcaster.take({
      generation: watched.at(-1)?.generation ?? 0,
      ids: [],
      rows: [],
      gone: [],
      isComplete: true,
      alarms: [],
      bridge: undefined,
      values: [],
      occurrences: [],
      ...batch,
    });
  return {
    broadcaster,
    watched,
    take,
    rest: () => idle?.(),
    table: async () => JSON.parse(new TextDecoder().decode(await broadcaster.table())),
  };
}

const row = (id: string): string => JSON.stringify({ id });
const alarm = { chargePointId: "A", connector: 1, name: "Offline", active: true } as AlarmRow;

describe("the table", () => {
  it("is answered once all of it is there, and bears the number of the last change", async () => {
    const { take, table } = open();
    const answered = table();
    take({ ids: ["A"], rows: [row("A")], isComplete: false });
    take({ ids: ["B"], rows: [row("B")] });
    expect(await answered).toEqual({ number: 2, rows: [{ id: "A" }, { id: "B" }] });
    take({ gone: ["A"] });
    expect(await table()).toEqual({ number: 3, rows: [{ id: "B" }] });
  });

  it("is in memory once, however many ask, and asking for it wants nothing anew", async () => {
    const { broadcaster, watched, take } = open();
    const first = broadcaster.table();
    take({ ids: ["A"], rows: [row("A")] });
    const all = await Promise.all([first, ...Array.from({ length: 100 }, () => broadcaster.table())]);
    expect(new Set(all).size).toBe(1);
    expect(watched).toHaveLength(1);
  });

  it("takes nothing of before nobody looked", async () => {
    const { broadcaster, watched, take, rest, table } = open();
    const listener = new ListenerInTest();
    broadcaster.add(listener);
    take({ ids: ["A"], rows: [row("A")] });
    broadcaster.remove(listener);
    rest();
    expect(watched.at(-1)?.isAny).toBe(false);
    const answered = table();
    take({ generation: 1, ids: ["OLD"], rows: [row("OLD")] });
    take({ ids: ["A"], rows: [row("A")] });
    expect((await answered).rows).toEqual([{ id: "A" }]);
  });
});

describe("a listener", () => {
  const numberTold = (listener: ListenerInTest): number => {
    const [, data = ""] = listener.texts.find((text) => text.startsWith("event: rows"))?.split("data: ") ?? [];
    return (JSON.parse(data) as { number: number }).number;
  };

  it("is told first at which number it begins, so that it knows whether it has missed a change", () => {
    const { broadcaster, take } = open();
    broadcaster.add(new ListenerInTest());
    take({ ids: ["A"], rows: [row("A")] });
    const listener = new ListenerInTest();
    broadcaster.add(listener);
    expect(numberTold(listener)).toBe(1);
    take({ gone: ["A"] });
    expect(listener.texts.at(-1)).toContain('{"number":2,');
  });

  it("that comes back after nobody looked sees that what it knows may have changed", () => {
    const { broadcaster, take, rest } = open();
    const [first, second] = [new ListenerInTest(), new ListenerInTest()];
    broadcaster.add(first);
    take({ ids: ["A"], rows: [row("A")] });
    broadcaster.remove(first);
    rest();
    broadcaster.add(second);
    expect(numberTold(second)).toBeGreaterThan(1);
  });

  it("is told of the alarms that there are, of those that go with their charge point, and of nobody else's datapoints", () => {
    const { broadcaster, take } = open();
    broadcaster.add(new ListenerInTest());
    take({ ids: ["A"], rows: [row("A")], alarms: [alarm] });
    const listener = new ListenerInTest("B");
    broadcaster.add(listener);
    expect(listener.texts[0]).toContain('"whole":true,"alarms":[{"chargePointId":"A"');
    take({ gone: ["A"], values: [{ chargePointId: "A", text: "{}" }] });
    expect(listener.texts.filter((text) => text.startsWith("event: alarms")).at(-1)).toContain('"calm":true');
    expect(listener.texts.join("")).not.toContain("event: datapoints");
    take({ values: [{ chargePointId: "B", text: '{"x":1}' }] });
    expect(listener.texts.at(-1)).toBe('event: datapoints\ndata: {"x":1}\n\n');
  });

  it("that reads no more is cut off, and the others are told", () => {
    const { broadcaster, take } = open();
    const [slow, other] = [new ListenerInTest(), new ListenerInTest()];
    for (const each of [slow, other]) broadcaster.add(each);
    slow.waitingBytes = 9 * MEGABYTE;
    take({ bridge: "{}" });
    expect([slow.ended, other.ended, broadcaster.size]).toEqual(["cut", "no", 1]);
    expect(other.texts.at(-1)).toContain("event: bridge");
  });

  it("is cut off, the slowest first, where all together are too far behind", () => {
    const { broadcaster, take } = open();
    const all = Array.from({ length: 20 }, (_, index) =>
      Object.assign(new ListenerInTest(), { waitingBytes: (4 + index / 10) * MEGABYTE }),
    );
    for (const each of all) broadcaster.add(each);
    take({});
    expect(all.map(({ ended }) => ended).lastIndexOf("cut")).toBe(19);
    expect(broadcaster.size).toBe(19);
  });

  it("whose rights have gone is told so and then ended", () => {
    const { broadcaster } = open();
    const listener = new ListenerInTest();
    broadcaster.add(listener);
    listener.view = { role: "none" };
    broadcaster.review();
    expect(listener.texts.at(-1)).toBe('event: session\ndata: {"role":"none"}\n\n');
    expect(listener.ended).toBe("in order");
  });
});
