// What is asked of the transactions and messages that are kept on disk, a page at a time, and what is answered. Pure values.
import type { EpochMs } from "../std/clock.ts";
import type { ExchangeOutcome, TransactionFilter } from "./ports.ts";

export interface ExchangeQuery {
  readonly chargePointId?: string | undefined;
  readonly action?: string | undefined;
  /** From this time on. */
  readonly since?: EpochMs | undefined;
  /** Before this time. */
  readonly until?: EpochMs | undefined;
  /** Only what was not answered as it should be, or broke the schema. */
  readonly isFaulty?: boolean | undefined;
}

/** As it is kept. */
export interface KeptExchange {
  /** Ascends in the order in which they ended. */
  readonly number: number;
  readonly at: EpochMs;
  readonly chargePointId: string;
  readonly from: "chargePoint" | "bridge";
  readonly action: string;
  readonly latencyMs: number;
  readonly outcome: ExchangeOutcome;
  readonly violations: readonly string[];
  readonly request: string;
  readonly answer: string | undefined;
}

/** Where an exchange stands among all: by the time of its request, then by its number. */
export interface ExchangePlace {
  readonly at: EpochMs;
  readonly number: number;
}

/** The newest; those before a place; or, to follow, those that were kept after a number. */
export interface ExchangePageQuery extends ExchangeQuery {
  readonly before?: ExchangePlace | undefined;
  readonly after?: number | undefined;
  /** The most of one page, above 0; it may have fewer though there are more. */
  readonly limit: number;
}

export interface ExchangePage {
  /** The newest first. */
  readonly exchanges: readonly KeptExchange[];
  /** Where the next page of older ones begins; undefined when there are none, and always while following. */
  readonly next: ExchangePlace | undefined;
  /** What is kept after this page was read has a higher number; while following, where the next page begins. */
  readonly newest: number;
}

/** A transaction as the ledger has it, with what the bridge has made of it. */
export interface LedgerEntry {
  readonly transactionId: number;
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly idTag: string;
  /** What StartTransaction was answered (OCPP 1.6 §7.2). */
  readonly idTagStatus: string;
  readonly reservationId?: number;
  readonly startedAt: EpochMs;
  readonly startReceived: EpochMs;
  /** Wh */
  readonly meterStart: number;
  /** The rest is left out while it runs. */
  readonly endedAt?: EpochMs;
  readonly endReceived?: EpochMs;
  /** `bridge`: no StopTransaction has come, its end is concluded. */
  readonly endedBy?: "chargePoint" | "bridge";
  /** Why the bridge has ended it: superseded, lost, refused. */
  readonly endedBecause?: string;
  /** Wh */
  readonly meterStop?: number;
  readonly reason?: string;
  readonly stopIdTag?: string;
  /** Wh; left out when nothing says how much it was. */
  readonly energy?: number;
  /** What is remarkable, as words (store/energy.ts). */
  readonly flags: readonly string[];
}

export interface TransactionQuery extends TransactionFilter {
  /** Only those with a lower id: the id of the last one of the page before. */
  readonly before?: number | undefined;
  /** The most of one page, above 0; it may have fewer though there are more. */
  readonly limit: number;
}

export interface TransactionPage {
  /** The highest id first: in the order in which their starts were received. */
  readonly transactions: readonly LedgerEntry[];
  /** The `before` of the next page; undefined when there are no more. */
  readonly next: number | undefined;
}

/** Of what has ended in a time. */
export interface EndedEnergy {
  /** Wh, all together. */
  readonly energy: number;
  /**
   * Wh by transaction: the part of it whose end is only presumed, so that the charge point may still say another one; the newest ones of
   * very many.
   */
  readonly presumed: ReadonlyMap<number, number>;
}

/** What is to be exported whole: charge detail records and id tags as CSV, messages as lines of JSON. */
export type KeptExport =
  | { readonly kind: "transactions"; readonly filter: TransactionFilter }
  | { readonly kind: "idTags" }
  | { readonly kind: "messages"; readonly query: ExchangeQuery };

/** What a reader of the disk has answered; or why it could not, as a sentence. */
export type Answered<T> = { readonly answer: T } | { readonly fault: string };
