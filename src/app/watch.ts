// What happens because nothing happens: readings that were not renewed become stale, reservations expire.
import { every, type Clock, type EpochMs, type Timer } from "../std/clock.ts";
import type { TwinEvent } from "../twin/events.ts";
import { expiredReservations } from "../twin/expiry.ts";
import { stalePoints } from "../twin/staleness.ts";
import type { Twin } from "../twin/twin.ts";
import { apply, type House } from "./apply.ts";

const TURN_MS = 100;
const TURNS_PER_SWEEP = 50;

/** Looks over all connected twins every five seconds, some at a time: all at once would keep charge points waiting. */
export function watchStaleness(house: House, clock: Clock): Timer {
  let sweep: Iterator<Twin, undefined> | undefined;
  return every(clock, TURN_MS, () => {
    sweep ??= house.twins.all()[Symbol.iterator]();
    for (let rest = Math.ceil(house.twins.size / TURNS_PER_SWEEP); rest > 0; rest--) {
      const next = sweep.next();
      if (next.done === true) {
        sweep = undefined;
        return;
      }
      look(house, next.value, clock.now());
    }
  });
}

function look(house: House, twin: Twin, now: EpochMs): void {
  if (twin.link.state !== "Connected") return;
  const events = [...staleEvents(twin, now), ...expiryEvents(twin, now)];
  if (events.length > 0) apply(house, twin, events);
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
