// What browsers may ask of what is kept on disk: every answer is read on a thread of its own.
import { exportQuestions, type ExportQuestions } from "../hmi/exports.ts";
import type { Questions } from "../hmi/questions.ts";
import type { Settings } from "../settings/settings.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { exportKept } from "../store/exportKept.ts";
import type { Readings } from "../store/readings.ts";
import type { History } from "../twin/ports.ts";
import { decisionsBehind } from "./transactionDecisions.ts";

export interface KeptParts {
  readonly settings: Settings;
  readonly readings: Readings;
  readonly history: History | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

type KeptQuestion = "transactions" | "transaction" | "messages";

export function keptQuestions({
  settings: { store },
  readings,
  history,
  clock,
  log,
}: KeptParts): Pick<Questions, KeptQuestion> & ExportQuestions {
  return {
    transactions: (query) => readings.state.transactions(query),
    transaction: async (transactionId) => {
      const read = await readings.state.transaction(transactionId);
      if ("fault" in read) return read;
      if (read.answer === undefined) return { answer: undefined };
      const decisions = await decisionsBehind(history, read.answer).catch((error: unknown) => {
        log.error({ error: String(error) }, "the decisions behind a transaction could not be read");
        return [];
      });
      return { answer: { transaction: read.answer, decisions } };
    },
    messages: async (query) => ({ kept: store.messageLog.keep, page: await readings.messages.exchanges(query) }),
    ...exportQuestions((wanted) => exportKept(store.directory, wanted, clock)),
  };
}
