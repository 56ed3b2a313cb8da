// The list of id tags: what is said of one who may or may not charge, and what that means at a given time. Pure values.
import type { EpochMs } from "../std/clock.ts";

/** What can be said of an id tag (OCPP 1.6 §7.2); ConcurrentTx is never said but found out. */
export const idTagStatuses = ["Accepted", "Blocked", "Expired", "Invalid"] as const;
export type IdTagStatus = (typeof idTagStatuses)[number];

/** An entry of the list. */
export interface IdTag {
  /** As it was first written; case does not matter (CiString20, OCPP 1.6 §7.28). */
  readonly idTag: string;
  readonly status: IdTagStatus;
  /** From this time on it is Expired; undefined when it never is. */
  readonly expiresAt?: EpochMs;
  /** The group that it belongs to: whoever is of the same may end what the other has begun (OCPP 1.6 §3.5). */
  readonly parentIdTag?: string;
}

/** An entry with the number of the change that made it what it is. */
export interface RevisedIdTag extends IdTag {
  readonly revision: number;
}

/** What becomes of the list, as one: on disk as a whole or not at all. */
export interface IdTagChange {
  /** Grows with every change. */
  readonly revision: number;
  readonly set: readonly IdTag[];
  /** As they were first written. */
  readonly removed: readonly string[];
  /** Whatever is not set is removed. */
  readonly isWhole: boolean;
  /** Which id tags were removed before is no longer known. */
  readonly forgets: boolean;
}

/** The list as it was kept. */
export interface KeptIdTags {
  /** Of the last change. */
  readonly revision: number;
  readonly entries: readonly RevisedIdTag[];
  readonly removed: readonly { readonly idTag: string; readonly revision: number }[];
  /** From this revision on it is known what was removed. */
  readonly completeSince: number;
}

export const noIdTags: KeptIdTags = { revision: 0, entries: [], removed: [], completeSince: 0 };

/** From which revision on it is known what was removed, after a change that forgets what was removed before it. */
export function completeSince({ isWhole, revision }: IdTagChange): number {
  return isWhole ? revision : revision - 1;
}

const LONGEST = 20;
/** Printable ASCII is all that OCPP allows (OCPP 1.6 §2.2): no two id tags look alike. Blanks at either end could not be seen. */
const ID_TOKEN = /^[!-~](?:[ -~]*[!-~])?$/u;

/** What two spellings of one id tag have in common; undefined when it can be none. */
export function idTagKey(text: string): string | undefined {
  return text.length <= LONGEST && ID_TOKEN.test(text) ? text.toLowerCase() : undefined;
}

/** As the list decides at a time. */
export function statusAt({ status, expiresAt }: IdTag, now: EpochMs): IdTagStatus {
  return status === "Accepted" && expiresAt !== undefined && expiresAt <= now ? "Expired" : status;
}

/** Fields of an entry, as texts. */
export interface IdTagPiece {
  readonly idTag: string;
  readonly status: string;
  readonly expiryDate?: string;
  readonly parentIdTag?: string;
}

/** What came of a piece: nothing of the list is kept but where it is `gathered`. */
export type GatheredIdTags =
  | { readonly kind: "gathered"; /** Names the list. */ readonly gathering: number; readonly count: number }
  | { readonly kind: "refused"; readonly text: string };

/** A question for entries, in the order of the alphabet. */
export interface IdTagQuery {
  /** How they begin, in whatever case; empty: all. */
  readonly beginning: string;
  /** The last one of the page before; empty: from the first on. */
  readonly after: string;
  /** The most of one page, above 0. */
  readonly limit: number;
}

/** Finds entries; the list itself stands elsewhere. */
export interface IdTagList {
  /** Takes any text; undefined for one that is not in the list. */
  find(idTag: string): IdTag | undefined;
}

/** A transaction that runs and was accepted. */
export interface RunningTransaction {
  readonly chargePointId: string;
  readonly connectorId: number;
  /** When it began. */
  readonly since: EpochMs;
}

export interface RunningTransactions {
  /** Of an id tag, in whatever spelling. */
  of(idTag: string): Iterable<RunningTransaction>;
}
