// What happens because nothing happens: readings that were not renewed become stale, reservations expire.
import { every, type Clock, type Timer } from "../std/clock.ts";
import type { TwinEvent } from "../twin/events.ts";
import { expiredReservations } from "../twin/expiry.ts";
import { stalePoints } from "../twin/staleness.ts";
import type { Twin } from "../twin/twin.ts";
import { apply, type House } from "./apply.ts";

const SWEEP_INTERVAL_MS = 5000;

/** Looks over all connected twins every five seconds. */
export function watchStaleness(house: House, clock: Clock): Timer {
  return every(clock, SWEEP_INTERVAL_MS, () => {
    const now = clock.now();
    for (const twin of house.twins.all()) {
      if (twin.link.state !== "Connected") continue;
      const events = [...staleEvents(twin, now), ...expiryEvents(twin, now)];
      if (events.length > 0) apply(house, twin, events);
    }
  });
}

function staleEvents(twin: Twin, now: number): TwinEvent[] {
  const events: TwinEvent[] = [];
  for (const connector of twin.connectors.values()) {
    const points = stalePoints(connector, now, twin.vendorProfile.flags);
    if (points.length > 0) events.push({ type: "ReadingsStale", connector: connector.id, points });
  }
  return events;
}

function expiryEvents(twin: Twin, now: number): TwinEvent[] {
  return expiredReservations(twin, now).map((reservationId) => ({
    type: "ReservationCancelled",
    reservationId,
    at: now,
    received: now,
  }));
}
