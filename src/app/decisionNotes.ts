// What is made of every decision: counted, timed, and said in the log when something went wrong.
import type { DecisionRecord } from "../decisions/decide.ts";
import type { Clock } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Log } from "../std/log.ts";

/** Since the start of the program. */
export interface DecisionTotals {
  readonly count: number;
  readonly totalMs: number;
}

/** Decisions of one kind since the start of the program. */
export interface DecisionTally {
  readonly action: string;
  /** Whose answer it was. */
  readonly source: string;
  /** The status that was answered. */
  readonly status: string;
  readonly count: number;
  readonly totalMs: number;
}

/** How long a fault is remembered. */
const RECENT_MS = 60_000;

/** Reasons that are said aloud. */
const MOST_KNOWN = 1000;

export class DecisionNotes {
  readonly #counts: Counts;
  readonly #log: Log;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #known = new Set<string>();
  /** By action, source and status; OCPP and the sources bound how many there are. */
  readonly #tally = new Map<string, { -readonly [Key in keyof DecisionTally]: DecisionTally[Key] }>();
  #count = 0;
  #totalMs = 0;
  #fault: { readonly text: string; readonly at: number } | undefined;

  constructor(counts: Counts, log: Log, clock: Pick<Clock, "monotonic">) {
    this.#counts = counts;
    this.#log = log;
    this.#clock = clock;
  }

  note({ question, asked, source, rule, verdict, latencyMs, reason }: DecisionRecord): void {
    this.#count++;
    this.#totalMs += latencyMs;
    this.#add(question.action, source, verdict.status, latencyMs);
    if (reason === undefined) return;
    this.#counts.add("decisionsImpaired");
    const { chargePointId: chargePoint, action } = question;
    this.#fault = { text: `${action} of ${chargePoint}: ${reason}`, at: this.#clock.monotonic() };
    // Whoever sends the questions must not be able to fill the log.
    const level = this.#isNews(reason) ? "warn" : "debug";
    const { status } = verdict;
    this.#log[level]({ chargePoint, action, rule, asked, status, reason }, "a decision did not go as the rules say");
  }

  /** What went wrong last, if it was within a minute. */
  recentFault(): string | undefined {
    const fault = this.#fault;
    return fault !== undefined && this.#clock.monotonic() - fault.at < RECENT_MS ? fault.text : undefined;
  }

  tally(): Iterable<DecisionTally> {
    return this.#tally.values();
  }

  get totals(): DecisionTotals {
    return { count: this.#count, totalMs: this.#totalMs };
  }

  #add(action: string, source: string, status: string, latencyMs: number): void {
    const key = `${action} ${source} ${status}`;
    let entry = this.#tally.get(key);
    if (entry === undefined) this.#tally.set(key, (entry = { action, source, status, count: 0, totalMs: 0 }));
    entry.count++;
    entry.totalMs += latencyMs;
  }

  #isNews(reason: string): boolean {
    if (this.#known.size >= MOST_KNOWN || this.#known.has(reason)) return false;
    this.#known.add(reason);
    return true;
  }
}
