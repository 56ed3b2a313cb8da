// How it is told of commands whose requester lacks the right: each is counted, but whoever may do nothing may fill neither the log nor the
// queues of those who listen to events.
import { AttemptWindow } from "../std/attemptWindow.ts";
import { BoundedWarnings } from "../std/boundedWarnings.ts";
import type { Clock } from "../std/clock.ts";
import type { Log, LogFields } from "../std/log.ts";
import type { Requester } from "../twin/commands.ts";

const MINUTE_MS = 60_000;
/** Different lines of the log in a minute; the others are counted. */
export const MOST_LINES = 100;
/** Events of one user in a minute. */
export const MOST_EVENTS = 600;
/** Users that are told apart; no site has as many. */
const MOST_USERS = 1000;

export class Denials {
  readonly #warnings: BoundedWarnings;
  readonly #announced: AttemptWindow;

  constructor(log: Log, clock: Clock) {
    this.#warnings = new BoundedWarnings(log, clock, { periodMs: MINUTE_MS, lines: MOST_LINES });
    this.#announced = new AttemptWindow({ clock, windowMs: MINUTE_MS, most: MOST_EVENTS, mostKeys: MOST_USERS });
  }

  /** A line of the log that says who wanted what of whom; the same is said once a minute. */
  log(fields: LogFields): void {
    this.#warnings.warn(fields, "command denied", JSON.stringify(fields));
  }

  /** Whether there is room for another event of this user; the log says when there is none. */
  mayAnnounce({ user, via }: Pick<Requester, "user" | "via">): boolean {
    const key = `${via} ${user}`;
    if (this.#announced.isExhausted(key)) {
      const message = `commands are denied more often than ${MOST_EVENTS} times a minute: those that follow are only counted`;
      this.#warnings.warn({ user, via }, message, key);
      return false;
    }
    this.#announced.add(key);
    return true;
  }
}
