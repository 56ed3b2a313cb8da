// What crosses between the main thread and the history's thread: samples as numbers, occurrences, questions, and answers.
import type { AnyOccurrence, HistoryBegin, HistoryQuery, OccurrencePage, OccurrenceQuery } from "../../twin/ports.ts";

import type { VendorDatapoint } from "../../twin/vendorProfile.ts";
import type { Span } from "./lostSpans.ts";

/** Numbers of a sample: key, flags (sample.ts), value, time, time of receipt. The value of a text is its place in `texts`. */
export const RECORD = 5;

/** The key of a sample: the number of its twin, connector and column, in so many bits. */
const COLUMN_VALUES = 2 ** 12;
const CONNECTOR_VALUES = 2 ** 15;

export function fits(connector: number, column: number): boolean {
  return connector < CONNECTOR_VALUES && column < COLUMN_VALUES;
}

export function keyOf(twin: number, connector: number, column: number): number {
  return (twin * CONNECTOR_VALUES + connector) * COLUMN_VALUES + column;
}

/** `rest` is connector and column in one. */
export function partsOf(key: number): { twin: number; rest: number; connector: number; column: number } {
  const twin = Math.floor(key / (CONNECTOR_VALUES * COLUMN_VALUES));
  const rest = key % (CONNECTOR_VALUES * COLUMN_VALUES);
  return { twin, rest, connector: Math.floor(rest / COLUMN_VALUES), column: rest % COLUMN_VALUES };
}

export interface HistoryThreadOptions {
  /** Those from the vendors' own messages, in the order of their columns; none where absent. */
  readonly vendorDatapoints?: readonly VendorDatapoint[] | undefined;
  readonly directory: string;
  readonly historyDays: number;
  readonly maxQueuedSamples: number;
  /** Samples in memory before they go into chunks; by default as many as make chunks worth their row. */
  readonly sealAt?: number | undefined;
  /** The file may grow to so many pages of 4 kB; undefined: as far as the disk goes. */
  readonly maxPages?: number | undefined;
}

export interface SamplesMessage {
  readonly kind: "samples";
  /** Twins that are new to the thread, by number. */
  readonly twins: readonly (readonly [twin: number, id: string])[];
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly texts: readonly string[];
  /** The room that they take, given back by `taken`. */
  readonly weight: number;
}

export interface LostMessage {
  readonly kind: "lost";
  /** As with samples. */
  readonly twins: readonly (readonly [twin: number, id: string])[];
  /** By the keys of samples. */
  readonly spans: readonly (readonly [key: number, span: Span])[];
}

export interface OccurrencesMessage {
  readonly kind: "occurrences";
  readonly occurrences: readonly AnyOccurrence[];
  /** The room that they take, given back by `occurrencesTaken`. */
  readonly weight: number;
}

export type ToHistory =
  | { readonly kind: "open"; readonly options: HistoryThreadOptions }
  | SamplesMessage
  /** Samples that could not be handed over. */
  | LostMessage
  | OccurrencesMessage
  | { readonly kind: "read"; readonly id: number; readonly query: HistoryQuery }
  | { readonly kind: "readOccurrences"; readonly id: number; readonly query: OccurrenceQuery }
  | { readonly kind: "begin"; readonly id: number }
  | { readonly kind: "stop" };

export type FromHistory =
  | { readonly kind: "opened" }
  /** It cannot be opened; the reason is a sentence. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "taken"; readonly weight: number }
  | { readonly kind: "kept"; readonly samples: number }
  | { readonly kind: "lost"; readonly samples: number }
  | { readonly kind: "occurrencesTaken"; readonly weight: number }
  | { readonly kind: "occurrencesKept"; readonly count: number }
  | { readonly kind: "occurrencesLost"; readonly count: number }
  /** `chunk` as chunk.ts writes it. */
  | { readonly kind: "page"; readonly id: number; readonly chunk: Uint8Array; readonly more: boolean }
  | { readonly kind: "occurrencePage"; readonly id: number; readonly page: OccurrencePage }
  | { readonly kind: "begin"; readonly id: number; readonly begin: HistoryBegin }
  | { readonly kind: "unread"; readonly id: number; readonly reason: string }
  | {
      readonly kind: "log";
      readonly level: "info" | "warn" | "error";
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    };
