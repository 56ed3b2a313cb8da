// Benches that measure nothing, and surroundings in memory, for the tests of the runner.
import { resolve } from "node:path";
import { figure, ratio, type Bench, type Figure } from "../bench/bench.ts";
import type { Conditions } from "../bench/conditions.ts";
import { runBenches, type Surroundings } from "../bench/runner.ts";

export const conditions: Conditions = {
  processor: "Processor",
  cores: 2,
  memoryGigabytes: 8,
  system: "Linux 6",
  node: "24.0.0",
  versions: { ws: "8.0.0" },
  commit: "0123456789ab",
};

/** `own` against the yardstick's 10 in each of three rounds; the ratio may be 1.5. */
export function bench(name: string, own: number): Bench {
  return {
    name,
    title: `Title of ${name}`,
    method: "A sentence.",
    yardstick: "something else.",
    targets: [
      { figure: "own / plain", atMost: 1.5 },
      { figure: "what nobody measures", atLeast: 1 },
    ],
    run: async () => {
      const [ours, plain] = [
        [own, own + 1, own + 2],
        [10, 10, 10],
      ];
      return [figure("own", "ms", ours), figure("plain", "ms", plain), ratio("own / plain", "plain", ours, plain)];
    },
  };
}

export function failing(name: string): Bench {
  return { ...bench(name, 0), run: () => Promise.reject(new Error("there is no such machine")) };
}

export const JSON_FILE = resolve("/kept/figures.generated.json");
export const MARKDOWN_FILE = resolve("/kept/BENCHMARKS.md");

export interface Ran {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
  readonly files: Map<string, string>;
}

/** `files` are those that are there before; they are written in place. */
export async function runWith(
  benches: readonly Bench[],
  argv: readonly string[],
  { files = new Map<string, string>(), ...others }: Partial<Surroundings> & { files?: Map<string, string> } = {},
): Promise<Ran> {
  let said = "";
  let complained = "";
  const code = await runBenches(argv, {
    benches,
    run: (one, length): Promise<readonly Figure[]> => one.run(length),
    say: (text) => (said += text),
    complain: (text) => (complained += text),
    read: (file) => files.get(file),
    write: (file, text) => files.set(file, text),
    conditions: () => conditions,
    now: () => Date.UTC(2026, 10, 28),
    defaults: { json: JSON_FILE, markdown: MARKDOWN_FILE },
    isProfiled: false,
    ...others,
  });
  return { code, said, complained, files };
}
