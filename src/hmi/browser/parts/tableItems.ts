// The rows of a table in the order and the groups in which they are shown. Pure.

/** How a table is sorted: by the key of a column; with `-` before it the other way round. */
export type Sort = string;

export interface Group {
  /** Groups come in this order. */
  readonly order: number;
  readonly label: string;
}

export type Item<Row> =
  | { readonly kind: "row"; readonly row: Row }
  | { readonly kind: "group"; readonly label: string; readonly count: number };

interface Sortable<Row> {
  readonly key: string;
  readonly compare?: (a: Row, b: Row) => number;
}

/** Rows that compare as equal stay in the order in which they come. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Sortable<Row>[], sort: Sort): readonly Row[] {
  const isReversed = sort.startsWith("-");
  const compare = columns.find(({ key }) => key === sort.replace("-", ""))?.compare;
  if (compare === undefined) return rows;
  if (compare === asTheyCome) return isReversed ? rows.toReversed() : rows;
  return rows.toSorted(isReversed ? (a, b) => compare(b, a) : compare);
}

export function itemsOf<Row>(rows: readonly Row[], groupOf: ((row: Row) => Group) | undefined): readonly Item<Row>[] {
  if (groupOf === undefined) return rows.map((row) => ({ kind: "row", row }));
  const groups = new Map<string, { readonly order: number; readonly rows: Row[] }>();
  for (const row of rows) {
    const { label, order } = groupOf(row);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, { order, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups]
    .toSorted(([, a], [, b]) => a.order - b.order)
    .flatMap(([label, group]) => [
      { kind: "group" as const, label, count: group.rows.length },
      ...group.rows.map((row) => ({ kind: "row" as const, row })),
    ]);
}

/** For the column in whose order the rows come already. */
export const asTheyCome = (): number => 0;

/** Compares texts; those that are missing come last. */
export function compareTexts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a < b ? -1 : 1;
}

/** Compares numbers; those that are missing come before all others. */
export function compareNumbers(a: number | undefined, b: number | undefined): number {
  return (a ?? -Infinity) === (b ?? -Infinity) ? 0 : (a ?? -Infinity) - (b ?? -Infinity);
}
