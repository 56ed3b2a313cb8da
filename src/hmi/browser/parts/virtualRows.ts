// Which rows of a long list are on the screen: only those are rendered, however long it is. All rows are equally high.
import { useEffect, useRef, useState } from "preact/hooks";

/** As --row-height of theme.css. */
export const ROW_HEIGHT = 36;
/** Rows beyond the edges, so that scrolling shows no gap. */
const BEYOND = 8;

export interface Window {
  /** Index of the first row that is rendered, and of the first after them. */
  readonly from: number;
  readonly to: number;
}

/** `length` is the number of rows below a head of one row's height; `scroller` goes on the element that scrolls. */
export function useVirtualRows(length: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const follow = () => setFirst(Math.floor(element.scrollTop / ROW_HEIGHT));
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    element.addEventListener("scroll", follow, { passive: true });
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", follow);
      observer.disconnect();
    };
  }, []);
  const visible = Math.max(1, Math.floor(height / ROW_HEIGHT) - 1);
  const from = Math.max(0, Math.min(first, length - visible) - BEYOND);
  const window: Window = { from, to: Math.min(length, from + visible + 2 * BEYOND + 1) };

  /** Scrolls as little as it takes to show a row wholly below the head. */
  const reveal = (index: number) => {
    const element = scroller.current;
    if (element === null) return;
    const top = index * ROW_HEIGHT;
    const room = element.clientHeight - ROW_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_HEIGHT > element.scrollTop + room) element.scrollTop = top + ROW_HEIGHT - room;
  };
  return { scroller, window, visible, reveal };
}
