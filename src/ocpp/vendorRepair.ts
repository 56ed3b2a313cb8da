// What a vendor profile puts right in a call before it is checked: times and phases, wherever the schema of the action has one. Pure; what
// is not shaped as the schema wants it is left as it is, the check says so.
import type { Field, Shape } from "../schema/field.ts";
import { actionsFromChargePoint } from "../schema/ocpp16.generated.ts";
import { fieldsOf } from "../schema/ocpp16.ts";
import type { EpochMs } from "../std/clock.ts";
import { isObject } from "../std/isObject.ts";
import { utcOf } from "../std/timeZones.ts";
import { parseTimestamp } from "../twin/timestamps.ts";
import type { VendorRepairs } from "../twin/vendorProfile.ts";
import type { Call } from "./door.ts";

const known: ReadonlySet<string> = new Set(actionsFromChargePoint);

interface Repair extends VendorRepairs {
  readonly received: EpochMs;
}

/** The call as its charge point means it; the same object where there is nothing to repair. */
export function repairCall(call: Call, repairs: VendorRepairs, received: EpochMs): Call {
  if (repairs.localTime === undefined && repairs.phaseRotation === undefined) return call;
  if (!known.has(call.action) || !isObject(call.payload)) return call;
  const fields = fieldsOf(call.action as (typeof actionsFromChargePoint)[number], "request");
  return { ...call, payload: repairObject(call.payload, fields, { ...repairs, received }) };
}

function repairObject(value: Readonly<Record<string, unknown>>, fields: readonly Field[], repair: Repair): object {
  const repaired: Record<string, unknown> = { ...value };
  for (const field of fields)
    if (Object.hasOwn(value, field.name)) repaired[field.name] = repairShape(value[field.name], field, repair);
  return repaired;
}

function repairShape(value: unknown, shape: Shape, repair: Repair): unknown {
  const { items, fields = [] } = shape;
  if (Array.isArray(value) && items !== undefined) return value.map((element) => repairShape(element, items, repair));
  // A charge point that has one sample writes it without its list.
  if (isObject(value)) return repairObject(value, items?.fields ?? fields, repair);
  if (typeof value !== "string") return value;
  if (shape.type === "dateTime") return utcTime(value, repair);
  return shape.enumeration === "Phase" ? phaseOfGrid(value, repair) : value;
}

/** Behind a time of day. Only for what can be read as a time: it takes long for a long text. */
const ZONE = /\d{2}:\d{2}.*?([Zz]|[+-]\d{2}(?::?\d{2})?)\s*$/u;

function utcTime(text: string, { localTime, received }: Repair): string {
  const local = localTime === undefined ? undefined : parseTimestamp(text);
  if (localTime === undefined || local === undefined) return text;
  const zone = ZONE.exec(text)?.[1];
  const isLocal = zone === undefined || (localTime.labelledUtc && zone.toUpperCase() === "Z");
  return isLocal ? new Date(utcOf(local, localTime.zone, received)).toISOString() : text;
}

const GRID = { R: "L1", S: "L2", T: "L3" } as const;
const CONDUCTORS = /L[123]/gu;
/** Of one phase, to neutral or to another. */
const PHASE = /^L[123](?:-(?:L[123]|N))?$/u;

/** Between two lines it is the same voltage in either direction; OCPP has a name for one of them. */
const REVERSED: Readonly<Record<string, string>> = { "L2-L1": "L1-L2", "L3-L2": "L2-L3", "L1-L3": "L3-L1" };

function phaseOfGrid(phase: string, { phaseRotation }: Repair): string {
  // Spelled as the check would put it right.
  const named = phase.trim().toUpperCase();
  if (phaseRotation === undefined || !PHASE.test(named)) return phase;
  const rotated = named.replace(CONDUCTORS, (terminal) => {
    const letter = phaseRotation[Number(terminal[1]) - 1] as keyof typeof GRID;
    return GRID[letter];
  });
  return REVERSED[rotated] ?? rotated;
}
