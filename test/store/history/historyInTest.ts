// What the tests of the history share: a real file under a clock that is moved by hand, the real thing on its thread, samples, a model in memory.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock, EpochMs } from "../../../src/std/clock.ts";
import { systemClock } from "../../../src/std/clock.ts";
import { Counts } from "../../../src/std/counts.ts";
import type { Log, LogFields } from "../../../src/std/log.ts";
import { moveAside, openDatabase } from "../../../src/store/database.ts";
import { Historian, type HistorianOptions } from "../../../src/store/history/historian.ts";
import { openHistory, type HistoryOptions, type OpenedHistory } from "../../../src/store/history/history.ts";
import { historyLayout, HistoryTables, type Place } from "../../../src/store/history/historyTables.ts";
import { flagsOf, kindOf } from "../../../src/store/history/sample.ts";
import type {
  AnyOccurrence,
  HistoryBegin,
  HistoryPage,
  HistoryQuery,
  HistorySample,
  OccurrencePage,
  OccurrenceQuery,
} from "../../../src/twin/ports.ts";

export const NOON = Date.UTC(2026, 10, 25, 12);
export const DAY_MS = 86_400_000;
export const POWER: Place = { chargePointId: "CP001", connector: 1, path: "MeterValues/Power.Active.Import" };

/** A clock that stands still until it is moved; timers fire in the order of their time. */
export class HandClock implements Clock {
  #now: EpochMs;
  #monotonic = 0;
  #timers: { at: number; run: () => void }[] = [];

  constructor(now: EpochMs = NOON) {
    this.#now = now;
  }

  now(): EpochMs {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(delayMs: number, run: () => void): { cancel: () => void } {
    const timer = { at: this.#monotonic + delayMs, run };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((each) => each !== timer)) };
  }

  /** Lets time pass. */
  pass(milliseconds: number): void {
    const end = this.#monotonic + milliseconds;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#now += Math.max(0, due.at - this.#monotonic);
      this.#monotonic = Math.max(this.#monotonic, due.at);
      due.run();
    }
    this.#now += end - this.#monotonic;
    this.#monotonic = end;
  }

  /** Somebody sets the clock of the machine. */
  set(now: EpochMs): void {
    this.#now = now;
  }
}

export function sample(
  at: EpochMs,
  value: HistorySample["value"] = 1,
  more: Partial<HistorySample> = {},
): HistorySample {
  return { at, received: at + 100, value, quality: "Good", ...more };
}

/** The file without its thread. */
export class FileInTest {
  readonly clock: HandClock;
  readonly directory: string;
  readonly faults: (string | undefined)[] = [];
  readonly damaged: string[] = [];
  readonly moved: string[] = [];
  kept = 0;
  lost = 0;
  keptOccurrences = 0;
  lostOccurrences = 0;
  readonly #options: Partial<HistorianOptions>;
  readonly #places = new Map<string, number>();
  #historian: Historian;
  /** Pages of 4 kB that the file may have when it is opened next. */
  maxPages: number | undefined;

  constructor(directory: string, options: Partial<HistorianOptions> = {}, clock = new HandClock()) {
    this.directory = directory;
    this.clock = clock;
    this.#options = options;
    this.#historian = this.#open();
  }

  keep(samples: readonly HistorySample[], place: Place = POWER): void {
    const key = JSON.stringify(place);
    const series = this.#places.get(key) ?? this.#historian.placeNumber(place);
    this.#places.set(key, series);
    for (const { at, received, value, quality } of samples)
      this.#historian.add({
        series,
        at,
        received,
        number: Number(typeof value === "string" ? 0 : value),
        flags: flagsOf(kindOf(value), quality),
        text: typeof value === "string" ? value : undefined,
      });
  }

  read(query: Partial<HistoryQuery> = {}): HistoryPage {
    return this.#historian.read({ ...POWER, from: 0, to: NOON * 2, limit: 1_000_000, ...query });
  }

  begin(): HistoryBegin {
    return this.#historian.begin();
  }

  announce(occurrences: readonly AnyOccurrence[]): void {
    for (const occurrence of occurrences) this.#historian.addOccurrence(occurrence);
  }

  occurrences(query: Partial<OccurrenceQuery> = {}): OccurrencePage {
    return this.#historian.readOccurrences({ from: 0, to: NOON * 2, limit: 1_000_000, ...query });
  }

  samples(query: Partial<HistoryQuery> = {}): readonly HistorySample[] {
    return this.read(query).samples;
  }

  close(): void {
    this.#historian.close();
  }

  reopen(): void {
    this.close();
    this.open();
  }

  /** What has been closed. */
  open(): void {
    this.#places.clear();
    this.#historian = this.#open();
  }

  #open(): Historian {
    return new Historian({
      clock: this.clock,
      historyDays: 90,
      maxQueuedSamples: 200_000,
      open: (isDamaged) => this.#openTables(isDamaged),
      kept: (samples) => (this.kept += samples),
      lost: (samples) => (this.lost += samples),
      keptOccurrences: (count) => (this.keptOccurrences += count),
      lostOccurrences: (count) => (this.lostOccurrences += count),
      changed: (fault) => this.faults.push(fault),
      damaged: (what) => this.damaged.push(what),
      ...this.#options,
    });
  }

  #openTables(isDamaged: boolean): HistoryTables {
    const { directory, maxPages } = this;
    const now = this.clock.now();
    if (isDamaged) this.moved.push(moveAside(join(directory, historyLayout.fileName), now));
    const { database, movedTo } = openDatabase({ directory, now, maxPages }, historyLayout);
    if (movedTo !== undefined) this.moved.push(movedTo);
    return new HistoryTables(database, (what) => this.damaged.push(what));
  }
}

export interface Line {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}

/** Folders, files and histories of a test, closed after it. */
export class HistoriesInTest {
  readonly lines: Line[] = [];
  readonly counts = new Counts();
  readonly #open = new Set<{ close(): void | Promise<void> }>();
  readonly #folders: string[] = [];

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-history-"));
    this.#folders.push(folder);
    return folder;
  }

  async file(options: Partial<HistorianOptions> = {}, clock = new HandClock()): Promise<FileInTest> {
    const file = new FileInTest(await this.folder(), options, clock);
    this.#open.add(file);
    return file;
  }

  /** On its thread. */
  async history(directory: string, options: Partial<HistoryOptions> = {}): Promise<OpenedHistory> {
    const write =
      (level: string) =>
      (fields: LogFields, message: string): void =>
        void this.lines.push({ level, fields, message });
    const log: Log = {
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
      child: () => log,
    };
    const { counts } = this;
    const limits = { historyDays: 90, maxQueuedSamples: 200_000 };
    const history = await openHistory({ directory, clock: systemClock, log, counts, ...limits, ...options });
    this.#open.add({ close: () => history.stop() });
    return history;
  }

  async clean(): Promise<void> {
    for (const each of this.#open) await each.close();
    this.#open.clear();
    for (const folder of this.#folders.splice(0)) await rm(folder, { recursive: true, force: true });
    this.lines.length = 0;
  }
}

/** The samples that a page must have, by the plainest way there is. */
export function pageOfModel(all: Iterable<HistorySample>, query: Omit<HistoryQuery, keyof Place>): HistoryPage {
  const { from, to, limit, after, bounds } = query;
  const kept = new Map<EpochMs, HistorySample>();
  for (const each of all) {
    const known = kept.get(each.at);
    if (known === undefined || each.received >= known.received) kept.set(each.at, each);
  }
  const sign = from > to ? -1 : 1;
  const sorted = [...kept.values()].toSorted((a, b) => sign * (a.at - b.at));
  const within = sorted.filter(
    ({ at }) => sign * at >= sign * from && sign * at <= sign * to && (after === undefined || sign * at > sign * after),
  );
  const samples = within.slice(0, limit);
  const more = within.length > limit;
  if (bounds !== true) return { samples, more };
  const before = sorted.filter(({ at }) => sign * at < sign * from).at(-1);
  const behind = sorted.find(({ at }) => sign * at > sign * to);
  const isBeginWanted = after === undefined && samples[0]?.at !== from && before !== undefined;
  const isEndWanted = !more && samples.at(-1)?.at !== to && after !== to && behind !== undefined;
  return { samples: [...(isBeginWanted ? [before] : []), ...samples, ...(isEndWanted ? [behind] : [])], more };
}
