// BENCHMARKS.md from what has been measured: the same record makes the same file. It measures nothing.
import type { Figure, Target } from "./bench.ts";
import type { Conditions } from "./conditions.ts";
import type { Measured, Benchmarks } from "./record.ts";

const INTRODUCTION = `# Benchmarks

Written by \`npm run bench\`; do not edit. Repeat it with \`npm run bench\`, one bench with \`npm run bench -- NAME\`, which writes only its section anew; \`npm run bench -- --list\` names them. The machine should have nothing else to do.

Each bench measures the bridge and an independent yardstick in the same run, in turns. What loads a server runs in another process. Each value is the median of the rounds, beside it the lowest and the highest; a ratio is made of two measurements that followed each other. CPU is user and system time of the whole process, all threads together, unless it is said otherwise. Ratios can be compared between machines, times cannot.
`;

export function reportOf(record: Benchmarks, names: readonly string[]): string {
  const entries = Object.entries(record);
  const latest = entries.toSorted(([, a], [, b]) => b.at.localeCompare(a.at))[0]?.[1].conditions;
  const missing = names.filter((name) => !(name in record));
  const parts = [
    INTRODUCTION,
    ...(entries.some(([, { isQuick }]) => isQuick) ? [QUICK] : []),
    ...(latest === undefined ? [] : [`## Machine\n\n${machineOf(latest)}`]),
    `## Targets\n\n${targetsOf(record)}`,
    ...(missing.length === 0 ? [] : [`Not measured: ${missing.join(", ")}.\n`]),
    ...entries.map(([name, measured]) => sectionOf(name, measured, latest)),
  ];
  return parts.join("\n");
}

const QUICK =
  "**Some of this was measured quickly (`--quick`): it says that the benches work, and nothing about speed.**\n";

function machineOf({ processor, cores, memoryGigabytes, system, node, versions }: Conditions): string {
  return tableOf(
    ["what", "value"],
    [
      ["processor", `${processor}, ${cores} cores`],
      ["memory", `${memoryGigabytes} GiB`],
      ["system", system],
      ["Node.js", node],
      ...Object.entries(versions),
    ],
  );
}

function targetsOf(record: Benchmarks): string {
  const rows = Object.entries(record).flatMap(([name, { targets, figures }]) =>
    targets.map((target) => {
      const found = figures.find((figure) => figure.name === target.figure);
      return [
        name,
        target.figure,
        wordsOf(target, found),
        found === undefined ? "" : amountOf(found),
        judge(target, found),
      ];
    }),
  );
  return tableOf(["bench", "figure", "target", "measured", "result"], rows);
}

function sectionOf(name: string, measured: Measured, latest: Conditions | undefined): string {
  const { title, method, yardstick, figures, targets, at, seconds, conditions, isQuick } = measured;
  const rows = figures.map((figure) => {
    const target = targets.find((each) => each.figure === figure.name);
    return [
      figure.name,
      amountOf(figure),
      spreadOf(figure),
      figure.ratioTo ?? "",
      target === undefined ? "" : `${wordsOf(target, figure)}: ${judge(target, figure)}`,
    ];
  });
  const when = `Measured on ${at.slice(0, 10)} in ${Math.round(seconds)} s${isQuick ? ", quickly (`--quick`)" : ""}; tree: ${conditions.commit}.`;
  const elsewhere = isSame(conditions, latest)
    ? ""
    : `\nMeasured on another machine or with other versions:\n\n${machineOf(conditions)}`;
  const table = tableOf(["figure", "value", "rounds", "ratio to", "target"], rows);
  return `## ${title}\n\n\`npm run bench -- ${name}\`: ${method}\n\nYardstick: ${yardstick}\n\n${when}\n${elsewhere}\n${table}`;
}

function isSame(conditions: Conditions, latest: Conditions | undefined): boolean {
  return latest !== undefined && machineOf(conditions) === machineOf(latest);
}

/** Of a figure against its target, in a word. */
export function judge(target: Target, figure: Figure | undefined): "met" | "missed" | "not measured" {
  if (figure === undefined) return "not measured";
  const isMet = "atMost" in target ? figure.value <= target.atMost : figure.value >= target.atLeast;
  return isMet ? "met" : "missed";
}

function wordsOf(target: Target, figure: Figure | undefined): string {
  const [sign, bound] = "atMost" in target ? ["≤", target.atMost] : ["≥", target.atLeast];
  return `${sign} ${amountOf({ unit: figure?.unit ?? "", value: bound })}`;
}

export function amountOf({ value, unit }: Pick<Figure, "value" | "unit">): string {
  return `${numberOf(value)}${unit === "" ? "" : ` ${unit}`}`;
}

export function spreadOf({ lowest, highest }: Figure): string {
  return lowest === undefined || highest === undefined ? "" : `${numberOf(lowest)} – ${numberOf(highest)}`;
}

const threeDigits = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** Three digits that count; of large numbers all that stand before the point. */
function numberOf(value: number): string {
  return threeDigits.format(Math.abs(value) >= 1000 ? Math.round(value) : value);
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], fill = " "): string =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width, fill)).join(" | ")} |\n`;
  const [head = [], ...body] = all;
  return `${line(head)}${line([], "-")}${body.map((row) => line(row)).join("")}`;
}
