// The only source of time and timers; everything that waits or stamps takes a Clock so that tests can drive it.
// It knows neither OCPP nor OPC UA.

/** Milliseconds since 1970-01-01T00:00:00Z, as `Date.now()` gives them. */
export type EpochMs = number;

/** A timer that has been started; cancelling a timer that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall clock time; may jump when the machine's clock is set. */
  now(): EpochMs;
  /** Milliseconds from an arbitrary start that never go back; for deadlines and latencies. */
  monotonic(): number;
  /** Runs `run` once after `delayMs`; the timer keeps the process alive only while others do. */
  after(delayMs: number, run: () => void): Timer;
}

/** The longest delay that Node's timers take; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, run) => {
    const handle = setTimeout(run, Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Runs `run` again and again, `intervalMs` after the end of the last run, until it is cancelled. */
export function every(clock: Clock, intervalMs: number, run: () => void): Timer {
  let timer = clock.after(intervalMs, tick);
  let cancelled = false;
  function tick(): void {
    run();
    if (!cancelled) timer = clock.after(intervalMs, tick);
  }
  return {
    cancel: () => {
      cancelled = true;
      timer.cancel();
    },
  };
}
