// What state a connector or a charge point counts as, from its row. Pure: the same for the table, its groups and the sums of the site.
import type { ChargePointRow, ConnectorRow } from "../shapes.ts";

/** ChargePointStatus (OCPP 1.6 §7.7) and what we add to it, what matters most first. */
export const states = [
  "Faulted",
  "Offline",
  "Unavailable",
  "SuspendedEVSE",
  "SuspendedEV",
  "Charging",
  "Preparing",
  "Finishing",
  "Reserved",
  "Available",
  "Unknown",
  "NeverConnected",
] as const;
export type State = (typeof states)[number];

/** What a connector counts as; that of one that is not connected is not known at present, whatever it was. */
export function stateOfConnector(row: ChargePointRow, { status }: ConnectorRow): State {
  return stateOfLink(row) ?? stateOf(status);
}

/** The state of the charge point or connector that matters most. */
export function stateOfChargePoint(row: ChargePointRow): State {
  const ofLink = stateOfLink(row);
  if (ofLink !== undefined) return ofLink;
  if (row.status === "Faulted" || row.status === "Unavailable") return row.status;
  const found = row.connectors.map(({ status }) => stateOf(status));
  return states.find((state) => found.includes(state)) ?? stateOf(row.status);
}

export function stateOf(status: string | undefined): State {
  return states.find((state) => state === status) ?? "Unknown";
}

/** One of its connectors, or itself, has told of an error. */
export function hasFault(row: ChargePointRow): boolean {
  if (row.connection !== "Connected") return false;
  return [row, ...row.connectors].some(({ status, error }) => status === "Faulted" || error !== undefined);
}

export function hasViolations({ violations = 0 }: ChargePointRow): boolean {
  return violations > 0;
}

function stateOfLink({ connection }: ChargePointRow): State | undefined {
  if (connection === "Connected") return undefined;
  return connection === "Disconnected" ? "Offline" : "NeverConnected";
}
