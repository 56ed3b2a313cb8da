// Runs in the process of a user's module: puts questions to it and makes of whatever comes back something that may cross.
import type { Question as AskedQuestion } from "../twin/questions.ts";
import type { FromModule, ModuleAnswer } from "./messages.ts";
import { sentenceOf } from "./sentences.ts";
import type { Context, Decide, Question } from "./userModule.ts";

/** No answer of OCPP is longer than a frame. */
const LONGEST_TEXT = 65_536;
const FIELDS = ["status", "expiryDate", "parentIdTag", "data"] as const;

export interface Answering {
  /** Resolves once the module is loaded; never rejects. */
  readonly decide: Promise<Decide>;
  readonly log: Context["log"];
  readonly send: (message: FromModule) => void;
}

export class Answers {
  readonly #answering: Answering;
  readonly #open = new Map<number, AbortController>();

  constructor(answering: Answering) {
    this.#answering = answering;
  }

  /** Never rejects. */
  async answer(id: number, asked: AskedQuestion, now: number): Promise<void> {
    const late = new AbortController();
    this.#open.set(id, late);
    let message: FromModule;
    try {
      const decide = await this.#answering.decide;
      const context: Context = { now: new Date(now), signal: late.signal, log: this.#answering.log };
      const answer: unknown = await decide(questionOf(asked), context);
      message = { kind: "answer", id, answer: answerOf(answer) };
    } catch (error) {
      message = {
        kind: "failed",
        id,
        reason: error instanceof Nonsense ? error.message : `it threw ${sentenceOf(error)}`,
      };
    }
    if (this.#open.delete(id)) this.#answering.send(message);
  }

  /** Tells the module that nobody waits any more; its answer is dropped. */
  forget(id: number): void {
    const late = this.#open.get(id);
    this.#open.delete(id);
    late?.abort(new Error("the answer is too late"));
  }
}

class Nonsense extends Error {}

function questionOf({ chargePointId, ...asked }: AskedQuestion): Question {
  const { action, connectorId, idTag, payload } = asked;
  const question = {
    action,
    chargePoint: { id: chargePointId },
    ...(connectorId !== undefined && { connectorId }),
    ...(idTag !== undefined && { idTag }),
    payload,
  };
  freeze(question);
  return question as Question;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

function answerOf(answer: unknown): ModuleAnswer | undefined {
  if (answer === undefined) return undefined;
  if (typeof answer !== "object" || answer === null)
    throw new Nonsense(`it has answered ${sentenceOf(answer)} and no object with a status`);
  const given = answer as Readonly<Record<string, unknown>>;
  const fields: Partial<Record<(typeof FIELDS)[number], string>> = {};
  for (const field of FIELDS) {
    const value = given[field];
    if (value === undefined) continue;
    if (typeof value !== "string")
      throw new Nonsense(`it has answered a ${field} that is no text: ${sentenceOf(value)}`);
    if (value.length > LONGEST_TEXT) throw new Nonsense(`it has answered a ${field} of ${value.length} characters`);
    fields[field] = value;
  }
  const { status } = fields;
  if (status === undefined) throw new Nonsense("it has answered an object without status");
  return { ...fields, status };
}
