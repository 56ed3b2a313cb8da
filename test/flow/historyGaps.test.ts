// A real file that another program holds: what is lost meanwhile a real client is told of as lost, afterwards and after a restart
// (OPC 10000-11 §4.3), and nothing that is calculated from what is left is Good there.
import { join } from "node:path";
import Database from "better-sqlite3";
import { ReadAtTimeDetails, ReadProcessedDetails, ReadRawModifiedDetails, resolveNodeId } from "node-opcua";
import { afterEach, expect, it } from "vitest";
import { systemClock } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog } from "../../src/std/log.ts";
import { openHistory, type OpenedHistory } from "../../src/store/history/history.ts";
import { meterPointOf } from "../../src/twin/measurands.ts";
import type { Twin } from "../../src/twin/twin.ts";
import {
  connect,
  endpointOptions,
  eventually,
  noCommands,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  withSamples,
  withState,
  type Connected,
} from "../opcua/fixture.ts";
import { historyRead, type Answer } from "../opcua/historyInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const POWER = "Power.Active.Import";
const NODE = site(`H1/Connector1/MeterValues/${POWER}`);
const SERIES = { chargePointId: "H1", connector: 1, path: `MeterValues/${POWER}` };
/** Samples that are handed over at a time. */
const SLICE = 5000;
const START = Date.UTC(2026, 2, 1, 12);
const second = (number: number): number => START + number * 1000;
const counts = new Counts();
const twin: Twin = withSamples(withState(twinOf("H1"), "Connected"), 1, [{ measurand: POWER, value: 1 }]);

/** One sample a second, each with its number as value. */
function keep({ projection }: OpenedHistory, from: number, to: number): void {
  for (let number = from; number < to; number++) {
    const stamp = { at: second(number), received: second(number) };
    const reading = { point: meterPointOf(POWER, "", "Outlet")!, value: number, ...stamp };
    projection.publish(twin, twin, [{ type: "MeterSampled", connector: 1, readings: [reading], ...stamp }]);
  }
}

interface Opened {
  readonly history: OpenedHistory;
  readonly client: Connected;
  readonly close: () => Promise<void>;
}

async function open(data: string): Promise<Opened> {
  const limits = { historyDays: 3650, maxQueuedSamples: 20_000 };
  const history = await openHistory({ directory: data, clock: systemClock, log: silentLog, counts, ...limits });
  const fed = await startFed(endpointOptions(data), noCommands, history);
  fed.publish(undefined, twin);
  const client = await connect(fed.ua.endpointUrl, data);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await client.close();
    await fed.ua.stop();
    await history.stop();
  };
  cleanUps.push(close);
  return { history, client, close };
}

async function read({ client }: Opened, details: object): Promise<Answer> {
  const [answer] = await historyRead(client.session, [NODE], { details });
  if (answer === undefined) throw new Error("a HistoryRead without a result");
  return answer;
}

const raw = (from: number, to: number): object =>
  new ReadRawModifiedDetails({
    isReadModified: false,
    startTime: new Date(second(from)),
    endTime: new Date(second(to)),
    numValuesPerNode: 0,
    returnBounds: false,
  });

const shown = ({ values = [] }: Answer): unknown[] =>
  values.map(({ sourceTimestamp, statusCode, value }) => [
    ((sourceTimestamp?.getTime() ?? 0) - START) / 1000,
    statusCode.name,
    (value?.value as unknown) ?? null,
  ]);

it("what was lost is BadDataLost, and what lies over it is Uncertain", async () => {
  const folder = await temporaryFolder();
  cleanUps.push(() => folder.clean());
  const first = await open(folder.path);
  keep(first.history, 0, 10);
  const kept = (): number => counts.entries().get("samplesKept") ?? 0;
  await eventually(() => kept() >= 10);
  const other = new Database(join(folder.path, "history.db"));
  other.exec("BEGIN IMMEDIATE");
  for (let from = 10; from < 30_000; from += SLICE) {
    keep(first.history, from, Math.min(from + SLICE, 30_000));
    // Whether or not it can be answered: what was kept before has arrived by then.
    await first.history.read({ ...SERIES, from: 0, to: 1, limit: 1 }).catch(() => {});
  }
  const lost = (): number => counts.entries().get("samplesLost") ?? 0;
  await eventually(() => lost() > 0);
  // Nobody may take the history for complete while it cannot be read.
  await eventually(async () => (await read(first, raw(0, 20))).status === "BadDataUnavailable");
  other.exec("ROLLBACK");
  other.close();
  await eventually(() => kept() + lost() === 30_000, 20_000);
  const firstKept = 10 + lost();

  const expectGap = async (opened: Opened): Promise<void> => {
    expect(shown(await read(opened, raw(8, firstKept + 2)))).toEqual([
      [8, "Good", 8],
      [9, "Good", 9],
      [10, "BadDataLost", null],
      [firstKept - 1, "BadDataLost", null],
      [firstKept, "Good", firstKept],
      [firstKept + 1, "Good", firstKept + 1],
    ]);
    const within = await read(opened, raw(100, 200));
    expect([within.status, ...shown(within)]).toEqual(["Good", [100, "BadDataLost", null]]);
    const at = [5, 9, 100, firstKept].map((number) => new Date(second(number)));
    const atTime = await read(opened, new ReadAtTimeDetails({ reqTimes: at, useSimpleBounds: false }));
    expect(shown(atTime).map((value) => (value as unknown[])[1])).toEqual([
      "Good",
      "Good",
      expect.stringMatching(/^Uncertain/),
      "Good",
    ]);
    const average = new ReadProcessedDetails({
      startTime: new Date(second(0)),
      endTime: new Date(second(firstKept + 10)),
      processingInterval: 0,
      aggregateType: [resolveNodeId("AggregateFunction_TimeAverage")],
      aggregateConfiguration: { useServerCapabilitiesDefaults: true },
    });
    expect(shown(await read(opened, average))[0]).toEqual([0, expect.stringMatching(/^Uncertain/), expect.anything()]);
  };
  await expectGap(first);
  await first.close();
  await expectGap(await open(folder.path));
}, 90_000);
