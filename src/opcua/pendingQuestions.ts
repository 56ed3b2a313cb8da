// The variable that lists the questions that wait for SCADA. It shows what it is told and decides nothing; many changes at once make one value.
import { DataType, StatusCodes, Variant, type UAVariable } from "node-opcua";
import { pendingEntryOf, type PendingChange, type ShownQuestion } from "../datapoints/decisions.ts";
import type { EpochMs } from "../std/clock.ts";

/** An answer of the server has at most 16 MB; a list of this length, in two or three bytes a character, leaves room for others. */
const MOST_CHARACTERS = 4_000_000;

export interface PendingQuestionsOptions {
  readonly variable: UAVariable;
  /** Runs something after a moment. */
  readonly soon: (run: () => void) => void;
}

export class PendingQuestions {
  readonly #options: PendingQuestionsOptions;
  /** By identifier, in the order in which they were asked. */
  readonly #texts = new Map<string, EntryTexts>();
  #at: EpochMs = 0;
  #isDirty = false;
  #isAwaited = false;

  constructor(options: PendingQuestionsOptions) {
    this.#options = options;
  }

  /** Takes a change, and shows it after a moment. */
  take({ isWhole, asked, settled, at }: PendingChange): void {
    if (isWhole) this.#texts.clear();
    for (const shown of asked) this.#texts.set(shown.requestId, textsOf(shown));
    for (const requestId of settled) this.#texts.delete(requestId);
    this.#at = at;
    this.#isDirty = true;
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    this.#options.soon(() => {
      this.#isAwaited = false;
      this.flush();
    });
  }

  /** Shows whatever it was told. */
  flush(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const value = new Variant({ dataType: DataType.String, value: listOf(this.#texts.values()) });
    this.#options.variable.setValueFromSource(value, StatusCodes.Good, new Date(this.#at));
  }
}

interface EntryTexts {
  readonly full: string;
  /** Without the payload. */
  readonly brief: string;
}

function textsOf(shown: ShownQuestion): EntryTexts {
  const entry = pendingEntryOf(shown);
  return { full: JSON.stringify(entry), brief: JSON.stringify({ ...entry, Payload: "" }) };
}

/** A JSON array; every question is in it, and from where it becomes too long without its payload. */
function listOf(texts: Iterable<EntryTexts>): string {
  let characters = 0;
  const entries: string[] = [];
  for (const { full, brief } of texts) {
    const text = characters + full.length > MOST_CHARACTERS ? brief : full;
    characters += text.length;
    entries.push(text);
  }
  return `[${entries.join(",")}]`;
}
