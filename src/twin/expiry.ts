// Which reservations are over by their own expiry. Pure; the caller brings the time.
import type { EpochMs } from "../std/clock.ts";
import type { Twin } from "./twin.ts";

/**
 * Ids of the reservations that have expired by `now` (OCPP 1.6 §5.13). The charge point is the judge of those of a connector that
 * it reports as Reserved: it will say so when they end. That of the charge point itself ends without a message.
 */
export function expiredReservations({ reservation, connectors }: Twin, now: EpochMs): number[] {
  const expired: number[] = [];
  if (reservation !== undefined && reservation.expiry <= now) expired.push(reservation.reservationId);
  for (const { status, reservation: own } of connectors.values())
    if (own !== undefined && own.expiry <= now && status?.status !== "Reserved") expired.push(own.reservationId);
  return expired;
}
