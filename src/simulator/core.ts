// The inside of a simulated charge point: its parts side by side, and how messages leave it. The behaviour is functions over this
// value, one file a concern; users see only simulatedChargePoint.ts.
import { validatorOf } from "../schema/ajv.ts";
import type { Requests, Responses } from "../schema/ocpp16.generated.ts";
import type { Clock, EpochMs, Timer } from "../std/clock.ts";
import type { Authorizations } from "./authorizations.ts";
import type { InstalledCertificates } from "./certificates.ts";
import type { InstalledProfile } from "./chargingProfiles.ts";
import type { ConfigurationKeys } from "./configurationKeys.ts";
import type { Connector, Reservation, StatusNotice } from "./connector.ts";
import type { Link } from "./link.ts";
import type { ChargePointPlan, FaultSwitches } from "./options.ts";
import type { CallOutcome, Outbox, OutgoingCall } from "./outbox.ts";
import type { Random } from "./random.ts";
import type { SimulatedChargePoint } from "./simulatedChargePoint.ts";
import type { Transfers } from "./transfers.ts";

export interface ChargePointCore {
  readonly self: SimulatedChargePoint;
  readonly plan: ChargePointPlan;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: FaultSwitches;
  readonly keys: ConfigurationKeys;
  readonly link: Link;
  readonly outbox: Outbox;
  readonly connectors: readonly Connector[];
  readonly authorizations: Authorizations;
  readonly certificates: InstalledCertificates;
  readonly transfers: Transfers;
  /** The AuthorizationKey that the next socket uses. */
  password: string | undefined;
  /** None = BootNotification has not been answered since the start. */
  registration: "None" | "Accepted" | "Pending" | "Rejected";
  /** False while it is switched off or restarting. */
  isRunning: boolean;
  /** Switched off by its owner: no restart that is under way brings it back. */
  isStopped: boolean;
  /** Connector 0, the charge point itself, has a notice but no status of its own beyond availability. */
  isOperative: boolean;
  notice: StatusNotice;
  /** Firmware as BootNotification names it; an update changes it. */
  firmwareVersion: string | undefined;
  profiles: InstalledProfile[];
  /** A reservation of any connector (ReserveNow with connectorId 0). */
  reservation: Reservation | undefined;
  bootTimer: Timer | undefined;
  heartbeatTimer: Timer | undefined;
  alignedTimer: Timer | undefined;
  /** Monotonic times of the last frame of our own and of the last Heartbeat. */
  lastSentAt: number;
  lastHeartbeatAt: number;
}

type SentAction = Extract<
  keyof Requests,
  | "Authorize"
  | "BootNotification"
  | "DataTransfer"
  | "DiagnosticsStatusNotification"
  | "FirmwareStatusNotification"
  | "Heartbeat"
  | "LogStatusNotification"
  | "MeterValues"
  | "SecurityEventNotification"
  | "SignCertificate"
  | "SignedFirmwareStatusNotification"
  | "StartTransaction"
  | "StatusNotification"
  | "StopTransaction"
>;

/** A message of the charge point; `settle` gets the checked response, or undefined with the outcome that says why there is none. */
export interface Message<A extends SentAction> {
  action: A;
  payload: Requests[A] | (() => Requests[A]);
  way?: OutgoingCall["way"];
  settle?: (response: Responses[A] | undefined, outcome: CallOutcome) => void;
}

/** Hands a message to the outbox. */
export function post<A extends SentAction>(core: ChargePointCore, message: Message<A>): void {
  const { action, payload, settle } = message;
  core.outbox.push({
    action,
    payload: typeof payload === "function" ? payload : () => payload,
    way: message.way ?? "plain",
    settle: (outcome) => settle?.(checked(core, action, outcome), outcome),
  });
}

function checked<A extends SentAction>(
  core: ChargePointCore,
  action: A,
  outcome: CallOutcome,
): Responses[A] | undefined {
  if (outcome.kind !== "result") return undefined;
  const violation = validatorOf(action, "response")(outcome.payload);
  // The validator has just shown that the payload has this shape.
  if (violation === undefined) return outcome.payload as unknown as Responses[A];
  reportProblem(core, `${action}.conf${violation.instancePath}: ${violation.message}`);
  return undefined;
}

/** The charge point's own idea of the time, in ms. */
export function ownTime(core: ChargePointCore): EpochMs {
  return core.clock.now() + core.faults.clockOffsetMs;
}

/** The charge point's own idea of the time, as OCPP writes it. */
export function timestamp(core: ChargePointCore): string {
  return new Date(ownTime(core)).toISOString();
}

export function reportProblem(core: ChargePointCore, text: string): void {
  core.plan.listener.problem?.(core.self, text);
}

/** The connector with this number; undefined when there is none. */
export function connectorOf(core: ChargePointCore, connectorId: number): Connector | undefined {
  return core.connectors[connectorId - 1];
}
