// What somebody finds who goes to another page: the focus on its heading, so that it is read out and the keyboard begins there (WCAG 2.2
// §2.4.3), and on the way back the places to which they had scrolled. A page comes in pieces, so it is looked at for a while.

/** By then a page is there, or does not come. */
const LONGEST_MS = 15_000;

/** The content, then the tables in it that scroll on their own, in the order in which they stand: px. */
export type Scrolled = readonly number[];

/** Counts the arrivals: whoever goes on, or takes a hold of the page, ends the one before. */
let arrival = 0;
for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"] as const)
  addEventListener(kind, () => void arrival++, { passive: true, capture: true });

export function scrolled(): Scrolled {
  return scrollers().map(({ scrollTop }) => scrollTop);
}

/** Called before the page changes; where it is no other one, its focus stays. */
export function arrive(isOther: boolean, wanted: Scrolled): void {
  const own = ++arrival;
  const headingBefore = headingNow();
  const focusBefore = document.activeElement;
  const begunAt = performance.now();
  let isHeaded = !isOther;
  const look = () => {
    if (own !== arrival || performance.now() - begunAt > LONGEST_MS) return;
    const heading = headingNow();
    if (!isHeaded && heading !== null && heading !== headingBefore) {
      isHeaded = true;
      // Something on the new page may want it more, or somebody has moved it.
      if (document.activeElement === focusBefore || document.activeElement === document.body) focus(heading);
    }
    const isThere = isHeaded && scroll(wanted);
    if (!isThere) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

function scroll(wanted: Scrolled): boolean {
  const found = scrollers();
  for (const [index, element] of found.entries()) element.scrollTop = wanted[index] ?? 0;
  return wanted.every((top, index) => Math.abs((found[index]?.scrollTop ?? 0) - top) <= 1);
}

function scrollers(): readonly Element[] {
  return [...document.querySelectorAll("#content, #content .table-scroller")];
}

function headingNow(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#content h1");
}

function focus(heading: HTMLElement): void {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
