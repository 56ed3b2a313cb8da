// The table of charge points as the bridge tells it: read whole, then kept by what has changed. Ten thousand rows in one map, with
// one signal for all: they change together, once a second.
import { computed, signal } from "@preact/signals";
import type { ChargePointRow, ChargePointTable, RowsEvent } from "../shapes.ts";

const rows = new Map<string, ChargePointRow>();
/** Counts the changes: who reads the map depends on it. */
const version = signal(0);
/** Number of the last change that is in the map; undefined until the table has been read. */
let number: number | undefined;
/** What has come while the table is on its way. */
let early: RowsEvent[] = [];

/** False until the table has been read the first time. */
export const isTableRead = signal(false);

/** All rows, in no order. */
export const allRows = computed<readonly ChargePointRow[]>(() => {
  void version.value;
  return [...rows.values()];
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

export function takeTable(table: ChargePointTable): void {
  rows.clear();
  for (const row of table.rows) rows.set(row.id, row);
  number = table.number;
  for (const event of early) apply(event);
  early = [];
  isTableRead.value = true;
  version.value += 1;
}

export function takeRows(event: RowsEvent): void {
  if (number === undefined) {
    early.push(event);
    return;
  }
  apply(event);
  version.value += 1;
}

function apply(event: RowsEvent): void {
  if (number === undefined || event.number <= number) return;
  for (const id of event.gone) rows.delete(id);
  for (const row of event.rows) rows.set(row.id, row);
  number = event.number;
}
