// Whether a text is a date-time as the schemas mean it: RFC 3339, the one form of ISO 8601 (OCPP 1.6
// §3.15) that leaves nothing open. Other forms that chargers send are repaired elsewhere, not here.

const form = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True for a date-time of RFC 3339 §5.6 with any fraction and offset; the date must exist. */
export function isDateTime(text: string): boolean {
  const part = form.exec(text);
  if (part === null) return false;
  const [year, month, day] = [Number(part[1]), Number(part[2]), Number(part[3])];
  const [hour, minute, second] = [Number(part[4]), Number(part[5]), Number(part[6])];
  const [offsetHour, offsetMinute] = [Number(part[8] ?? 0), Number(part[9] ?? 0)];
  if (day < 1 || day > daysIn(year, month)) return false;
  if (hour > 23 || minute > 59 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  // A leap second is the last of a day in UTC (RFC 3339 §5.7).
  const offset = (offsetHour * 60 + offsetMinute) * (part[7] === "-" ? -1 : 1);
  const minuteOfDay = (hour * 60 + minute - offset + 2 * 1440) % 1440;
  return second === 60 && minuteOfDay === 1439;
}

function daysIn(year: number, month: number): number {
  const leapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leapYear ? 29 : (daysOfMonth[month - 1] ?? 0);
}
