// What a datapoint is: one line of the SCADA engineer's point list. Rows only read the twin; quality is decided in quality.ts.
import type { Command, Role } from "../twin/commands.ts";
import type { Target } from "./target.ts";
import type { EngineeringUnit } from "./units.ts";

/** Built-in OPC UA types that a datapoint may have; anything else is the name of an enumeration (enumerations.ts). */
export const scalarTypes = ["Boolean", "String", "LocalizedText", "Int32", "UInt32", "Double", "DateTime"] as const;
export type ScalarType = (typeof scalarTypes)[number];

/** DateTime values are epoch ms, enumeration values are the OCPP text. */
export type Known = string | number | boolean;

/** What a datapoint shows; null = known that there is nothing, such as no reservation any more; undefined = never received. */
export type Value = Known | null | undefined;

/** What a client wants when it writes a value. */
export interface Write {
  /** The least role that may write it. */
  readonly role: Role;
  /** The value has the type of the row; an enumeration is its OCPP text, never Unknown. */
  readonly command: (target: Target, value: Known) => Command;
}

/** One line of the table; `read` takes the part of the twin that its section names. */
export interface Row<Part> {
  readonly read: (part: Part) => Value;
  /** A scalar type or the name of an enumeration. */
  readonly type: ScalarType | (string & {});
  readonly description: string;
  /** A fact that the bridge itself knows: Good whatever the charge point does. */
  readonly own?: true;
  /** Kept in the history. */
  readonly history?: true;
  /** The BrowseName is DI's own (OPC 10000-100 §4.5), not ours. */
  readonly di?: true;
  /** A write of it is a command; what has none is read-only. */
  readonly write?: Write;
  readonly unit?: EngineeringUnit;
  readonly range?: readonly [low: number, high: number];
}

/** A datapoint as all projections know it. */
export interface Datapoint {
  /** Below the charge point or connector; `/` between BrowseNames. */
  readonly path: string;
  readonly row: Omit<Row<never>, "read">;
  /** Index in its table; the same in every process of one version. */
  readonly column: number;
  /** The meter point (twin/measurands.ts) that it shows; undefined for fixed rows, which always exist. */
  readonly meterPoint: number | undefined;
}

/** The VariableType that shows a row: with unit and range an AnalogUnitRangeType (OPC 10000-8 §5.3.2). */
export function variableTypeOf({ unit, range, di }: Pick<Datapoint["row"], "unit" | "range" | "di">): VariableTypeName {
  if (di === true) return "PropertyType";
  if (unit === undefined) return "BaseDataVariableType";
  return range === undefined ? "AnalogUnitType" : "AnalogUnitRangeType";
}

export type VariableTypeName = "PropertyType" | "BaseDataVariableType" | "AnalogUnitType" | "AnalogUnitRangeType";
