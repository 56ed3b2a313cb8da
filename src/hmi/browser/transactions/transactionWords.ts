// What there is to say of a transaction, in the language chosen.
import type { LedgerEntry } from "../../../twin/keptPages.ts";
import { isTextKey, text } from "../texts.ts";

const MINUTE_MS = 60_000;

/** `1:05` hours and minutes; nothing while it runs. */
export function durationText({ startedAt, endedAt }: Pick<LedgerEntry, "startedAt" | "endedAt">): string {
  if (endedAt === undefined) return "";
  const minutes = Math.max(0, Math.round((endedAt - startedAt) / MINUTE_MS));
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")} h`;
}

/** Flags that say how it came about, not that something is wrong. */
const plain: ReadonlySet<string> = new Set(["offline", "offlineStop", "late", "matched"]);

/** Whatever is not as it should be: an end without StopTransaction, a refused id tag, an energy that is no register's. */
export function faultsOf({ idTagStatus, endedBecause, flags }: LedgerEntry): readonly string[] {
  return [
    ...(idTagStatus === "Accepted" ? [] : [text("transactions.answered", { status: idTagStatus })]),
    ...(endedBecause === undefined ? [] : [wordOf(`transactions.because.${endedBecause}`, endedBecause)]),
    ...flags.filter((flag) => !plain.has(flag)).map((flag) => wordOf(`transactions.flag.${flag}`, flag)),
  ];
}

export function notesOn({ flags }: LedgerEntry): readonly string[] {
  return flags.filter((flag) => plain.has(flag)).map((flag) => wordOf(`transactions.flag.${flag}`, flag));
}

/** A word that we have no text for is shown as it is. */
export function wordOf(key: string, word: string): string {
  return isTextKey(key) ? text(key) : word;
}
