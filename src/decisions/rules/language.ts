// The language of expressions: CEL with the variables and functions that a decision needs. The only file that runs the CEL library.
import { Environment, type ParseResult } from "@marcbachmann/cel-js";
import { LONGEST_TEXT } from "./facts.ts";
import { ChargePointFacts, ConnectorFacts, isBounded, SiteFacts, TransactionFacts } from "./facts.ts";
import { glob } from "../../std/glob.ts";
import { localTime } from "../../std/timeZones.ts";
import { timeFields } from "./timeFields.ts";

const TIME = "google.protobuf.Timestamp";

/** Fields of the variables that have some, with their CEL types. */
export const fieldsOfType: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Transaction: { active: "bool", id: "int", idTag: "string", energy: "double", duration: "double", started: TIME },
  Connector: {
    id: "int",
    status: "string",
    errorCode: "string",
    availability: "string",
    reservedFor: "string",
    transaction: "Transaction",
  },
  ChargePoint: {
    id: "string",
    vendor: "string",
    model: "string",
    serialNumber: "string",
    firmwareVersion: "string",
    registrationStatus: "string",
    securityProfile: "int",
    status: "string",
    errorCode: "string",
    connectors: "list<Connector>",
    activeTransactions: "int",
  },
  Site: { name: "string" },
};

const constructors = {
  Transaction: TransactionFacts,
  Connector: ConnectorFacts,
  ChargePoint: ChargePointFacts,
  Site: SiteFacts,
} as const;

/** The variables with their CEL types; `lists` comes with the file. */
export const variables: Readonly<Record<string, string>> = {
  action: "string",
  idTag: "string",
  connectorId: "int",
  chargePoint: "ChargePoint",
  connector: "Connector",
  transaction: "Transaction",
  payload: "map<string, dyn>",
  now: TIME,
  site: "Site",
};

/** Bounds of the parser. */
export const LONGEST_EXPRESSION = 4000;
const limits = { maxAstNodes: 1000, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };

/** What the methods that take a time zone are called inside: those of the library are wrong where the machine changes its clocks. */
export const zonedName = (field: string): string => `zoned${field}`;

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

/** Entries of the named lists of a file, by name. */
export type NamedLists = ReadonlyMap<string, ReadonlySet<string>>;

const folded = new WeakMap<object, ReadonlySet<string>>();

/** OCPP 1.6 §7.28: an IdToken is the same in upper and lower case. Lists that a payload holds are compared as they are. */
function isIn(text: string, list: ReadonlySet<string> | readonly string[]): boolean {
  return list instanceof Set
    ? (folded.get(list)?.has(fold(text)) ?? false)
    : (list as readonly string[]).includes(text);
}

function fold(text: string): string {
  return text.toLowerCase();
}

let common: Environment | undefined;

function commonEnvironment(): Environment {
  if (common !== undefined) return common;
  const environment = new Environment({ limits, enableOptionalTypes: false });
  const now = { async: false };
  for (const [name, fields] of Object.entries(fieldsOfType)) {
    const ctor = constructors[name as keyof typeof constructors];
    environment.registerType({ name, ctor, fields });
  }
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  for (const [field, read] of Object.entries(timeFields)) {
    const zoned = (time: Date, zone: string): bigint => BigInt(read(localTime(time, zone)));
    environment.registerFunction(`${TIME}.${zonedName(field)}(string): int`, zoned, now);
    environment.registerFunction(`${TIME}.${zonedName(field)}(): int`, (time: Date) => BigInt(read(time)), now);
  }
  environment.registerFunction("glob(string, string): bool", glob, now);
  environment.registerFunction("json(string): dyn", parseJson, now);
  for (const [sign, compute] of Object.entries(arithmetic)) {
    environment.registerOperator(`int ${sign} double: double`, (a: bigint, b: number) => compute(Number(a), b));
    environment.registerOperator(`double ${sign} int: double`, (a: number, b: bigint) => compute(a, Number(b)));
  }
  // The library looks through a set after it has not found a text in it.
  environment.registerOperator("string in list<string>: bool", isIn);
  environment.registerOperator("dyn<string> in list<string>: bool", isIn);
  common = environment;
  return environment;
}

function parseJson(text: string): unknown {
  if (text.length > LONGEST_TEXT) throw new Error("json(): the text is too long");
  const value = JSON.parse(text) as unknown;
  if (!isBounded(value)) throw new Error("json(): the value is too large");
  return value;
}

/** What makes expressions of a file out of their texts. */
export interface Language {
  /** Throws what the CEL library throws for a text that is no expression. */
  parse(text: string): ParseResult;
  readonly lists: NamedLists;
}

/** The language of a file with these lists. */
export function languageWith(lists: NamedLists): Language {
  const environment = commonEnvironment().clone();
  // A class of its own: the library tells types by their constructors.
  const Lists = class extends Object {};
  for (const list of lists.values()) folded.set(list, new Set(Array.from(list, fold)));
  const fields = Object.fromEntries(Array.from(lists.keys(), (name) => [name, "list<string>"]));
  environment.registerType({ name: "Lists", ctor: Lists, fields });
  environment.registerConstant("lists", "Lists", Object.assign(new Lists(), Object.fromEntries(lists)));
  return { parse: (text) => environment.parse(text), lists };
}
