// Commands about transactions and connectors: RemoteStart, RemoteStop, UnlockConnector, ChangeAvailability, Reset (OCPP 1.6 §5).
import { authorize } from "../authorizations.ts";
import { isRemoteProfileValid } from "./smartCharging.ts";
import { isReplacedBy } from "../chargingProfiles.ts";
import { isUsable } from "../connector.ts";
import type { Connector } from "../connector.ts";
import { connectorOf } from "../core.ts";
import type { ChargePointCore } from "../core.ts";
import { refreshPower } from "../power.ts";
import { restartHard, restartSoftly } from "../restart.ts";
import { refreshOwnStatus } from "../status.ts";
import { letCharge, mayUseReservation, stopTransaction } from "../transactions.ts";
import type { Handler } from "./answer.ts";

/** §5.11: the connector named, or one that is free; Accepted says that the start is being tried. */
export const remoteStart: Handler<"RemoteStartTransaction"> = (core, { connectorId, idTag, chargingProfile }) => {
  const connector = connectorId === undefined ? freeConnector(core, idTag) : connectorOf(core, connectorId);
  const isPossible =
    core.registration === "Accepted" && // §4.2.1: no transactions are started remotely while Pending
    connector !== undefined &&
    isUsable(connector) &&
    mayUseReservation(connector.reservation, { idTag, parentIdTag: undefined }) &&
    (chargingProfile === undefined || isRemoteProfileValid(core, chargingProfile));
  if (!isPossible) return { conf: { status: "Rejected" } };
  const begin = (parentIdTag: string | undefined): void => {
    if (!letCharge(core, connector, { idTag, parentIdTag })) return;
    if (chargingProfile !== undefined) {
      const installed = { connectorId: connector.id, profile: chargingProfile };
      core.profiles = [...core.profiles.filter((each) => !isReplacedBy(each, installed)), installed];
      refreshPower(core);
    }
    if (connector.transaction === undefined) core.plan.listener.waitingForCar?.(core.self, connector.id);
  };
  const effect = (): void => {
    if (!core.keys.flag("AuthorizeRemoteTxRequests")) return begin(undefined);
    void authorize(core, idTag).then(({ status, parentIdTag }) => status === "Accepted" && begin(parentIdTag));
  };
  return { conf: { status: "Accepted" }, effect };
};

export const remoteStop: Handler<"RemoteStopTransaction"> = (core, { transactionId }) => {
  const connector = core.connectors.find((each) => each.transaction?.id === transactionId);
  if (connector === undefined) return { conf: { status: "Rejected" } };
  return { conf: { status: "Accepted" }, effect: () => stop(core, connector, "Remote") };
};

/** §5.18: ends a transaction first; an unknown connector is NotSupported (errata 3.85). */
export const unlockConnector: Handler<"UnlockConnector"> = (core, { connectorId }) => {
  const connector = connectorOf(core, connectorId);
  if (connector === undefined) return { conf: { status: "NotSupported" } };
  const effect = (): void => stop(core, connector, "UnlockCommand");
  if (!core.faults.unlockFails) return { conf: { status: "Unlocked" }, effect };
  const fail = (): void => {
    effect();
    connector.fault = { errorCode: "ConnectorLockFailure", isWarning: true };
    refreshPower(core);
  };
  return { conf: { status: "UnlockFailed" }, effect: fail };
};

/** §5.2: at once, or Scheduled for the end of a transaction; connector 0 is the charge point with all its connectors. */
export const changeAvailability: Handler<"ChangeAvailability"> = (core, { connectorId, type }) => {
  const isOperative = type === "Operative";
  const targets = connectorId === 0 ? core.connectors : core.connectors.filter((each) => each.id === connectorId);
  if (targets.length === 0) return { conf: { status: "Rejected" } };
  const isScheduled = targets.some((each) => each.transaction !== undefined && each.isOperative !== isOperative);
  const effect = (): void => {
    if (connectorId === 0) core.isOperative = isOperative;
    for (const connector of targets) {
      if (connector.transaction === undefined) connector.isOperative = isOperative;
      connector.scheduledOperative = connector.transaction === undefined ? undefined : isOperative;
    }
    refreshOwnStatus(core);
    refreshPower(core);
  };
  return { conf: { status: isScheduled ? "Scheduled" : "Accepted" }, effect };
};

export const reset: Handler<"Reset"> = (core, { type }) => {
  const effect = (): void => (type === "Soft" ? restartSoftly(core, "SoftReset") : restartHard(core, "HardReset"));
  return { conf: { status: "Accepted" }, effect };
};

function stop(core: ChargePointCore, connector: Connector, reason: "Remote" | "UnlockCommand"): void {
  stopTransaction(core, connector, reason);
  refreshPower(core);
}

/** A connector with a car that waits is the best, then any that is free. */
function freeConnector(core: ChargePointCore, idTag: string): Connector | undefined {
  const usable = core.connectors.filter(
    (each) => isUsable(each) && mayUseReservation(each.reservation, { idTag, parentIdTag: undefined }),
  );
  return usable.find((each) => each.car !== undefined) ?? usable[0];
}
