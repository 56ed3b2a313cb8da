// What must be on disk before a charge point gets its answer: starts and ends of transactions, and what is known afterwards. Pure values.
import type { EpochMs } from "../std/clock.ts";
import type { TransactionStart, TransactionStop } from "./twin.ts";

/**
 * A StartTransaction. Charge point, connector, idTag, timestamp and meterStart are its natural key: the same key is the same
 * transaction, for ever; where the charge point has no clock (no time, or one before 2010) only until it has ended.
 */
export interface StartRecord {
  readonly kind: "start";
  readonly chargePointId: string;
  /** As sent; one that cannot be kept (`isKept` false) is written down and ended at once. */
  readonly connectorId: number;
  readonly isKept: boolean;
  readonly start: Omit<TransactionStart, "transactionId">;
  /** The transaction that the charge point has lost: it begins another one on its connector without having ended it. */
  readonly supersedes?: { readonly transactionId: number; readonly sampledEnergy?: number };
}

/** A StopTransaction, whatever its transactionId is. */
export interface StopRecord {
  readonly kind: "stop";
  readonly chargePointId: string;
  readonly stop: TransactionStop;
  /** The timestamp as sent. */
  readonly timestamp: string;
  /** Energy that the samples of the running transaction show, Wh; for a stop whose register cannot be used. */
  readonly sampledEnergy?: number;
}

/** A transaction that the charge point has lost, as we conclude; its StopTransaction, should it still come, replaces this. */
export interface EndRecord {
  readonly kind: "end";
  readonly chargePointId: string;
  readonly transactionId: number;
  readonly at: EpochMs;
  readonly received: EpochMs;
  readonly sampledEnergy?: number;
}

/** A charge point has named a transaction that we do not know: no id up to this one is given any more. */
export interface SeenRecord {
  readonly kind: "seen";
  readonly transactionId: number;
}

export type LedgerRecord = StartRecord | StopRecord | EndRecord | SeenRecord;

/** What the ledger makes of the whole transaction at its end. */
export interface Session {
  readonly connectorId: number;
  readonly idTag: string;
  /** Wh */
  readonly meterStart: number;
  readonly startedAt: EpochMs;
  /** Wh; undefined when nothing says how much it was. */
  readonly energy?: number;
  /** What is remarkable, as words with blanks between: those of the start and the end (store/energy.ts), `matched` and `late`. */
  readonly flags: string;
}

export type Receipt =
  | {
      readonly kind: "started";
      readonly transactionId: number;
      /** It was on disk already. */
      readonly isRepeated: boolean;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: "stopped";
      /** Of the transaction that has ended; the one that was sent when no transaction is known for it. */
      readonly transactionId: number;
      readonly isKnown: boolean;
      /** The transaction that has ended; undefined when none is known. */
      readonly session?: Session;
      /** It was on disk already; what was written then stands. */
      readonly isRepeated?: true;
    }
  | { readonly kind: "noted" }
  /** Nothing is on disk and nothing may be confirmed. */
  | { readonly kind: "failing" };

/** Keeps records; a receipt other than `failing` means that the disk has them. Never rejects. */
export interface Ledger {
  keep(record: LedgerRecord): Promise<Receipt>;
}

export type StoreState = "ok" | "failing";

/** A transaction as the ledger has it. */
export interface KeptTransaction {
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly start: TransactionStart;
  /** Undefined while it runs. */
  readonly stop?: TransactionStop;
  /** Wh; undefined while it runs and when nothing says how much it was. */
  readonly energy?: number;
}
