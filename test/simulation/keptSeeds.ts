// Seeds that have found something once. They stay: each is a world that the product must get through.

export interface KeptSeed {
  readonly seed: number;
  /** What was wrong. */
  readonly found: string;
}

export const keptSeeds: readonly KeptSeed[] = [
  {
    seed: 10,
    found:
      "a clock set back by ten years made a start look older than the boot before it, so that a running transaction was taken for lost",
  },
  {
    seed: 53,
    found:
      "a start that came again after its end became a second transaction, because the clock of the bridge had been set back before",
  },
  {
    seed: 175,
    found:
      "a bridge killed right after a boot took its charge point for Pending, and refused to start transactions until the next boot",
  },
];
