// Fields by which what is kept is looked for. What is chosen stands in the address, so that it can be kept; times are those of this
// machine.
import type { ComponentChildren } from "preact";
import { place, setQuery } from "../router.ts";
import { text, type TextKey } from "../texts.ts";

export function FilterForm({ children }: { readonly children: ComponentChildren }) {
  return (
    <form class="filter" role="search" onSubmit={(event) => event.preventDefault()}>
      {children}
    </form>
  );
}

/** `name` is that of the parameter in the address. Looked for once it has been written, not at each letter. */
export function FilterText({
  name,
  label,
  list,
}: {
  readonly name: string;
  readonly label: TextKey;
  readonly list?: string;
}) {
  return (
    <label>
      {text(label)}
      <input
        type="search"
        class="filter-text"
        value={chosen(name)}
        maxLength={255}
        {...(list !== undefined && { list })}
        onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}
      />
    </label>
  );
}

export function FilterTime({ name, label }: { readonly name: string; readonly label: TextKey }) {
  return (
    <label>
      {text(label)}
      <input
        type="datetime-local"
        value={chosen(name)}
        onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}
      />
    </label>
  );
}

export function FilterFlag({ name, label }: { readonly name: string; readonly label: TextKey }) {
  return (
    <label class="inline">
      <input
        type="checkbox"
        checked={chosen(name) !== ""}
        onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.checked ? "1" : "" })}
      />{" "}
      {text(label)}
    </label>
  );
}

/** What is chosen for a parameter of the address; empty where nothing is. */
export function chosen(name: string): string {
  return place.value.query.get(name) ?? "";
}

/** A time that a field has given, as RFC 3339; undefined where there is none. */
export function timeChosen(name: string): string | undefined {
  const at = new Date(chosen(name));
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** The address of a download with the same query as the page. */
export function downloadAddress(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? path : `${path}?${query}`;
}
