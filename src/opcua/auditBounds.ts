// How many audit events one user may cause who can change nothing, or is refused: whoever may nothing must not drive what others have done
// out of the queues of those who listen. What is left out is counted and told.
import { AttemptWindow } from "../std/attemptWindow.ts";
import type { Clock } from "../std/clock.ts";

const MINUTE_MS = 60_000;
/** Events of one user in a minute. */
export const MOST_AUDITS = 600;
/** Users that are told apart; no site has as many. */
const MOST_USERS = 1000;

export class AuditBounds {
  readonly #clock: Clock;
  readonly #tellOmitted: (user: string, count: number) => void;
  readonly #told: AttemptWindow;
  readonly #omitted = new Map<string, number>();

  constructor(clock: Clock, tellOmitted: (user: string, count: number) => void) {
    this.#clock = clock;
    this.#tellOmitted = tellOmitted;
    this.#told = new AttemptWindow({ clock, windowMs: MINUTE_MS, most: MOST_AUDITS, mostKeys: MOST_USERS });
  }

  /** Whether there is room for another event of this user; how many had none is told within a minute. */
  mayTell(user: string): boolean {
    if (!this.#told.isExhausted(user)) {
      this.#told.add(user);
      return true;
    }
    if (this.#omitted.size === 0) this.#clock.after(MINUTE_MS, () => this.#endMinute());
    this.#omitted.set(user, (this.#omitted.get(user) ?? 0) + 1);
    return false;
  }

  #endMinute(): void {
    const omitted = [...this.#omitted];
    this.#omitted.clear();
    for (const [user, count] of omitted) this.#tellOmitted(user, count);
  }
}
