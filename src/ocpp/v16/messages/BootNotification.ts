// BootNotification (OCPP 1.6 §4.2, §6.7): what the charge point says of itself; answered by the registration of the twin, which for
// an unknown charge point is decided outside.
import { enumerations } from "../../../schema/ocpp16.generated.ts";
import type { EpochMs } from "../../../std/clock.ts";
import type { Booted, TwinEvent } from "../../../twin/events.ts";
import type { Verdict } from "../../../twin/questions.ts";
import type { IncomingMessage, IncomingRequest } from "../message.ts";
import { formatTime } from "../values.ts";

export const BootNotification: IncomingMessage<"BootNotification"> = {
  beforeAccepted: "always",
  ask: (request, { twin }) => ({ action: "BootNotification", chargePointId: twin.id, payload: request }),
  happen: (request, { received, verdict }) => [
    ...decide(verdict, received),
    { ...identify(request), at: received, received },
  ],
  reply: (_request, { received, pendingRetrySeconds }, { registration }) => ({
    status: registration.status,
    currentTime: formatTime(received),
    interval: registration.status === "Accepted" ? registration.heartbeatIntervalSeconds : pendingRetrySeconds,
  }),
};

/** What was decided by somebody is the registration from now on; the default leaves it as it is. */
function decide(verdict: Verdict | undefined, received: EpochMs): TwinEvent[] {
  const status = enumerations.RegistrationStatus.find((known) => known === verdict?.status);
  if (verdict === undefined || status === undefined || verdict.source === "default") return [];
  return [{ type: "RegistrationSet", status, at: received, received }];
}

function identify(request: IncomingRequest<"BootNotification">): Omit<Booted, "at" | "received"> {
  const { chargePointSerialNumber, chargeBoxSerialNumber, firmwareVersion, iccid, imsi } = request;
  const { meterType, meterSerialNumber } = request;
  return {
    type: "Booted",
    vendor: request.chargePointVendor,
    model: request.chargePointModel,
    ...(chargePointSerialNumber !== undefined && { serialNumber: chargePointSerialNumber }),
    ...(chargeBoxSerialNumber !== undefined && { chargeBoxSerialNumber }),
    ...(firmwareVersion !== undefined && { firmwareVersion }),
    ...(iccid !== undefined && { iccid }),
    ...(imsi !== undefined && { imsi }),
    ...(meterType !== undefined && { meterType }),
    ...(meterSerialNumber !== undefined && { meterSerialNumber }),
  };
}
