// Reservations: from ReserveNow until they are used, cancelled or over (OCPP 1.6 §5.13).
import type { ReservationCancelled, Reserved } from "../events.ts";
import type { Commanded, Connector, Stamp, Status, Twin } from "../twin.ts";
import { changeCommanded, changeEveryCommanded, stampAfter } from "./commanded.ts";

export function reserve(twin: Twin, { type: _, connector, ...reservation }: Reserved): Twin {
  // OCPP 1.6 §5.13: the same id again replaces the reservation, also that of another connector.
  const without = endReservation(twin, reservation.reservationId, reservation);
  return changeCommanded(without, connector, (before) => {
    const { reservationEnded: _ended, ...rest } = before;
    return { ...rest, reservation } as typeof before;
  });
}

export function cancelReservation(twin: Twin, event: ReservationCancelled): Twin {
  return endReservation(twin, event.reservationId, event);
}

/** The twin without the reservation `reservationId`, wherever it is. */
export function endReservation(twin: Twin, reservationId: number, since: Stamp): Twin {
  return changeEveryCommanded(twin, (each) => (holds(each, reservationId) ? withoutReservation(each, since) : each));
}

/** The connector after `status`: one that was Reserved and is so no longer has no reservation any more. */
export function releaseReservation(connector: Connector, status: Status): Connector {
  if (connector.reservation === undefined || connector.status?.status !== "Reserved") return connector;
  return status.status === "Reserved" ? connector : withoutReservation(connector, status);
}

function holds({ reservation }: Commanded, reservationId: number): boolean {
  return reservation?.reservationId === reservationId;
}

function withoutReservation<Whole extends Commanded>(whole: Whole, since: Stamp): Whole {
  const { reservation, ...rest } = whole;
  return { ...rest, reservationEnded: stampAfter(since, reservation) } as Whole;
}
