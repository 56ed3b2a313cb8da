// The fields of a time that expressions can ask for. Pure; the time is a local one, as std/timeZones.ts gives it.

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

const DAY_MS = 86_400_000;
