// The last step of the road out: what an answer makes happen to the twin, and the outcome for whoever wanted it.
import type { CallOutcome } from "../ocpp/outgoingCalls.ts";
import type { CommandOutcome, Payload } from "../twin/commands.ts";
import { apply } from "./apply.ts";
import type { OutgoingRequest, RoadOut, Settled, Wanted } from "./roadOut.ts";

/** OCPP-J 1.6 §4.2.3; the longest code there is has 29. */
const LONGEST_CODE = 50;
const LONGEST_DESCRIPTION = 255;

/** The outcome of a call; the twin has changed, and been shown, before it is there. */
export function applyAnswer(
  road: RoadOut,
  { command }: Wanted,
  _request: OutgoingRequest,
  answer: CallOutcome | CommandOutcome,
): Omit<Settled, "request"> {
  if (answer.kind !== "answered" && answer.kind !== "refused") return { outcome: answer };
  const received = road.clock.now();
  const twin = road.house.twins.get(command.chargePointId);
  if (twin !== undefined) apply(road.house, twin, [{ type: "Heard", at: received, received }]);
  if (answer.kind === "refused")
    return {
      answeredAt: received,
      outcome: {
        kind: "callError",
        code: answer.code.slice(0, LONGEST_CODE),
        description: answer.description.slice(0, LONGEST_DESCRIPTION),
      },
    };
  const response = "payload" in answer ? answer.payload : answer.response;
  if (typeof response !== "object" || response === null || Array.isArray(response))
    return { answeredAt: received, outcome: { kind: "malformed", text: "the response is no JSON object" } };
  return { answeredAt: received, outcome: { kind: "answered", response: response as Payload } };
}
