// The fields of a time in a time zone, right also when clocks change. Pure; the zone data are those of the JavaScript engine.

/** What expressions can ask of a time, as CEL names and counts it: months, days of the month, week and year from 0, dates from 1. */
export const timeFields = {
  getFullYear: (local) => local.getUTCFullYear(),
  getMonth: (local) => local.getUTCMonth(),
  getDate: (local) => local.getUTCDate(),
  getDayOfMonth: (local) => local.getUTCDate() - 1,
  getDayOfWeek: (local) => local.getUTCDay(),
  getDayOfYear: (local) => Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / DAY_MS),
  getHours: (local) => local.getUTCHours(),
  getMinutes: (local) => local.getUTCMinutes(),
  getSeconds: (local) => local.getUTCSeconds(),
  getMilliseconds: (local) => local.getUTCMilliseconds(),
} satisfies Readonly<Record<string, (local: Date) => number>>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** The minute that was last asked for, and how far the zone is ahead of UTC in it. */
  minute: number;
  aheadMs: number;
}

/** Zones are written out in rules, so that there are few. */
const zones = new Map<string, Zone>();

/** Whether there is such a time zone: a name of the IANA database, `UTC`, or an offset such as `+02:00`. */
export function isZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

/** A time whose UTC fields are those of `time` in the zone; throws for a zone that there is not. */
export function localTime(time: Date, name: string): Date {
  const zone = zoneOf(name);
  const minute = Math.floor(time.getTime() / MINUTE_MS);
  if (zone.minute !== minute) {
    zone.aheadMs = aheadMs(zone.format, minute * MINUTE_MS);
    zone.minute = minute;
  }
  return new Date(time.getTime() + zone.aheadMs);
}

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    zone = { format, minute: Number.NaN, aheadMs: 0 };
    zones.set(name, zone);
  }
  return zone;
}

function aheadMs(format: Intl.DateTimeFormat, time: number): number {
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get("era")?.startsWith("B") === true ? 1 - number("year") : number("year");
  const local = new Date(0);
  local.setUTCFullYear(year, number("month") - 1, number("day"));
  local.setUTCHours(number("hour"), number("minute"), number("second"));
  return local.getTime() - time;
}
