// What crosses between the main thread and the thread of the message log.
import type { ExchangeRow } from "./exchangeBlock.ts";
import type { Retention } from "./exchangeTables.ts";

export interface ExchangeThreadOptions extends Retention {
  readonly directory: string;
  /** The file may grow to so many pages of 4 kB; undefined: as far as the disk goes. */
  readonly maxPages?: number | undefined;
}

export type ToExchangeThread =
  | { readonly kind: "open"; readonly options: ExchangeThreadOptions }
  | { readonly kind: "rows"; readonly rows: readonly ExchangeRow[] }
  | { readonly kind: "stop" };

export type FromExchangeThread =
  /** It cannot be used as long as this process runs; the reason is a sentence. */
  | { readonly kind: "unusable"; readonly reason: string }
  /** A batch of rows is done with; `lost` of them could not be written. */
  | { readonly kind: "done"; readonly lost: number }
  | {
      readonly kind: "log";
      readonly level: "info" | "error";
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    };
