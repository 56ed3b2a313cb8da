// How far the rows of a table have moved from one time to the next. Pure.

/** By how many rows the first one that is still there has moved, of those from a place on. */
export function shiftOf<Row>(
  before: readonly Row[],
  after: readonly Row[],
  { from, keyOf }: { readonly from: number; readonly keyOf: (row: Row) => string },
): number {
  const places = new Map(after.map((row, index) => [keyOf(row), index]));
  for (const [offset, row] of before.slice(from).entries()) {
    const place = places.get(keyOf(row));
    if (place !== undefined) return place - (from + offset);
  }
  return 0;
}
