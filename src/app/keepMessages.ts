// What of the messages is kept: those that the settings ask for, checked where nobody has checked them yet, and without their secrets.
import { checkResponse, type Validation } from "../ocpp/validate.ts";
import type { Settings } from "../settings/settings.ts";
import type { Exchange, MessageLog } from "../twin/ports.ts";
import { hideInFrame, isTooDeep } from "../twin/hideSecrets.ts";

export interface KeepOptions {
  readonly keep: Settings["store"]["messageLog"]["keep"];
  readonly validationOf: (chargePointId: string) => Validation;
  readonly log: MessageLog;
}

export function keepMessages({ keep, validationOf, log }: KeepOptions): MessageLog {
  return {
    note: (exchange) => {
      const violations = exchange.answered === undefined ? exchange.violations : violationsOf(exchange, validationOf);
      if (keep === "errors" && exchange.outcome === "Answered" && violations.length === 0) return;
      const { chargePointId, from, action, at, latencyMs, outcome, request, answer } = exchange;
      log.note({
        chargePointId,
        from,
        action,
        at,
        latencyMs,
        outcome,
        violations: violations.length === 0 ? violations : violations.map(hideInFrame),
        request: hideInFrame(request),
        answer: answer === undefined ? undefined : hideInFrame(answer),
      });
    },
  };
}

function violationsOf(
  { action, answered, chargePointId }: Exchange,
  validationOf: KeepOptions["validationOf"],
): readonly string[] {
  if (isTooDeep(answered)) return ["lists and objects are nested too deeply"];
  const checked = checkResponse(action, answered, validationOf(chargePointId));
  return "malformed" in checked ? [checked.malformed] : checked.violations;
}
