// What a charge point says of itself, and what is counted of it.
import type { Booted, ClockCompared, Noted, RegistrationSet, Violated } from "../events.ts";
import { isOlder } from "../timestamps.ts";
import type { Connector, Twin } from "../twin.ts";
import { addViolations } from "../violations.ts";
import { withoutReboot } from "./configuration.ts";
import { changeConnector } from "./connector.ts";

export function boot(twin: Twin, { type: _, ...identification }: Booted): Twin {
  const registration = { ...twin.registration, answered: twin.registration.status };
  return { ...markRunning(twin), identification, registration, ...withoutReboot(twin) };
}

/** What runs has outlived a boot, or has been lost by it: what its connector says next tells which. */
function markRunning(twin: Twin): Twin {
  const mark = (connector: Connector): Connector => {
    const { transaction } = connector;
    return transaction?.active === true
      ? { ...connector, transaction: { ...transaction, hasBooted: true } }
      : connector;
  };
  return [...twin.connectors.keys()].reduce((marked, id) => changeConnector(marked, id, mark), twin);
}

export function setRegistration(twin: Twin, { type: _, ...registration }: RegistrationSet): Twin {
  return { ...twin, registration: { ...twin.registration, ...registration } };
}

export function note(twin: Twin, { type: _, topic, ...noted }: Noted): Twin {
  // An event that was queued while offline must not hide a newer one. The others bear no time of their own (OCPP 1.6 §4.3 to §4.5): by our
  // clock, which may have been set back, what comes last is the newest.
  const isReplay = topic === "securityEvent" && isOlder(noted, twin[topic]);
  return isReplay ? twin : { ...twin, [topic]: noted };
}

export function compareClock(twin: Twin, { offsetSeconds, at, received }: ClockCompared): Twin {
  return { ...twin, clockOffset: { value: offsetSeconds, at, received } };
}

export function violate(twin: Twin, event: Violated): Twin {
  return { ...twin, violations: addViolations(twin.violations, event) };
}
