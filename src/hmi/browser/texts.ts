// Every sentence that the page says, in the language that was chosen. They stand in texts.json: `{ key: { en, de } }`.
import { language } from "./preferences.ts";
import texts from "./texts.json";

export type TextKey = keyof typeof texts;

/** The text in the language that is chosen now; `{name}` in it is replaced by the value of that name, which stands by itself. */
export function text(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return texts[key][language.value].replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole;
    return typeof value === "string" ? isolated(value) : String(value);
  });
}

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_DIRECTIONAL_ISOLATE = "\u2069";
const ISOLATES = /[\u2066-\u2069]/g;
/** Latin letters, and dashes and spaces as numbers have them: nothing that is written from right to left or turns anything. */
const PLAIN = /^[\u0020-\u024F\u2010-\u2027\u202F]*$/;

/**
 * A text from outside that turns nothing around it, wherever it is put (Unicode Standard Annex #9 §2.4). Isolates within it
 * would end this one, so they are taken out; one that is plain needs none.
 */
export function isolated(value: string): string {
  if (PLAIN.test(value)) return value;
  return FIRST_STRONG_ISOLATE + value.replaceAll(ISOLATES, "") + POP_DIRECTIONAL_ISOLATE;
}

/** True where texts.json has the key: for names that come from outside, such as a state. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(texts, key);
}
