// StatusNotification: of a connector, or with connector 0 of the charge point itself (OCPP 1.6 §4.9).
import type { ConnectorKnown, StatusReported } from "../events.ts";
import { isOlder, sinceBoot } from "../timestamps.ts";
import type { Connector, Status, Twin } from "../twin.ts";
import { settleAvailability, settleWhole } from "./availability.ts";
import { changeConnector } from "./connector.ts";
import { releaseReservation } from "./reservation.ts";
import { silence, unsilence } from "./silence.ts";

export function knowConnector(twin: Twin, { connector }: ConnectorKnown): Twin {
  return changeConnector(twin, connector, (known) => known);
}

export function reportStatus(twin: Twin, { type: _, connector, ...status }: StatusReported): Twin {
  if (connector === 0) return isOlder(status, sinceBoot(twin, twin.status)) ? twin : { ...twin, status };
  const after = changeConnector(twin, connector, (before) =>
    isOlder(status, sinceBoot(twin, before.status)) ? before : withStatus(before, status),
  );
  return after === twin ? twin : settleWhole(after, status);
}

function withStatus(connector: Connector, status: Status): Connector {
  const after = { ...withCommanded(connector, status), status };
  if (status.status === "Charging") return { ...after, meter: unsilence(connector.meter) };
  // Available: no vehicle, so no power or current, and no sample will say so.
  return status.status === "Available" ? { ...after, meter: silence(connector.meter, status) } : after;
}

/** A reservation is over when it no longer shows; out of service is what was scheduled. */
function withCommanded(connector: Connector, status: Status): Connector {
  const released = releaseReservation(connector, status);
  const isOut = status.status === "Unavailable" && connector.availability?.type === "Inoperative";
  return isOut ? settleAvailability(released, status) : released;
}
