// The way to SCADA's server as long as the bridge runs: one session, opened again after a growing pause whenever it is lost.
import type { Clock, Timer } from "../../std/clock.ts";
import { reasonOf } from "./faults.ts";
import type { ClientOptions } from "./options.ts";
import { openSession, type OpenSession, type SessionSurroundings } from "./session.ts";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** A session that has lasted so long was no flicker. */
const STABLE_AFTER_MS = 60_000;

export class Connection {
  readonly #options: ClientOptions;
  readonly #surroundings: Omit<SessionSurroundings, "signal">;
  readonly #clock: Clock;
  readonly #tell: (reason: string | undefined) => void;
  #session: OpenSession | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  readonly #stopping = new AbortController();
  #endPause: () => void = () => {};
  readonly #ended: Promise<void>;

  /** Connects until it is stopped; `tell` gets undefined when a session is open, otherwise the reason why there is none. */
  constructor(
    options: ClientOptions,
    surroundings: Omit<SessionSurroundings, "signal">,
    tell: (reason: string | undefined) => void,
  ) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#clock = surroundings.clock;
    this.#tell = tell;
    this.#ended = this.#run();
  }

  /** Rejects with a sentence when the method has not answered with a text. */
  async call(action: string, payload: string, timeoutMs: number): Promise<string> {
    if (this.#session === undefined) throw new Error("there is no session");
    return this.#session.call(action, payload, timeoutMs);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#endPause();
    this.#session?.lose("the bridge is stopping");
    await this.#ended;
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping()) {
      const openedAt = this.#clock.monotonic();
      this.#tell(await this.#serve());
      if (this.#clock.monotonic() - openedAt > STABLE_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
      if (!this.#isStopping()) await this.#pause();
    }
  }

  /** From the first packet to the end of the session; answers why it has ended. */
  async #serve(): Promise<string> {
    let session: OpenSession;
    try {
      session = await openSession(this.#options, { ...this.#surroundings, signal: this.#stopping.signal });
    } catch (error) {
      return reasonOf(error);
    }
    this.#session = session;
    if (this.#isStopping()) session.lose("the bridge is stopping");
    else this.#tell(undefined);
    const reason = await session.lost;
    this.#session = undefined;
    await session.close();
    return reason;
  }

  async #pause(): Promise<void> {
    let timer: Timer | undefined;
    await new Promise<void>((resume) => {
      this.#endPause = resume;
      timer = this.#clock.after(this.#pauseMs, resume);
    });
    timer?.cancel();
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
