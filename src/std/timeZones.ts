// Times in a time zone and back, right also when clocks change. Pure; the zone data are those of the JavaScript engine.
import type { EpochMs } from "./clock.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** How far it is ahead of UTC, by minutes since the epoch. */
  readonly aheadMs: Map<number, number>;
}

/** Of a zone that are remembered: a time is looked up with the day before and the day after, for many charge points at once. */
const MOST_MINUTES = 64;

/** Zones are written out in rules and settings, so that there are few. */
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
  let ahead = zone.aheadMs.get(minute);
  if (ahead === undefined) {
    ahead = aheadMs(zone.format, minute * MINUTE_MS);
    if (zone.aheadMs.size >= MOST_MINUTES) zone.aheadMs.clear();
    zone.aheadMs.set(minute, ahead);
  }
  return new Date(time.getTime() + ahead);
}

/**
 * The time at which clocks of the zone show `local`, as epoch ms of a clock that shows it in UTC. Where there are two it is the one that is
 * surely meant at `now`: nearer to it than the other can ever be; else the earlier.
 */
export function utcOf(local: EpochMs, name: string, now: EpochMs): EpochMs {
  const before = local - aheadAt(local - DAY_MS, name);
  const behind = local - aheadAt(local + DAY_MS, name);
  // Behind a change of the clocks what was so a day before is not so any more.
  if (before + aheadAt(before, name) !== local) return local - aheadAt(behind, name);
  const isTwice = behind > before && behind + aheadAt(behind, name) === local;
  return isTwice && Math.abs(now - behind) < (behind - before) / 2 ? behind : before;
}

function aheadAt(time: EpochMs, name: string): number {
  return localTime(new Date(time), name).getTime() - time;
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
    zone = { format, aheadMs: new Map() };
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
