// Where on the page somebody is: the address as a signal, and links that change it without loading the page anew.
import { signal } from "@preact/signals";
import { arrive, scrolled, type Scrolled } from "./arrival.ts";

export interface Place {
  /** `/charge-points/CP%201`, as the address bar has it. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export const place = signal<Place>(placeNow());

/** Where in the browser's history the page is, counted from where it was opened, and what was scrolled to at each step. */
let step = stepNow();
const left = new Map<number, Scrolled>();

addEventListener("popstate", () => {
  left.set(step, scrolled());
  step = stepNow();
  enter(left.get(step) ?? []);
});
addEventListener("click", followLink);

/** Goes to an address of this page. `replace` leaves no step to go back to: for a filter that is being typed. */
export function goTo(address: string, { replace = false } = {}): void {
  if (replace) {
    history.replaceState(history.state, "", address);
    place.value = placeNow();
    return;
  }
  const before = scrolled();
  left.set(step, before);
  step += 1;
  history.pushState({ step }, "", address);
  enter(location.pathname === place.peek().path ? before : []);
}

function enter(wanted: Scrolled): void {
  const next = placeNow();
  arrive(next.path !== place.peek().path, wanted);
  place.value = next;
}

/** Sets the parameters of the address; an empty one is taken out. */
export function setQuery(values: Readonly<Record<string, string>>): void {
  const { path, query } = place.peek();
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(values))
    if (value === "") next.delete(name);
    else next.set(name, value);
  const text = next.toString();
  goTo(text === "" ? path : `${path}?${text}`, { replace: true });
}

/** Follows a click on a link of this page, unless it is wanted in another tab. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.origin !== location.origin || link.target !== "" || link.hasAttribute("download")) return;
  event.preventDefault();
  const isWithinPage = link.hash !== "" && link.pathname === location.pathname && link.search === location.search;
  if (isWithinPage) document.getElementById(link.hash.slice(1))?.focus();
  else goTo(link.pathname + link.search);
}

function stepNow(): number {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "step" in state ? Number(state.step) : 0;
}

function placeNow(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}
