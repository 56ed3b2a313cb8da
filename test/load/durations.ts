// How long things took: counts in classes that are each two per cent wider than the one before, so that minutes of load need little memory
// and what several processes have counted can be added.

const NARROWEST_MS = 0.01;
const WIDER = Math.log(1.02);
const CLASSES = 900;

export class Durations {
  readonly counts: number[];

  /** `counts` are what another one has counted. */
  constructor(counts?: readonly number[]) {
    this.counts = counts === undefined ? Array.from({ length: CLASSES }, () => 0) : [...counts];
  }

  add(milliseconds: number): void {
    const index = Math.ceil(Math.log(milliseconds / NARROWEST_MS) / WIDER);
    const place = Math.min(CLASSES - 1, Math.max(0, index));
    this.counts[place] = (this.counts[place] ?? 0) + 1;
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** Upper end of the class in which the part `q` of all ends, ms; NaN where there is none. */
  quantile(q: number): number {
    let left = q * this.count;
    for (const [index, count] of this.counts.entries()) {
      left -= count;
      if (count > 0 && left <= 0) return NARROWEST_MS * Math.exp(index * WIDER);
    }
    return Number.NaN;
  }

  static sum(all: readonly (readonly number[])[]): Durations {
    const sum = new Durations();
    for (const counts of all)
      for (const [index, count] of counts.entries()) sum.counts[index] = (sum.counts[index] ?? 0) + count;
    return sum;
  }
}

/** Milliseconds since `epoch` on the clock that all processes of a machine share, and that nobody sets. */
export function sinceEpoch(epoch: number): number {
  return performance.timeOrigin + performance.now() - epoch;
}
