// What a soak has shown, as text.
import type { SoakOptions } from "./options.ts";
import type { Series } from "./series.ts";
import type { Soaked } from "./soak.ts";

export function reportOf({ series, done, frames, transactions, faults }: Soaked, options: SoakOptions): string {
  const { minutes, chargePoints } = options;
  const lines = [
    `${minutes} minutes, ${chargePoints} charge points, ${frames} frames, ${transactions} transactions; the first third is not judged`,
    "",
    `${"".padEnd(44)}${"median".padStart(10)}${"an hour".padStart(12)}  verdict`,
    ...series.map(lineOf),
    "",
    ...Object.entries(done).map(
      ([name, { succeeded, failed }]) => `${name.padEnd(44)}${of(succeeded)}${failedText(failed)}`,
    ),
    "",
    ...(faults.length === 0 ? ["Nothing grows."] : faults),
  ];
  return `${lines.join("\n")}\n`;
}

const of = (count: number): string => String(count).padStart(10);
const failedText = (failed: number): string => (failed === 0 ? "" : `  (${failed} failed)`);

function lineOf({ name, unit, median, slopePerHour, verdict, isJudged }: Series): string {
  const label = unit === "" ? name : `${name} (${unit})`;
  const slope = `${slopePerHour >= 0 ? "+" : ""}${slopePerHour.toFixed(1)}`;
  return `${label.padEnd(44)}${median.toFixed(1).padStart(10)}${slope.padStart(12)}  ${isJudged ? verdict : "kept on disk"}`;
}
