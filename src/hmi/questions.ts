// What the thread that serves browsers asks of the main thread, where twins, alarms and the road out are. Every answer is plain data.
import type { LoginAccount } from "../twin/accounts.ts";
import type { AlarmAct, AlarmOutcome, AlarmPlace } from "../twin/alarms.ts";
import type { Command, CommandOutcome, Requester } from "../twin/commands.ts";
import type { Answered, ExchangePageQuery, KeptExport, TransactionQuery } from "../twin/keptPages.ts";
import type { HistoryPage, HistoryQuery, LoginAttempt } from "../twin/ports.ts";
import type { DatapointValue, MessagesView, TransactionDetail } from "./shapes.ts";
import type { SiteQuestions } from "./siteQuestions.ts";

/** What the main thread knows and does. A question that rejects is answered to the browser as a fault of the bridge. */
export interface Questions extends SiteQuestions {
  /** Why the bridge is not serving yet or no longer; empty when it serves. */
  notReady(): readonly string[];
  /** What does not work although the bridge serves; mostly empty. */
  impaired(): readonly string[];
  /** The Prometheus page. */
  metrics(): Promise<{ readonly type: string; readonly text: string }>;
  verify(attempt: LoginAttempt): Promise<LoginAnswer>;
  /** The one road out; the sentence says what went wrong, empty where nothing did. */
  command(command: Command, requester: Requester): Promise<{ readonly outcome: CommandOutcome; readonly text: string }>;
  act(place: AlarmPlace, act: AlarmAct, requester: Requester): Promise<AlarmOutcome>;
  /** Undefined where no such charge point is known. */
  chargePointValues(id: string): readonly DatapointValue[] | undefined;
  /** Undefined where no history is kept. */
  history(query: HistoryQuery): Promise<HistoryPage | undefined>;
  /** A TransactionPage as JSON. */
  transactions(query: TransactionQuery): Promise<Answered<string>>;
  /** Undefined where there is none with that id. */
  transaction(transactionId: number): Promise<Answered<TransactionDetail | undefined>>;
  /** An ExchangePage as JSON, and which messages are kept at all. */
  messages(query: ExchangePageQuery): Promise<{ readonly kept: MessagesView["kept"]; readonly page: Answered<string> }>;
  /** Begins an export and answers its number and first piece. */
  beginExport(wanted: KeptExport): Promise<{ readonly number: number; readonly piece: string | undefined }>;
  /** The next piece; undefined when there is no more. */
  nextPiece(number: number): Promise<string | undefined>;
  endExport(number: number): Promise<void>;
}

/** As a LoginVerdict, without what only a password needs. */
export type LoginAnswer =
  | { readonly kind: "accepted"; readonly account: LoginAccount; readonly hasOneTimePassword: boolean }
  | { readonly kind: "refused" | "busy" };

export type QuestionName = keyof Questions;
export type InputOf<Name extends QuestionName> = Parameters<Questions[Name]>;
export type AnswerTo<Name extends QuestionName> = Awaited<ReturnType<Questions[Name]>>;

/** Asks the main thread; rejects when it cannot answer. */
export type Ask = <Name extends QuestionName>(name: Name, ...input: InputOf<Name>) => Promise<AnswerTo<Name>>;
