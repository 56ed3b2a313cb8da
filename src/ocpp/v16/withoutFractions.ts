// Times of our requests as every charge point can read them: UTC, whole seconds. It changes nothing else and checks nothing.
import { isDateTime } from "../../schema/dateTime.ts";
import type { Field, Shape } from "../../schema/field.ts";
import { fieldsOf, isAction } from "../../schema/ocpp16.ts";
import type { Payload } from "../../twin/commands.ts";
import { parseTimestamp } from "../../twin/timestamps.ts";
import { formatTime } from "./values.ts";

/**
 * The request with each date-time in UTC and without a fraction of a second (behaviour 25; OCPP 1.6 §3.14 recommends UTC); the same
 * object when there is nothing to change. What is no date-time stays what it is, for the check to find.
 */
export function withoutFractions(action: string, payload: Payload): Payload {
  return isAction(action) ? inObject(payload, fieldsOf(action, "request")) : payload;
}

function inObject(object: Payload, fields: readonly Field[]): Payload {
  let changed: Record<string, unknown> | undefined;
  for (const field of fields) {
    if (!Object.hasOwn(object, field.name)) continue;
    const before = object[field.name];
    const after = inValue(before, field);
    if (after !== before) (changed ??= { ...object })[field.name] = after;
  }
  return changed ?? object;
}

function inValue(value: unknown, shape: Shape): unknown {
  if (shape.type === "dateTime") return typeof value === "string" ? wholeSeconds(value) : value;
  if (Array.isArray(value)) return inList(value, shape);
  if (typeof value !== "object" || value === null) return value;
  return inObject(value as Payload, shape.fields ?? []);
}

function inList(list: readonly unknown[], { items }: Shape): unknown {
  if (items === undefined) return list;
  const after = list.map((element) => inValue(element, items));
  return after.some((element, index) => element !== list[index]) ? after : list;
}

function wholeSeconds(text: string): string {
  if (!isDateTime(text)) return text;
  const time = parseTimestamp(text);
  const utc = time === undefined ? "" : formatTime(time);
  // Before 1970, or with its offset in the year 10000: then the fraction alone is left out.
  return isDateTime(utc) ? utc : text.replace(/\.\d+/u, "");
}
