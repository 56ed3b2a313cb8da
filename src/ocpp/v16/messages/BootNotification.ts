// BootNotification (OCPP 1.6 §4.2, §6.7): what the charge point says of itself; answered by the registration of the twin.
import type { Booted } from "../../../twin/events.ts";
import type { IncomingMessage, IncomingRequest } from "../message.ts";
import { formatTime } from "../values.ts";

export const BootNotification: IncomingMessage<"BootNotification"> = {
  beforeAccepted: true,
  happen: (request, { received }) => [{ ...identify(request), at: received, received }],
  reply: (_request, { received, pendingRetrySeconds }, { registration }) => ({
    status: registration.status,
    currentTime: formatTime(received),
    interval: registration.status === "Accepted" ? registration.heartbeatIntervalSeconds : pendingRetrySeconds,
  }),
};

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
