// Loaded into a bridge before anything else (`--import`), in each of its threads: somebody sets the clock of the machine. What Date says is as
// many ms away from the truth as stands in the file CLOCK_OFFSET; the monotonic clock and timers go on, as they do on a real machine.
import { readFileSync } from "node:fs";

const { CLOCK_OFFSET = "" } = process.env;
const LOOK_MS = 20;

const Real = Date;
let offsetMs = 0;
/** Written as a whole: a number that cannot be read yet is looked for again. */
function look(): void {
  const text = readFileSync(CLOCK_OFFSET, "utf8");
  if (/^-?\d+\n$/u.test(text)) offsetMs = Number(text);
}
look();
setInterval(look, LOOK_MS).unref();

class SteppedDate extends Real {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [SteppedDate.now()] : given) as [number]));
  }

  static override now(): number {
    return Real.now() + offsetMs;
  }
}

/** Without `new` it gives the time as a text. */
globalThis.Date = new Proxy(SteppedDate, { apply: () => new SteppedDate().toString() }) as unknown as DateConstructor;
