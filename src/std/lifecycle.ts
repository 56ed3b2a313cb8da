// Starts the parts of the program in order and stops them in reverse; a part that fails to start stops those before it.
// It knows neither OCPP nor OPC UA.
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

/** Something that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>;
}

export class Lifecycle {
  readonly #parts: { name: string; running: Running }[] = [];
  readonly #log: Log;
  #stopping: Promise<void> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Starts one part after those already started; on failure everything started so far is stopped and the error thrown. */
  async start<T extends Running>(name: string, open: () => Promise<T>): Promise<T> {
    try {
      const running = await open();
      this.#parts.push({ name, running });
      return running;
    } catch (error) {
      await this.#stopAll();
      throw error;
    }
  }

  /** Stops all parts in reverse order, each at most once; resolves when all are stopped or `withinMs` has passed. */
  stop(clock: Clock, withinMs: number): Promise<void> {
    this.#stopping ??= Promise.race([this.#stopAll(), new Promise<void>((done) => clock.after(withinMs, done))]);
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (let part = this.#parts.pop(); part !== undefined; part = this.#parts.pop()) {
      try {
        await part.running.stop();
      } catch (error) {
        this.#log.error({ part: part.name, error: String(error) }, "a part did not stop cleanly");
      }
    }
  }
}
