// How much room there is on the screen. The width at which the page becomes narrow stands in styles/page.css too.
import { signal } from "@preact/signals";

const narrow = matchMedia("(max-width: 1000px)");

/** A tablet held upright, or less. */
export const isNarrow = signal(narrow.matches);

narrow.addEventListener("change", () => {
  isNarrow.value = narrow.matches;
});
