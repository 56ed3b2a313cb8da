// Medians and quantiles of small samples.

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the part `q` of all values lies (nearest rank). */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
