// Who waits for the slow comparison of a password: addresses in turns, so that whoever sends many passwords delays nobody but himself, and
// those who have failed too often only when nobody else waits. It compares nothing.

export interface Attempt {
  readonly address: string;
  readonly identity: string;
  /** It has failed too often, or its address has. */
  readonly isSuspect: boolean;
  /** Aborted as soon as nobody waits for the answer any more. */
  readonly gone?: AbortSignal | undefined;
}

/** Each comparison takes a thread of the pool that files and names are looked up with as well. */
const MOST_AT_WORK = 2;
const MOST_SUSPECTS_AT_WORK = 1;
/** At work and waiting, of one identity from one address: it redials while its last attempt is not over. */
const MOST_OF_PAIR = 2;
const MOST_OF_SUSPECT_PAIR = 1;
/** Waiting: as many charge points as may log in at once behind one router. */
const MOST_OF_ADDRESS = 500;
const MOST_WAITING = 5000;

interface Waiting {
  readonly address: string;
  readonly isSuspect: boolean;
  readonly begin: () => void;
}

export class LoginTurns {
  readonly #regular = new Rotation();
  readonly #suspects = new Rotation();
  /** Of each identity from each address, how many are at work or wait. */
  readonly #inHand = new Map<string, number>();
  #atWork = 0;
  #suspectsAtWork = 0;

  /** False when as many wait as may, of this identity, of its address or of all. */
  hasRoom(attempt: Attempt): boolean {
    const waiting = this.#rotationOf(attempt);
    return (
      (this.#inHand.get(pairOf(attempt)) ?? 0) < (attempt.isSuspect ? MOST_OF_SUSPECT_PAIR : MOST_OF_PAIR) &&
      waiting.sizeOf(attempt.address) < MOST_OF_ADDRESS &&
      waiting.size < MOST_WAITING
    );
  }

  /** What `work` gives once it has had its turn; undefined for an attempt that was gone before. */
  async run<T>(attempt: Attempt, work: () => Promise<T>): Promise<T | undefined> {
    const pair = pairOf(attempt);
    this.#inHand.set(pair, (this.#inHand.get(pair) ?? 0) + 1);
    try {
      return (await this.#turn(attempt)) ? await this.#work(attempt, work) : undefined;
    } finally {
      const others = (this.#inHand.get(pair) ?? 1) - 1;
      if (others === 0) this.#inHand.delete(pair);
      else this.#inHand.set(pair, others);
    }
  }

  /** Resolves with true when its turn has come, and with false when it is gone. */
  #turn(attempt: Attempt): Promise<boolean> {
    const { address, isSuspect, gone } = attempt;
    if (gone?.aborted === true) return Promise.resolve(false);
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#rotationOf(attempt).remove(waiting);
        resolve(false);
      };
      const begin = (): void => {
        gone?.removeEventListener("abort", leave);
        resolve(true);
      };
      const waiting: Waiting = { address, isSuspect, begin };
      gone?.addEventListener("abort", leave, { once: true });
      this.#rotationOf(attempt).add(waiting);
      this.#next();
    });
  }

  async #work<T>({ isSuspect }: Attempt, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#atWork--;
      if (isSuspect) this.#suspectsAtWork--;
      this.#next();
    }
  }

  #next(): void {
    while (this.#atWork < MOST_AT_WORK) {
      const mayTakeSuspect = this.#suspectsAtWork < MOST_SUSPECTS_AT_WORK;
      const next = this.#regular.take() ?? (mayTakeSuspect ? this.#suspects.take() : undefined);
      if (next === undefined) return;
      this.#atWork++;
      if (next.isSuspect) this.#suspectsAtWork++;
      next.begin();
    }
  }

  #rotationOf({ isSuspect }: Attempt): Rotation {
    return isSuspect ? this.#suspects : this.#regular;
  }
}

function pairOf({ address, identity, isSuspect }: Attempt): string {
  return `${isSuspect ? "suspect" : "regular"} ${address} ${identity}`;
}

/** Takes one of each address after the other, and those of an address in the order in which they came. */
class Rotation {
  /** The address whose turn it is stands first. */
  readonly #waiting = new Map<string, Set<Waiting>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(address: string): number {
    return this.#waiting.get(address)?.size ?? 0;
  }

  add(waiting: Waiting): void {
    const ofAddress = this.#waiting.get(waiting.address) ?? new Set();
    this.#waiting.set(waiting.address, ofAddress.add(waiting));
    this.#size++;
  }

  remove(waiting: Waiting): void {
    const ofAddress = this.#waiting.get(waiting.address);
    if (ofAddress?.delete(waiting) !== true) return;
    this.#size--;
    if (ofAddress.size === 0) this.#waiting.delete(waiting.address);
  }

  take(): Waiting | undefined {
    for (const [address, ofAddress] of this.#waiting)
      for (const waiting of ofAddress) {
        this.remove(waiting);
        this.#waiting.delete(address);
        if (ofAddress.size > 0) this.#waiting.set(address, ofAddress);
        return waiting;
      }
    return undefined;
  }
}
