// What comes in: answers go to the outbox, commands are checked, carried out and answered (OCPP-J 1.6 §4.2). It decides nothing itself.
import { encodeError, encodeResult, parseFrame } from "../ocpp/frame.ts";
import type { CallFrame } from "../ocpp/frame.ts";
import { validatorOf } from "../schema/ajv.ts";
import type { Violation } from "../schema/ajv.ts";
import { actionsFromCentralSystem } from "../schema/ocpp16.generated.ts";
import { isAction } from "../schema/ocpp16.ts";
import type { Handler } from "./commands/answer.ts";
import { commands } from "./commands/table.ts";
import type { CommandAction } from "./commands/table.ts";
import { reportProblem } from "./core.ts";
import type { ChargePointCore } from "./core.ts";
import type { Payload } from "./outbox.ts";

/** A text frame has come in. */
export function textArrived(core: ChargePointCore, text: string): void {
  core.plan.listener.received?.(core.self, text);
  const frame = parseFrame(text);
  switch (frame.kind) {
    case "call":
      return commandArrived(core, frame);
    case "result":
      return answerArrived(
        core,
        frame.id,
        core.outbox.answered(frame.id, { kind: "result", payload: frame.payload as Payload }),
      );
    case "error": {
      const { code, description, details } = frame;
      return answerArrived(
        core,
        frame.id,
        core.outbox.answered(frame.id, { kind: "error", code, description, details }),
      );
    }
    case "ignored":
      return;
    case "problem":
      reportProblem(core, `unreadable frame (${frame.description}): ${text.slice(0, 100)}`);
  }
}

function answerArrived(core: ChargePointCore, messageId: string, isAwaited: boolean): void {
  if (!isAwaited) reportProblem(core, `answer to message ${messageId.slice(0, 36)}, which waits for none`);
}

function commandArrived(core: ChargePointCore, call: CallFrame): void {
  if (core.faults.unansweredActions.has(call.action)) return;
  const { answerDelayMs } = core.faults;
  if (answerDelayMs > 0) core.clock.after(answerDelayMs, () => carryOut(core, call));
  else carryOut(core, call);
}

function carryOut(core: ChargePointCore, { id: text, numericId, action, payload }: CallFrame): void {
  const id = numericId ?? text;
  if (!isAction(action)) return refuse(core, id, "NotImplemented", `${action.slice(0, 50)} is no action of OCPP 1.6`);
  if (!isCommand(action)) return refuse(core, id, "NotSupported", `${action} is not for a charge point`);
  const violation = validatorOf(action, "request")(payload);
  if (violation !== undefined)
    return refuse(core, id, codeOf(violation), `${action}.req${violation.instancePath}: ${violation.message}`);
  // The validator has just shown that the payload is the request of this action, and the table pairs action and handler.
  const answer = (commands[action] as Handler<CommandAction>)(core, payload as never);
  send(core, encodeResult(id, answer.conf));
  answer.effect?.();
}

/** Every frame that leaves the charge point passes here; false when there is no open socket. */
export function send(core: ChargePointCore, text: string): boolean {
  if (!core.link.send(text)) return false;
  core.lastSentAt = core.clock.monotonic();
  core.plan.listener.sent?.(core.self, text);
  return true;
}

function refuse(core: ChargePointCore, id: string | number, code: string, description: string): void {
  send(core, encodeError(id, code, description, {}));
}

function isCommand(action: string): action is CommandAction {
  return (actionsFromCentralSystem as readonly string[]).includes(action);
}

/** The error codes of OCPP-J 1.6 §4.2.3, in their own spelling. */
function codeOf({ keyword }: Violation): string {
  if (keyword === "required" || keyword === "minItems") return "OccurenceConstraintViolation";
  if (keyword === "type") return "TypeConstraintViolation";
  return keyword === "additionalProperties" ? "FormationViolation" : "PropertyConstraintViolation";
}
