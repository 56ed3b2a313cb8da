// Seeds that have found something once. They stay: each is a world that the product must get through.

export interface KeptSeed {
  readonly seed: number;
  /** What was wrong. */
  readonly found: string;
}

export const keptSeeds: readonly KeptSeed[] = [
  {
    seed: 5,
    found:
      "a clock that was set back made a start look older than the boot before it, so that a running transaction was taken for lost",
  },
  {
    seed: 7,
    found:
      "a start that came again after its end became a second transaction, for the bridge's clock had been set back before",
  },
  {
    seed: 20,
    found: "a transaction was not shown, for the bridge's clock had been set back since the one before it",
  },
  {
    seed: 1397,
    found:
      "a bridge that was killed right after a boot took its charge point for Pending, and refused to start transactions until the next boot",
  },
  {
    seed: 836,
    found:
      "a frame that came while it was found out which of two sockets stays put off the first ping of the one that stayed: it was taken for alive too long",
  },
];
