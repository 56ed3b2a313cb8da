// Questions as SCADA's method is asked them, and its answers: texts in JSON. Pure.
import type { EpochMs } from "../../std/clock.ts";
import type { Question, Verdict } from "../../twin/questions.ts";

/** The argument Payload: the fields of DecisionRequestEventType that tell of the question; what a question has not is left out. */
export function payloadOf({ chargePointId, connectorId, idTag, payload }: Question, deadline: EpochMs): string {
  return JSON.stringify({
    ChargePointId: chargePointId,
    ConnectorId: connectorId,
    IdTag: idTag,
    Payload: payload,
    Deadline: new Date(deadline).toISOString(),
  });
}

/**
 * The output Answer: an object with the fields of `then` in a rule; an empty text is for what SCADA does not know. Whether it is an
 * answer to the question is for others to judge. Throws when it is no JSON.
 */
export function answerOf(text: string): Omit<Verdict, "source"> | undefined {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as Omit<Verdict, "source">;
  } catch {
    throw new Error("its Answer is no JSON");
  }
}
