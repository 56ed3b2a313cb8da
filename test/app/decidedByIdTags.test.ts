// Authorize, StartTransaction and StopTransaction on the road in, decided by the list of id tags (OCPP 1.6 §4.1, §4.8, §4.10).
import { Sequences } from "../../src/app/announce.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { introduce, type House } from "../../src/app/apply.ts";
import { handleCall, type Road } from "../../src/app/handleCall.ts";
import { IdTags } from "../../src/app/idTags.ts";
import { LedgerNotes } from "../../src/app/ledgerNotes.ts";
import { RunningIdTags } from "../../src/app/runningIdTags.ts";
import { Twins } from "../../src/app/twins.ts";
import { askIdTags } from "../../src/decisions/sources/idTags.ts";
import { fallback } from "../../src/decisions/sources/fallback.ts";
import type { Call } from "../../src/ocpp/door.ts";
import { encodeCall, parseFrame } from "../../src/ocpp/frame.ts";
import type { Link } from "../../src/ocpp/link.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog } from "../../src/std/log.ts";
import type { Ledger } from "../../src/twin/ledger.ts";
import { createTwin } from "../../src/twin/twin.ts";
import { keptIdTags } from "./idTagsInTest.ts";
import { accept } from "../settings/settingsInTest.ts";
import { noVendorProfiles } from "./vendorProfilesInTest.ts";

const NOW = Date.UTC(2026, 10, 25, 12);
const timestamp = new Date(NOW).toISOString();
let road: Road;
let idTags: IdTags;

beforeEach(() => {
  idTags = new IdTags(
    10,
    keptIdTags({ idTag: "Card", status: "Accepted", parentIdTag: "Staff" }, { idTag: "Lost", status: "Blocked" }),
  );
  const running = new RunningIdTags();
  const house: House = { twins: new Twins(), projections: [running], sequences: new Sequences() };
  for (const id of ["CP1", "CP2"])
    introduce(house, createTwin(id, { status: "Accepted", heartbeatIntervalSeconds: 60 }, NOW));
  const clock = { now: () => NOW, monotonic: () => 0, after: () => ({ cancel: () => {} }) };
  let lastId = 0;
  const ledger: Ledger = {
    keep: async (record) => {
      if (record.kind === "start") return { kind: "started", transactionId: ++lastId, isRepeated: false, isOpen: true };
      return record.kind === "stop"
        ? { kind: "stopped", transactionId: record.stop.transactionId, isKnown: true }
        : { kind: "noted" };
    },
  };
  const source = { list: idTags, running, concurrentTransactions: "refuse", now: clock.now } as const;
  road = {
    house,
    settings: accept("\n"),
    clock,
    counts: new Counts(),
    log: silentLog,
    decide: (question) => askIdTags(source, question) ?? fallback(question),
    ledger,
    ledgerNotes: new LedgerNotes(ledger),
    runningIdTags: running,
    storeState: () => "ok",
    isStranger: () => false,
    signing: { judge: async () => ({ status: "Rejected", reason: "nobody can sign" }) },
    validationOf: () => "strict",
    beforeAcceptedOf: () => "refuse",
    vendorProfiles: noVendorProfiles,
  };
});

async function ask(identity: string, action: string, payload: object): Promise<unknown> {
  const answer = await handleCall(road, { identity } as Link, parseFrame(encodeCall("1", action, payload)) as Call);
  return answer.kind === "result" ? answer.payload : answer;
}

const start = (id: string, connectorId: number, idTag: string): Promise<unknown> =>
  ask(id, "StartTransaction", { connectorId, idTag, meterStart: 0, timestamp });
const STAFF = { status: "Accepted", parentIdTag: "Staff" };

describe("the list of id tags", () => {
  it("answers Authorize as it stands at that moment", async () => {
    expect(await ask("CP1", "Authorize", { idTag: "CARD" })).toEqual({ idTagInfo: STAFF });
    expect(await ask("CP1", "Authorize", { idTag: "Unknown" })).toEqual({ idTagInfo: { status: "Invalid" } });
    await idTags.set([{ idTag: "card", status: "Blocked" }]);
    expect(await ask("CP1", "Authorize", { idTag: "Card" })).toEqual({ idTagInfo: { status: "Blocked" } });
  });

  it("lets an id tag charge at one place at a time, until it has ended there", async () => {
    expect(await start("CP1", 1, "Card")).toEqual({ transactionId: 1, idTagInfo: STAFF });
    const elsewhere = { ...STAFF, status: "ConcurrentTx" };
    expect(await start("CP2", 1, "CARD")).toEqual({ transactionId: 2, idTagInfo: elsewhere });
    // The refused one does not count, and the first is still the first when it is repeated.
    expect(await start("CP1", 1, "Card")).toMatchObject({ idTagInfo: STAFF });
    expect(await start("CP1", 2, "Card")).toMatchObject({ idTagInfo: elsewhere });
    expect(await ask("CP2", "Authorize", { idTag: "Card" })).toEqual({ idTagInfo: STAFF });
    const stop = { transactionId: 3, meterStop: 5, timestamp, idTag: "Card" };
    const [running] = road.house.twins.get("CP1")?.connectors.values() ?? [];
    const transactionId = running?.transaction?.transactionId;
    expect(await ask("CP1", "StopTransaction", { ...stop, transactionId })).toEqual({ idTagInfo: STAFF });
    expect(await start("CP2", 2, "Card")).toMatchObject({ idTagInfo: STAFF });
  });

  it("lets one of two starts that come at once charge, also while both wait for the disk", async () => {
    const answers = await Promise.all([start("CP1", 1, "Card"), start("CP2", 1, "Card")]);
    expect(answers).toEqual([
      { transactionId: 1, idTagInfo: STAFF },
      { transactionId: 2, idTagInfo: { ...STAFF, status: "ConcurrentTx" } },
    ]);
    const { ledger } = road;
    road = { ...road, ledger: { keep: async () => ({ kind: "failing" }) } };
    // What the disk has refused keeps no id tag from charging elsewhere.
    expect(await ask("CP1", "StopTransaction", { transactionId: 1, meterStop: 0, timestamp })).toEqual({
      kind: "none",
    });
    idTags.set([{ idTag: "Other", status: "Accepted" }]).catch(() => {});
    expect(await start("CP1", 2, "Other")).toEqual({ kind: "none" });
    road = { ...road, ledger };
    expect(await start("CP2", 2, "Other")).toMatchObject({ idTagInfo: { status: "Accepted" } });
  });

  it("refuses a start by an id tag that is blocked, and answers a stop without an id tag as ever", async () => {
    expect(await start("CP1", 1, "Lost")).toEqual({ transactionId: 1, idTagInfo: { status: "Blocked" } });
    expect(await ask("CP1", "StopTransaction", { transactionId: 1, meterStop: 0, timestamp })).toEqual({});
  });
});
