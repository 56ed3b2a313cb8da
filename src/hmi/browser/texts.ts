// Every sentence that the page says, in the language that was chosen. They stand in texts.json: `{ key: { en, de } }`.
import { language } from "./preferences.ts";
import { filled } from "./sentences.ts";
import texts from "./texts.json";

export type TextKey = keyof typeof texts;

/** The text in the language that is chosen now; `{name}` in it is replaced by the value of that name, which stands by itself. */
export function text(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return filled(texts[key][language.value], values);
}

/** True where texts.json has the key: for names that come from outside, such as a state. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(texts, key);
}
