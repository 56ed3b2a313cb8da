// The questions that wait for SCADA, as everybody sees them: each is told as an event when it is asked and stands in a list until it is
// settled. Who answers what stands in decisions/sources/scada.ts.
import type { PendingChange, ShownQuestion } from "../datapoints/decisions.ts";
import type { Answer } from "../decisions/rules/verdicts.ts";
import { OpenQuestions, type Answering, type OpenQuestion } from "../decisions/sources/scada.ts";
import type { Source } from "../decisions/sources/source.ts";
import type { Settings } from "../settings/settings.ts";
import type { Clock } from "../std/clock.ts";
import type { Question } from "../twin/questions.ts";
import { announce } from "./announce.ts";
import type { House } from "./apply.ts";
import type { DecisionEventRoom } from "./decisionEventRoom.ts";
import { decisionRequest, shownQuestion, type ScadaPart } from "./decisionEvents.ts";

export interface ScadaQuestionsOptions {
  readonly house: House;
  readonly settings: Pick<Settings, "limits">;
  readonly clock: Clock;
  /** For the events that tell of questions. */
  readonly room: Pick<DecisionEventRoom, "fault">;
  /** Another one at every call, that nobody can guess. */
  readonly nextRequestId: () => string;
}

export class ScadaQuestions {
  readonly #options: ScadaQuestionsOptions;
  readonly #open: OpenQuestions;
  /** What SCADA has had to do with a question, for as long as anybody holds the question. */
  readonly #parts = new WeakMap<Question, ScadaPart>();
  #told: (change: PendingChange) => void = () => {};

  constructor(options: ScadaQuestionsOptions) {
    this.#options = options;
    this.#open = new OpenQuestions({
      most: options.settings.limits.maxPendingDecisions,
      nextRequestId: options.nextRequestId,
      opened: (open) => this.#opened(open),
      closed: ({ requestId }) => this.#tell({ settled: [requestId] }),
    });
  }

  /** Asks SCADA; throws when there are too many questions. */
  readonly ask: Source = (question, deadline) => {
    const fault = this.#options.room.fault(question.chargePointId);
    if (fault !== undefined) throw new Error(fault);
    return this.#open.ask(question, deadline);
  };

  /** Answers a question, once. */
  answer(requestId: string, answer: Partial<Answer>, user: string): Answering {
    const answering = this.#open.answer(requestId, answer);
    // Before whoever asked goes on: a promise is settled later.
    if (answering.kind === "taken") this.#parts.set(answering.question, { requestId, answeredBy: user });
    return answering;
  }

  /** A charge point has gone. */
  withdraw(chargePointId: string): void {
    this.#open.withdraw(chargePointId);
  }

  /** Undefined where SCADA was not asked. */
  partIn(question: Question): ScadaPart | undefined {
    return this.#parts.get(question);
  }

  /** Tells `told` of every change from now on. */
  watch(told: (change: PendingChange) => void): void {
    this.#told = told;
  }

  /** All that wait. */
  pending(): PendingChange {
    const asked = Array.from(this.#open.all(), (open) => this.#shown(open));
    return { isWhole: true, asked, settled: [], at: this.#options.clock.now() };
  }

  /** Whoever reads the list after the event finds the question in it. */
  #opened(open: OpenQuestion): void {
    const { house, clock, settings } = this.#options;
    const { question, requestId } = open;
    const shown = this.#shown(open);
    this.#parts.set(question, { requestId });
    this.#tell({ asked: [shown] });
    const { maxKeptCharacters } = settings.limits;
    const twin = house.twins.get(question.chargePointId);
    announce(house, decisionRequest(shown, { twin, now: clock.now(), maxKeptCharacters }));
  }

  #shown(open: OpenQuestion): ShownQuestion {
    return shownQuestion(open.question, open, this.#options.settings.limits.maxKeptCharacters);
  }

  #tell({ asked = [], settled = [] }: Partial<Pick<PendingChange, "asked" | "settled">>): void {
    this.#told({ isWhole: false, asked, settled, at: this.#options.clock.now() });
  }
}
