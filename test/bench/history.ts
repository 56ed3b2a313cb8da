// The history: samples into the file, what it costs to keep 20,000 a second, and reading a day; each against one plain table of the same library.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { systemClock } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog } from "../../src/std/log.ts";
import { openHistory, type OpenedHistory } from "../../src/store/history/history.ts";
import type { MeterSampled } from "../../src/twin/events.ts";
import { meterPoints } from "../../src/twin/measurands.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { median } from "./statistics.ts";

const CHARGE_POINTS = 2000;
const POINTS = 10;
const SERIES = CHARGE_POINTS * POINTS;
const INTERVAL_MS = 10_000;
/** Recent enough that nothing is too old to be kept. */
const START = Date.now() - 3 * 86_400_000;
const BULK = 3_000_000;
/** For the CPU: samples go into chunks several times meanwhile. */
const SEAL_AT = 240_000;
const RATE = 20_000;
const RATE_SECONDS = 24;
const DAY_MS = 86_400_000;
const DAY_SAMPLES = DAY_MS / INTERVAL_MS;
const READS = 25;
const PLAIN_BULK = 500_000;
const PLAIN_BATCH = 10_000;

const points = Array.from({ length: POINTS }, (_, point) => point);
/** Of the first point. */
const PATH = `MeterValues/${meterPoints[0]?.path}`;

interface Opened {
  readonly store: OpenedHistory;
  readonly counts: Counts;
  readonly folder: string;
}

async function open(sealAt?: number): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  const counts = new Counts();
  const limits = { historyDays: 90, maxQueuedSamples: 1_000_000, sealAt };
  const store = await openHistory({ directory: folder, clock: systemClock, log: silentLog, counts, ...limits });
  return { store, counts, folder };
}

function keptOf({ counts }: Opened): number {
  return counts.entries().get("samplesKept") ?? 0;
}

async function close({ store, folder }: Opened): Promise<void> {
  await store.stop();
  await rm(folder, { recursive: true });
}

function twins(): Twin[] {
  const registration = { status: "Accepted", heartbeatIntervalSeconds: 300 } as const;
  return Array.from({ length: CHARGE_POINTS }, (_, index) => createTwin(`CP${index}`, registration, START));
}

/** One MeterValues of a charge point; values wander as those of a meter do. */
function sampled(at: number, seed: number): MeterSampled {
  const readings = points.map((point) => ({ point, value: valueOf(point, seed), at, received: at + 150 }));
  return { type: "MeterSampled", connector: 1, readings, at, received: at + 150 };
}

function valueOf(point: number, seed: number): number {
  return point === 0 ? seed * 7 : Math.round(2300 + 100 * Math.sin(seed + point)) / 10;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Publishes samples round by round; `wait` is asked after each message. */
async function publish(
  { store }: Opened,
  count: number,
  wait: (published: number) => Promise<void> | undefined,
): Promise<void> {
  const known = twins();
  for (let published = 0; published < count;) {
    const round = Math.floor(published / SERIES);
    const twin = known[(published / POINTS) % CHARGE_POINTS] as Twin;
    store.projection.publish(twin, twin, [sampled(START + round * INTERVAL_MS, round)]);
    published += POINTS;
    await wait(published);
  }
}

/** Samples a second until the last is in the file; the bound of the queue is respected, nothing is lost. */
async function intoTheFile(samples: number): Promise<number> {
  const opened = await open();
  const kept = (): number => keptOf(opened);
  const begun = performance.now();
  await publish(opened, samples, (published) => (published - kept() > 500_000 ? pause(5) : undefined));
  while (kept() < samples)
    await opened.store.read({ chargePointId: "", connector: 0, path: "", from: 0, to: 0, limit: 1 });
  const seconds = (performance.now() - begun) / 1000;
  await close(opened);
  return samples / seconds;
}

/** CPU of all threads of this process for each second, in seconds; what makes the samples is part of it. */
async function cpuAtRate(forSeconds: number): Promise<number> {
  const opened = await open(SEAL_AT);
  const before = process.cpuUsage();
  const begun = performance.now();
  await publish(opened, RATE * forSeconds, (published) => {
    const early = (published / RATE) * 1000 - (performance.now() - begun);
    return early > 20 ? pause(early) : undefined;
  });
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - begun) / 1000;
  await close(opened);
  return (user + system) / 1e6 / seconds;
}

/** Milliseconds for a day of one series among others. */
async function readDay(): Promise<number> {
  const opened = await open(200_000);
  const known = twins().slice(0, 40);
  for (let place = 0; place < DAY_SAMPLES; place++) {
    for (const twin of known)
      opened.store.projection.publish(twin, twin, [sampled(START + place * INTERVAL_MS, place)]);
    while (place * 400 - keptOf(opened) > 500_000) await pause(5);
  }
  const times: number[] = [];
  for (let read = 0; read < READS; read++) {
    await pause(20);
    const begun = performance.now();
    const query = {
      chargePointId: `CP${read}`,
      connector: 1,
      path: PATH,
      from: START,
      to: START + DAY_MS,
      limit: 10_000,
    };
    const { samples } = await opened.store.read(query);
    times.push(performance.now() - begun);
    if (samples.length !== DAY_SAMPLES) throw new Error(`${samples.length} samples of ${DAY_SAMPLES}`);
  }
  await close(opened);
  return median(times);
}

interface Cost {
  readonly perSecond: number;
  /** At 20,000 samples a second. */
  readonly corePercent: number;
  readonly readMs: number;
}

/** One table with a key of series and time, in transactions of 10,000. */
async function plainTable(): Promise<Cost> {
  const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  const database = new Database(join(folder, "plain.db"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.exec(
    "CREATE TABLE samples (series INTEGER, at INTEGER, received INTEGER, value REAL, status INTEGER, PRIMARY KEY (series, at)) WITHOUT ROWID",
  );
  const insert = database.prepare("INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, 0)");
  const batch = database.transaction((first: number, count: number, series: number) => {
    for (let place = first; place < first + count; place++) {
      const at = START + Math.floor(place / series) * INTERVAL_MS;
      insert.run(place % series, at, at + 150, valueOf(place % POINTS, Math.floor(place / series)));
    }
  });
  const before = process.cpuUsage();
  const begun = performance.now();
  for (let first = 0; first < PLAIN_BULK; first += PLAIN_BATCH) batch(first, PLAIN_BATCH, SERIES);
  const perSecond = PLAIN_BULK / ((performance.now() - begun) / 1000);
  const { user, system } = process.cpuUsage(before);
  database.exec("DELETE FROM samples");
  for (let first = 0; first < DAY_SAMPLES * 40; first += PLAIN_BATCH)
    batch(first, Math.min(PLAIN_BATCH, DAY_SAMPLES * 40 - first), 40);
  const read = database.prepare(
    "SELECT at, received, value, status FROM samples WHERE series = ? AND at BETWEEN ? AND ? ORDER BY at",
  );
  const times = Array.from({ length: READS }, (_, series) => {
    const readBegun = performance.now();
    read.all(series, START, START + DAY_MS);
    return performance.now() - readBegun;
  });
  database.close();
  await rm(folder, { recursive: true });
  return { perSecond, corePercent: ((user + system) / PLAIN_BULK) * RATE * 1e-4, readMs: median(times) };
}

const INTO = "samples into the file";
const CPU = "CPU at 20,000 samples a second, making them included";
const DAY = "a day of 10 s samples, read through the thread";

export const history: Bench = {
  name: "history",
  title: "The history",
  method:
    "Samples of 20,000 series into the file as fast as it takes them, CPU of keeping 20,000 samples a second, and reading a day of one series.",
  yardstick:
    "one plain table of the same database library, in transactions of 10,000 samples, read in the same thread.",
  targets: [
    { figure: INTO, atLeast: 200_000 },
    { figure: CPU, atMost: 10 },
    { figure: DAY, atMost: 50 },
  ],
  run,
};

async function run(length: Length): Promise<Figure[]> {
  const [own = [], plain = []] = await inTurns([ownHistory, plainTable], length.rounds, (way) => way(length));
  const of = (rounds: readonly Cost[], what: keyof Cost): number[] => rounds.map((round) => round[what]);
  return [
    figure(INTO, "/s", of(own, "perSecond")),
    figure("samples into one plain table", "/s", of(plain, "perSecond")),
    ratio(
      "samples into the file / into one plain table",
      "one plain table",
      of(own, "perSecond"),
      of(plain, "perSecond"),
    ),
    figure(CPU, "% of a core", of(own, "corePercent")),
    figure("CPU of as many into one plain table", "% of a core", of(plain, "corePercent")),
    ratio("CPU, the file / one plain table", "one plain table", of(own, "corePercent"), of(plain, "corePercent")),
    figure(DAY, "ms", of(own, "readMs")),
    figure("a day of 10 s samples, read by SQL in the same thread", "ms", of(plain, "readMs")),
    ratio("a day, the file / one plain table", "one plain table", of(own, "readMs"), of(plain, "readMs")),
  ];
}

async function ownHistory(length: Length): Promise<Cost> {
  const perSecond = await intoTheFile(partOf(BULK / SERIES, length) * SERIES);
  const corePercent = 100 * (await cpuAtRate(partOf(RATE_SECONDS, length)));
  return { perSecond, corePercent, readMs: await readDay() };
}
