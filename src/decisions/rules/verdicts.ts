// Answers of rules: `then`, `otherwise` and `defaults`, checked against the action that they answer, with their expressions computed.
import { validatorOf } from "../../schema/ajv.ts";
import { enumerations, type Action } from "../../schema/ocpp16.generated.ts";
import { quote, type Finding, type Path } from "../../settings/finding.ts";
import { nearest } from "../../std/nearest.ts";
import type { VerdictSection } from "../../settings/rulesFile.ts";
import type { DecidedAction, Verdict } from "../../twin/questions.ts";
import { compileExpression, NoValue, type Expression } from "./expression.ts";
import type { Facts } from "./facts.ts";
import type { Language } from "./language.ts";

/** A verdict without who has given it. */
export type Answer = Omit<Verdict, "source">;

type Field = keyof VerdictSection;

interface Form {
  readonly fields: readonly Field[];
  readonly statuses: readonly string[];
  /** The response of OCPP that carries an answer. */
  readonly responseOf: (answer: Partial<Answer>) => unknown;
  /** What is answered when an answer cannot be had and accepting is not safe. */
  readonly refusal: Answer;
}

const aboutIdTag = {
  fields: ["status", "expiryDate", "parentIdTag"],
  statuses: enumerations.AuthorizationStatus,
  refusal: { status: "Invalid" },
} as const;

/** What an answer to each action may consist of. */
export const forms: Readonly<Record<DecidedAction, Form>> = {
  Authorize: { ...aboutIdTag, responseOf: (idTagInfo) => ({ idTagInfo }) },
  StartTransaction: { ...aboutIdTag, responseOf: (idTagInfo) => ({ transactionId: 1, idTagInfo }) },
  StopTransaction: { ...aboutIdTag, responseOf: (idTagInfo) => ({ idTagInfo }) },
  DataTransfer: {
    fields: ["status", "data"],
    statuses: enumerations.DataTransferStatus,
    responseOf: (answer) => answer,
    refusal: { status: "Rejected" },
  },
  BootNotification: {
    fields: ["status"],
    statuses: enumerations.RegistrationStatus,
    responseOf: (answer) => ({ ...answer, currentTime: "2026-01-01T00:00:00Z", interval: 0 }),
    refusal: { status: "Pending" },
  },
};

/** The field of an answer that may not be given, and why. */
export interface AnswerFlaw {
  /** Empty for the answer as a whole. */
  readonly path: Field | "";
  readonly text: string;
}

/** Why an answer may not be given to an action; undefined when it may. Takes any value. */
export function faultOfAnswer(action: DecidedAction, answer: Partial<Answer>): string | undefined {
  const violation = violationOf(action, answer);
  if (violation === undefined) return undefined;
  const { path, message } = violation;
  return `${path === "" ? "the answer" : path} ${message}`;
}

/** The same of an answer that may have fields that do not belong to the action. */
export function flawOfAnswer(action: DecidedAction, answer: Partial<Answer>): AnswerFlaw | undefined {
  const { fields, statuses } = forms[action];
  if (answer.status === undefined || !statuses.includes(answer.status))
    return { path: "status", text: `an answer to ${action} has one of ${statuses.join(", ")}` };
  const alien = (Object.keys(answer) as Field[]).find((field) => !fields.includes(field));
  if (alien !== undefined)
    return { path: alien, text: `an answer to ${action} has none; it consists of ${fields.join(", ")}` };
  const violation = violationOf(action, answer);
  return violation === undefined ? undefined : { path: violation.path as Field | "", text: violation.message };
}

function violationOf(
  action: DecidedAction,
  answer: Partial<Answer>,
): { readonly path: string; readonly message: string } | undefined {
  const violation = validatorOf(action satisfies Action, "response")(forms[action].responseOf(answer));
  if (violation === undefined) return undefined;
  return { path: violation.instancePath.split("/").at(-1) ?? "", message: violation.message };
}

/** An answer that may have to be computed. */
export interface AnswerOfRule {
  /** The answer to a question, or why there is none. Never throws. */
  compute(action: DecidedAction, facts: Facts): Answer | NoValue;
  /** Whether it accepts whatever the question is. */
  readonly alwaysAccepts: boolean;
  /** Those that compute it, by field. */
  readonly expressions: readonly (readonly [field: string, expression: Expression])[];
}

/** CEL types of which a field can be made. */
const typesOfField: Readonly<Record<Field, readonly string[]>> = {
  status: ["string"],
  expiryDate: ["string", "google.protobuf.Timestamp"],
  parentIdTag: ["string"],
  data: ["string"],
};

export interface AnswerContext {
  readonly path: Path;
  readonly actions: readonly DecidedAction[];
  readonly language: Language;
  readonly findings: Finding[];
}

/** Makes the answer of a section, or adds what is wrong with it to the findings. */
export function compileAnswer(section: VerdictSection, context: AnswerContext): AnswerOfRule {
  const literal: Partial<Record<Field, string>> = {};
  const computed: [Field, Expression][] = [];
  for (const [field, text] of Object.entries(section) as [Field, string][]) {
    if (!checkField(field, context)) continue;
    if (!text.startsWith("=")) {
      checkLiteral(field, text, context);
      literal[field] = text;
      continue;
    }
    const expression = compileField(field, text, context);
    if (expression !== undefined) computed.push([field, expression]);
  }
  const alwaysAccepts = literal.status === "Accepted";
  const expressions = computed;
  if (computed.length === 0)
    return { compute: (action) => refusalInstead(literal, action) ?? (literal as Answer), alwaysAccepts, expressions };
  return { compute: (action, facts) => compute(literal, computed, action, facts), alwaysAccepts, expressions };
}

function compute(
  literal: Partial<Record<Field, string>>,
  computed: readonly [Field, Expression][],
  action: DecidedAction,
  facts: Facts,
): Answer | NoValue {
  const refusal = refusalInstead(literal, action);
  if (refusal !== undefined) return refusal;
  const answer: Partial<Record<Field, string>> = { ...literal };
  for (const [field, expression] of computed) {
    const value = textOf(expression.evaluate(facts));
    if (value instanceof NoValue) return new NoValue(`${field}: ${value.reason}`);
    answer[field] = value;
  }
  const fault = faultOfAnswer(action, answer);
  return fault === undefined ? (answer as Answer) : new NoValue(fault);
}

/** Of several actions each may have words of its own for no: what says it to one of them says it to the others. */
function refusalInstead({ status }: Partial<Record<Field, string>>, action: DecidedAction): Answer | undefined {
  const { statuses, refusal } = forms[action];
  return status === undefined || statuses.includes(status) ? undefined : refusal;
}

function textOf(value: unknown): string | NoValue {
  if (typeof value === "string" || value instanceof NoValue) return value;
  if (!(value instanceof Date)) return new NoValue("it is no text");
  // A date that JavaScript cannot hold has no text.
  if (Number.isNaN(value.getTime())) return new NoValue("it is no time");
  return `${value.toISOString().slice(0, 19)}Z`;
}

function checkField(field: Field, { path, actions, findings }: AnswerContext): boolean {
  const unfit = actions.filter((action) => !forms[action].fields.includes(field));
  if (unfit.length === 0) return true;
  const [first = "Authorize"] = unfit;
  findings.push({
    path: [...path, field],
    place: "key",
    severity: "error",
    message: `An answer to ${unfit.join(" or ")} has no field ${field}`,
    hint: `it has ${forms[first].fields.join(", ")}; make a rule of its own for ${first}`,
  });
  return false;
}

/**
 * What a rule about several actions says only where who is asked has not answered may be a status of one of them alone: "Accepted" is one of
 * every action, so it refuses.
 */
function checkStatus(text: string, { path, actions, findings }: AnswerContext): void {
  const unfit = actions.filter((action) => !forms[action].statuses.includes(text));
  const [first] = unfit;
  if (first === undefined) return;
  const mayDiffer = path.at(-1) === "otherwise" && unfit.length < actions.length;
  const message = `${quote(text)} is no status of an answer to ${mayDiffer ? unfit.join(" or ") : first}`;
  const own = [...path, "status"];
  const { statuses, refusal } = forms[first];
  if (mayDiffer) {
    const hint = `${first} is answered ${refusal.status} instead; make a rule of its own for it to say it otherwise`;
    findings.push({ path: own, severity: "warning", message, hint });
    return;
  }
  const near = nearest(text, statuses);
  const hint = near === undefined ? `allowed: ${statuses.join(", ")}` : `did you mean ${near}?`;
  findings.push({ path: own, severity: "error", message, hint });
}

function checkLiteral(field: Field, text: string, context: AnswerContext): void {
  if (field === "status") {
    checkStatus(text, context);
    return;
  }
  const { path, actions, findings } = context;
  for (const action of actions) {
    const { statuses } = forms[action];
    const own = [...path, field];
    const [status = ""] = statuses;
    const fault = faultOfAnswer(action, { status, [field]: text });
    if (fault === undefined) continue;
    const hint =
      field === "expiryDate"
        ? 'write a time like "2026-12-31T23:00:00Z", or an expression that begins with ='
        : undefined;
    const message = `${quote(text)} does not fit here: ${fault}`;
    findings.push({ path: own, severity: "error", message, ...(hint !== undefined && { hint }) });
    return;
  }
}

function compileField(field: Field, text: string, { path, language, findings }: AnswerContext): Expression | undefined {
  const compiled = compileExpression(text.slice(1), language);
  const own = [...path, field];
  if ("fault" in compiled) {
    const { index, ...said } = compiled.fault;
    findings.push({ path: own, severity: "error", ...said, index: index + 1 });
    return undefined;
  }
  const { type } = compiled.expression;
  const wanted = typesOfField[field];
  if (type !== "dyn" && !wanted.includes(type)) {
    const message = `This expression is of type ${type}, and ${field} is of type ${wanted.join(" or ")}`;
    findings.push({ path: own, severity: "error", message, hint: "make text of it with string(…)", index: 1 });
    return undefined;
  }
  return compiled.expression;
}
