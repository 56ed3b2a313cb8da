// Fields by which the rows of a table are chosen. What is chosen stands in the address under the name of its parameter, so that it can be
// kept; times are those of this machine.
import type { ComponentChildren } from "preact";
import { useComputed } from "@preact/signals";
import { place, setQuery } from "../router.ts";
import { text, type TextKey } from "../texts.ts";

interface Field {
  /** Of the parameter in the address. */
  readonly name: string;
  readonly label: TextKey;
}

export function FilterForm({ children }: { readonly children: ComponentChildren }) {
  return (
    <form class="filter" role="search" onSubmit={(event) => event.preventDefault()}>
      {children}
    </form>
  );
}

/** Among rows that are here: at each letter. */
export function FilterSearch({ name = "text", label = "filter.text", longest = 255 }: Partial<SearchProps>) {
  return (
    <label>
      {text(label)}
      <input
        type="search"
        value={chosen(name)}
        maxLength={longest}
        onInput={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}
      />
    </label>
  );
}

interface SearchProps extends Field {
  /** Characters. */
  readonly longest: number;
}

/** Of one field, on disk: once it has been written, not at each letter. */
export function FilterText({ name, label }: Field) {
  return (
    <label>
      {text(label)}
      <input
        type="search"
        class="filter-text"
        value={chosen(name)}
        maxLength={255}
        onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}
      />
    </label>
  );
}

interface SelectProps extends Field {
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

/** Empty lets everything through. */
export function FilterSelect({ name, label, choices }: SelectProps) {
  // Of very many choices only another one is worth a rendering.
  const value = useComputed(() => chosen(name)).value;
  return (
    <label>
      {text(label)}
      <select value={value} onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}>
        <option value="">{text("filter.all")}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

export function FilterTime({ name, label }: Field) {
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

/** `value` is what the parameter is while it is ticked. */
export function FilterFlag({ name, label, value = "1" }: Field & { readonly value?: string }) {
  return (
    <label class="inline">
      <input
        type="checkbox"
        checked={chosen(name) === value}
        onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.checked ? value : "" })}
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
