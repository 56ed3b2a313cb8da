// Engineering units by UNECE Recommendation 20 common code, as OPC 10000-8 §5.6.4.3 wants them.
import type { BaseUnit } from "../twin/measurands.ts";

export interface EngineeringUnit {
  /** What a display shows. */
  readonly symbol: string;
  readonly name: string;
  /** The common code packed into an Int32; -1 where Recommendation 20 has none. */
  readonly unitId: number;
}

export const UNECE_NAMESPACE = "http://www.opcfoundation.org/UA/units/un/cefact";

function unit(symbol: string, name: string, commonCode: string): EngineeringUnit {
  const unitId = [...commonCode].reduce((id, character) => id * 256 + character.charCodeAt(0), 0);
  return { symbol, name, unitId: commonCode === "" ? -1 : unitId };
}

export const seconds = unit("s", "second", "SEC");

export const baseUnits: Readonly<Record<BaseUnit, EngineeringUnit>> = {
  Wh: unit("W·h", "watt hour", "WHR"),
  varh: unit("var·h", "volt ampere reactive hour", ""),
  W: unit("W", "watt", "WTT"),
  var: unit("var", "var", "D44"),
  A: unit("A", "ampere", "AMP"),
  V: unit("V", "volt", "VLT"),
  Hz: unit("Hz", "hertz", "HTZ"),
  "%": unit("%", "percent", "P1"),
  "°C": unit("°C", "degree Celsius", "CEL"),
  rpm: unit("r/min", "revolutions per minute", "RPM"),
  "1": unit("1", "one", "C62"),
};

/** The unit of a symbol of this page, as vendor files name it: `W`, `s`. Throws for any other. */
export function unitOf(symbol: string): EngineeringUnit {
  const found = symbol === "s" ? seconds : baseUnits[symbol as BaseUnit];
  if (found === undefined) throw new Error(`no unit ${symbol}`);
  return found;
}
