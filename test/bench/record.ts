// What has been measured, kept as JSON from one run to the next: a run of some benches replaces what is kept of those and of no others.
import type { Bench, Figure, Target } from "./bench.ts";
import type { Conditions } from "./conditions.ts";

export interface Measured {
  readonly title: string;
  readonly method: string;
  readonly yardstick: string;
  readonly targets: readonly Target[];
  readonly figures: readonly Figure[];
  /** ISO 8601. */
  readonly at: string;
  /** How long it took. */
  readonly seconds: number;
  /** Shorter than a whole run: its figures say only that it works. */
  readonly isQuick: boolean;
  readonly conditions: Conditions;
}

/** By the names of the benches. */
export type Benchmarks = Readonly<{ [name: string]: Measured }>;

const SIGNIFICANT_DIGITS = 6;

export function measuredOf(
  { title, method, yardstick, targets }: Bench,
  figures: readonly Figure[],
  run: Pick<Measured, "at" | "seconds" | "isQuick" | "conditions">,
): Measured {
  // What could not be measured is left out: JSON has no word for it.
  const found = figures.filter(({ value }) => Number.isFinite(value)).map(rounded);
  return { title, method, yardstick, targets, figures: found, ...run };
}

const round = (value: number): number => Number(value.toPrecision(SIGNIFICANT_DIGITS));

function rounded({ value, lowest, highest, ...figure }: Figure): Figure {
  const hasSpread = Number.isFinite(lowest) && Number.isFinite(highest);
  const spread = hasSpread && { lowest: round(lowest ?? 0), highest: round(highest ?? 0) };
  return { ...figure, value: round(value), ...spread };
}

/** What is kept of benches that there are no more is dropped; the order is that of `names`. */
export function merged(kept: Benchmarks, measured: Benchmarks, names: readonly string[]): Benchmarks {
  const entries = names.flatMap((name): [string, Measured][] => {
    const one = measured[name] ?? kept[name];
    return one === undefined ? [] : [[name, one]];
  });
  return Object.fromEntries(entries);
}

/** Undefined when it is not what `textOf` writes. */
export function parseRecord(text: string): Benchmarks | undefined {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return undefined;
  }
  const benches = isObject(found) ? found["benches"] : undefined;
  return isObject(benches) && Object.values(benches).every(isMeasured) ? (benches as Benchmarks) : undefined;
}

export function textOf(benches: Benchmarks): string {
  return `${JSON.stringify({ benches }, null, 2)}\n`;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMeasured(value: unknown): boolean {
  if (!isObject(value) || !isObject(value["conditions"]) || !isObject(value["conditions"]["versions"])) return false;
  const { figures, targets } = value;
  const areThere = [value["title"], value["method"], value["yardstick"], value["at"]].every(isText);
  return (
    areThere && Array.isArray(figures) && figures.every(isFigure) && Array.isArray(targets) && targets.every(isTarget)
  );
}

function isFigure(value: unknown): boolean {
  return isObject(value) && isText(value["name"]) && isText(value["unit"]) && typeof value["value"] === "number";
}

function isTarget(value: unknown): boolean {
  return isObject(value) && isText(value["figure"]) && ("atMost" in value || "atLeast" in value);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
