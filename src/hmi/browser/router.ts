// Where on the page somebody is: the address as a signal, and links that change it without loading the page anew.
import { signal } from "@preact/signals";

export interface Place {
  /** `/charge-points/CP%201`, as the address bar has it. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export const place = signal<Place>(placeNow());

addEventListener("popstate", () => {
  place.value = placeNow();
});
addEventListener("click", followLink);

/** Goes to an address of this page. `replace` leaves no step to go back to: for a filter that is being typed. */
export function goTo(address: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", address);
  else {
    history.pushState(null, "", address);
    scrollTo(0, 0);
  }
  place.value = placeNow();
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
  goTo(link.pathname + link.search);
}

function placeNow(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}
