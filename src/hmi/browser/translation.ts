// Sentences that the bridge itself has composed, said in another language by a table of templates. Pure. What the table does not know
// stays as it is and is marked, so that it is not read aloud as if it were of the other language.
import { filled } from "./sentences.ts";

/** A piece of a sentence; `isForeign`: the table does not know it. */
export interface Piece {
  readonly text: string;
  readonly isForeign: boolean;
}

/** Undefined where no template fits. */
export type Translate = (sentence: string) => readonly Piece[] | undefined;

/**
 * `{name}` in a template stands for a value that is taken over as it is; one whose name begins with `said` is a sentence of the bridge
 * in its turn, and `told` is what somebody else has said, which may look like one. Both halves of an entry have the same places.
 */
export function translator(templates: Readonly<Record<string, string>>): Translate {
  const all = Object.entries(templates).map(([source, target]) => templateOf(source, target));
  const whole = new Map(all.filter(({ names }) => names.length === 0).map((each) => [each.source, each.target]));
  // The one with the most words of its own says most precisely what it means.
  const byWeight = all.filter(({ names }) => names.length > 0).toSorted((a, b) => b.weight - a.weight);
  const open = [...byWeight.filter(introduces).map((each) => ({ ...each, isStrict: true })), ...byWeight];
  const translate = (sentence: string, depth: number): readonly Piece[] | undefined => {
    const known = whole.get(sentence);
    if (known !== undefined) return [{ text: known, isForeign: false }];
    if (depth >= DEEPEST || sentence.length > LONGEST) return undefined;
    for (const template of open) {
      const values = valuesIn(sentence, template.fixed);
      const said = values && saidOf(template, values, (value) => translate(value, depth + 1));
      if (said !== undefined) return said;
    }
    return undefined;
  };
  return (sentence) => translate(sentence, 0);
}

/** The same, but what has been said lately is not looked for again: a table that is sorted asks for each text many times. */
export function remembering(translate: Translate, most: number): Translate {
  const kept = new Map<string, ReturnType<Translate>>();
  return (sentence) => {
    if (kept.has(sentence)) return kept.get(sentence);
    const said = translate(sentence);
    if (sentence.length > LONGEST) return said;
    const [oldest] = kept.keys();
    if (kept.size >= most && oldest !== undefined) kept.delete(oldest);
    kept.set(sentence, said);
    return said;
  };
}

/** A sentence in a sentence in a sentence: what the bridge composes is no deeper. */
const DEEPEST = 4;
const LONGEST = 4000;

interface Template {
  readonly source: string;
  readonly target: string;
  /** What stands before, between and behind its places. */
  readonly fixed: readonly string[];
  readonly names: readonly string[];
  readonly weight: number;
  /** It fits only where all that is said in it is known: what begins with a place might be anybody's sentence. */
  readonly isStrict: boolean;
}

function templateOf(source: string, target: string): Template {
  const fixed = source.split(/\{\w+\}/);
  const names = [...source.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return { source, target, fixed, names, weight: fixed.join("").length, isStrict: fixed[0] === "" };
}

/** Its own words stand in front of what is said or told. That may end as other templates do, so these come before all others. */
function introduces({ fixed, names }: Template): boolean {
  return fixed[0] !== "" && fixed.at(-1) === "" && /^said|^told$/.test(names.at(-1) ?? "");
}

/** What stands in the places, each as short as can be; undefined where the sentence is another. */
function valuesIn(sentence: string, fixed: readonly string[]): readonly string[] | undefined {
  const [first = "", ...others] = fixed;
  const last = others.at(-1) ?? "";
  if (!sentence.startsWith(first) || !sentence.endsWith(last)) return undefined;
  const values: string[] = [];
  let from = first.length;
  for (const [index, part] of others.entries()) {
    const to = index === others.length - 1 ? sentence.length - last.length : sentence.indexOf(part, from);
    if (to < from) return undefined;
    values.push(sentence.slice(from, to));
    from = to + part.length;
  }
  return values;
}

function saidOf(template: Template, values: readonly string[], translate: Translate): readonly Piece[] | undefined {
  const plain: Record<string, string> = {};
  const said = new Map<string, readonly Piece[]>();
  for (const [index, name] of template.names.entries()) {
    const value = values[index] ?? "";
    if (!name.startsWith("said")) plain[name] = value;
    else {
      const pieces = translate(value);
      if (pieces === undefined && template.isStrict) return undefined;
      said.set(name, pieces ?? [{ text: value, isForeign: true }]);
    }
  }
  const parts = template.target.split(/\{(said\w*)\}/);
  return parts
    .flatMap((part, index) =>
      index % 2 === 1 ? (said.get(part) ?? []) : [{ text: filled(part, plain), isForeign: false }],
    )
    .filter(({ text }) => text !== "");
}
