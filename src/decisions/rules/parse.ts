// Texts of rules files -> rules that can be used, or what is wrong with them and where. Pure: whoever calls reads the files.
import { readYamlText, type Diagnostic } from "../../settings/diagnostics.ts";
import { clean, quote, type Finding, type Path } from "../../settings/finding.ts";
import { findFormFaults, type RuleSection, type RulesFile } from "../../settings/rulesFile.ts";
import type { ReadText } from "../../settings/textFile.ts";
import type { Place } from "../../settings/yamlDocument.ts";
import { decidedActions, type DecidedAction } from "../../twin/questions.ts";
import { compileExpression, type Expression } from "./expression.ts";
import { languageWith, type Language } from "./language.ts";
import { readLists } from "./lists.ts";
import { ruleSetOf, type Asking, type Rule, type RuleSet } from "./rule.ts";
import { findUnknownFields } from "./screen.ts";
import { compileAnswer, type AnswerOfRule } from "./verdicts.ts";

export interface RuleSources {
  /** Text of a file by its absolute path. */
  readonly read: (file: string) => ReadText;
  /** Absolute path of a file that another file names. */
  readonly resolve: (from: string, file: string) => string;
  readonly maxListEntries: number;
  /** Who can be asked. */
  readonly askable: ReadonlySet<"scada" | "idTags" | "module">;
  /** How many modules all rules together may ask. */
  readonly maxModules: number;
}

/** Without `rules` when a diagnostic is an error. */
export interface ParsedRules {
  readonly rules?: RuleSet;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads and checks rules files, in the order in which their rules are asked. */
export function parseRules(files: readonly string[], sources: RuleSources): ParsedRules {
  const reading: Reading = {
    sources,
    rules: [],
    defaults: {},
    names: new Map(),
    modules: new Set(),
    closed: new Map(),
    diagnostics: [],
  };
  for (const file of files) {
    const text = sources.read(file);
    const { diagnostics } = readYamlText(file, text, (value, find) => readFile(reading, { file, text, value, find }));
    reading.diagnostics.push(...diagnostics);
  }
  const { diagnostics, rules, defaults } = reading;
  if (diagnostics.some(({ severity }) => severity === "error")) return { diagnostics };
  return { rules: ruleSetOf(rules, defaults), diagnostics };
}

/** What has been read of all files so far. */
interface Reading {
  readonly sources: RuleSources;
  readonly rules: Rule[];
  readonly defaults: Partial<Record<DecidedAction, AnswerOfRule>>;
  /** Where each name stands. */
  readonly names: Map<string, string>;
  /** Absolute paths of those that are asked. */
  readonly modules: Set<string>;
  /** The rule behind which no other is asked, by action. */
  readonly closed: Map<DecidedAction, string>;
  readonly diagnostics: Diagnostic[];
}

interface OpenedFile {
  readonly file: string;
  readonly text: ReadText;
  readonly value: unknown;
  readonly find: (path: Path, place: "key" | "value") => Place;
}

function readFile(reading: Reading, { file, text, value, find }: OpenedFile): Finding[] {
  const faults = findFormFaults(value);
  if (faults.length > 0) return faults;
  const content = value as RulesFile;
  const findings: Finding[] = [];
  const { sources, diagnostics } = reading;
  const resolve = (named: string): string => sources.resolve(file, named);
  const language = languageWith(readLists(content.lists, { ...sources, resolve, findings, diagnostics }));
  const lineOf = (path: Path): number =>
    "text" in text ? text.text.slice(0, find(path, "value").offset).split("\n").length : 1;
  for (const [index, section] of content.rules.entries()) {
    const path = ["rules", String(index)];
    const actions = typeof section.on === "string" ? [section.on] : section.on;
    const place = { file, path, line: lineOf(path), actions, language, findings };
    findDouble(reading, section, place);
    const rule = compileRule(section, place, { resolve, askable: sources.askable });
    if (rule === undefined) continue;
    countModule(reading, rule, place);
    // A condition that is wrong says nothing about what is reached.
    if (section.when === undefined || rule.when !== undefined) findUnreachable(reading, rule, place);
    reading.rules.push(rule);
  }
  readDefaults(reading, content.defaults, { language, findings });
  return findings;
}

interface RulePlace {
  readonly file: string;
  readonly path: Path;
  readonly line: number;
  readonly actions: readonly DecidedAction[];
  readonly language: Language;
  readonly findings: Finding[];
}

/** What stands where a rule's name would when no rule has decided. */
const reservedNames: ReadonlySet<string> = new Set(["default", "defaults"]);

/** A name tells who has decided: it stands for one rule only. */
function findDouble({ names }: Reading, { name }: RuleSection, { file, line, path, findings }: RulePlace): void {
  if (reservedNames.has(name)) {
    const message = `The name ${quote(name)} is reserved`;
    findings.push({ path: [...path, "name"], severity: "error", message, hint: "give the rule another name" });
  }
  const first = names.get(name);
  if (first === undefined) {
    names.set(name, `${clean(file)}:${line}`);
    return;
  }
  const message = `There is a rule ${quote(name)} already, at ${first}`;
  findings.push({ path: [...path, "name"], severity: "error", message, hint: "give it a name of its own" });
}

function countModule({ modules, sources }: Reading, { verdict }: Rule, { path, findings }: RulePlace): void {
  if (verdict.kind !== "ask" || verdict.asking.source.kind !== "module") return;
  const { file } = verdict.asking.source;
  if (modules.has(file)) return;
  modules.add(file);
  if (modules.size !== sources.maxModules + 1) return;
  const message = `All rules together may ask ${sources.maxModules} modules, and this is one more`;
  const hint = "let one module answer what several do";
  findings.push({ path: [...path, "ask"], place: "key", severity: "error", message, hint });
}

interface Asked {
  readonly resolve: (file: string) => string;
  readonly askable: RuleSources["askable"];
}

function compileRule(section: RuleSection, place: RulePlace, asked: Asked): Rule | undefined {
  const { file, path, line, actions, findings } = place;
  const { name, then, ask, otherwise, timeoutSeconds } = section;
  const when = section.when === undefined ? undefined : compileWhen(section.when, place);
  const answer = (key: "then" | "otherwise", part: NonNullable<typeof then>): AnswerOfRule =>
    compileAnswerAt([...path, key], part, place);
  const rule = { name, file, line, actions, ...(when !== undefined && { when }) };
  if (then !== undefined) {
    for (const key of ["ask", "otherwise", "timeoutSeconds"] as const)
      if (section[key] !== undefined) {
        const message = `${key} has no meaning beside then`;
        findings.push({ path: [...path, key], place: "key", severity: "error", message, hint: "remove one of them" });
      }
    return { ...rule, verdict: { kind: "then", answer: answer("then", then) } };
  }
  if (ask === undefined) {
    const message = "This rule answers nothing";
    findings.push({ path, severity: "error", message, hint: "add then: with an answer, or ask: with who is asked" });
    return undefined;
  }
  const source = typeof ask === "string" ? ask : "module";
  const asking: Asking = {
    source: typeof ask === "string" ? { kind: ask } : { kind: "module", file: asked.resolve(ask.module) },
    name: typeof ask === "string" ? ask : `module ${ask.module}`,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(otherwise !== undefined && { otherwise: answer("otherwise", otherwise) }),
  };
  if (!asked.askable.has(source)) {
    const message = `This version cannot ask ${source === "module" ? "a module" : source}`;
    findings.push({ path: [...path, "ask"], place: "key", severity: "error", message, hint: "answer with then:" });
  }
  return { ...rule, verdict: { kind: "ask", asking } };
}

function compileWhen(text: string, { path, actions, language, findings }: RulePlace): Expression | undefined {
  const own = [...path, "when"];
  const compiled = compileExpression(text, language);
  if ("fault" in compiled) {
    findings.push({ path: own, severity: "error", ...compiled.fault });
    return undefined;
  }
  const { expression } = compiled;
  if (expression.type !== "bool" && expression.type !== "dyn") {
    const message = `A condition is true or false, and this is of type ${expression.type}`;
    findings.push({ path: own, severity: "error", message, hint: "compare it with something", index: 0 });
  }
  for (const fault of findUnknownFields(expression.root, actions))
    findings.push({ path: own, severity: "warning", ...fault });
  return expression;
}

function compileAnswerAt(
  path: Path,
  section: Parameters<typeof compileAnswer>[0],
  { actions, language, findings }: Pick<RulePlace, "actions" | "language" | "findings">,
): AnswerOfRule {
  const answer = compileAnswer(section, { path, actions, language, findings });
  for (const [field, expression] of answer.expressions)
    for (const { index, ...said } of findUnknownFields(expression.root, actions))
      findings.push({ path: [...path, field], severity: "warning", ...said, index: index + 1 });
  return answer;
}

/** A rule that nothing can reach is most likely a mistake of order. */
function findUnreachable({ closed }: Reading, rule: Rule, { path, findings }: RulePlace): void {
  const { actions, when, verdict, name } = rule;
  const place = { path: [...path, "name"], severity: "warning" } as const;
  const always = when === undefined || when.root.args === true;
  const before = actions.map((action) => closed.get(action));
  const [first] = before;
  if (first !== undefined && before.every((each) => each !== undefined))
    findings.push({
      ...place,
      message: `This rule is never reached: ${quote(first)} decides before it`,
      hint: "put it first",
    });
  else if (when?.root.op === "value" && when.root.args === false)
    findings.push({ ...place, message: "This rule never fits: its condition is false" });
  // Who is asked may not know, unless the rule says what is answered then.
  const decides = verdict.kind === "then" || verdict.asking.otherwise !== undefined;
  if (always && decides) for (const action of actions) if (!closed.has(action)) closed.set(action, name);
}

function readDefaults(
  { defaults }: Reading,
  sections: RulesFile["defaults"],
  context: Pick<RulePlace, "language" | "findings">,
): void {
  for (const action of decidedActions) {
    const section = sections[action];
    if (section === undefined) continue;
    const path = ["defaults", action];
    if (defaults[action] === undefined)
      defaults[action] = compileAnswerAt(path, section, { ...context, actions: [action] });
    else {
      const message = `Another file has a default of ${action} already`;
      context.findings.push({ path, place: "key", severity: "error", message, hint: "keep one" });
    }
  }
}
