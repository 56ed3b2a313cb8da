// The rows of a table in the order and the groups in which they are shown. Pure. Ten thousand rows come anew each second: rows never
// change, so what was made of one is kept with it, and only those that are new are sorted in.

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

export type Compare<Row> = (a: Row, b: Row) => number;

interface Sortable<Row> {
  readonly key: string;
  readonly compare?: Compare<Row>;
}

/** `read`, asked once for each row, for it never changes. */
export function oncePer<Row extends object, Value>(read: (row: Row) => Value): (row: Row) => Value {
  const known = new WeakMap<Row, { readonly value: Value }>();
  return (row) => {
    let kept = known.get(row);
    if (kept === undefined) {
      kept = { value: read(row) };
      known.set(row, kept);
    }
    return kept.value;
  };
}

/** Compares rows by what is made of each once. */
export function comparingBy<Row extends object, Key>(read: (row: Row) => Key, compare: Compare<Key>): Compare<Row> {
  const keyOf = oncePer(read);
  return (a, b) => compare(keyOf(a), keyOf(b));
}

/** Rows that compare as equal stay in the order in which they come. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Sortable<Row>[], sort: Sort): readonly Row[] {
  const { compare, isReversed } = orderOf(columns, sort);
  if (compare === undefined) return rows;
  if (compare === asTheyCome) return isReversed ? rows.toReversed() : rows;
  return rows.toSorted(directed(compare, isReversed));
}

/** Sorts as `sortRows` does, but keeps the order from one time to the next: what is new is merged into it. */
export function keepSorted<Row extends object>(): typeof sortRows<Row> {
  let before:
    | { readonly sorted: readonly Row[]; readonly compare: Compare<Row>; readonly isReversed: boolean }
    | undefined;
  return (rows, columns, sort) => {
    const { compare, isReversed } = orderOf(columns, sort);
    if (compare === undefined || compare === asTheyCome) return sortRows(rows, columns, sort);
    const isSame = before?.compare === compare && before.isReversed === isReversed;
    const sorted =
      (isSame && before !== undefined && mergeNew(before.sorted, rows, directed(compare, isReversed))) ||
      sortRows(rows, columns, sort);
    before = { sorted, compare, isReversed };
    return sorted;
  };
}

function orderOf<Row>(columns: readonly Sortable<Row>[], sort: Sort) {
  const isReversed = sort.startsWith("-");
  return { compare: columns.find(({ key }) => key === sort.replace("-", ""))?.compare, isReversed };
}

function directed<Row>(compare: Compare<Row>, isReversed: boolean): Compare<Row> {
  return isReversed ? (a, b) => compare(b, a) : compare;
}

/** Undefined where more has changed than rows that were replaced, so that the order that was kept is none any more. */
function mergeNew<Row extends object>(
  sorted: readonly Row[],
  rows: readonly Row[],
  compare: Compare<Row>,
): readonly Row[] | undefined {
  const places = new Map<Row, number>();
  for (let place = 0; place < rows.length; place++) places.set(rows[place] as Row, place);
  const inOrder: Compare<Row> = (a, b) => compare(a, b) || (places.get(a) ?? 0) - (places.get(b) ?? 0);
  const kept = sorted.filter((row) => places.has(row));
  const known = new Set(kept);
  const added = rows.filter((row) => !known.has(row)).toSorted(inOrder);
  const merged: Row[] = [];
  let next = 0;
  for (const row of kept) {
    for (let other = added[next]; other !== undefined && inOrder(other, row) < 0; other = added[next]) {
      merged.push(other);
      next += 1;
    }
    merged.push(row);
  }
  for (; next < added.length; next++) merged.push(added[next] as Row);
  const isOrdered = merged.every((row, place) => place === 0 || inOrder(merged[place - 1] as Row, row) <= 0);
  return isOrdered ? merged : undefined;
}

/** What a table shows line by line. A line is made only when it is asked for: most are never seen. */
export interface Items<Row> {
  readonly length: number;
  at(index: number): Item<Row> | undefined;
  /** Index of the row or of the head of the group; -1 where there is none. */
  find(isRow: (row: Row) => boolean): number;
  findGroup(label: string): number;
}

export function itemsOf<Row>(rows: readonly Row[], groupOf: ((row: Row) => Group) | undefined): Items<Row> {
  if (groupOf !== undefined) return groupedItems(groupsIn(rows, groupOf));
  return {
    length: rows.length,
    at: (index) => rowItem(rows[index]),
    find: (isRow) => rows.findIndex(isRow),
    findGroup: () => -1,
  };
}

/** The head of a group stands at `start`, its rows below it. */
interface Placed<Row> {
  readonly label: string;
  readonly start: number;
  readonly rows: readonly Row[];
}

function groupsIn<Row>(rows: readonly Row[], groupOf: (row: Row) => Group): readonly Placed<Row>[] {
  const groups = new Map<string, { readonly order: number; readonly rows: Row[] }>();
  for (const row of rows) {
    const { label, order } = groupOf(row);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, { order, rows: [row] });
    else group.rows.push(row);
  }
  let start = 0;
  return [...groups]
    .toSorted(([, a], [, b]) => a.order - b.order)
    .map(([label, group]) => {
      const placed = { label, start, rows: group.rows };
      start += group.rows.length + 1;
      return placed;
    });
}

function groupedItems<Row>(groups: readonly Placed<Row>[]): Items<Row> {
  const last = groups.at(-1);
  return {
    length: last === undefined ? 0 : last.start + last.rows.length + 1,
    at: (index) => {
      const group = groups.findLast(({ start }) => start <= index);
      if (group === undefined) return undefined;
      if (group.start < index) return rowItem(group.rows[index - group.start - 1]);
      return { kind: "group", label: group.label, count: group.rows.length };
    },
    find: (isRow) => {
      for (const { start, rows } of groups) {
        const place = rows.findIndex(isRow);
        if (place >= 0) return start + 1 + place;
      }
      return -1;
    },
    findGroup: (wanted) => groups.find(({ label }) => label === wanted)?.start ?? -1,
  };
}

function rowItem<Row>(row: Row | undefined): Item<Row> | undefined {
  return row === undefined ? undefined : { kind: "row", row };
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
