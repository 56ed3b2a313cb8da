// Connecting, disconnecting and signs of life.
import type { Heard, HeartbeatReceived, Linked, Unlinked } from "../events.ts";
import type { LinkState, Twin } from "../twin.ts";
import { withStale } from "./meter.ts";
import { withStaleVendorValues } from "./vendor.ts";

export function link(twin: Twin, { type: _, ...linked }: Linked): Twin {
  const { at, received } = linked;
  const state: LinkState = { ...linked, state: "Connected", connectedSince: at };
  return expire({ ...twin, link: state, presence: { connected: true, at, received } });
}

/**
 * Nothing measured before this link is fresh: it is the last known until it is measured again. A status is: a charge point
 * reports one that changed while it was offline (OCPP 1.6 §4.9).
 */
function expire(before: Twin): Twin {
  const twin = withStaleVendorValues(before);
  const connectors = [...twin.connectors.values()].map((connector) => ({
    ...connector,
    meter: withStale(connector.meter),
  }));
  return {
    ...twin,
    meter: withStale(twin.meter),
    connectors: new Map(connectors.map((connector) => [connector.id, connector])),
  };
}

export function unlink(twin: Twin, { at, received }: Unlinked): Twin {
  if (twin.link.state !== "Connected") return twin;
  return {
    ...twin,
    link: { ...twin.link, state: "Disconnected", at, received },
    presence: { connected: false, at, received },
  };
}

export function hear(twin: Twin, { at, received }: Heard): Twin {
  return { ...twin, lastMessage: { at, received } };
}

export function heartbeat(twin: Twin, { at, received }: HeartbeatReceived): Twin {
  return { ...twin, lastHeartbeat: { at, received }, presence: { ...twin.presence, at, received } };
}
