// What `npm run soak` may be told.
import { parseArgs } from "node:util";

export const HELP = `npm run soak -- [--minutes 30] [--charge-points 200] [--every 10] [--json FILE] [--keep FOLDER]

Starts the bridge on this machine, lets charge points, SCADA clients, browsers and changes of rules live around it, and watches what it
holds: memory, heaps after a collection, descriptors, threads, timers, files. Says of each whether it is flat or grows, per hour.

  --minutes N         how long it is watched, 0.1 to 10080; the first third is the warm-up and is not judged (default 30)
  --charge-points N   how many live, 1 to 10000 (default 200)
  --every N           seconds from one look to the next, 1 to 3600 (default: a hundredth of the time, at least 1, at most 15)
  --json FILE         writes all figures there
  --keep FOLDER       settings, data and log of the bridge lie there and stay; a folder that is empty or is made
  --help              this text

Exit code: 0 nothing grows, 1 something grows or the bridge has failed, 64 the command line is wrong.
`;

export interface SoakOptions {
  readonly minutes: number;
  readonly chargePoints: number;
  readonly everySeconds: number;
  readonly json: string | undefined;
  readonly keep: string | undefined;
}

const MOST_SECONDS = 15;
const LOOKS = 100;

/** `help`, options, or a sentence that says what is wrong. */
export function readOptions(args: readonly string[]): "help" | SoakOptions | { readonly wrong: string } {
  const option = { type: "string" } as const;
  const options = {
    minutes: option,
    "charge-points": option,
    every: option,
    json: option,
    keep: option,
    help: { type: "boolean" },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.help === true) return "help";
    const minutes = numberIn("--minutes", values.minutes ?? "30", [0.1, 10_080]);
    const chargePoints = numberIn("--charge-points", values["charge-points"] ?? "200", [1, 10_000]);
    if (!Number.isInteger(chargePoints)) throw new Error("--charge-points is a whole number");
    const usual = Math.min(Math.max((minutes * 60) / LOOKS, 1), MOST_SECONDS);
    const everySeconds = numberIn("--every", values.every ?? String(usual), [1, 3600]);
    return { minutes, chargePoints, everySeconds, json: values.json, keep: values.keep };
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

function numberIn(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most)) throw new Error(`${name} is from ${least} to ${most}`);
  return value;
}
