// Sentences with values in them, of which many come from outside. Pure: it knows no language and none of the sentences.

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_DIRECTIONAL_ISOLATE = "\u2069";
const ISOLATES = /[\u2066-\u2069]/g;
/** Latin letters, and dashes and spaces as numbers have them: nothing that is written from right to left or turns anything. */
const PLAIN = /^[\u0020-\u024F\u2010-\u2027\u202F]*$/;

/** `{name}` in the sentence is replaced by the value of that name, which stands by itself. */
export function filled(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => isolated(String(values[name] ?? whole)));
}

/**
 * A text from outside that turns nothing around it, wherever it is put (Unicode Standard Annex #9 §2.4). Isolates within it
 * would end this one, so they are taken out; one that is plain needs none.
 */
export function isolated(value: string): string {
  if (PLAIN.test(value)) return value;
  return FIRST_STRONG_ISOLATE + value.replaceAll(ISOLATES, "") + POP_DIRECTIONAL_ISOLATE;
}
