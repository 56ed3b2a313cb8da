// One link over real sockets: order, correlation, our own calls, bounds (OCPP-J 1.6 §4.1).
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import type { Answer } from "../../src/ocpp/door.ts";
import type { Link } from "../../src/ocpp/link.ts";
import { admitted, connectRpc, RawChargePoint, startListeners, stopListeners, until } from "./listenersInTest.ts";

afterEach(stopListeners);

const result = (payload: object): Answer => ({ kind: "result", payload });

/** A handler whose answers the test gives one by one, in the order in which the calls came. */
function slowHandler() {
  const waiting: { action: string; answer: (answer: Answer) => void; fail: (error: Error) => void }[] = [];
  return {
    waiting,
    handleCall: (_link: Link, { action }: { action: string }) =>
      new Promise<Answer>((answer, fail) => waiting.push({ action, answer, fail })),
  };
}

describe("calls of the charge point", () => {
  test("behaviour 9: pipelined, they are answered in order, one in work at a time", async () => {
    const { waiting, handleCall } = slowHandler();
    const { url } = await startListeners({ handleCall });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.send([2, "a", "A", {}], [2, "b", "B", {}], [2, "c", "C", {}]);
    for (const [index, name] of ["a", "b", "c"].entries()) {
      await until(() => waiting[index], `call ${name}`);
      expect(waiting).toHaveLength(index + 1);
      waiting[index]?.answer(result({ name }));
      await chargePoint.frames(index + 1);
    }
    expect(chargePoint.received).toEqual([
      [3, "a", { name: "a" }],
      [3, "b", { name: "b" }],
      [3, "c", { name: "c" }],
    ]);
  });

  test("are answered with the very id that was sent, also when it is a number or long", async () => {
    const { url } = await startListeners();
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    const ids = ["", "1", "1", 17, "x".repeat(1000), 'a"\\b', "\u0000", "ä"];
    for (const id of ids) chargePoint.send([2, id, "Heartbeat", null]);
    expect(await chargePoint.frames(ids.length)).toEqual(ids.map((id) => [3, id, { echo: {} }]));
  });

  test("answered with nothing, nothing is sent, and the next one is handled", async () => {
    const { url } = await startListeners({
      handleCall: (_link, { action }) => (action === "StartTransaction" ? { kind: "none" } : result({})),
    });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.send([2, "1", "StartTransaction", {}], [2, "2", "Heartbeat", {}]);
    expect(await chargePoint.frames(1)).toEqual([[3, "2", {}]]);
  });

  test("that we fail to handle are answered InternalError, and the link goes on", async () => {
    const { url, log } = await startListeners({
      handleCall: (_link, { action }) => {
        if (action === "Throw") throw new Error("thrown");
        return action === "Reject" ? Promise.reject(new Error("rejected")) : result({});
      },
    });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.send([2, "1", "Throw", {}], [2, "2", "Reject", {}], [2, "3", "Heartbeat", {}]);
    const [first, second, third] = await chargePoint.frames(3);
    expect([first.slice(0, 3), second.slice(0, 3)]).toEqual([
      [4, "1", "InternalError"],
      [4, "2", "InternalError"],
    ]);
    expect(third).toEqual([3, "3", {}]);
    const errors = log.filter(({ level }) => level === "error");
    expect(errors.map(({ fields }) => fields["action"])).toEqual(["Throw", "Reject"]);
  });

  test.each([
    ["frames", { maxQueuedFrames: 4, maxQueuedBytes: 10_000_000 }, 4],
    ["bytes", { maxQueuedFrames: 1000, maxQueuedBytes: 150_000 }, 3],
  ])("beyond the bound of queued %s, the socket is not read, and nothing is dropped", async (_, limits, most) => {
    const { waiting, handleCall } = slowHandler();
    const { url, count } = await startListeners({ handleCall, limits });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    // Each frame is about as large as what one read of a socket takes, so that the bound shows frame by frame.
    const filler = "x".repeat(60_000);
    const ids = Array.from({ length: 200 }, (__, index) => String(index));
    for (const id of ids) chargePoint.send([2, id, "DataTransfer", { filler }]);
    await until(() => (count("framesReceived") > most ? true : undefined), "a full queue");
    for (const index of ids.keys()) {
      const call = await until(() => waiting[index], `call ${index}`);
      // The one in work, those in the queue, and what the last read had brought already.
      expect(count("framesReceived")).toBeLessThanOrEqual(index + 1 + most + 2);
      call.answer(result({}));
    }
    expect((await chargePoint.frames(200)).map(([, id]) => id)).toEqual(ids);
  });

  test("behaviour 24: answers to unknown ids and unknown message types are ignored", async () => {
    const { url } = await startListeners();
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.send(
      [3, "nobody", {}],
      [4, "nobody", "GenericError", "", {}],
      [5, "1", "x"],
      [2, "1", "Heartbeat", {}],
    );
    expect(await chargePoint.frames(1)).toEqual([[3, "1", { echo: {} }]]);
  });
});

describe("behaviour 13: bad frames", () => {
  test("do not end the link: FormationViolation where the id can be found", async () => {
    const { url, count, misread } = await startListeners();
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.send("hello", '[2,"17","Heartbeat",{', '[2,"18"]', "{}", [2, "1", "Heartbeat", {}]);
    expect(await chargePoint.frames(3)).toEqual([
      [4, "17", "FormationViolation", "the frame is not JSON", {}],
      [4, "18", "FormationViolation", "the action is missing or not a text", {}],
      [3, "1", { echo: {} }],
    ]);
    expect(misread).toEqual([
      "CP001: the frame is not JSON",
      "CP001: the frame is not JSON",
      "CP001: the action is missing or not a text",
      "CP001: the frame is not a JSON array",
    ]);
    expect(count("badFrames")).toBe(4);
    expect(count("callErrorsSent")).toBe(2);
  });

  test("fill no log: after the first few, one line says that further ones are not logged", async () => {
    const { url, log, count } = await startListeners({ limits: { maxBadFrames: 40 } });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.send(...Array.from({ length: 40 }, () => "hello"));
    await chargePoint.closed;
    expect(count("badFrames")).toBe(40);
    const warnings = log.filter(({ level }) => level === "warn").map(({ message }) => message);
    expect(warnings).toEqual([
      ...Array.from({ length: 5 }, () => "bad frame of 5 bytes: the frame is not JSON"),
      "bad frames go on; further ones of this link are not logged",
    ]);
  });

  test("end it after the bound, with code 1008", async () => {
    const { url, events, listeners } = await startListeners({ limits: { maxBadFrames: 3 } });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.send("1", "2", [2, "1", "Heartbeat", {}], "3", [2, "2", "Heartbeat", {}]);
    expect(await chargePoint.closed).toEqual({ code: 1008, reason: "3 bad frames" });
    expect(chargePoint.received).toEqual([[3, "1", { echo: {} }]]);
    expect(events).toEqual(["linked CP001", "unlinked CP001"]);
    expect(listeners.links.get("CP001")).toBeUndefined();
  });

  test("a frame beyond maxFrameBytes closes with code 1009", async () => {
    const { url, events } = await startListeners();
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.send([2, "1", "DataTransfer", { data: "x".repeat(65_400) }]);
    await chargePoint.frames(1);
    chargePoint.send([2, "2", "DataTransfer", { data: "x".repeat(65_536) }]);
    expect((await chargePoint.closed).code).toBe(1009);
    await until(() => events[1], "the end of the link");
    expect(events).toEqual(["linked CP001", "unlinked CP001"]);
  });
});

describe("our own calls", () => {
  async function linkOf(setup: Parameters<typeof startListeners>[0] = {}) {
    const under = await startListeners(setup);
    const client = await connectRpc(under.url, "CP001");
    const link = await until(() => under.listeners.links.get("CP001"), "the link");
    return { ...under, client, link };
  }

  test("are answered by an independent charge point, one outstanding at a time", async () => {
    const { client, link } = await linkOf();
    const inWork: string[] = [];
    client.handle(async ({ method = "" }) => {
      inWork.push(method);
      expect(inWork).toHaveLength(1);
      await new Promise((resolve) => setImmediate(resolve));
      inWork.pop();
      return { status: method };
    });
    const outcomes = await Promise.all(["A", "B", "C"].map((action) => link.call(action, {})));
    expect(outcomes).toEqual(["A", "B", "C"].map((status) => ({ kind: "answered", payload: { status } })));
    await client.close({});
  });

  test("behaviour 9: calls of the charge point are answered while ours is outstanding", async () => {
    const { client, link } = await linkOf();
    client.handle("Reset", async () => {
      expect(await client.call("Heartbeat", {})).toEqual({ echo: {} });
      return { status: "Accepted" };
    });
    expect(await link.call("Reset", { type: "Soft" })).toEqual({ kind: "answered", payload: { status: "Accepted" } });
    await client.close({});
  });

  test("and their answers come through while a call of the charge point is in work", async () => {
    const { waiting, handleCall } = slowHandler();
    const { client, link } = await linkOf({ handleCall });
    client.handle("Reset", async () => ({ status: "Accepted" }));
    const first = client.call("BootNotification", {});
    (await until(() => waiting[0], "the first call")).answer(result({}));
    await first;
    const slow = client.call("Authorize", {});
    const inWork = await until(() => waiting[1], "the second call");
    expect(await link.call("Reset", {})).toMatchObject({ kind: "answered" });
    inWork.answer(result({ late: true }));
    expect(await slow).toEqual({ late: true });
    await client.close({});
  });

  test("refused by the charge point, the outcome says code and description", async () => {
    const { client, link } = await linkOf();
    expect(await link.call("Reset", {})).toMatchObject({ kind: "refused", code: "NotImplemented" });
    await client.close({});
  });

  test("behaviour 8: nothing is sent before the first call of the charge point has been answered", async () => {
    const { waiting, handleCall } = slowHandler();
    const { url, listeners } = await startListeners({ handleCall });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.send([2, "1", "BootNotification", {}]);
    const boot = await until(() => waiting[0], "the first call");
    const outcome = listeners.links.get("CP001")?.call("Reset", {});
    boot.answer(result({}));
    const [answer, reset] = await chargePoint.frames(2);
    expect(answer).toEqual([3, "1", {}]);
    expect(reset).toMatchObject([2, expect.any(String), "Reset", {}]);
    chargePoint.send([3, "another", {}], [3, reset[1], { status: "Accepted" }]);
    expect(await outcome).toEqual({ kind: "answered", payload: { status: "Accepted" } });
  });

  test("without an answer they time out, are not repeated, and a late answer is ignored", async () => {
    const { url, listeners } = await startListeners({ callTimeoutSeconds: 0.05 });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    const link = await until(() => listeners.links.get("CP001"), "the link");
    expect(await link.call("Reset", {})).toEqual({ kind: "timedOut" });
    const second = link.call("ClearCache", {});
    const [[, resetId], [, clearId]] = await chargePoint.frames(2);
    chargePoint.send([3, resetId, { status: "Late" }], [3, clearId, { status: "Accepted" }]);
    expect(await second).toEqual({ kind: "answered", payload: { status: "Accepted" } });
    expect(chargePoint.received).toHaveLength(2);
  });

  test("when the link ends, what was sent has an unknown outcome, what waited was not sent", async () => {
    const { url, listeners } = await startListeners({ limits: { maxQueuedCalls: 2 } });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    const link = await until(() => listeners.links.get("CP001"), "the link");
    const sent = link.call("A", {});
    await chargePoint.frames(1);
    const waiting = [link.call("B", {}), link.call("C", {})];
    expect(await link.call("D", {})).toEqual({ kind: "queueFull" });
    chargePoint.socket.terminate();
    expect(await sent).toEqual({ kind: "timedOut" });
    expect(await Promise.all(waiting)).toEqual([{ kind: "offline" }, { kind: "offline" }]);
    expect(await link.call("E", {})).toEqual({ kind: "offline" });
  });

  test("an answer beyond maxFrameBytes is no timeout: the call and the log name the limit, the link ends at once", async () => {
    const { client, link, log, events } = await linkOf({ limits: { maxFrameBytes: 2048 } });
    const inTime = { configurationKey: [{ key: "a", readonly: true, value: "x".repeat(1900) }] };
    client.handle("GetConfiguration", async () => inTime);
    expect(await link.call("GetConfiguration", {})).toEqual({ kind: "answered", payload: inTime });
    client.handle("GetConfiguration", async () => ({ configurationKey: Array.from({ length: 9 }, () => inTime) }));
    const closed = once(client, "disconnect");
    const [asked, waiting] = [link.call("GetConfiguration", {}), link.call("ClearCache", {})];
    expect(await asked).toEqual({ kind: "tooLarge", maxFrameBytes: 2048 });
    expect(await waiting).toEqual({ kind: "offline" });
    expect([link.isOpen, events.at(-1)]).toEqual([false, "unlinked CP001"]);
    expect(log.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
      "it sent a frame longer than limits.maxFrameBytes, 2048; raise it if this is an answer that is wanted",
    ]);
    expect((await closed)[0]).toMatchObject({ code: 1009 });
  });
});

describe("a charge point", () => {
  const impatient = { pingIntervalSeconds: 0.05, pingTimeoutSeconds: 0.05 };

  test("behaviour 4: that answers no ping is found dead", async () => {
    const { url, events, log } = await startListeners({ limits: impatient });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.socket.pause();
    await until(() => (events.includes("unlinked CP001") ? true : undefined), "the end of the link");
    expect(log.at(-1)?.message).toContain("silent");
  });

  test("behaviour 4: lives as long as it sends anything, though it answers no ping", async () => {
    const { url, events } = await startListeners({ limits: { pingIntervalSeconds: 0.3, pingTimeoutSeconds: 0.3 } });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`, { autoPong: false });
    for (let index = 0; index < 100; index++) {
      chargePoint.send([2, String(index), "Heartbeat", {}]);
      await chargePoint.frames(index + 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(events).toEqual(["linked CP001"]);
    await until(() => (events.includes("unlinked CP001") ? true : undefined), "the end of the link");
  });

  test("behaviour 4: whose pings are off is not pinged", async () => {
    const { url } = await startListeners({
      // Patient enough for a busy machine: the pinged one must not be found dead meanwhile.
      limits: { pingIntervalSeconds: 0.05, pingTimeoutSeconds: 1 },
      admit: (identity) => ({ ...admitted, ping: identity === "CP001" }),
    });
    const pinged = await RawChargePoint.connect(`${url}/CP001`);
    const spared = await RawChargePoint.connect(`${url}/CP002`);
    const pings: string[] = [];
    spared.socket.on("ping", () => pings.push("CP002"));
    pinged.socket.on("ping", () => pings.push("CP001"));
    await until(() => (pings.length >= 2 ? true : undefined), "two pings");
    expect(pings).not.toContain("CP002");
  });

  test("that does not read what it is sent is cut off at the bound", async () => {
    const { url, events } = await startListeners({
      limits: { maxUnsentBytes: 65_536 },
      handleCall: () => result({ filler: "x".repeat(60_000) }),
    });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    chargePoint.socket.pause();
    for (let index = 0; index < 1000; index++) chargePoint.send([2, String(index), "Heartbeat", {}]);
    await until(() => (events.includes("unlinked CP001") ? true : undefined), "the end of the link");
  });
});
