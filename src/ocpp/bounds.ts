// Bounds on how often something may happen: a bucket of tokens of one key, a rate of all together, and when to come again. No timers.
import type { Clock } from "../std/clock.ts";

export interface BucketOptions {
  readonly clock: Clock;
  /** Tokens of a full bucket, and how many come back in `refillMs`. */
  readonly capacity: number;
  /** How long an empty bucket takes to be full again. */
  readonly refillMs: number;
  /** How many different keys are remembered; beyond it the one that has taken nothing for longest is forgotten. */
  readonly mostKeys: number;
}

/** A bucket of tokens for each key, full at first, that refills evenly: who has emptied it is slowed down, not shut out. */
export class TokenBuckets {
  readonly #options: BucketOptions;
  /** How long one token takes. */
  readonly #tokenMs: number;
  /** When the bucket of a key is full again; the key that took last stands last. */
  readonly #fullAt = new Map<string, number>();

  constructor(options: BucketOptions) {
    this.#options = options;
    this.#tokenMs = options.refillMs / options.capacity;
  }

  /** Seconds until `key` has a token, rounded up; 0 when it has one now. */
  secondsToNext(key: string): number {
    const now = this.#options.clock.monotonic();
    const missingMs = (this.#fullAt.get(key) ?? now) - now;
    return Math.max(0, Math.ceil((missingMs - (this.#options.capacity - 1) * this.#tokenMs) / 1000));
  }

  /** Takes a token of `key`; an empty bucket stays empty. */
  take(key: string): void {
    const { clock, refillMs, mostKeys } = this.#options;
    const now = clock.monotonic();
    const fullAt = Math.max(now, this.#fullAt.get(key) ?? now);
    this.#fullAt.delete(key);
    if (this.#fullAt.size >= mostKeys) this.#forgetOldest();
    this.#fullAt.set(key, Math.min(fullAt + this.#tokenMs, now + refillMs));
  }

  #forgetOldest(): void {
    const oldest = this.#fullAt.keys().next();
    if (oldest.done !== true) this.#fullAt.delete(oldest.value);
  }
}

/** A rate with a burst of one second's worth. */
export class Rate {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#at = clock.monotonic();
  }

  /** Takes one; false when the rate is used up. */
  take(): boolean {
    const now = this.#clock.monotonic();
    const gained = ((now - this.#at) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#perSecond, this.#left + gained);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

export interface AppointmentOptions {
  readonly clock: Clock;
  readonly perSecond: number;
  readonly soonestSeconds: number;
  readonly latestSeconds: number;
}

/** When those who are refused may come again: one after the other, or a storm would come back as the same storm. */
export class Appointments {
  readonly #options: AppointmentOptions;
  #last = 0;

  constructor(options: AppointmentOptions) {
    this.#options = options;
  }

  /** In how many seconds the next one may come. */
  nextSeconds(): number {
    const { clock, perSecond, soonestSeconds, latestSeconds } = this.#options;
    const now = clock.monotonic();
    const next = Math.max(now + soonestSeconds * 1000, this.#last + 1000 / perSecond);
    this.#last = Math.min(next, now + latestSeconds * 1000);
    return Math.floor((this.#last - now) / 1000);
  }
}
