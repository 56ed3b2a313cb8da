// What becomes of a twin by one message of a charge point, without a road around it.
import { expect } from "vitest";
import { payloadText } from "../../../src/ocpp/frame.ts";
import { checkCall } from "../../../src/ocpp/validate.ts";
import { incomingMessages } from "../../../src/ocpp/v16/messages/table.ts";
import type { IncomingAction, IncomingMessage, Moment } from "../../../src/ocpp/v16/message.ts";
import { validatorOf } from "../../../src/schema/ajv.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../../src/twin/twin.ts";
import { callFrom } from "../calls.ts";

export const NOW = Date.UTC(2026, 2, 1, 12, 0, 30, 250);
export const accepted = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 300 }, NOW);

export function momentOf(twin: Twin, moment: Partial<Moment> = {}): Moment {
  return {
    twin,
    received: NOW,
    verdict: undefined,
    receipt: { kind: "started", transactionId: 1, isRepeated: false, isOpen: true },
    pendingRetrySeconds: 30,
    maxConnectors: 8,
    maxKeptCharacters: 16_384,
    payload: "{}",
    ...moment,
  };
}

/** What becomes of `twin` by one message, as the road in does it; `payload` is JSON text or a value. */
export function send(twin: Twin, action: IncomingAction, payload: unknown, extra: Partial<Moment> = {}) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const call = callFrom(`[2,"1","${action}",${text}]`);
  const checked = checkCall(call, "tolerant");
  if (checked.kind === "error") throw new Error(checked.description);
  const message = incomingMessages[action] as unknown as IncomingMessage<IncomingAction>;
  const request = checked.request as never;
  const moment = momentOf(twin, { payload: payloadText(call), ...extra });
  const question = message.ask?.(request, moment);
  const events = message.happen(request, moment);
  const after = events.reduce(reduce, twin);
  const answer = message.reply(request, moment, after);
  expect(validatorOf(action, "response")(answer)).toBeUndefined();
  return { question, events, answer, twin: after };
}
