// What a bench is and what it says: figures with their units, the rounds behind them, and the targets that judge them. It runs nothing.
import { median } from "./statistics.ts";

export interface Bench {
  /** By which `npm run bench` knows it. */
  readonly name: string;
  readonly title: string;
  /** In a sentence: what is measured, and how. */
  readonly method: string;
  /** The independent thing that is measured in the same run. */
  readonly yardstick: string;
  readonly targets: readonly Target[];
  readonly run: (length: Length) => Promise<readonly Figure[]>;
}

export interface Length {
  /** How often each side has its turn. */
  readonly rounds: number;
  /** Of the loads and times of a whole run, above 0 and at most 1. */
  readonly part: number;
}

export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Median of the rounds. */
  readonly value: number;
  /** Of the rounds, where there was more than one. */
  readonly lowest?: number;
  readonly highest?: number;
  /** Of a ratio: what it is a ratio to. Each round's is made of two measurements that followed each other. */
  readonly ratioTo?: string;
}

/** Judges the figure of that name. */
export type Target =
  | { readonly figure: string; readonly atMost: number }
  | { readonly figure: string; readonly atLeast: number };

export function figure(name: string, unit: string, rounds: number | readonly number[]): Figure {
  const all = typeof rounds === "number" ? [rounds] : rounds;
  const spread = all.length > 1 && { lowest: Math.min(...all), highest: Math.max(...all) };
  return { name, unit, value: median(all), ...spread };
}

/** `of` and `to` round by round. */
export function ratio(name: string, ratioTo: string, of: readonly number[], to: readonly number[]): Figure {
  const rounds = of.map((value, round) => value / (to[round] ?? Number.NaN));
  return { ...figure(name, "×", rounds), ratioTo };
}

/** Of a shorter run, at least one. */
export function partOf(count: number, { part }: Length): number {
  return Math.max(1, Math.round(count * part));
}

/** A, B, A, B, …: what was measured of each side, round by round. */
export async function inTurns<Side, Measured>(
  sides: readonly Side[],
  rounds: number,
  measure: (side: Side, round: number) => Promise<Measured>,
): Promise<Measured[][]> {
  const measured = sides.map((): Measured[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [place, side] of sides.entries()) measured[place]?.push(await measure(side, round));
  return measured;
}
