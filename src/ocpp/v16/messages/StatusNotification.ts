// StatusNotification (OCPP 1.6 §4.9): status and error of a connector, or with connector 0 of the charge point itself.
import type { StatusReported } from "../../../twin/events.ts";
import { parseTimestamp, stampFrom } from "../../../twin/timestamps.ts";
import { compareClock } from "../clockOffset.ts";
import { lostAtBoot, presumedStop } from "../lostTransaction.ts";
import type { IncomingMessage, IncomingRequest, Moment } from "../message.ts";
import { connectorViolation } from "../values.ts";

export const StatusNotification: IncomingMessage<"StatusNotification"> = {
  beforeAccepted: "ifSet",
  happen: (request, moment) => {
    const violation = connectorViolation({ action: "StatusNotification", connectorId: request.connectorId }, 0, moment);
    if (violation !== undefined) return [violation];
    const status = reported(request, moment);
    const compared = compareClock(status.timestamp, knownSince(request.connectorId, moment), moment);
    const lost = request.status === "Available" ? lostAtBoot(moment.twin, request.connectorId, status) : undefined;
    return [
      ...(lost === undefined ? [] : [presumedStop(request.connectorId, lost, status)]),
      status,
      ...(compared === undefined ? [] : [compared]),
    ];
  },
  reply: () => ({}),
};

function reported(request: IncomingRequest<"StatusNotification">, { received }: Moment): StatusReported {
  const { connectorId: connector, status, errorCode, info, vendorId, vendorErrorCode } = request;
  const timestamp = parseTimestamp(request.timestamp);
  return {
    type: "StatusReported",
    connector,
    status,
    errorCode,
    ...stampFrom(timestamp, received),
    ...(info !== undefined && { info }),
    ...(vendorId !== undefined && { vendorId }),
    ...(vendorErrorCode !== undefined && { vendorErrorCode }),
    ...(timestamp !== undefined && { timestamp }),
  };
}

function knownSince(connectorId: number, { twin }: Moment): number | undefined {
  return (connectorId === 0 ? twin.status : twin.connectors.get(connectorId)?.status)?.at;
}
