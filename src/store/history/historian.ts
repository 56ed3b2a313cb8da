// Keeps samples: they wait a second, go to the log and to memory together, and later, many of one series at a time, into chunks; and
// occurrences, which go to their table with them. While the disk refuses they wait, the oldest are dropped, and it is tried again and again;
// whoever brings them is never held up, and whoever reads is told what is missing.
import type { Clock, Timer } from "../../std/clock.ts";
import { isAlarmChange } from "../../twin/alarms.ts";
import type {
  AnyOccurrence,
  HistoryBegin,
  HistoryPage,
  HistoryQuery,
  HistorySample,
  OccurrencePage,
  OccurrenceQuery,
} from "../../twin/ports.ts";
import { isCorrupt, isOfDisk, needsReopening, sentenceOf } from "../faults.ts";
import type { Columns, Row } from "./columns.ts";
import { Generation } from "./generation.ts";
import type { HistoryTables, Place } from "./historyTables.ts";
import { OccurrenceQueue } from "./occurrenceQueue.ts";
import { LostSpans, type Span } from "./lostSpans.ts";
import { pageOf } from "./pages.ts";
import { Queue } from "./queue.ts";
import { inOrder, isTime } from "./sample.ts";
import { Sealing } from "./sealing.ts";
import { Sweep } from "./sweep.ts";

/** What is lost when the machine loses its power. */
const WRITE_AFTER_MS = 1000;
/** With so many samples it is written before its time. */
const FULL = 65_536;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;
/** Samples in memory, 33 bytes each, before they go into chunks: so many, or so many of each series. */
const SEAL_AT = 1_000_000;
const SEAL_AT_OF_SERIES = 12;
const SEAL_PAUSE_MS = 20;
/** Everything stands in chunks when the next generation has four fifths of its samples. */
const SEALED_AHEAD = 1.25;
/** The number of no place and of no series. */
const NO_SERIES = -1;

export interface HistorianOptions {
  readonly clock: Clock;
  /** Opens the file; one that is damaged is moved aside first. Throws when it cannot. */
  readonly open: (isDamaged: boolean) => HistoryTables;
  readonly historyDays: number;
  /** Samples that may wait. */
  readonly maxQueuedSamples: number;
  /** Samples in memory before they go into chunks; by default as many as make chunks worth their row. */
  readonly sealAt?: number | undefined;
  readonly kept: (samples: number) => void;
  readonly lost: (samples: number) => void;
  readonly keptOccurrences: (count: number) => void;
  readonly lostOccurrences: (count: number) => void;
  /** Undefined: it can be written again. */
  readonly changed: (fault: string | undefined) => void;
  readonly damaged: (what: string) => void;
}

export class Historian {
  readonly #options: HistorianOptions;
  readonly #queue: Queue;
  readonly #occurrences: OccurrenceQueue;
  /** Not written down yet; by place. */
  readonly #lost = new LostSpans();
  readonly #places: Place[] = [];
  /** Numbers in the file, by place. */
  #ids: (number | undefined)[] = [];
  #tables: HistoryTables | undefined;
  #active = new Generation();
  #sealing: Sealing | undefined;
  #sealTimer: Timer | undefined;
  #sweep: Sweep | undefined;
  #writeTimer: Timer | undefined;
  #isFailing = false;
  #retry: Timer | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  /** Throws when the file cannot be opened. */
  constructor(options: HistorianOptions) {
    this.#options = options;
    this.#queue = new Queue(options.maxQueuedSamples);
    this.#occurrences = new OccurrenceQueue(options.maxQueuedSamples);
    try {
      this.#begin(options.open(false));
    } catch (error) {
      this.#letGo();
      if (!isCorrupt(error)) throw error;
      this.#begin(options.open(true));
    }
  }

  /** The number under which samples of a place are added. */
  placeNumber(place: Place): number {
    return this.#places.push(place) - 1;
  }

  /** `series` of the row is the number of its place. */
  add(row: Row): void {
    if (!isTime(row.at) || !isTime(row.received)) {
      this.#refuse(row);
      return;
    }
    for (const part of this.#queue.add(row)) this.#drop(part);
    if (this.#queue.count >= FULL) this.#write(true);
    else this.#writeSoon();
  }

  addOccurrence(occurrence: AnyOccurrence): void {
    const { at, received } = isAlarmChange(occurrence)
      ? { at: occurrence.state.at, received: occurrence.state.at }
      : occurrence;
    const isKeepable = isTime(at) && isTime(received);
    const dropped = isKeepable ? this.#occurrences.add(occurrence) : 1;
    if (dropped > 0) this.#options.lostOccurrences(dropped);
    this.#writeSoon();
  }

  /** Samples of a place are missing: whoever reads is told so. */
  lose(place: number, span: Span): void {
    this.#lost.add(place, span);
    this.#writeSoon();
  }

  /** What has been added before is in the answer, also what waits because the disk refuses it. Throws when the file cannot be read. */
  read(query: HistoryQuery): HistoryPage {
    this.#write(false);
    const tables = this.#tables;
    if (tables === undefined) throw new Error("the history is not open: its disk refuses");
    // A place may have no number in the file yet.
    const series = tables.findSeries(query) ?? NO_SERIES;
    const place = this.#waitingPlaceOf(query);
    return pageOf(
      {
        chunks: (from, to) => tables.chunks.read(series, from, to),
        open: (from, to) => this.#openSamples(series, place, { from, to }),
        lost: (from, to, most) => [
          ...tables.gaps.touching(series, { from, to }, most),
          ...this.#lost.of(place).filter((span) => span.from <= Math.max(from, to) && span.to >= Math.min(from, to)),
        ],
      },
      query,
    );
  }

  /** What has been added before is in the answer, unless the disk refuses it. Throws when the file cannot be read. */
  readOccurrences(query: OccurrenceQuery): OccurrencePage {
    this.#write(false);
    if (this.#tables === undefined) throw new Error("the history is not open: its disk refuses");
    return this.#tables.occurrences.page(query);
  }

  /** Of what waits because the disk refuses nothing is said. Throws when the file cannot be read. */
  begin(): HistoryBegin {
    this.#write(false);
    if (this.#tables === undefined) throw new Error("the history is not open: its disk refuses");
    const firsts = [this.#tables.firstInChunks(), this.#active.firstAt, this.#sealing?.generation.firstAt];
    const first = Math.min(...firsts.map((at) => at ?? Infinity));
    return { samples: first === Infinity ? undefined : first, occurrences: this.#tables.occurrences.first() };
  }

  /** Writes what waits and lets go of the file. */
  close(): void {
    this.#write(true);
    if (this.#queue.count > 0) this.#options.lost(this.#queue.count);
    if (this.#occurrences.count > 0) this.#options.lostOccurrences(this.#occurrences.count);
    for (const timer of [this.#writeTimer, this.#sealTimer, this.#retry]) timer?.cancel();
    this.#letGo();
  }

  #openSamples(series: number, place: number, { from, to }: Pick<HistoryQuery, "from" | "to">): HistorySample[] {
    const [low, high] = from > to ? [to, from] : [from, to];
    const older = this.#sealing?.generation.samplesOf(series) ?? [];
    const written = this.#active.samplesOf(series, older);
    const waiting = this.#queue.samplesOf(place);
    const all = waiting.length === 0 ? written : inOrder([...written, ...waiting]);
    const samples = all.filter(({ at }) => at >= low && at <= high);
    return from > to ? samples.toReversed() : samples;
  }

  /** Looked for only while something waits, or is missing and not written down. */
  #waitingPlaceOf({ chargePointId, connector, path }: HistoryQuery): number {
    if (this.#queue.count === 0 && this.#lost.size === 0) return NO_SERIES;
    return this.#places.findIndex(
      (place) => place.chargePointId === chargePointId && place.connector === connector && place.path === path,
    );
  }

  /** It is missing when it was so; where that is no time that can be kept, when it came. */
  #refuse({ series, at, received }: Row): void {
    this.#options.lost(1);
    const missing = [at, received].find(isTime);
    if (missing !== undefined) this.lose(series, { from: missing, to: missing });
  }

  #drop(part: Columns): void {
    this.#options.lost(part.count);
    for (let row = 0; row < part.count; row++) {
      const at = part.at[row] as number;
      this.#lost.add(part.series[row] as number, { from: at, to: at });
    }
  }

  #writeSoon(): void {
    this.#writeTimer ??= this.#options.clock.after(WRITE_AFTER_MS, () => this.#write(true));
  }

  #write(isSynced: boolean): void {
    this.#writeTimer?.cancel();
    this.#writeTimer = undefined;
    const isNothing = this.#queue.count === 0 && this.#occurrences.count === 0 && this.#lost.size === 0;
    if (isNothing || this.#isFailing || this.#tables === undefined) return;
    const { parts, count } = this.#queue;
    const { waiting } = this.#occurrences;
    const tables = this.#tables;
    const made: number[] = [];
    const seriesOf = (place: number): number => this.#idOf(tables, place, made);
    try {
      tables.sync(isSynced);
      this.#active.lastBlock = tables.atOnce(() => {
        for (const occurrence of waiting) tables.occurrences.put(occurrence);
        for (const [place, span] of this.#lost.entries()) tables.gaps.put(seriesOf(place), span);
        return parts.reduce((_, part) => tables.append(part, seriesOf), this.#active.lastBlock);
      });
    } catch (error) {
      // What the transaction has made is gone with it.
      for (const place of made) this.#ids[place] = undefined;
      this.#fail(error);
      return;
    }
    for (const part of parts) this.#active.append(part, seriesOf);
    this.#queue.clear();
    this.#occurrences.clear();
    this.#lost.clear();
    if (count > 0) this.#options.kept(count);
    if (waiting.length > 0) this.#options.keptOccurrences(waiting.length);
    this.#sealWhenFull();
  }

  #idOf(tables: HistoryTables, place: number, made: number[]): number {
    const known = this.#ids[place];
    if (known !== undefined) return known;
    const where = this.#places[place];
    if (where === undefined) throw new Error(`no place has the number ${place}`);
    const id = tables.findSeries(where) ?? tables.makeSeries(where);
    this.#ids[place] = id;
    made.push(place);
    return id;
  }

  /** How full the active generation is: at 1 it goes into chunks. */
  get #fullness(): number {
    const { sealAt = Math.max(SEAL_AT, SEAL_AT_OF_SERIES * this.#active.seriesCount) } = this.#options;
    return this.#active.count / sealAt;
  }

  #sealWhenFull(): void {
    if (this.#fullness < 1) return;
    // The disk is slower than the samples come: those behind them wait in their queue now.
    while (this.#sealing !== undefined && !this.#isFailing) this.#seal();
    if (this.#isFailing) return;
    this.#beginSealing(this.#active);
    this.#active = new Generation();
  }

  #beginSealing(generation: Generation): void {
    this.#sealing = new Sealing(generation);
    this.#sealLater();
  }

  #sealOn(): void {
    this.#seal();
    if (!this.#isFailing) this.#sealLater();
  }

  /** With pauses, but for those that would leave it unfinished when the next generation is full. */
  #sealLater(): void {
    if (this.#sealing === undefined) return;
    const pauseMs = this.#sealing.progress < SEALED_AHEAD * this.#fullness ? 0 : SEAL_PAUSE_MS;
    this.#sealTimer = this.#options.clock.after(pauseMs, () => this.#sealOn());
  }

  #seal(): void {
    const tables = this.#tables;
    const sealing = this.#sealing;
    if (tables === undefined || sealing === undefined || this.#isFailing) return;
    try {
      tables.sync(false);
      if (sealing.step(tables, this.#options.clock)) this.#sealing = undefined;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!isOfDisk(error)) throw error;
    const isDamaged = isCorrupt(error);
    if (needsReopening(error)) this.#letGo();
    if (!this.#isFailing) this.#options.changed(sentenceOf(error));
    this.#isFailing = true;
    this.#retry = this.#options.clock.after(isDamaged ? 0 : this.#pauseMs, () => this.#tryAgain(isDamaged));
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  #tryAgain(isDamaged: boolean): void {
    try {
      if (this.#tables === undefined) this.#reopen(isDamaged);
      this.#tables?.atOnce(() => this.#tables?.probe());
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#isFailing = false;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#options.changed(undefined);
    this.#write(true);
    this.#sealOn();
  }

  /** What stood in memory stands in the log, and is read from there again; of a damaged file it is gone with the file. */
  #reopen(isDamaged: boolean): void {
    const tables = this.#options.open(isDamaged);
    this.#ids = [];
    this.#active = new Generation();
    this.#sealing = undefined;
    this.#begin(tables);
  }

  /** What the log holds goes into chunks first of all. */
  #begin(tables: HistoryTables): void {
    this.#tables = tables;
    const recalled = new Generation();
    tables.recall(recalled, this.#options.damaged);
    if (recalled.lastBlock > 0) this.#beginSealing(recalled);
    this.#sweep = new Sweep(this.#options.clock, this.#options.historyDays, {
      tables,
      isQuiet: () => !this.#isFailing,
      failed: (error) => this.#fail(error),
    });
  }

  #letGo(): void {
    this.#sweep?.stop();
    try {
      this.#tables?.close();
    } catch {
      // It was to be given up: why has been said already.
    }
    this.#tables = undefined;
  }
}
