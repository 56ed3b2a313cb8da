// What a load has shown, as tables of text. Pure.
import type { Figures } from "./measure.ts";
import type { Cost, ThreadProfile } from "./profile.ts";
import { WATCHED, YARDSTICK, type LoadResult } from "./run.ts";

const SENTENCES_SHOWN = 20;
const PER_MESSAGE = "CPU of a message, whole process (µs)";
const RATIO = "CPU of a message, as a ratio of the bare server";

export interface Column {
  readonly title: string;
  readonly figures: Figures;
}

/** One line for each figure that any column has. */
export function tableOf(columns: readonly Column[]): string {
  const names = [...new Set(columns.flatMap(({ figures }) => Object.keys(figures)))];
  const rows = [
    ["", ...columns.map(({ title }) => title)],
    ...names.map((name) => [name, ...columns.map(({ figures }) => cellOf(figures[name]))]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

function cellOf(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) >= 100 ? 0 : 2);
}

/** Phases side by side, with the ratios that need two of them. */
export function columnsOf({ phases }: LoadResult): readonly Column[] {
  const bare = phases[YARDSTICK];
  return Object.entries(phases).map(([title, { figures }]) => {
    const ratio = (figures[PER_MESSAGE] ?? Number.NaN) / (bare?.figures[PER_MESSAGE] ?? Number.NaN);
    return { title, figures: Number.isNaN(ratio) ? figures : { ...figures, [RATIO]: ratio } };
  });
}

/** One run, whole. */
export function reportOf(result: LoadResult): string {
  const { once, profiles } = result;
  return [
    tableOf([{ title: "once", figures: once }]),
    tableOf(columnsOf(result)),
    ...profiles.map(profileText),
    endOf(result),
  ].join("\n\n");
}

/** Several runs side by side: how each figure grows. */
export function growthOf(results: readonly LoadResult[]): string {
  const columns = results.map((result) => ({
    title: `${result.plan.chargePoints} charge points`,
    figures: { ...result.once, ...columnsOf(result).find(({ title }) => title === WATCHED)?.figures },
  }));
  return [tableOf(columns), ...results.map(endOf)].join("\n\n");
}

function endOf({ plan, lost, problems }: LoadResult): string {
  const sentences = [...lost.map((text) => `LOST: ${text}`), ...problems.map((text) => `problem: ${text}`)];
  const more = sentences.length > SENTENCES_SHOWN ? [`… and ${sentences.length - SENTENCES_SHOWN} more`] : [];
  const end = lost.length === 0 ? "nothing was lost" : `${lost.length} things were lost`;
  return [...sentences.slice(0, SENTENCES_SHOWN), ...more, `${plan.chargePoints} charge points: ${end}`].join("\n");
}

function profileText({ thread, busyMs, functions, files, withCallees }: ThreadProfile): string {
  const part = (title: string, costs: readonly Cost[]): string =>
    [`  ${title}`, ...costs.map(({ what, share }) => `    ${share.toFixed(1).padStart(5)} %  ${what}`)].join("\n");
  return [
    `thread ${thread}: busy for ${(busyMs / 1000).toFixed(1)} s`,
    part("own time of functions", functions),
    part("own time of files and packages", files),
    part("our functions with what they call", withCallees),
  ].join("\n");
}
