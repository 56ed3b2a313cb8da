// What ChangeAvailability has commanded, and when what was scheduled has come true.
import type { AvailabilityCommanded } from "../events.ts";
import type { Availability, Connector, Stamp, Twin } from "../twin.ts";
import { changeCommanded, stampAfter, stampOf } from "./commanded.ts";
import { changeConnector } from "./connector.ts";

export function commandAvailability(twin: Twin, event: AvailabilityCommanded): Twin {
  const { connector, availability: type, status } = event;
  const availability: Availability = { type, status, ...stampOf(event) };
  const after = changeCommanded(twin, connector, (before) => ({ ...before, availability }));
  return connector === 0 ? commandEvery(after, availability) : after;
}

/** OCPP 1.6 §5.2: connector 0 is the charge point and all its connectors; only those wait that charge. */
function commandEvery(twin: Twin, availability: Availability): Twin {
  const isKnownWhoWaits = [...twin.connectors.values()].some(({ transaction }) => transaction?.active === true);
  let after = twin;
  for (const { id, transaction } of twin.connectors.values()) {
    const waits = availability.status === "Scheduled" && (transaction?.active === true || !isKnownWhoWaits);
    const own: Availability = { ...availability, status: waits ? "Scheduled" : "Accepted" };
    after = changeConnector(after, id, (before) => ({ ...before, availability: own }));
  }
  return after;
}

/** The connector whose transaction has ended, or that shows what was scheduled: it waits no longer. */
export function settleAvailability(connector: Connector, since: Stamp): Connector {
  const { availability } = connector;
  return availability?.status === "Scheduled"
    ? { ...connector, availability: settled(availability, since) }
    : connector;
}

/** The charge point itself waits as long as one of its connectors does. */
export function settleWhole(twin: Twin, since: Stamp): Twin {
  const { availability, connectors } = twin;
  if (availability?.status !== "Scheduled") return twin;
  if ([...connectors.values()].some((connector) => connector.availability?.status === "Scheduled")) return twin;
  return { ...twin, availability: settled(availability, since) };
}

function settled(availability: Availability, since: Stamp): Availability {
  const { type } = availability;
  return { type, status: "Accepted", ...stampAfter(since, availability) };
}
