// From a plugged-in car to a finished transaction: cards, StartTransaction, StopTransaction, and what ends one (OCPP 1.6 §3.6, §5).
import type { IdTagInfo, Reason } from "../schema/ocpp16.generated.ts";
import { authorize, remember } from "./authorizations.ts";
import type { Permission } from "./authorizations.ts";
import { isUsable, statusOf } from "./connector.ts";
import type { Connector, Reservation, Transaction } from "./connector.ts";
import { ownTime, post } from "./core.ts";
import type { ChargePointCore } from "./core.ts";
import { refreshPower, settleMeter } from "./power.ts";
import { keepSample, startSampling } from "./sampling.ts";
import type { Car } from "./supply.ts";

/** A car is plugged in; with an idTag waiting for it the transaction begins. */
export function plugIn(core: ChargePointCore, connector: Connector, car: Car): void {
  connector.car = car;
  const { authorized } = connector;
  if (authorized !== undefined && isUsable(connector)) startTransaction(core, connector, authorized);
  refreshPower(core);
}

/** The cable is pulled: ends a transaction with EVDisconnected, unless StopTransactionOnEVSideDisconnect is off. */
export function unplug(core: ChargePointCore, connector: Connector): void {
  settleMeter(core, connector);
  connector.car = undefined;
  if (connector.transaction !== undefined && core.keys.flag("StopTransactionOnEVSideDisconnect")) {
    stopTransaction(core, connector, "EVDisconnected");
  }
  connector.isFinishing = false;
  refreshPower(core);
}

/** A card is held to the reader: starts, or ends the transaction that the same idTag or its group has started. */
export async function presentIdTag(
  core: ChargePointCore,
  connector: Connector,
  idTag: string,
): Promise<Permission["status"]> {
  const running = connector.transaction;
  if (running?.idTag === idTag) {
    stopTransaction(core, connector, "Local", idTag);
    refreshPower(core);
    return "Accepted";
  }
  const permission = await authorize(core, idTag);
  if (permission.status !== "Accepted") return permission.status;
  if (connector.transaction !== undefined) {
    // §4.8: another card of the same group may end the transaction too.
    const isOfGroup =
      permission.parentIdTag !== undefined && permission.parentIdTag === connector.transaction.parentIdTag;
    if (!isOfGroup) return "ConcurrentTx";
    stopTransaction(core, connector, "Local", idTag);
    refreshPower(core);
    return "Accepted";
  }
  return letCharge(core, connector, { idTag, parentIdTag: permission.parentIdTag }) ? "Accepted" : "Invalid";
}

/** Starts now if a car is there, else waits for one until ConnectionTimeOut; false when the connector cannot be used for this idTag. */
export function letCharge(
  core: ChargePointCore,
  connector: Connector,
  holder: { idTag: string; parentIdTag: string | undefined },
): boolean {
  if (!core.isRunning || !isUsable(connector) || !mayUseReservation(connector.reservation, holder)) return false;
  if (!mayUseReservation(core.reservation, holder) && !leavesOneFree(core, connector)) return false;
  connector.authorized?.timeout.cancel();
  if (connector.car !== undefined) startTransaction(core, connector, holder);
  else {
    const timeoutMs = core.keys.number("ConnectionTimeOut") * 1000;
    const timeout = core.clock.after(timeoutMs, () => {
      connector.authorized = undefined;
      refreshPower(core);
    });
    connector.authorized = { ...holder, timeout };
  }
  refreshPower(core);
  return true;
}

function startTransaction(
  core: ChargePointCore,
  connector: Connector,
  holder: { idTag: string; parentIdTag: string | undefined },
): void {
  settleMeter(core, connector);
  connector.authorized?.timeout.cancel();
  connector.authorized = undefined;
  connector.isFinishing = false;
  const transaction: Transaction = {
    connectorId: connector.id,
    idTag: holder.idTag,
    parentIdTag: holder.parentIdTag,
    id: undefined,
    meterStartWh: Math.round(connector.registerWh),
    startedAt: ownTime(core),
    samples: [],
    isDenied: false,
  };
  connector.transaction = transaction;
  const reservation = takeReservation(core, connector, holder);
  sendStartTransaction(core, transaction, reservation?.id);
  keepSample(core, connector, transaction, "Transaction.Begin");
  core.plan.listener.transactionStarted?.(core.self, connector.id, holder.idTag);
  startSampling(core, connector);
}

/** Sends StartTransaction; sending it again for the same transaction is what a charge point does that has lost the answer. */
export function sendStartTransaction(core: ChargePointCore, transaction: Transaction, reservationId?: number): void {
  const { connectorId, idTag, meterStartWh, startedAt } = transaction;
  post(core, {
    action: "StartTransaction",
    payload: {
      connectorId,
      idTag,
      meterStart: meterStartWh,
      timestamp: new Date(startedAt).toISOString(),
      ...(reservationId === undefined ? {} : { reservationId }),
    },
    way: "kept",
    settle: (response) => {
      // Errata 3.18: without an answer the transaction goes on under the id -1.
      transaction.id = response?.transactionId ?? transaction.id ?? -1;
      if (response !== undefined) judged(core, transaction, response.idTagInfo);
    },
  });
}

/** §4.8: the idTag was refused after all: end the transaction, or at least the energy (StopTransactionOnInvalidId). */
function judged(core: ChargePointCore, transaction: Transaction, info: IdTagInfo): void {
  remember(core, transaction.idTag, info);
  transaction.parentIdTag ??= info.parentIdTag;
  const connector = core.connectors.find((each) => each.transaction === transaction);
  if (info.status === "Accepted" || connector === undefined) return;
  if (core.keys.flag("StopTransactionOnInvalidId")) stopTransaction(core, connector, "DeAuthorized");
  else transaction.isDenied = true;
  refreshPower(core);
}

/** Ends the transaction of a connector, if there is one; the caller refreshes the power afterwards. */
export function stopTransaction(core: ChargePointCore, connector: Connector, reason: Reason, idTag?: string): void {
  const { transaction } = connector;
  if (transaction === undefined) return;
  settleMeter(core, connector);
  keepSample(core, connector, transaction, "Transaction.End");
  const meterStop = Math.round(connector.registerWh);
  const timestamp = new Date(ownTime(core)).toISOString();
  const { samples } = transaction;
  post(core, {
    action: "StopTransaction",
    payload: () => ({
      transactionId: transaction.id ?? -1,
      meterStop,
      timestamp,
      reason,
      ...(idTag === undefined ? {} : { idTag }),
      ...(samples.length === 0 ? {} : { transactionData: samples }),
    }),
    way: "kept",
    settle: (response) => {
      if (response?.idTagInfo !== undefined) remember(core, idTag ?? transaction.idTag, response.idTagInfo);
    },
  });
  connector.transaction = undefined;
  connector.sampleTimer?.cancel();
  connector.isFinishing = connector.car !== undefined;
  if (connector.scheduledOperative !== undefined) connector.isOperative = connector.scheduledOperative;
  connector.scheduledOperative = undefined;
  // §3.13.1: a TxProfile lives as long as its transaction.
  core.profiles = core.profiles.filter(
    (each) => each.connectorId !== connector.id || each.profile.chargingProfilePurpose !== "TxProfile",
  );
  core.plan.listener.transactionEnded?.(core.self, connector.id, meterStop - transaction.meterStartWh, reason);
}

/** §5.13: a reservation lets its own idTag and its group pass. */
export function mayUseReservation(
  reservation: Reservation | undefined,
  holder: { idTag: string; parentIdTag: string | undefined },
): boolean {
  if (reservation === undefined || reservation.idTag === holder.idTag) return true;
  return reservation.parentIdTag !== undefined && reservation.parentIdTag === holder.parentIdTag;
}

/** §3.12: a reservation of connector 0 keeps any one connector free. */
function leavesOneFree(core: ChargePointCore, taken: Connector): boolean {
  return core.connectors.some((each) => each !== taken && statusOf(each) === "Available");
}

function takeReservation(
  core: ChargePointCore,
  connector: Connector,
  holder: { idTag: string; parentIdTag: string | undefined },
): Reservation | undefined {
  const own = connector.reservation;
  if (own !== undefined) {
    own.expiry.cancel();
    connector.reservation = undefined;
    return own;
  }
  const any = core.reservation;
  if (any === undefined || !mayUseReservation(any, holder)) return undefined;
  any.expiry.cancel();
  core.reservation = undefined;
  return any;
}
