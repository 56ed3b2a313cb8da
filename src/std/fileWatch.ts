// Notices that files have been changed, replaced or removed, once they have stayed as they are for one interval, so that nobody reads half of
// them. It reads no contents.
import { every, type Clock, type Timer } from "./clock.ts";
import { lookAt, markNow } from "./fileMark.ts";
import type { Log } from "./log.ts";

export interface FileWatchOptions {
  readonly files: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly changed: () => void;
}

const LOOK_INTERVAL_MS = 2000;

export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #timer: Timer;
  /** How the files lay when they were read last. */
  #known: string;

  constructor(options: FileWatchOptions) {
    this.#options = options;
    this.#known = options.files.map(markNow).join("\n");
    this.#timer = this.#look();
  }

  /** Before they are read: as they lie there now they are no news any more. */
  note(): void {
    this.#known = this.#options.files.map(markNow).join("\n");
  }

  stop(): void {
    this.#timer.cancel();
  }

  #look(): Timer {
    const { files, clock, log, changed } = this.#options;
    let seen = this.#known;
    const look = async (): Promise<void> => {
      const marks = (await Promise.all(files.map(lookAt))).join("\n");
      if (marks !== this.#known && marks === seen) changed();
      seen = marks;
    };
    return every(clock, LOOK_INTERVAL_MS, () => {
      look().catch((error: unknown) => log.error({ error: String(error) }, "the certificates were not looked at"));
    });
  }
}
