// `npm run bench` without its benches: what is asked for, one bench after the other, and what is written of it. A bench that fails is told and
// the others go on.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Bench, Figure, Length } from "./bench.ts";
import type { Conditions } from "./conditions.ts";
import { measuredOf, merged, parseRecord, textOf, type Measured, type Benchmarks } from "./record.ts";
import { amountOf, judge, reportOf, spreadOf } from "./report.ts";

export interface Surroundings {
  readonly benches: readonly Bench[];
  /** Rejects when the bench fails. */
  readonly run: (bench: Bench, length: Length) => Promise<readonly Figure[]>;
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Undefined when there is no such file. */
  readonly read: (file: string) => string | undefined;
  readonly write: (file: string, text: string) => void;
  readonly conditions: () => Conditions;
  /** Epoch, milliseconds. */
  readonly now: () => number;
  /** Where a whole run writes to. */
  readonly defaults: Files;
  /** With a profiler nothing is as fast as without. */
  readonly isProfiled: boolean;
}

export interface Files {
  readonly json?: string | undefined;
  readonly markdown?: string | undefined;
}

/** sysexits.h: EX_USAGE, EX_DATAERR. */
const USAGE = 64;
const DATA = 65;
const WHOLE: Length = { rounds: 3, part: 1 };
const QUICK: Length = { rounds: 1, part: 0.05 };

const HELP = `npm run bench -- [OPTION …] [NAME …]

Runs all benches, or those that are named, and writes what they have measured into
BENCHMARKS.md and, for the next run, into test/bench/figures.generated.json; of the
benches that do not run, both keep what they hold.

  --json FILE      writes (and first reads) FILE instead
  --markdown FILE  writes FILE instead of BENCHMARKS.md
  --quick          short rounds: says that the benches work, writes only files that are named
  --list           names the benches
  --help           says this

BENCH_PROFILE=FOLDER writes CPU profiles of what is measured there, and no figures.
`;

interface Asked {
  readonly names: readonly string[];
  readonly isQuick: boolean;
  readonly files: Files;
}

/** Resolves to the exit code. */
export async function runBenches(argv: readonly string[], around: Surroundings): Promise<number> {
  const asked = askedOf(argv, around);
  if (typeof asked === "number") return asked;
  const kept = keptOf(asked.files, around);
  if (kept === undefined) {
    around.complain(
      `${asked.files.json} is not what a run of benches has written: delete it or name another file by --json.\n`,
    );
    return DATA;
  }
  const conditions = around.conditions();
  let record = kept;
  let failed: string[] = [];
  for (const bench of around.benches) {
    if (!asked.names.includes(bench.name)) continue;
    const measured = await runBench(bench, asked, conditions, around);
    if (measured === undefined) {
      failed = [...failed, bench.name];
      continue;
    }
    // After each, so that a run that is broken off leaves what it has measured.
    record = merged(record, { [bench.name]: measured }, namesOf(around));
    writeAll(record, asked.files, around);
  }
  if (failed.length > 0) around.complain(`\nFailed: ${failed.join(", ")}.\n`);
  return failed.length === 0 ? 0 : 1;
}

const namesOf = ({ benches }: Surroundings): string[] => benches.map(({ name }) => name);

/** An exit code when there is nothing to run. */
function askedOf(argv: readonly string[], around: Surroundings): Asked | number {
  const parsed = parsedOf(argv);
  if (typeof parsed === "string") return refuse(`${parsed}\n\n${HELP}`, around);
  const { values, positionals } = parsed;
  if (values.help) return tell(HELP, around);
  if (values.list)
    return tell(around.benches.map(({ name, title }) => `${name.padEnd(20)} ${title}\n`).join(""), around);
  const known = namesOf(around);
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    return refuse(`No bench called ${unknown.join(", ")}; there are ${known.join(", ")}.\n`, around);
  const { defaults } = around;
  const [json, markdown] = [values.json, values.markdown].map((file) =>
    file === undefined ? undefined : resolve(file),
  );
  const isMeasured = !values.quick && !around.isProfiled;
  if (!isMeasured && [json, markdown].some((file) => file !== undefined && Object.values(defaults).includes(file)))
    return refuse("What is measured quickly, or with a profiler, is not written there.\n", around);
  const files = { json: json ?? defaults.json, markdown: markdown ?? defaults.markdown };
  const names = positionals.length === 0 ? known : positionals;
  return { names, isQuick: values.quick, files: isMeasured ? files : { json, markdown } };
}

function parsedOf(argv: readonly string[]): ReturnType<typeof parse> | string {
  try {
    return parse(argv);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function parse(argv: readonly string[]): {
  readonly values: {
    readonly json?: string;
    readonly markdown?: string;
    readonly quick: boolean;
    readonly list: boolean;
    readonly help: boolean;
  };
  readonly positionals: readonly string[];
} {
  const flag = { type: "boolean", default: false } as const;
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: "string" }, markdown: { type: "string" }, quick: flag, list: flag, help: flag },
  });
}

function tell(text: string, { say }: Surroundings): number {
  say(text);
  return 0;
}

function refuse(text: string, { complain }: Surroundings): number {
  complain(text);
  return USAGE;
}

function keptOf({ json }: Files, { read }: Surroundings): Benchmarks | undefined {
  const text = json === undefined ? undefined : read(json);
  return text === undefined ? {} : parseRecord(text);
}

async function runBench(
  bench: Bench,
  { isQuick }: Asked,
  conditions: Conditions,
  { run, say, complain, now }: Surroundings,
): Promise<Measured | undefined> {
  const begin = now();
  say(`\n${bench.name}: ${bench.title}${isQuick ? " (quick: the figures do not count)" : ""}\n`);
  try {
    const figures = await run(bench, isQuick ? QUICK : WHOLE);
    const seconds = (now() - begin) / 1000;
    const measured = measuredOf(bench, figures, { at: new Date(begin).toISOString(), seconds, isQuick, conditions });
    say(linesOf(measured));
    return measured;
  } catch (error) {
    complain(`  failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

function linesOf({ figures, targets, seconds }: Measured): string {
  const lines = figures.map((figure) => {
    const target = targets.find((each) => each.figure === figure.name);
    const judged = target === undefined ? "" : `  ${judge(target, figure)}`;
    return `  ${figure.name.padEnd(64)} ${amountOf(figure).padStart(14)}  ${spreadOf(figure)}${judged}\n`;
  });
  return `${lines.join("")}  took ${seconds.toFixed(0)} s\n`;
}

function writeAll(record: Benchmarks, { json, markdown }: Files, around: Surroundings): void {
  if (json !== undefined) around.write(json, textOf(record));
  if (markdown !== undefined) around.write(markdown, reportOf(record, namesOf(around)));
}
