// The tolerant half of validation: walks the fields of a message over a payload that breaks its schema and keeps what is usable.
// It never guesses a fact; what is required and cannot be read makes the payload unusable.
import { isObject } from "../std/isObject.ts";
import type { Field, Shape } from "../schema/field.ts";
import type { Action } from "../schema/ocpp16.generated.ts";
import { fieldsOf, type Kind } from "../schema/ocpp16.ts";
import { repairValue, type Repaired } from "./repairValue.ts";

export type RepairedPayload =
  | {
      readonly kind: "usable";
      readonly payload: Readonly<Record<string, unknown>>;
      readonly violations: readonly string[];
    }
  | Unusable;

/** Where and why a value cannot be used, in the words of the schema. A class, so that no payload can look like it. */
class Unusable {
  readonly kind = "unusable";
  readonly place: string;
  readonly keyword: string;
  readonly demand: string;

  constructor(place: string, keyword: string, demand: string) {
    this.place = place;
    this.keyword = keyword;
    this.demand = demand;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Violations of one message that are written down; a telegram can be wrong in every sample. */
const MOST_VIOLATIONS = 20;

const absent = new Unusable("", "required", "is missing");

/** Required, but its absence must not keep a transaction from ending: the charge point would repeat it for ever. */
const dispensable: ReadonlySet<string> = new Set(["StopTransaction.meterStop", "StopTransaction.transactionId"]);

/** What is left of `payload` when everything that cannot be used is dropped. */
export function repair(action: Action, kind: Kind, payload: unknown): RepairedPayload {
  const walk = new Walk(action, kind);
  // PHP writes an empty object as an empty array.
  const isEmptyArray = Array.isArray(payload) && payload.length === 0;
  if (!isEmptyArray && !isObject(payload)) return new Unusable("", "type", "must be object");
  if (isEmptyArray) walk.report("", "[] taken for {}");
  const repaired = walk.object(isEmptyArray ? {} : (payload as Fields), fieldsOf(action, kind), "");
  if (repaired instanceof Unusable) return repaired;
  return { kind: "usable", payload: repaired, violations: walk.violations };
}

class Walk {
  readonly violations: string[] = [];
  readonly #action: Action;
  readonly #kind: Kind;

  constructor(action: Action, kind: Kind) {
    this.#action = action;
    this.#kind = kind;
  }

  report(place: string, sentence: string): void {
    if (this.violations.length < MOST_VIOLATIONS)
      this.violations.push(place === "" ? sentence : `${place}: ${sentence}`);
  }

  object(value: Fields, fields: readonly Field[], place: string): Fields | Unusable {
    const kept: Record<string, unknown> = {};
    for (const name of Object.keys(value))
      if (!fields.some((field) => field.name === name))
        this.report(place, `${JSON.stringify(name.slice(0, 50))} is no field of it, dropped`);
    for (const field of fields) {
      const here = place === "" ? field.name : `${place}.${field.name}`;
      const repaired = this.#field(field, Object.hasOwn(value, field.name) ? value[field.name] : undefined, here);
      if (repaired instanceof Unusable) return repaired;
      if (repaired !== undefined) kept[field.name] = repaired;
    }
    return kept;
  }

  #field(field: Field, value: unknown, place: string): unknown {
    if (value === undefined && !field.required) return undefined;
    const repaired = value === undefined || value === null ? absent : this.#value(field, value, place);
    if (!(repaired instanceof Unusable)) return repaired;
    if (field.required && !dispensable.has(`${this.#action}.${place}`)) return this.#substitute(field, place, repaired);
    this.report(repaired.place === "" ? place : repaired.place, `${repaired.demand}, taken as absent`);
    return undefined;
  }

  /**
   * A missing time is no obstacle, the time of receipt stands in for it; neither is a missing list or, in a request, an empty code.
   * The one required Boolean is `readonly` of a configuration key: without it a write shows what it is.
   */
  #substitute(field: Field, place: string, { place: inside, keyword, demand }: Unusable): unknown {
    const here = inside === "" ? place : inside;
    if (field.type === "boolean") {
      this.report(here, `${demand}, taken as false`);
      return false;
    }
    const isEmptyCode = this.#kind === "request" && field.type === "enum" && keyword === "enum";
    if (field.type !== "dateTime" && field.type !== "array" && !isEmptyCode) return new Unusable(here, keyword, demand);
    this.report(here, `${demand}, taken as absent`);
    return field.type === "array" ? [] : "";
  }

  #value(shape: Shape, value: unknown, place: string): unknown {
    if (shape.type === "array") return this.#array(shape, value, place);
    if (shape.type === "object")
      return isObject(value)
        ? this.object(value, shape.fields ?? [], place)
        : new Unusable(place, "type", "must be object");
    // Whoever has asked gets the answer as it is: the frame bounds it, and the messages what the twin keeps of it.
    const longestText = this.#kind === "response" ? Infinity : 0;
    const repaired = repairValue(shape, value, place.endsWith("Id"), longestText);
    if (repaired.kind === "unusable") return new Unusable(place, repaired.keyword, repaired.demand);
    this.#reportRepair(place, repaired);
    return repaired.value;
  }

  #reportRepair(place: string, { deviation }: Extract<Repaired, { kind: "usable" }>): void {
    if (deviation !== undefined) this.report(place, deviation);
  }

  #array({ items, minItems }: Shape, value: unknown, place: string): unknown {
    const isList = Array.isArray(value);
    if (!isList && !isObject(value)) return new Unusable(place, "type", "must be array");
    if (!isList) this.report(place, "an object taken for a list of one");
    const list: readonly unknown[] = isList ? value : [value];
    const kept: unknown[] = [];
    for (const [index, element] of list.entries()) {
      const here = `${place}[${index}]`;
      const repaired = items === undefined ? element : this.#value(items, element, here);
      if (repaired instanceof Unusable) this.report(repaired.place, `${repaired.demand}, dropped`);
      else kept.push(repaired);
    }
    if (list.length < (minItems ?? 0)) this.report(place, `must have at least ${minItems} element`);
    return kept;
  }
}
