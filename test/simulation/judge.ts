// Who notes what must never be. The first breach ends a run: what follows it says nothing.

/** The guarantees of the product, and `fault`: the product itself says that something went wrong in it. */
export type Guarantee = "G1" | "G2" | "G3" | "G4" | "G5" | "healing" | "fault";

export interface Breach {
  readonly guarantee: Guarantee;
  readonly what: string;
}

export class Judge {
  #breach: Breach | undefined;

  get breach(): Breach | undefined {
    return this.#breach;
  }

  blame(guarantee: Guarantee, what: string): void {
    this.#breach ??= { guarantee, what };
  }
}
