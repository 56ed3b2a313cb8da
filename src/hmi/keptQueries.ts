// What a query for transactions or messages means. Pure: the same for a page and for a download of all.
import { isDateTime } from "../schema/dateTime.ts";
import type { EpochMs } from "../std/clock.ts";
import type { ExchangePlace, ExchangeQuery } from "../twin/keptPages.ts";
import type { TransactionFilter } from "../twin/ports.ts";
import type { JsonSchema } from "./endpoint.ts";

const LONGEST_TIME = 40;
const time: JsonSchema = { type: "string", maxLength: LONGEST_TIME, description: "RFC 3339" };
const name: JsonSchema = { type: "string", minLength: 1, maxLength: 255 };
const flag: JsonSchema = { type: "boolean" };

/** By the names in the query. */
export const transactionParameters: Readonly<Record<string, JsonSchema>> = {
  since: time,
  until: time,
  chargePoint: name,
  connector: { type: "integer", minimum: 0 },
  idTag: name,
  running: { ...flag, description: "true: only those that run; false: only those that have ended" },
};

export const messageParameters: Readonly<Record<string, JsonSchema>> = {
  since: time,
  until: time,
  chargePoint: name,
  action: name,
  faulty: { ...flag, description: "true: only what was not answered as it should be, or broke the schema" },
};

/** A query that fits its parameters. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A sentence where a time cannot be understood. */
export function transactionFilterOf(query: Query): TransactionFilter | string {
  const times = timesIn(query);
  if (typeof times === "string") return times;
  const { chargePoint, connector, idTag, running } = query;
  return {
    ...times,
    chargePointId: textOf(chargePoint),
    connectorId: connector === undefined ? undefined : Number(connector),
    idTag: textOf(idTag),
    isRunning: flagOf(running),
  };
}

/** A sentence where a time cannot be understood. */
export function exchangeQueryOf(query: Query): ExchangeQuery | string {
  const times = timesIn(query);
  if (typeof times === "string") return times;
  const { chargePoint, action, faulty } = query;
  return { ...times, chargePointId: textOf(chargePoint), action: textOf(action), isFaulty: flagOf(faulty) };
}

/** The place that a cursor names; undefined where it is none. */
export function placeFrom(cursor: string): ExchangePlace | undefined {
  const parts = /^(\d{1,16})\.(\d{1,16})$/u.exec(cursor);
  return parts === null ? undefined : { at: Number(parts[1]), number: Number(parts[2]) };
}

interface Times {
  readonly since: EpochMs | undefined;
  readonly until: EpochMs | undefined;
}

function timesIn({ since, until }: Query): Times | string {
  for (const [key, value] of Object.entries({ since, until }))
    if (value !== undefined && timeFrom(String(value)) === undefined)
      return `${key} must be a time with its offset, such as 2026-05-01T06:00:00Z`;
  const timeOf = (value: Query[string]): EpochMs | undefined =>
    value === undefined ? undefined : timeFrom(String(value));
  return { since: timeOf(since), until: timeOf(until) };
}

function timeFrom(text: string): EpochMs | undefined {
  const at = isDateTime(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}

function textOf(value: Query[string]): string | undefined {
  return value === undefined ? undefined : String(value);
}

function flagOf(value: Query[string]): boolean | undefined {
  return value === undefined ? undefined : value === true;
}
