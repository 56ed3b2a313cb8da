// What crosses between the main thread and a thread that reads what is kept, while the bridge writes it.
import type { EpochMs } from "../std/clock.ts";
import type { IdTag, IdTagQuery } from "../twin/idTags.ts";
import type { EndedEnergy, ExchangePageQuery, LedgerEntry, TransactionQuery } from "../twin/keptPages.ts";

/** By the file that is read. A page is answered as JSON, so that the main thread only passes it on. */
export interface Readable {
  readonly state: {
    /** A TransactionPage. */
    transactions(query: TransactionQuery): string;
    transaction(transactionId: number): LedgerEntry | undefined;
    /** In the order of the alphabet. */
    idTags(query: IdTagQuery): readonly IdTag[];
    energyEnded(ended: { readonly since: EpochMs; readonly receivedBefore: EpochMs }): EndedEnergy;
  };
  readonly messages: {
    /** An ExchangePage. */
    exchanges(query: ExchangePageQuery): string;
  };
}
export type ReadableFile = keyof Readable;

export interface ReadingThreadOptions {
  readonly directory: string;
  readonly file: ReadableFile;
}

export interface ToReadingThread {
  readonly name: string;
  readonly input: unknown;
}

/** In the order of the questions. `fault` is a sentence. */
export type FromReadingThread = { readonly answer: unknown } | { readonly fault: string };
