// SCADA as a source: questions wait until somebody answers them, until their deadline, or until nobody is there any more who has
// asked. The first answer wins. It shows nothing and knows no client; identifiers are handed in.
import type { EpochMs } from "../../std/clock.ts";
import type { Question } from "../../twin/questions.ts";
import { flawOfAnswer, type Answer, type AnswerFlaw } from "../rules/verdicts.ts";
import type { Deadline } from "./source.ts";

/** A question that waits. */
export interface OpenQuestion {
  /** No other question, of today or any other day, has the same, and nobody can guess it. */
  readonly requestId: string;
  readonly question: Question;
  readonly deadline: EpochMs;
}

export interface OpenQuestionsOptions {
  /** The most that wait at the same time; further ones fail at once. */
  readonly most: number;
  readonly nextRequestId: () => string;
  /** Both are told before the asker goes on. */
  readonly opened: (open: OpenQuestion) => void;
  readonly closed: (open: OpenQuestion) => void;
}

/** What came of an answer. With a flaw the question stays open. */
export type Answering =
  | { readonly kind: "taken"; readonly question: Question }
  /** It has been answered, its time is over, or there has never been one. */
  | { readonly kind: "notOpen" }
  | ({ readonly kind: "flawed" } & AnswerFlaw);

interface Waiting extends OpenQuestion {
  readonly settle: (answer: Answer) => void;
  readonly fail: (reason: Error) => void;
}

export class OpenQuestions {
  readonly #options: OpenQuestionsOptions;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: OpenQuestionsOptions) {
    this.#options = options;
  }

  /** In the order in which they were asked. */
  all(): Iterable<OpenQuestion> {
    return this.#waiting.values();
  }

  /** As a source (source.ts); throws when too many wait already. */
  ask(question: Question, { at, signal }: Deadline): Promise<Answer> {
    const { most, nextRequestId, opened } = this.#options;
    if (this.#waiting.size >= most)
      throw new Error(`${most} questions wait for it already (limits.maxPendingDecisions)`);
    return new Promise((settle, fail) => {
      const open = { requestId: nextRequestId(), question, deadline: at, settle, fail };
      this.#waiting.set(open.requestId, open);
      // Whoever asks has given up by then, and hears of nothing any more.
      signal.addEventListener("abort", () => this.#close(open), { once: true });
      opened(open);
    });
  }

  /** Answers a question, once. */
  answer(requestId: string, answer: Partial<Answer>): Answering {
    const open = this.#waiting.get(requestId);
    if (open === undefined) return { kind: "notOpen" };
    const flaw = flawOfAnswer(open.question.action, answer);
    if (flaw !== undefined) return { kind: "flawed", ...flaw };
    this.#close(open);
    open.settle(answer as Answer);
    return { kind: "taken", question: open.question };
  }

  /** The charge point has gone, and with it whoever has asked: its questions fail at once. */
  withdraw(chargePointId: string): void {
    for (const open of this.#waiting.values()) {
      if (open.question.chargePointId !== chargePointId) continue;
      this.#close(open);
      open.fail(new Error("the charge point has disconnected, and its question is withdrawn"));
    }
  }

  #close(open: Waiting): void {
    if (this.#waiting.delete(open.requestId)) this.#options.closed(open);
  }
}
