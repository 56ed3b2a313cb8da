// What was known is there again: twins, transactions, the register; and writing it down costs little at a time.
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { Snapshots } from "../../src/store/snapshots.ts";
import type { StoreRecord } from "../../src/store/messages.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";
import { HandClock } from "../ocpp/handClock.ts";
import { NOON, start, stop, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
afterEach(() => stores.clean());

const stamp = { at: NOON, received: NOON };

function twinOf(id: string): Twin {
  const twin = createTwin(id, { status: "Accepted", heartbeatIntervalSeconds: 300 }, NOON);
  const reading = { point: 32, value: 1234.5, ...stamp };
  return [
    { type: "Booted", vendor: "ACME", ...stamp } as const,
    { type: "StatusReported", connector: 2, status: "Charging", errorCode: "NoError", ...stamp } as const,
    { type: "MeterSampled", connector: 2, readings: [reading], telegram: "{}", ...stamp } as const,
    { type: "ConfigurationReported", entries: [{ key: "K", value: "V", readonly: false }], ...stamp } as const,
  ].reduce(reduce, twin);
}

describe("a store that is opened again", () => {
  it("knows every twin as it was, Maps and all, and why it was known", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory, { originOf: (id) => (id === "CP1" ? "settings" : "stranger") });
    const twins = ["CP1", "CP2", "CP3"].map(twinOf);
    for (const twin of twins) store.projection.publish(undefined, twin, []);
    store.projection.forget("CP3", 1);
    await stores.close(store);
    const { restored } = await stores.open(directory);
    expect(restored.twins).toEqual([
      { twin: twins[0], origin: "settings" },
      { twin: twins[1], origin: "stranger" },
    ]);
  });

  it("leaves out what cannot be read, with one line of the log each", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    for (const id of ["GOOD", "TEXT", "SHAPE", "LAYOUT", "NAME"]) store.projection.publish(undefined, twinOf(id), []);
    await stores.close(store);
    const database = new Database(join(directory, "state.db"));
    const set = (column: string, value: unknown, id: string) =>
      database.prepare(`UPDATE snapshots SET ${column} = ? WHERE charge_point = ?`).run(value, id);
    set("twin", "{broken", "TEXT");
    set("twin", JSON.stringify({ id: "SHAPE", connectors: [1, 2] }), "SHAPE");
    set("version", 2, "LAYOUT");
    set("charge_point", "OTHER", "NAME");
    database.close();
    const { restored } = await stores.open(directory);
    expect(restored.twins.map(({ twin }) => twin.id)).toEqual(["GOOD"]);
    expect(new Set(stores.lines.map(({ fields }) => fields["chargePoint"]))).toEqual(
      new Set(["LAYOUT", "OTHER", "SHAPE", "TEXT"]),
    );
    expect(stores.lines.length).toBe(4);
  });

  it("knows what runs and the last transaction of each connector", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    store.projection.publish(undefined, twinOf("CP001"), []);
    const keep = async (record: ReturnType<typeof start>): Promise<number> => {
      const receipt = await store.ledger.keep(record);
      return receipt.kind === "started" ? receipt.transactionId : 0;
    };
    const old = await keep(start({ at: NOON - 1000 }, { connectorId: 2 }));
    await store.ledger.keep(stop(old));
    const ended = await keep(start({}, { connectorId: 2 }));
    await store.ledger.keep(stop(ended));
    const running = await keep(start({}, { chargePointId: "CP9" }));
    await stores.close(store);
    const { restored } = await stores.open(directory);
    const known = restored.transactions.map(({ start: { transactionId }, stop: end }) => [
      transactionId,
      end?.meterStop,
    ]);
    expect(new Map(known as [number, number | undefined][])).toEqual(
      new Map([
        [ended, 3000],
        [running, undefined],
      ]),
    );
  });

  it("knows the register", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    expect(await store.register("CP1", '{"id":"CP1"}')).toBe(true);
    expect(await store.register("CP2", '{"id":"CP2"}')).toBe(true);
    expect(await store.register("CP2", undefined)).toBe(true);
    await stores.close(store);
    const { restored } = await stores.open(directory);
    expect([...restored.register]).toEqual([["CP1", '{"id":"CP1"}']]);
  });
});

describe("writing twins down", () => {
  async function written(clock: HandClock, snapshots: { kept: StoreRecord[] }): Promise<string[]> {
    clock.move(250);
    await Promise.resolve();
    return snapshots.kept.splice(0).map((record) => ("id" in record ? record.id : ""));
  }

  function open(isWritable = () => true) {
    const clock = new HandClock();
    const kept: StoreRecord[] = [];
    let receipt: "noted" | "failing" = "noted";
    const snapshots = new Snapshots({
      clock,
      originOf: () => "settings",
      isWritable,
      keep: async (record) => {
        kept.push(record);
        return { kind: receipt };
      },
    });
    return { clock, kept, snapshots, refuse: (refused: boolean) => (receipt = refused ? "failing" : "noted") };
  }

  it("takes at most forty at a time, those first of which more than measured values has changed", async () => {
    const opened = open();
    const twins = Array.from({ length: 100 }, (_, index) => twinOf(`CP${index}`));
    for (const twin of twins)
      opened.snapshots.publish(twin, reduce(twin, { type: "Heard", at: NOON + 1, received: NOON + 1 }));
    const last = twins[99] as Twin;
    opened.snapshots.publish(last, reduce(last, { type: "RegistrationSet", status: "Rejected", ...stamp }));
    const first = await written(opened.clock, opened);
    expect([first.length, first[0]]).toEqual([40, "CP99"]);
    expect([(await written(opened.clock, opened)).length, (await written(opened.clock, opened)).length]).toEqual([
      40, 20,
    ]);
    expect(await written(opened.clock, opened)).toEqual([]);
  });

  it("writes only the last of many changes", async () => {
    const opened = open();
    let twin = twinOf("CP1");
    for (let beat = 1; beat < 50; beat++) {
      const next = reduce(twin, { type: "HeartbeatReceived", at: NOON + beat, received: NOON + beat });
      opened.snapshots.publish(twin, next);
      twin = next;
    }
    opened.clock.move(250);
    expect(opened.kept.map((record) => record.kind === "snapshot" && record.text)).toEqual([
      expect.stringContaining(`"lastHeartbeat":{"at":${NOON + 49}`),
    ]);
  });

  it("writes again what the disk has refused, unless something newer waits", async () => {
    const opened = open();
    opened.refuse(true);
    opened.snapshots.publish(undefined, twinOf("CP1"));
    opened.snapshots.forget("CP2");
    expect((await written(opened.clock, opened)).toSorted()).toEqual(["CP1", "CP2"]);
    opened.refuse(false);
    expect((await written(opened.clock, opened)).toSorted()).toEqual(["CP1", "CP2"]);
    expect(await written(opened.clock, opened)).toEqual([]);
  });

  it("has one record of a charge point on its way at a time: what is refused late takes the place of nothing newer", async () => {
    const clock = new HandClock();
    const answers: ((kind: "noted" | "failing") => void)[] = [];
    const kept: string[] = [];
    const snapshots = new Snapshots({
      clock,
      originOf: () => "settings",
      isWritable: () => true,
      keep: (record) => {
        kept.push(record.kind);
        return new Promise((resolve) => answers.push((kind) => resolve({ kind })));
      },
    });
    snapshots.publish(undefined, twinOf("CP1"));
    clock.move(250);
    snapshots.forget("CP1");
    clock.move(250);
    expect(kept).toEqual(["snapshot"]);
    answers[0]?.("failing");
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    clock.move(250);
    expect(kept).toEqual(["snapshot", "forget"]);
    answers[1]?.("noted");
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    clock.move(250);
    expect(kept).toEqual(["snapshot", "forget"]);
  });

  it("waits while the disk refuses", async () => {
    let writable = false;
    const opened = open(() => writable);
    opened.snapshots.publish(undefined, twinOf("CP1"));
    expect(await written(opened.clock, opened)).toEqual([]);
    writable = true;
    expect(await written(opened.clock, opened)).toEqual(["CP1"]);
  });
});
