// Numbers and quantities as people read them, in the language chosen. One unit for one quantity, so that numbers can be compared
// down a column.
import { computed } from "@preact/signals";
import { language } from "./preferences.ts";

interface Shown {
  readonly unit: string;
  readonly factor: number;
  readonly digits: number;
}

/** How a base unit is shown. */
const shownOf: Readonly<Record<string, Shown>> = {
  W: { unit: "kW", factor: 0.001, digits: 1 },
  Wh: { unit: "kWh", factor: 0.001, digits: 1 },
  A: { unit: "A", factor: 1, digits: 1 },
  V: { unit: "V", factor: 1, digits: 0 },
  Hz: { unit: "Hz", factor: 1, digits: 2 },
  s: { unit: "s", factor: 1, digits: 0 },
  ms: { unit: "ms", factor: 1, digits: 1 },
  "%": { unit: "%", factor: 1, digits: 0 },
  "°C": { unit: "°C", factor: 1, digits: 0 },
  /** A count. */
  "": { unit: "", factor: 1, digits: 0 },
  "1/s": { unit: "/s", factor: 1, digits: 0 },
};
const asItIs: Omit<Shown, "unit"> = { factor: 1, digits: 2 };

const formats = computed(() => {
  const ofLanguage = language.value;
  return Array.from(
    { length: 3 },
    (_, digits) =>
      // -0.3 without digits is 0, not -0.
      new Intl.NumberFormat(ofLanguage, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        signDisplay: "negative",
      }),
  );
});

/** A number with as many digits after the point, 0 to 2. */
export function numberText(value: number, digits = 0): string {
  return formats.value[digits]?.format(value) ?? String(value);
}

/** By which a text of so many is chosen: in both languages `one` is of 1 alone. */
export function formOf(count: number | undefined): "one" | "other" {
  return count === 1 ? "one" : "other";
}

/** `value` is in `unit`, a base unit. */
export function quantityText(value: number, unit: string): { readonly number: string; readonly unit: string } {
  const shown = shownOf[unit] ?? { ...asItIs, unit };
  return { number: numberText(value * shown.factor, shown.digits), unit: shown.unit };
}
