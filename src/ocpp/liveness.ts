// Whether the other end of a link is still there: any frame counts as life, silence is asked by a ping (RFC 6455 §5.5.2).
// It decides nothing; a dead peer is reported once.
import type { Clock, Timer } from "../std/clock.ts";

export interface LivenessOptions {
  readonly clock: Clock;
  /** Silence after which the peer is asked. */
  readonly intervalMs: number;
  /** Silence after the question that means death. */
  readonly timeoutMs: number;
  readonly ping: () => void;
  /** True while we do not read the socket: the silence is our own. */
  readonly isPaused: () => boolean;
  readonly dead: () => void;
}

export class Liveness {
  readonly #options: LivenessOptions;
  #timer: Timer | undefined;
  readonly #probes = new Set<(alive: boolean) => void>();
  #heard = false;
  #ended = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  /** Begins to watch: a silent peer is pinged once an interval. What came in before says nothing of the interval that begins. */
  watch(): void {
    this.#heard = false;
    this.#wait(this.#options.intervalMs, () => this.#check());
  }

  /** Something came in. Called for every frame, so it does next to nothing. */
  heard(): void {
    this.#heard = true;
    if (this.#probes.size > 0) this.#settleProbes(true);
  }

  /** Asks now; true as soon as anything comes in, false when nothing does within `timeoutMs` or the link ends. */
  probe(timeoutMs: number): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (alive: boolean): void => {
        timer.cancel();
        this.#probes.delete(settle);
        resolve(alive);
      };
      const timer = this.#options.clock.after(timeoutMs, () => settle(this.#options.isPaused()));
      this.#probes.add(settle);
      this.#options.ping();
    });
  }

  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
    this.#settleProbes(false);
  }

  #check(): void {
    if (this.#heard || this.#options.isPaused()) return this.watch();
    this.#options.ping();
    this.#wait(this.#options.timeoutMs, () => {
      if (!this.#heard && !this.#options.isPaused()) return this.#options.dead();
      this.watch();
    });
  }

  #wait(delayMs: number, run: () => void): void {
    if (!this.#ended) this.#timer = this.#options.clock.after(delayMs, run);
  }

  #settleProbes(alive: boolean): void {
    for (const settle of this.#probes) settle(alive);
  }
}
