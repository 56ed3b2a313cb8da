// What crosses between the main thread and the store's thread: records one way, receipts the other, in the same order.
import type { Account, AccountRecord } from "../twin/accounts.ts";
import type { AlarmRecord, KeptAlarm } from "../twin/alarms.ts";
import type { KeptTransaction, LedgerRecord, Receipt, StoreState } from "../twin/ledger.ts";
import type { IdTagChange, KeptIdTags } from "../twin/idTags.ts";
import type { Origin } from "../twin/ports.ts";
import type { Twin } from "../twin/twin.ts";

export type StoreRecord =
  | LedgerRecord
  /** `text` is the twin as snapshot.ts writes it. */
  | { readonly kind: "snapshot"; readonly id: string; readonly origin: Origin; readonly text: string }
  | { readonly kind: "forget"; readonly id: string }
  /** An entry of the register as JSON; undefined removes it. */
  | { readonly kind: "register"; readonly id: string; readonly entry: string | undefined }
  | IdTagRecord
  | AlarmRecord
  | AccountRecord;

export interface IdTagRecord {
  readonly kind: "idTags";
  readonly change: Omit<IdTagChange, "set">;
  /** What is set, as JSON arrays. */
  readonly set: readonly string[];
}

export interface ThreadOptions {
  readonly directory: string;
  /** The file may grow to so many pages of 4 kB; undefined: as far as the disk goes. */
  readonly maxPages?: number | undefined;
}

/** Everything that was known when the store was opened. */
export interface Restored {
  readonly twins: readonly { readonly twin: Twin; readonly origin: Origin }[];
  /** The newest transaction of each connector of these twins, and all that run. */
  readonly transactions: readonly KeptTransaction[];
  /** Entries of the register as JSON, by identity. */
  readonly register: ReadonlyMap<string, string>;
  readonly idTags: KeptIdTags;
  readonly alarms: readonly KeptAlarm[];
  readonly accounts: readonly Account[];
}

export type ToStore =
  | { readonly kind: "open"; readonly options: ThreadOptions }
  /** Numbered from `first` on. */
  | { readonly kind: "records"; readonly first: number; readonly records: readonly StoreRecord[] }
  | { readonly kind: "stop" };

export type FromStore =
  | { readonly kind: "opened"; readonly restored: Restored }
  /** It cannot be opened; the reason is a sentence. */
  | { readonly kind: "failed"; readonly reason: string; readonly isElsewhere: boolean }
  | { readonly kind: "receipts"; readonly receipts: readonly { readonly number: number; readonly receipt: Receipt }[] }
  | { readonly kind: "state"; readonly state: StoreState }
  | {
      readonly kind: "log";
      readonly level: "info" | "warn" | "error";
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    };
