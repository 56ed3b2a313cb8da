// How many decisions of one charge point are told as events, and so kept: whoever asks without end may fill neither the disk nor the
// queues of those who listen. All of them are counted.
import { AttemptWindow } from "../std/attemptWindow.ts";
import { BoundedWarnings } from "../std/boundedWarnings.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import type { Settings } from "../settings/settings.ts";

const HOUR_MS = 3_600_000;
/** Charge points of which the log says so in an hour. */
const MOST_LINES = 100;

type Bounds = Pick<Settings["limits"], "maxDecisionEventsPerHour" | "maxChargePoints">;

export class DecisionEventRoom {
  readonly #most: number;
  readonly #told: AttemptWindow;
  readonly #warnings: BoundedWarnings;

  constructor({ maxDecisionEventsPerHour, maxChargePoints }: Bounds, clock: Clock, log: Log) {
    this.#most = maxDecisionEventsPerHour;
    this.#told = new AttemptWindow({ clock, windowMs: HOUR_MS, most: this.#most, mostKeys: maxChargePoints });
    this.#warnings = new BoundedWarnings(log, clock, { periodMs: HOUR_MS, lines: MOST_LINES });
  }

  /** Why there is no room for another event of a charge point; undefined when there is. */
  fault(chargePointId: string): string | undefined {
    if (!this.#told.isExhausted(chargePointId)) return undefined;
    return `the charge point asks more often than ${this.#most} times an hour (limits.maxDecisionEventsPerHour)`;
  }

  /** Takes the room of an event; false when there is none, which the log says. */
  take(chargePointId: string): boolean {
    const fault = this.fault(chargePointId);
    if (fault === undefined) this.#told.add(chargePointId);
    else
      this.#warnings.warn(
        { chargePoint: chargePointId },
        `${fault}: further decisions are only counted`,
        chargePointId,
      );
    return fault === undefined;
  }
}
