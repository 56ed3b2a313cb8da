// What a single value becomes when a charge point sends it in the wrong type or spelling. Pure; knows no action.
import { isDateTime } from "../schema/dateTime.ts";
import type { Shape } from "../schema/field.ts";
import { beginningOf, cutText } from "./cutText.ts";

export type Repaired =
  | {
      readonly kind: "usable";
      readonly value: string | number | boolean;
      /** What was wrong; undefined when nothing was. */
      readonly deviation: string | undefined;
    }
  | { readonly kind: "unusable"; readonly keyword: string; readonly demand: string };

/** Texts are kept whole beyond their maxLength up to here; a longer one is cut and says so, for a cut id tag would be another one. */
const LONGEST_TEXT = 512;

/** What Number() takes beyond it, such as 0x10, nobody has meant as a quantity. */
const DECIMAL = /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?\s*$/iu;

/**
 * `value` as the shape demands it, as far as that can be done without guessing; `isId`: its number is a name, not a quantity;
 * `longestText`: texts may be kept up to here, where that is more than usual.
 */
export function repairValue(shape: Shape, value: unknown, isId: boolean, longestText = 0): Repaired {
  switch (shape.type) {
    case "integer":
    case "number":
      return repairNumber(shape, value, isId);
    case "boolean":
      return repairBoolean(value);
    case "enum":
      return repairEnum(shape, value);
    default:
      return repairText(shape, value, longestText);
  }
}

function repairNumber({ type }: Shape, value: unknown, isId: boolean): Repaired {
  const isText = typeof value === "string";
  const number = isText && DECIMAL.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return wrongType(type);
  // Connector 1.5 is neither 1 nor 2. It stays what it is, so that whoever looks for it finds none.
  if (isId && !Number.isInteger(number)) return usable(number, "a fraction is no id");
  // Adding 0 makes 0 of -0.
  const rounded = type === "integer" ? Math.round(number) + 0 : number;
  if (isText) return usable(rounded, "a text taken for a number");
  return usable(rounded, rounded === number ? undefined : "a fraction rounded to an integer");
}

function repairBoolean(value: unknown): Repaired {
  if (typeof value === "boolean") return usable(value, undefined);
  const word = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (word === "true" || word === 1) return usable(true, "taken for true");
  if (word === "false" || word === 0) return usable(false, "taken for false");
  return wrongType("boolean");
}

function repairEnum({ values = [], enumeration }: Shape, value: unknown): Repaired {
  if (typeof value !== "string") return wrongType("string");
  if (values.includes(value)) return usable(value, undefined);
  const word = value.trim();
  if (word === "") return { kind: "unusable", keyword: "enum", demand: "is empty" };
  const known = values.find((each) => each.toLowerCase() === word.toLowerCase());
  if (known !== undefined) return usable(known, `written as ${JSON.stringify(value.slice(0, 50))}`);
  return usable(beginningOf(value, LONGEST_TEXT), `${JSON.stringify(value.slice(0, 50))} is no ${enumeration}`);
}

function repairText({ type, maxLength }: Shape, value: unknown, longestText: number): Repaired {
  if (typeof value === "number" || typeof value === "boolean")
    return usable(String(value), `a ${typeof value} taken for a text`);
  if (typeof value !== "string") return wrongType("string");
  if (type === "dateTime") return repairTime(value);
  if (maxLength === undefined || value.length <= maxLength) return usable(value, undefined);
  const longest = Math.max(maxLength, LONGEST_TEXT, longestText);
  return usable(cutText(value, longest), `longer than ${maxLength} characters`);
}

/** Any text goes: whoever uses the time reads it as far as it can be read. */
function repairTime(value: string): Repaired {
  if (value.trim() === "") return { kind: "unusable", keyword: "format", demand: "is empty" };
  return usable(beginningOf(value, LONGEST_TEXT), isDateTime(value) ? undefined : "no date-time of RFC 3339");
}

function wrongType(type: string): Repaired {
  return { kind: "unusable", keyword: "type", demand: `must be ${type}` };
}

function usable(value: string | number | boolean, deviation: string | undefined): Repaired {
  return { kind: "usable", value, deviation };
}
