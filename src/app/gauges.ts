// How many charge points and transactions there are, counted when somebody asks. It only reads.
import type { Gauges } from "../hmi/metrics.ts";
import type { House } from "./apply.ts";

/** The gauges of the metrics page, and how many charge points are registered (OCPP 1.6 §7.41: Accepted). */
export function gaugesOf({ twins }: House): Omit<
  Gauges,
  "storeFailing" | "rulesInUse" | "rulesRefused" | "scadaMethodConnected"
> & {
  readonly chargePointsRegistered: number;
} {
  const gauges = {
    chargePointsKnown: twins.size,
    chargePointsConnected: 0,
    chargePointsRegistered: 0,
    chargePointsPending: 0,
    transactionsActive: 0,
  };
  for (const { link, registration, connectors } of twins.all()) {
    if (link.state === "Connected") gauges.chargePointsConnected++;
    if (registration.status === "Accepted") gauges.chargePointsRegistered++;
    if (registration.status === "Pending") gauges.chargePointsPending++;
    for (const { transaction } of connectors.values()) if (transaction?.active === true) gauges.transactionsActive++;
  }
  return gauges;
}
