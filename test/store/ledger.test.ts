// The ledger: each transaction once, for ever, with an id of its own; and what is made of odd ends. Real files, read by another connection.
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import type { Store } from "../../src/store/store.ts";
import type { LedgerRecord, Receipt, StartRecord, StopRecord } from "../../src/twin/ledger.ts";
import { NOON, start, stop, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
afterEach(() => stores.clean());

const SECONDS_SINCE_2026 = (NOON - Date.UTC(2026, 0, 1)) / 1000;

async function open(): Promise<{ directory: string; store: Store }> {
  const directory = await stores.folder();
  return { directory, store: await stores.open(directory) };
}

/** The id that a start gets. */
async function idOf(store: Store, record: StartRecord): Promise<number> {
  const receipt = await store.ledger.keep(record);
  if (receipt.kind !== "started") throw new Error(receipt.kind);
  return receipt.transactionId;
}

type Row = Readonly<Record<string, unknown>>;

function rows(directory: string, table = "transactions"): Row[] {
  const database = new Database(join(directory, "state.db"), { readonly: true });
  const all = database.prepare<[], Row>(`SELECT * FROM ${table} ORDER BY 1`).all();
  database.close();
  return all;
}

describe("a StartTransaction (behaviour 2)", () => {
  it("is on disk when its receipt is there", async () => {
    const { directory, store } = await open();
    const id = await idOf(store, start({ reservationId: 5 }));
    expect(rows(directory)).toMatchObject([
      { transaction_id: id, charge_point: "CP001", connector: 1, id_tag: "TAG", meter_start: 1000, reservation_id: 5 },
    ]);
  });

  it("gets the same id for ever: at once, after its end, and after a restart", async () => {
    const { directory, store } = await open();
    const [first, again] = await Promise.all([store.ledger.keep(start()), store.ledger.keep(start())]);
    expect(first).toMatchObject({ isRepeated: false, isOpen: true });
    expect(again).toEqual({ ...first, isRepeated: true });
    const id = (first as { transactionId: number }).transactionId;
    await store.ledger.keep(stop(id));
    expect(await store.ledger.keep(start())).toEqual({ ...again, isOpen: false });
    await stores.close(store);
    const restarted = await stores.open(directory);
    expect(await idOf(restarted, start())).toBe(id);
    expect(rows(directory).length).toBe(1);
  });

  it.each<[string, StartRecord]>([
    ["charge point", start({}, { chargePointId: "CP002" })],
    ["connector", start({}, { connectorId: 2 })],
    ["idTag", start({ idTag: "OTHER" })],
    ["time", start({ timestamp: "2026-11-25T12:00:01Z" })],
    ["meterStart", start({ meterStart: 1001 })],
  ])("is another one with another %s", async (_, other) => {
    const { store } = await open();
    const id = await idOf(store, start());
    expect(await idOf(store, other)).toBe(id + 1);
  });

  it.each(["1970-01-01T00:00:00Z", ""])(
    "is another one once it has ended when its time, %j, says nothing (errata 3.54)",
    async (timestamp) => {
      const { store } = await open();
      const record = start({ timestamp, assumed: true });
      const id = await idOf(store, record);
      expect(await idOf(store, record)).toBe(id);
      await store.ledger.keep(stop(id));
      const next = await idOf(store, record);
      expect(next).toBeGreaterThan(id);
      expect(await idOf(store, record)).toBe(next);
    },
  );

  it("is the same one also after its end when its time was only ahead of ours, for our clock may have been set back", async () => {
    const { store } = await open();
    const record = start({ timestamp: "2036-11-25T12:00:00Z", assumed: true });
    const id = await idOf(store, record);
    await store.ledger.keep(stop(id));
    expect(await idOf(store, record)).toBe(id);
  });

  it("is another one once it has ended when its time is ahead of ours and stands still", async () => {
    const { store } = await open();
    const timestamp = "2036-02-07T06:28:16Z";
    const record = start({ timestamp, assumed: true });
    const id = await idOf(store, record);
    expect(await idOf(store, record)).toBe(id);
    await store.ledger.keep({ ...stop(id), timestamp });
    expect(await idOf(store, record)).toBe(id + 1);
  });

  it("on a connector that cannot be kept has an id and never runs", async () => {
    const { directory, store } = await open();
    expect(await store.ledger.keep(start({}, { connectorId: 1.5, isKept: false }))).toMatchObject({ isOpen: false });
    expect(rows(directory)).toMatchObject([{ ended_by: "bridge", ended_because: "refused" }]);
  });
});

describe("transaction ids (OCPP 1.6 errata 3.54)", () => {
  it("are positive, ascending, unique over all charge points and not below the seconds since 2026", async () => {
    const { store } = await open();
    const charging = Array.from({ length: 300 }, (_, index) => start({}, { chargePointId: `CP${index}` }));
    const ids = await Promise.all(charging.map((record) => idOf(store, record)));
    expect(ids).toEqual(ids.map((_, index) => SECONDS_SINCE_2026 + 1 + index));
  });

  it("are above every id that a charge point names, also after a restart", async () => {
    const { directory, store } = await open();
    await store.ledger.keep(stop(500_000_000));
    await store.ledger.keep({ kind: "seen", transactionId: 600_000_000 });
    await stores.close(store);
    expect(await idOf(await stores.open(directory), start())).toBe(600_000_001);
  });

  it.each([2 ** 31 - 1, 2 ** 63, 1.5, -5])("are not used up by a charge point that names %d", async (transactionId) => {
    const { store } = await open();
    await store.ledger.keep(stop(transactionId));
    expect(await idOf(store, start())).toBe(SECONDS_SINCE_2026 + 1);
  });

  it("are positive also on a machine whose clock was never set", async () => {
    const { store } = await open();
    expect(await idOf(store, start({ at: 0 }))).toBe(1);
  });
});

describe("a StopTransaction", () => {
  it("ends its transaction once: repeated, the first one stands", async () => {
    const { directory, store } = await open();
    const id = await idOf(store, start());
    const session = { connectorId: 1, idTag: "TAG", meterStart: 1000, startedAt: NOON, energy: 2000, flags: "" };
    const receipt: Receipt = { kind: "stopped", transactionId: id, isKnown: true, session };
    expect(await store.ledger.keep(stop(id, { transactionData: "[1]" }))).toEqual(receipt);
    expect(await store.ledger.keep(stop(id, { meterStop: 9999 }))).toEqual({ ...receipt, isRepeated: true });
    expect(rows(directory)).toMatchObject([
      { ended_by: "chargePoint", meter_stop: 3000, energy: 2000, reason: "Local", transaction_data: "[1]", flags: "" },
    ]);
  });

  it.each<[string, Partial<StopRecord["stop"]>, number | undefined, number | null, string]>([
    ["a register that has gone back", { meterStop: 10 }, undefined, null, "negativeEnergy"],
    ["a register that has gone back, and samples", { meterStop: 10 }, 700, 700, "negativeEnergy sampledEnergy"],
    ["no time", { assumed: true }, undefined, 2000, "assumedStop"],
    ["a time long before", { received: NOON + 9_000_000 }, undefined, 2000, "offlineStop"],
  ])("with %s has its energy and its flags (behaviour 17)", async (_, more, sampledEnergy, energy, flags) => {
    const { directory, store } = await open();
    const id = await idOf(store, start());
    await store.ledger.keep(stop(id, more, sampledEnergy === undefined ? {} : { sampledEnergy }));
    expect(rows(directory)).toMatchObject([{ energy, flags }]);
  });

  it("without meterStop says so", async () => {
    const { directory, store } = await open();
    const record = stop(await idOf(store, start()));
    const { meterStop: _, ...rest } = record.stop;
    await store.ledger.keep({ ...record, stop: rest });
    expect(rows(directory)).toMatchObject([{ energy: null, meter_stop: null, flags: "missingMeterStop" }]);
  });

  it("of a session that was offline flags both ends", async () => {
    const { directory, store } = await open();
    const later = { received: NOON + 90_000_000 };
    await store.ledger.keep(stop(await idOf(store, start(later)), later));
    expect(rows(directory)).toMatchObject([{ flags: "offline offlineStop" }]);
  });

  it.each([4711, 0, -1, 2 ** 63])("of transaction %d, which nobody knows, is kept, once", async (transactionId) => {
    const { directory, store } = await open();
    for (const repeated of [{}, { isRepeated: true }])
      expect(await store.ledger.keep(stop(transactionId))).toEqual({
        kind: "stopped",
        transactionId,
        isKnown: false,
        ...repeated,
      });
    expect(rows(directory)).toEqual([]);
    expect(rows(directory, "stops_without_start")).toMatchObject([{ charge_point: "CP001", meter_stop: 3000 }]);
  });

  it("never ends a transaction of another charge point", async () => {
    const { directory, store } = await open();
    const id = await idOf(store, start());
    expect(await store.ledger.keep(stop(id, {}, { chargePointId: "CP002" }))).toMatchObject({ isKnown: false });
    expect(rows(directory)).toMatchObject([{ ended_by: null }]);
  });

  it.each([0, -1])("with the id %d ends the only transaction that fits", async (transactionId) => {
    const { directory, store } = await open();
    const id = await idOf(store, start());
    await idOf(store, start({ idTag: "OTHER" }, { connectorId: 2 }));
    expect(await store.ledger.keep(stop(transactionId, { idTag: "TAG" }))).toMatchObject({
      kind: "stopped",
      transactionId: id,
      isKnown: true,
      session: { connectorId: 1, energy: 2000, flags: "matched" },
    });
    expect(rows(directory)).toMatchObject([{ energy: 2000, flags: "matched" }, { ended_by: null }]);
  });

  it.each([{}, { idTag: "OTHER" }, { idTag: "TAG", meterStop: 10 }, { idTag: "TAG", at: NOON - 1 }])(
    "with the id -1 ends none where nothing shows which: %o",
    async (more) => {
      const { directory, store } = await open();
      await idOf(store, start());
      expect(await store.ledger.keep(stop(-1, more))).toMatchObject({ isKnown: false });
      expect(rows(directory)).toMatchObject([{ ended_by: null }]);
    },
  );

  it("with the id -1 ends none when two fit", async () => {
    const { directory, store } = await open();
    await idOf(store, start());
    await idOf(store, start({}, { connectorId: 2 }));
    expect(await store.ledger.keep(stop(-1, { idTag: "TAG" }))).toMatchObject({ isKnown: false });
    expect(rows(directory)).toMatchObject([{ ended_by: null }, { ended_by: null }]);
  });
});

describe("a transaction that the charge point has lost", () => {
  const lost = async (store: Store, how: "superseded" | "lost"): Promise<number> => {
    const id = await idOf(store, start());
    const ending: LedgerRecord =
      how === "lost"
        ? { kind: "end", chargePointId: "CP001", transactionId: id, at: NOON, received: NOON, sampledEnergy: 5 }
        : start({ idTag: "NEXT" }, { supersedes: { transactionId: id, sampledEnergy: 5 } });
    await store.ledger.keep(ending);
    return id;
  };

  it.each(["superseded", "lost"] as const)("is ended by the bridge, which says why: %s", async (because) => {
    const { directory, store } = await open();
    await lost(store, because);
    expect(rows(directory)[0]).toMatchObject({ ended_by: "bridge", ended_because: because, energy: 5 });
  });

  it.each(["superseded", "lost"] as const)("and whose stop comes after all is as it says: %s", async (because) => {
    const { directory, store } = await open();
    const id = await lost(store, because);
    await store.ledger.keep(stop(id));
    const ended = { ended_by: "chargePoint", ended_because: null, energy: 2000, flags: "late" };
    expect(rows(directory)[0]).toMatchObject(ended);
    await store.ledger.keep({ kind: "end", chargePointId: "CP001", transactionId: id, at: NOON, received: NOON });
    expect(rows(directory)[0]).toMatchObject({ ended_by: "chargePoint" });
  });
});
