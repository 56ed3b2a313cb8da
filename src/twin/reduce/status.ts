// StatusNotification: of a connector, or with connector 0 of the charge point itself (OCPP 1.6 §4.9).
import type { ConnectorKnown, StatusReported } from "../events.ts";
import { isOlder, sinceBoot } from "../timestamps.ts";
import type { Connector, Status, Twin } from "../twin.ts";
import { changeConnector } from "./connector.ts";
import { silence, unsilence } from "./silence.ts";

export function knowConnector(twin: Twin, { connector }: ConnectorKnown): Twin {
  return changeConnector(twin, connector, (known) => known);
}

export function reportStatus(twin: Twin, { type: _, connector, ...status }: StatusReported): Twin {
  if (connector === 0) return isOlder(status, sinceBoot(twin, twin.status)) ? twin : { ...twin, status };
  return changeConnector(twin, connector, (before) =>
    isOlder(status, sinceBoot(twin, before.status)) ? before : withStatus(before, status),
  );
}

function withStatus(connector: Connector, status: Status): Connector {
  const after = { ...connector, status };
  if (status.status === "Charging") return { ...after, meter: unsilence(connector.meter) };
  // Available: no vehicle, so no power or current, and no sample will say so.
  return status.status === "Available" ? { ...after, meter: silence(connector.meter, status) } : after;
}
