// OCPP date-times as real chargers send them, and the rule that makes a source time plausible. Pure; no clock.
import type { EpochMs } from "../std/clock.ts";
import type { Stamp, Twin } from "./twin.ts";

// RFC 3339, and beside it: no zone, `+02`, `+0200`, a blank for the T, a comma for the point, any fraction.
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T t](\d{2}):(\d{2})(?::(\d{2}))?(?:[.,](\d{1,12}))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/u;

const FIRST_YEAR = 1970;
const FIVE_MINUTES_MS = 300_000;
export const YEAR_2010: EpochMs = Date.UTC(2010, 0, 1);

/**
 * Epoch ms of a timestamp as a charge point sends it, or undefined when it cannot be read.
 * Without a zone it is taken as UTC (OCPP 1.6 §3.14 recommends UTC).
 */
export function parseTimestamp(text: unknown): EpochMs | undefined {
  if (typeof text !== "string" || text.length > 48) return undefined;
  return parseUtc(text) ?? parseAny(text);
}

/** The two forms that almost all charge points send, `2026-11-25T10:00:00Z` and with milliseconds, the quick way. */
function parseUtc(text: string): EpochMs | undefined {
  if ((text.length !== 20 && text.length !== 24) || !text.endsWith("Z") || text[10] !== "T") return undefined;
  const time = Date.parse(text);
  if (time < 0) return undefined;
  // Date takes 30 February for 2 March.
  return new Date(time).getUTCDate() === Number(text.slice(8, 10)) ? time : undefined;
}

function parseAny(text: string): EpochMs | undefined {
  const parts = DATE_TIME.exec(text.trim());
  if (parts === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = parts;
  // 0001-01-01 and the like are what firmware sends for "never"; Date would take the years below 100 for 19xx.
  if (Number(year) < FIRST_YEAR) return undefined;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return undefined;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const milliseconds = fraction === "" ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day)) return undefined;
  return local + milliseconds - offsetMinutes(zone) * 60_000;
}

function offsetMinutes(zone: string): number {
  if (zone === "Z" || zone === "z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || "0");
  return zone.startsWith("-") ? -minutes : minutes;
}

/** Whether a charge point can have meant this time: not before 2010, not more than five minutes ahead. */
export function isPlausible(sent: EpochMs | undefined, received: EpochMs): sent is EpochMs {
  return sent !== undefined && sent >= YEAR_2010 && sent <= received + FIVE_MINUTES_MS;
}

/** The times of a value: the charge point's own when it is plausible, however old, else the time of receipt in its place. */
export function stampFrom(sent: EpochMs | undefined, received: EpochMs): Stamp {
  return isPlausible(sent, received) ? { at: sent, received } : { at: received, received, assumed: true };
}

/** Whether a message came so long after its own time that it must have been queued while the charge point was offline. */
export function isLate({ at, received }: Stamp): boolean {
  return received - at > FIVE_MINUTES_MS;
}

/**
 * Whether `next`, which comes later, tells of an earlier time than what is known: a replay, which must not hide it.
 * Only two times by the charge point's own clock can be compared; otherwise what comes later is newer. A time ahead of its
 * own receipt is a clock that ran ahead: it counts as the time of receipt, or it would hide everything after the clock is set. That does
 * not make older what is later by its own clock: our clock may have been set back in between.
 * It is not for answers to commands: they bear our own clock, which may have been set back, and are never replays.
 */
export function isOlder(next: Stamp, known: Stamp | undefined): boolean {
  if (known === undefined || next.assumed === true || known.assumed === true) return false;
  return next.at < known.at && Math.min(next.at, next.received) < Math.min(known.at, known.received);
}

/** What is known, if it can be compared: a charge point that has booted since then may have another clock. */
export function sinceBoot<Known extends Stamp>(twin: Twin, known: Known | undefined): Known | undefined {
  const bootedAt = twin.identification?.received ?? 0;
  return known !== undefined && known.received >= bootedAt ? known : undefined;
}
