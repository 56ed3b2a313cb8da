// A bound on how often something may happen: attempts of one key in a window of time. No timers.
import type { Clock } from "./clock.ts";

export interface WindowOptions {
  readonly clock: Clock;
  readonly windowMs: number;
  /** How often in one window. */
  readonly most: number;
  /** How many different keys are remembered; beyond it the oldest is forgotten. */
  readonly mostKeys: number;
}

/** Counts attempts by key; all counts begin anew with every window. */
export class AttemptWindow {
  readonly #options: WindowOptions;
  readonly #counts = new Map<string, number>();
  #windowStart: number;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#windowStart = options.clock.monotonic();
  }

  /** Whether `key` has used up its attempts. */
  isExhausted(key: string): boolean {
    this.#renew();
    return (this.#counts.get(key) ?? 0) >= this.#options.most;
  }

  add(key: string): void {
    this.#renew();
    const count = this.#counts.get(key) ?? 0;
    if (count === 0 && this.#counts.size >= this.#options.mostKeys) this.#forgetOldest();
    this.#counts.set(key, count + 1);
  }

  /** Takes an attempt back that has turned out not to count; one of a window before is forgotten anyway. */
  takeBack(key: string): void {
    this.#renew();
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
  }

  /** Seconds until the counts begin anew, at least 1. */
  secondsLeft(): number {
    const { clock, windowMs } = this.#options;
    return Math.max(1, Math.ceil((this.#windowStart + windowMs - clock.monotonic()) / 1000));
  }

  #renew(): void {
    const now = this.#options.clock.monotonic();
    if (now - this.#windowStart < this.#options.windowMs) return;
    this.#windowStart = now;
    this.#counts.clear();
  }

  #forgetOldest(): void {
    const oldest = this.#counts.keys().next();
    if (oldest.done !== true) this.#counts.delete(oldest.value);
  }
}
