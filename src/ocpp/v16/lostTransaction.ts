// A transaction that the charge point has lost, as we conclude: it ends without a StopTransaction. Pure.
import type { TransactionStopped } from "../../twin/events.ts";
import { isOlder } from "../../twin/timestamps.ts";
import type { Stamp, Transaction, Twin } from "../../twin/twin.ts";

/** Its end at `stamp`; what the charge point may still say replaces it. OCPP 1.6 §7.36: Other is any other reason. */
export function presumedStop(connector: number, lost: Transaction, { at, received }: Stamp): TransactionStopped {
  const { transactionId } = lost;
  return { type: "TransactionStopped", connector, transactionId, reason: "Other", presumed: true, at, received };
}

/** What its samples have shown, Wh. */
export function sampledEnergyOf({ energy }: Transaction): { readonly sampledEnergy?: number } {
  return energy !== undefined && energy > 0 ? { sampledEnergy: energy } : {};
}

/**
 * The transaction of a connector that has become Available at `status` although it has not ended, when the charge point has
 * booted since it began. Without a boot it may be an old StopTransaction that comes only after the status.
 */
export function lostAtBoot(twin: Twin, connector: number, status: Stamp): Transaction | undefined {
  const running = twin.connectors.get(connector)?.transaction;
  if (running?.active !== true || running.hasBooted !== true) return undefined;
  return isOlder(status, running.start) ? undefined : running;
}
