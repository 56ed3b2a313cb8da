// The part of our log that a user's module may fill: so many lines a second, what comes on top is counted. It reads nothing.
import { AttemptWindow } from "../std/attemptWindow.ts";
import type { Clock } from "../std/clock.ts";
import type { Log, LogFields } from "../std/log.ts";

const MOST_LINES = 50;
const WINDOW_MS = 1000;
const LONGEST_LINE = 1000;
/** Terminals take some of them for commands. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/gu;

export class BoundedLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #window: AttemptWindow;
  #dropped = 0;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    this.#window = new AttemptWindow({ clock, windowMs: WINDOW_MS, most: MOST_LINES, mostKeys: 1 });
  }

  get isFull(): boolean {
    return this.#window.isExhausted("");
  }

  write(level: "info" | "warn", fields: LogFields, text: string): void {
    if (this.isFull) return this.drop(1);
    this.#window.add("");
    this.#log[level](fields, text.slice(0, LONGEST_LINE).replace(CONTROL_CHARACTERS, "�"));
  }

  /** Counts lines that are not written. */
  drop(lines: number): void {
    if (this.#dropped === 0) this.#clock.after(WINDOW_MS, () => this.#tellDropped());
    this.#dropped += lines;
  }

  #tellDropped(): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#log.warn({ dropped }, `a module may write ${MOST_LINES} lines a second; the others were dropped`);
  }
}
