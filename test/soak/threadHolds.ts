// What the tool and the probe inside the bridge say to each other.

/** What one thread holds after a collection. */
export interface ThreadHolds {
  readonly thread: string;
  /** Bytes. */
  readonly heap: number;
  readonly besideHeap: number;
  /** Timers that were set and are still to come, whether they keep the thread alive or not. */
  readonly timers: number;
  /** What keeps the thread's loop alive, sockets of charge points among it. */
  readonly resources: number;
}

/** Asks the probe for a list of `ThreadHolds`. */
export const MEASURE = "measure";
