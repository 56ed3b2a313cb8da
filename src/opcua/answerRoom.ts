// The room that texts have in one answer: so large an answer neither client nor server could take.

/** Bytes of an answer from which on it is full. */
const ENOUGH = 4_000_000;
/** Bytes that no answer exceeds, well below the largest message that is sent. */
const MOST = 12_000_000;

export class AnswerRoom {
  readonly #share: number;
  #taken = 0;

  /** @param nodes of the answer, above 0 */
  constructor(nodes: number) {
    this.#share = ENOUGH / nodes;
  }

  /** Whether a node that has taken so many bytes has had its share. */
  isShareTaken(bytes: number): boolean {
    return bytes >= this.#share;
  }

  /** Takes room; false when there is none. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > MOST) return false;
    this.#taken += bytes;
    return true;
  }
}
