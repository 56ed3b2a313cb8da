// Keeps what somebody reads in its place while a table is renewed: rows that come or go above it move nothing.
import { useLayoutEffect, useRef } from "preact/hooks";
import { ROW_HEIGHT } from "./virtualRows.ts";

/** What it returns goes on an element around the table. Who is at the top sees what is new. */
export function useSteadyScroll<Row>(rows: readonly Row[], keyOf: (row: Row) => string) {
  const holder = useRef<HTMLElement>(null);
  const before = useRef(rows);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = rows;
    const scroller = holder.current?.querySelector<HTMLElement>(".table-scroller");
    if (scroller === null || scroller === undefined || scroller.scrollTop < ROW_HEIGHT) return;
    // Otherwise the browser would do the same a second time.
    scroller.style.overflowAnchor = "none";
    const moved = shiftOf(old, rows, { from: Math.floor(scroller.scrollTop / ROW_HEIGHT), keyOf });
    if (moved !== 0) scroller.scrollTop += moved * ROW_HEIGHT;
  }, [rows]);
  return holder;
}

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
