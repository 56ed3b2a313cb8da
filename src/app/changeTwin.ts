// Commands that change the twin alone: what the next BootNotification is answered with. Nothing is sent.
import type { CommandOutcome, TwinCommand } from "../twin/commands.ts";
import type { TwinEvent } from "../twin/events.ts";
import { apply } from "./apply.ts";
import type { RoadOut } from "./roadOut.ts";

type Change = Extract<TwinCommand, { kind: "setRegistration" | "setHeartbeatInterval" }>;

/** BootNotification.conf has an integer (OCPP 1.6 §6.8), which OCPP-J bounds by what the languages of charge points hold. */
const LONGEST_INTERVAL_SECONDS = 2 ** 31 - 1;

export function changeTwin({ house, clock, register }: RoadOut, command: Change): CommandOutcome {
  const twin = house.twins.get(command.chargePointId);
  if (twin === undefined) throw new Error(`no twin for ${command.chargePointId}`);
  const now = clock.now();
  const event: TwinEvent = { type: "RegistrationSet", at: now, received: now };
  if (command.kind === "setRegistration") {
    // Whoever is accepted is no stranger any more, and takes no stranger's place.
    if (command.status === "Accepted" && register.isStranger(twin.id))
      void register.add({ id: twin.id, registration: command.status, connectors: 0 });
    apply(house, twin, [{ ...event, status: command.status }]);
  } else {
    const { seconds } = command;
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_INTERVAL_SECONDS)
      return { kind: "invalid", path: "seconds", text: `must be a whole number from 1 to ${LONGEST_INTERVAL_SECONDS}` };
    apply(house, twin, [{ ...event, heartbeatIntervalSeconds: seconds }]);
  }
  return { kind: "answered", response: {} };
}
