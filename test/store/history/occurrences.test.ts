// What has been announced and is kept: in the order of its time, across restarts, bounded, and removed when it is too old.
import { join } from "node:path";
import Database from "better-sqlite3";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { calm, isAlarmChange, type AlarmChange, type AlarmState } from "../../../src/twin/alarms.ts";
import type { Occurrence } from "../../../src/twin/occurrences.ts";
import type { AnyOccurrence, OccurrenceQuery } from "../../../src/twin/ports.ts";
import { DAY_MS, HistoriesInTest, NOON } from "./historyInTest.ts";

const histories = new HistoriesInTest();
afterEach(() => histories.clean());

function occurrence(at: number, more: Partial<Occurrence> = {}): Occurrence {
  const base = { type: "CommandFinishedEventType", chargePointId: "CP001", severity: 100, message: "done" };
  return { ...base, at, received: at + 100, fields: { Action: "Reset" }, ...more };
}

/** An alarm that has come and has been acknowledged. */
function change(at: number, more: Partial<AlarmChange> = {}, state: Partial<AlarmState> = {}): AlarmChange {
  const acknowledged = { active: true, activeAt: NOON, acknowledgedAt: at, comment: "seen \ud800\u0000", user: "anna" };
  const told = { severity: 700, message: "Ground failure", sequence: at, raisedBy: NOON, at, severityAt: NOON };
  const place = { chargePointId: "CP001", connector: 1, name: "GroundFailure", isConnected: true };
  return { ...place, ...more, state: { ...calm, ...acknowledged, ...told, commentAt: at, ...state } };
}

const series = (count: number, first = NOON, distanceMs = 1000): Occurrence[] =>
  Array.from({ length: count }, (_, place) =>
    occurrence(first + place * distanceMs, { fields: { Action: `${place}` } }),
  );

describe("occurrences", () => {
  it.each([
    ["while they wait", 0],
    ["when they are written", 1100],
  ])("come back as they were %s, and after a restart", async (_, passedMs) => {
    const file = await histories.file();
    const said = [
      occurrence(NOON, { connectorId: 2, sequence: 3, message: 'ä\ud800\u0000"' }),
      occurrence(NOON + 1, { chargePointId: "CP\u0000\ud800", isStray: true }),
      occurrence(NOON + 2, { fields: { Action: "", SentAt: NOON, Nothing: undefined, Flag: false, Half: 0.5 } }),
    ];
    file.announce(said);
    file.clock.pass(passedMs);
    expect(file.occurrences().kept.map(({ occurrence: each }) => each)).toEqual(said);
    file.reopen();
    expect(file.occurrences().kept.map(({ occurrence: each }) => each)).toEqual(said);
    expect([file.keptOccurrences, file.lostOccurrences]).toEqual([3, 0]);
  });

  it.each([Number.NaN, -1, 0.5, 2 ** 60])("at no time at all are counted as lost: %s", async (at) => {
    const file = await histories.file();
    file.announce([occurrence(at), occurrence(NOON)]);
    expect(file.occurrences().kept).toHaveLength(1);
    expect(file.lostOccurrences).toBe(1);
  });

  it("of alarms come back with every field of their state, in few bytes, also after a restart", async () => {
    const file = await histories.file();
    const changes = [
      change(NOON),
      change(NOON + 1, { chargePointId: "", connector: 0, name: "StoreFailing" }),
      change(
        NOON + 2,
        { isConnected: false },
        { active: false, comment: "", enabled: false, shelving: "TimedShelved" },
      ),
    ];
    file.announce(changes);
    file.reopen();
    expect(file.occurrences().kept.map(({ occurrence: each }) => each)).toEqual(changes);
    file.close();
    const database = new Database(join(file.directory, "history.db"), { readonly: true });
    const most = database.prepare("SELECT max(length(occurrence)) FROM occurrences").pluck().get();
    database.close();
    expect(most).toBeLessThan(450);
  });

  it("in pages are those of a plain model, whatever comes in whatever order", async () => {
    const arbitraryOccurrence = fc
      .record({
        at: fc.integer({ min: NOON, max: NOON + 9 }),
        chargePointId: fc.constantFrom("A", "B"),
        connectorId: fc.constantFrom(undefined, 1, 2),
        isStray: fc.constantFrom(undefined, undefined, true as const),
      })
      .map(({ at, chargePointId, connectorId, isStray }) =>
        occurrence(at, {
          chargePointId,
          ...(connectorId === undefined ? {} : { connectorId }),
          ...(isStray === undefined ? {} : { isStray }),
        }),
      );
    const arbitraryChange = fc
      .record({
        at: fc.integer({ min: NOON, max: NOON + 9 }),
        chargePointId: fc.constantFrom("A", "B", ""),
        connector: fc.constantFrom(0, 1, 2),
      })
      .map(({ at, chargePointId, connector }) =>
        change(at, { chargePointId, connector: chargePointId === "" ? 0 : connector }),
      );
    const arbitraryTime = fc.integer({ min: NOON - 2, max: NOON + 11 });
    const arbitraryQuery = fc.record({
      from: arbitraryTime,
      to: arbitraryTime,
      limit: fc.integer({ min: 1, max: 7 }),
      scope: fc.constantFrom(
        {},
        { isWithoutBridge: true },
        { chargePointId: "" },
        { chargePointId: "A" },
        { chargePointId: "B", connector: 2 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.oneof(arbitraryOccurrence, arbitraryChange), { maxLength: 12 }), { maxLength: 4 }),
        fc.array(arbitraryQuery, { minLength: 1, maxLength: 5 }),
        async (batches, queries) => {
          const file = await histories.file();
          const all: AnyOccurrence[] = [];
          for (const batch of batches) {
            file.announce(batch);
            all.push(...batch);
            file.clock.pass(2000);
          }
          for (const { scope, ...range } of queries) {
            const query: OccurrenceQuery = { ...scope, ...range };
            const read: AnyOccurrence[] = [];
            for (let page = file.occurrences(query); ;) {
              read.push(...page.kept.map(({ occurrence: each }) => each));
              expect(page.kept.length).toBeLessThanOrEqual(range.limit);
              const after = page.kept.at(-1)?.place;
              if (!page.more || after === undefined) break;
              page = file.occurrences({ ...query, after });
            }
            expect(read).toEqual(model(all, query));
          }
          await histories.clean();
        },
      ),
      { numRuns: 40 },
    );
  });
});

function model(all: readonly AnyOccurrence[], query: OccurrenceQuery): AnyOccurrence[] {
  const { from, to } = query;
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const timeOf = (each: AnyOccurrence): number => (isAlarmChange(each) ? each.state.at : each.at);
  const sorted = all
    .filter((each) => timeOf(each) >= low && timeOf(each) <= high)
    .filter((each) => isWanted(each, query))
    .toSorted((a, b) => timeOf(a) - timeOf(b));
  return from > to ? sorted.toReversed() : sorted;
}

function isWanted(each: AnyOccurrence, { chargePointId, connector, isWithoutBridge }: OccurrenceQuery): boolean {
  if (chargePointId === undefined) return isWithoutBridge !== true || each.chargePointId !== "";
  if (each.chargePointId !== chargePointId || ("isStray" in each && each.isStray)) return false;
  return connector === undefined || (isAlarmChange(each) ? each.connector : each.connectorId) === connector;
}

describe("what is too old", () => {
  const firstOf = (file: Awaited<ReturnType<HistoriesInTest["file"]>>): number | undefined =>
    file.occurrences({ limit: 1 }).kept[0]?.place.at;

  it("is removed, and nothing that is younger", async () => {
    const file = await histories.file({ historyDays: 90 });
    file.announce(series(9600, NOON - 100 * DAY_MS, 15 * 60_000));
    file.clock.pass(3_700_000);
    const first = firstOf(file) ?? 0;
    expect(first).toBeGreaterThanOrEqual(NOON - 90 * DAY_MS);
    expect(first).toBeLessThanOrEqual(NOON - 90 * DAY_MS + 2 * 3_700_000);
  });

  it.each([3650 * DAY_MS, -3650 * DAY_MS])(
    "is not what a clock makes so that is set for some hours (%d)",
    async (jumpMs) => {
      const file = await histories.file({ historyDays: 200 });
      file.announce(series(100, NOON - 100 * DAY_MS, DAY_MS));
      file.clock.pass(10_000);
      file.clock.set(NOON + jumpMs);
      file.clock.pass(5 * 3_600_000);
      file.clock.set(NOON + 5 * 3_600_000);
      file.clock.pass(5 * 3_600_000);
      file.reopen();
      expect(file.occurrences().kept).toHaveLength(100);
    },
  );
});

describe("a disk that refuses", () => {
  it("lets occurrences wait, drops the oldest beyond the bound and counts them", async () => {
    const file = await histories.file({ maxQueuedSamples: 16_000 });
    const holder = new Database(join(file.directory, "history.db"), { timeout: 0 });
    holder.exec("BEGIN IMMEDIATE");
    file.announce(series(5000));
    file.clock.pass(1500);
    holder.exec("ROLLBACK");
    holder.close();
    file.clock.pass(20_000);
    const { kept } = file.occurrences();
    expect(file.lostOccurrences).toBeGreaterThan(0);
    expect(kept.length + file.lostOccurrences).toBe(5000);
    expect(kept.length).toBeGreaterThan(800);
    expect(kept.length).toBeLessThanOrEqual(1000);
    expect(kept.at(-1)?.occurrence).toEqual(series(5000).at(-1));
  }, 20_000);
});

describe("a row that is damaged", () => {
  it.each([
    ["in its text", "UPDATE occurrences SET occurrence = replace(occurrence, 'done', 'gone') WHERE number = 2"],
    ["in its time", "UPDATE occurrences SET at = at + 1 WHERE number = 2"],
  ])("%s is left out, and told of", async (_, sql) => {
    const file = await histories.file();
    file.announce(series(3));
    file.close();
    const database = new Database(join(file.directory, "history.db"));
    expect(database.prepare(sql).run().changes).toBe(1);
    database.close();
    file.reopen();
    expect(file.occurrences().kept.map(({ place }) => place.number)).toEqual([1, 3]);
    expect(file.damaged).toEqual(["event 2"]);
  });
});

describe("a file of version", () => {
  it.each([
    [1, "gaps, occurrences", 0],
    [2, "gaps", 3],
  ])("%i gets its tables (%s) and keeps what it has", async (version, tables, left) => {
    const file = await histories.file();
    file.announce(series(3));
    file.close();
    const database = new Database(join(file.directory, "history.db"));
    for (const table of tables.split(", ")) database.exec(`DROP TABLE ${table}`);
    database.pragma(`user_version = ${version}`);
    database.close();
    file.reopen();
    file.announce([change(NOON)]);
    expect(file.occurrences().kept).toHaveLength(left + 1);
  });
});

describe("on its thread", () => {
  it("what was announced before is in the answer, and is counted", async () => {
    const folder = await histories.folder();
    const history = await histories.history(folder, { historyDays: 3650 });
    for (const each of series(500)) history.projection.announce(each);
    const query = { from: 0, to: 2 ** 45, limit: 1000 };
    const { kept, more } = await history.readOccurrences(query);
    expect(kept.map(({ occurrence: each }) => each)).toEqual(series(500));
    expect(more).toBe(false);
    await history.stop();
    expect(histories.counts.entries().get("eventsKept")).toBe(500);
    expect(histories.counts.entries().get("eventsLost")).toBe(0);
    await expect(history.readOccurrences(query)).rejects.toThrow(/not there/u);
  });
});
