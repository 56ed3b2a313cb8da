// What the bridge itself says, in the language that is chosen. It speaks English; the table of its sentences is loaded when another
// language is first wanted, so that the first paint does not wait for it.
import { effect, signal } from "@preact/signals";
import { connection } from "./live.ts";
import { language } from "./preferences.ts";
import { remembering, translator, type Piece, type Translate } from "./translation.ts";

interface Table {
  readonly nameOf: (alarm: string) => string | undefined;
  readonly translate: Translate;
}

/** More than the point list has different texts. */
const MOST_REMEMBERED = 2000;

const german = signal<Table | undefined>(undefined);

/** Where it could not be loaded, it is tried again once the bridge can be reached. */
effect(() => {
  if (language.value !== "de" || german.value !== undefined || connection.value === "lost") return;
  import("./bridgeSentences.json").then(
    ({ default: { alarmNames, sentences } }) => {
      const names = new Map(Object.entries(alarmNames));
      german.value = {
        nameOf: (alarm) => names.get(alarm),
        translate: remembering(translator(sentences), MOST_REMEMBERED),
      };
    },
    () => {},
  );
});

/** The pieces of a sentence in the language that is chosen; those that are foreign to it are English. */
export function piecesOf(sentence: string): readonly Piece[] {
  if (language.value === "en") return [{ text: sentence, isForeign: false }];
  return german.value?.translate(sentence) ?? [{ text: sentence, isForeign: true }];
}

/** The same as plain text, for titles and for what is looked for. */
export function sentenceText(sentence: string): string {
  return piecesOf(sentence)
    .map(({ text }) => text)
    .join("");
}

/** What people call an alarm; its name in OPC UA where there is no other. */
export function alarmName(name: string): string {
  return (language.value === "de" ? german.value?.nameOf(name) : undefined) ?? name;
}
