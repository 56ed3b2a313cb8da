// OCPP date-times as real chargers send them, and the rule that makes a source time plausible. Pure; no clock.
import type { EpochMs } from "../std/clock.ts";

// RFC 3339, and beside it: no zone, `+02`, `+0200`, a blank for the T, a comma for the point, any fraction.
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T t](\d{2}):(\d{2})(?::(\d{2}))?(?:[.,](\d{1,12}))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/u;

const FIVE_MINUTES_MS = 300_000;
const YEAR_2010: EpochMs = Date.UTC(2010, 0, 1);

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
  // Date takes 30 February for 2 March.
  return text.startsWith(new Date(time).getUTCDate().toString().padStart(2, "0"), 8) ? time : undefined;
}

function parseAny(text: string): EpochMs | undefined {
  const parts = DATE_TIME.exec(text.trim());
  if (parts === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = parts;
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

/**
 * The source time of a value: the charge point's own when it is plausible, else the time of receipt.
 * Older than five minutes is a replay and keeps its time; before 2010, absent, or more than five minutes ahead is not believed.
 */
export function sourceTime(sent: EpochMs | undefined, received: EpochMs): EpochMs {
  if (sent === undefined || sent < YEAR_2010 || sent > received + FIVE_MINUTES_MS) return received;
  return sent;
}
