// How many method calls, and writes that are commands, wait for their answer: bounded for each session and for all of them, so that no client fills the memory or takes every place.

/** Whom the bound concerns that leaves no room. */
export type Crowded = "session" | "server";

export class CallsInFlight {
  readonly #most: number;
  readonly #mostPerSession: number;
  /** By session; a session without any is not listed. */
  readonly #bySession = new Map<object, number>();
  #count = 0;

  /** @param most of all sessions together; one session may have half of them */
  constructor(most: number) {
    this.#most = most;
    this.#mostPerSession = Math.ceil(most / 2);
  }

  get count(): number {
    return this.#count;
  }

  /** Why there is no room for another call of the session; undefined when there is. */
  crowded(session: object): Crowded | undefined {
    if ((this.#bySession.get(session) ?? 0) >= this.#mostPerSession) return "session";
    return this.#count >= this.#most ? "server" : undefined;
  }

  /** Counts a call from now until it is settled. */
  async follow<T>(session: object, run: () => Promise<T>): Promise<T> {
    this.#add(session, 1);
    try {
      return await run();
    } finally {
      this.#add(session, -1);
    }
  }

  #add(session: object, step: 1 | -1): void {
    this.#count += step;
    const count = (this.#bySession.get(session) ?? 0) + step;
    if (count === 0) this.#bySession.delete(session);
    else this.#bySession.set(session, count);
  }
}
