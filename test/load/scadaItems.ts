// What the SCADA client monitors: the meter registers of all connectors first, then what else changes, and at last what hardly ever does.
import { identityOf, PATHS, REGISTER } from "../bench/load.ts";
import { CONNECTORS, connectorPath } from "./plan.ts";

const transaction = [
  "Energy",
  "Duration",
  "Active",
  "TransactionId",
  "IdTag",
  ...["TransactionId", "IdTag", "MeterStart", "Timestamp", "IdTagStatus"].map((name) => `Start/${name}`),
  ...["TransactionId", "IdTag", "MeterStop", "Timestamp", "Reason"].map((name) => `Stop/${name}`),
];

/** Below a connector; registers before all others. */
const ofConnector: readonly string[] = [
  `MeterValues/${REGISTER}`,
  ...PATHS.filter((path) => path !== REGISTER).map((path) => `MeterValues/${path}`),
  ...["Status", "ErrorCode", "Info", "VendorId", "VendorErrorCode", "Timestamp"].map((name) => `Status/${name}`),
  ...transaction.map((path) => `Transaction/${path}`),
];

/** Below a charge point. */
const ofChargePoint: readonly string[] = ["State/Connected", "State/LastHeartbeat", "State/Status", "Common/ConnState"];

/** Those that fit on one charge point. */
export const MOST_ITEMS_EACH = CONNECTORS * ofConnector.length + ofChargePoint.length;

/** NodeIds of `count` items: the first path of all charge points, then the second, and so on. */
export function* itemsOf(chargePoints: number, count: number): Generator<string> {
  let left = count;
  for (const pathOf of paths())
    for (let chargePoint = 0; chargePoint < chargePoints; chargePoint++) {
      if (left-- <= 0) return;
      yield `ns=4;s=${pathOf(chargePoint)}`;
    }
}

/** So many of them, the first ones, are energy registers. */
export function registersIn(chargePoints: number, count: number): number {
  return Math.min(count, chargePoints * CONNECTORS);
}

export function registerNode(connector: string): string {
  return `ns=4;s=${connector}/MeterValues/${REGISTER}`;
}

function* paths(): Generator<(chargePoint: number) => string> {
  for (const path of ofConnector)
    for (let connectorId = 1; connectorId <= CONNECTORS; connectorId++)
      yield (chargePoint) => `${connectorPath(chargePoint, connectorId)}/${path}`;
  for (const path of ofChargePoint) yield (chargePoint) => `${identityOf(chargePoint)}/${path}`;
}
