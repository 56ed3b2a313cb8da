// The table of charge points as the bridge tells it: read whole, then kept by what has changed. Ten thousand rows in one map, with
// one signal for all: they change together, once a second.
import { computed, signal } from "@preact/signals";
import type { ChargePointRow, ChargePointTable, RowsEvent } from "../shapes.ts";

const rows = new Map<string, ChargePointRow>();
/** Counts the changes: who reads the map depends on it. */
const version = signal(0);
/** Number of the last change that is in the map; undefined until the table has been read. */
let number: number | undefined;
/** Far more than come while the table is on its way; where the first ones are lost, the gap is seen. */
const MOST_EARLY = 100;
/** What has come while the table is on its way. */
let early: RowsEvent[] = [];
/** Identities in order; undefined when there is another one. To sort ten thousand each second would be felt. */
let sortedIds: readonly string[] | undefined;

const collator = new Intl.Collator("en", { numeric: true });

/** False until the table has been read the first time. */
export const isTableRead = signal(false);

/** All identities in order, numbers in them as numbers; another list only when there are others. */
export const allIds = computed<readonly string[]>(() => {
  void version.value;
  sortedIds ??= [...rows.keys()].toSorted(collator.compare);
  return sortedIds;
});

/** All rows, in the order of their identities. */
export const allRows = computed<readonly ChargePointRow[]>(() => {
  void version.value;
  return allIds.value.flatMap((id) => rows.get(id) ?? []);
});

export function rowOf(chargePointId: string): ChargePointRow | undefined {
  void version.value;
  return rows.get(chargePointId);
}

/** From here on changes are kept until the table is there: one of before would miss what lies between. */
export function awaitTable(): void {
  number = undefined;
  early = [];
}

/** Nobody is logged in any more. */
export function forgetTable(): void {
  awaitTable();
  rows.clear();
  sortedIds = undefined;
  isTableRead.value = false;
  version.value += 1;
}

/** Whether the table is as it was at this number: what is told from there on follows on it. */
export function isTableAt(at: number): boolean {
  return number === at;
}

/** False where something lies between the table and what has come meanwhile: read it again. */
export function takeTable(table: ChargePointTable): boolean {
  rows.clear();
  sortedIds = undefined;
  for (const row of table.rows) rows.set(row.id, row);
  number = table.number;
  const areWhole = early.every(apply);
  early = [];
  isTableRead.value = true;
  version.value += 1;
  return areWhole;
}

/** False where something was missed before it: read the table again. */
export function takeRows(event: RowsEvent): boolean {
  if (number === undefined) {
    early.push(event);
    if (early.length > MOST_EARLY) early.shift();
    return true;
  }
  const follows = apply(event);
  if (event.rows.length + event.gone.length > 0) version.value += 1;
  return follows;
}

/** What is in the table already is passed over. */
function apply(event: RowsEvent): boolean {
  if (number === undefined || event.number > number + 1) return false;
  if (event.number <= number) return true;
  const before = rows.size;
  for (const row of event.rows) rows.set(row.id, row);
  if (rows.size !== before || event.gone.length > 0) sortedIds = undefined;
  for (const id of event.gone) rows.delete(id);
  number = event.number;
  return true;
}
