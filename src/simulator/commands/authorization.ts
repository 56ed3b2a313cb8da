// Commands about who may charge where: local list and reservations (OCPP 1.6 §5.4, §5.10, §5.13, §5.15).
import type { AuthorizationData, IdTagInfo } from "../../schema/ocpp16.generated.ts";
import { isUsable, statusOf } from "../connector.ts";
import type { Reservation } from "../connector.ts";
import { connectorOf, ownTime } from "../core.ts";
import type { ChargePointCore } from "../core.ts";
import { refreshPower } from "../power.ts";
import type { Handler } from "./answer.ts";

export const getLocalListVersion: Handler<"GetLocalListVersion"> = (core) => ({
  conf: {
    listVersion: core.keys.flag("LocalAuthListEnabled") ? core.authorizations.listVersion : -1,
  },
});

/** §5.15: the whole list or changes to it, which must be newer than what is there. */
export const sendLocalList: Handler<"SendLocalList"> = (
  core,
  { listVersion, updateType, localAuthorizationList: entries = [] },
) => {
  const { authorizations, keys } = core;
  if (!keys.flag("LocalAuthListEnabled")) return { conf: { status: "NotSupported" } };
  if (entries.length > keys.number("SendLocalListMaxLength") || listVersion < 1) return { conf: { status: "Failed" } };
  if (updateType === "Differential" && listVersion <= authorizations.listVersion)
    return { conf: { status: "VersionMismatch" } };
  const list = changedList(new Map(updateType === "Full" ? [] : authorizations.list), entries);
  if (list.size > keys.number("LocalAuthListMaxLength")) return { conf: { status: "Failed" } };
  authorizations.list = list;
  authorizations.listVersion = listVersion;
  return { conf: { status: "Accepted" } };
};

function changedList(list: Map<string, IdTagInfo>, entries: readonly AuthorizationData[]): Map<string, IdTagInfo> {
  for (const { idTag, idTagInfo } of entries) {
    if (idTagInfo === undefined) list.delete(idTag);
    else list.set(idTag, idTagInfo);
  }
  return list;
}

/** §5.13: a connector, or with 0 any one; the same reservation id replaces what it reserved before. */
export const reserveNow: Handler<"ReserveNow"> = (
  core,
  { connectorId, expiryDate, idTag, reservationId, parentIdTag },
) => {
  const connector = connectorOf(core, connectorId);
  const lifeMs = Date.parse(expiryDate) - ownTime(core);
  if ((connector === undefined && connectorId !== 0) || !(lifeMs > 0)) return { conf: { status: "Rejected" } };
  const candidates = connector === undefined ? core.connectors : [connector];
  const isReplaced =
    candidates.some((each) => each.reservation?.id === reservationId) || core.reservation?.id === reservationId;
  const isFree = candidates.some(
    (each) => isUsable(each) && ["Available", ...(isReplaced ? ["Reserved"] : [])].includes(statusOf(each)),
  );
  if (!isFree) return { conf: { status: refusal(candidates.map(statusOf)) } };
  const effect = (): void => {
    cancel(core, reservationId);
    const expiry = core.clock.after(lifeMs, () => {
      cancel(core, reservationId);
      refreshPower(core);
    });
    const reservation: Reservation = { id: reservationId, idTag, parentIdTag, expiry };
    const holder = connector ?? core;
    holder.reservation?.expiry.cancel();
    holder.reservation = reservation;
    refreshPower(core);
  };
  return { conf: { status: "Accepted" }, effect };
};

export const cancelReservation: Handler<"CancelReservation"> = (core, { reservationId }) => {
  const isKnown = cancel(core, reservationId);
  return { conf: { status: isKnown ? "Accepted" : "Rejected" }, effect: () => refreshPower(core) };
};

function refusal(statuses: readonly string[]): "Faulted" | "Unavailable" | "Occupied" {
  if (statuses.every((each) => each === "Faulted")) return "Faulted";
  return statuses.every((each) => each === "Unavailable" || each === "Faulted") ? "Unavailable" : "Occupied";
}

function cancel(core: ChargePointCore, reservationId: number): boolean {
  let isKnown = false;
  for (const holder of [core, ...core.connectors]) {
    if (holder.reservation?.id !== reservationId) continue;
    holder.reservation.expiry.cancel();
    holder.reservation = undefined;
    isKnown = true;
  }
  return isKnown;
}
