// Keeps what somebody reads in its place while a table is renewed: rows that come or go above it move nothing.
import { useLayoutEffect, useRef } from "preact/hooks";
import { shiftOf } from "./shiftOf.ts";
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
  }, [rows, keyOf]);
  return holder;
}
