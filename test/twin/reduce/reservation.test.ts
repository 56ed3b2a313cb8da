// Reservations: from ReserveNow until they are used, cancelled or over (OCPP 1.6 §5.1, §5.13).
import { describe, expect, it } from "vitest";
import type { TwinEvent } from "../../../src/twin/events.ts";
import { expiredReservations } from "../../../src/twin/expiry.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import type { Twin } from "../../../src/twin/twin.ts";
import { T0, after, stamp, started, status } from "./eventsInTest.ts";

const EXPIRY = T0 + 3_600_000;
const reserved = (seconds: number, connector: number, reservationId: number, expiry = EXPIRY): TwinEvent => ({
  type: "Reserved",
  connector,
  reservationId,
  idTag: `TAG${reservationId}`,
  expiry,
  ...stamp(seconds),
});
const cancelled = (seconds: number, reservationId: number): TwinEvent => ({
  type: "ReservationCancelled",
  reservationId,
  ...stamp(seconds),
});
const using = (seconds: number, reservationId: number): TwinEvent =>
  ({ ...started(seconds, 1), reservationId }) as TwinEvent;

/** Ids reserved of the charge point, connector 1 and connector 2. */
function ids(twin: Twin): (number | undefined)[] {
  return [twin, twin.connectors.get(1), twin.connectors.get(2)].map((part) => part?.reservation?.reservationId);
}

describe("a reservation", () => {
  it("stands at its connector, or with connector 0 at the charge point", () => {
    const twin = after(reserved(1, 1, 5), reserved(2, 0, 6));
    expect(ids(twin)).toEqual([6, 5, undefined]);
    expect(twin.connectors.get(1)?.reservation).toEqual({
      reservationId: 5,
      idTag: "TAG5",
      expiry: EXPIRY,
      ...stamp(1),
    });
  });

  it("is replaced by the same id, also on another connector", () => {
    const twin = after(reserved(1, 1, 5), reserved(2, 2, 5));
    expect(ids(twin)).toEqual([undefined, undefined, 5]);
    expect(twin.connectors.get(1)?.reservationEnded).toEqual(stamp(2));
    const same = after(reserved(1, 1, 5), reserved(2, 1, 5, EXPIRY + 1));
    expect(same.connectors.get(1)).toMatchObject({ reservation: { reservationId: 5, expiry: EXPIRY + 1 } });
    expect(same.connectors.get(1)?.reservationEnded).toBeUndefined();
  });

  it("ends by cancel, wherever it is; another id changes nothing", () => {
    const both = after(reserved(1, 1, 5), reserved(1, 0, 6));
    expect(reduce(both, cancelled(2, 7))).toBe(both);
    const one = reduce(both, cancelled(2, 5));
    expect(ids(one)).toEqual([6, undefined, undefined]);
    expect(one.connectors.get(1)?.reservationEnded).toEqual(stamp(2));
    expect(ids(reduce(one, cancelled(3, 6)))).toEqual([undefined, undefined, undefined]);
  });

  it.each([1, 0])("of connector %i ends when a transaction uses it, and not by another", (connector) => {
    const twin = after(status(0, "Available"), reserved(1, connector, 5));
    expect(ids(reduce(twin, started(2, 1)))).toEqual(ids(twin));
    expect(ids(reduce(twin, using(2, 6)))).toEqual(ids(twin));
    expect(ids(reduce(twin, using(2, 5)))).toEqual([undefined, undefined, undefined]);
  });

  it("ends when it is used also by the clock of a charge point that is hours slow", () => {
    const twin = after(reserved(1, 1, 5), { ...using(2, 5), at: T0 - 18_000_000 } as TwinEvent);
    const { received } = stamp(2);
    expect(twin.connectors.get(1)?.reservationEnded).toEqual({ at: received, received, assumed: true });
  });

  it.each(["Available", "Preparing", "Charging", "Unavailable", "Faulted"])(
    "ends when its connector was Reserved and is %s",
    (next) => {
      const twin = after(reserved(1, 1, 5), status(2, "Reserved"), status(3, "Reserved"));
      expect(ids(twin)).toEqual([undefined, 5, undefined]);
      expect(ids(reduce(twin, status(4, next)))).toEqual([undefined, undefined, undefined]);
    },
  );

  it("ends so too when Reserved was reported before ReserveNow was answered", () => {
    expect(ids(after(status(1, "Reserved"), reserved(2, 1, 5), status(3, "Available")))[1]).toBeUndefined();
  });

  it("does not end by a status that is older, nor by one of a connector that has not been Reserved yet", () => {
    expect(ids(after(reserved(1, 1, 5), status(4, "Reserved"), status(3, "Available")))[1]).toBe(5);
    expect(ids(after(status(0, "Available"), reserved(1, 1, 5), status(2, "Available")))[1]).toBe(5);
    expect(ids(after(reserved(1, 1, 5), status(2, "Reserved"), status(3, "Available", 2)))[1]).toBe(5);
  });

  it("is that of the last command, also when our clock was set back meanwhile", () => {
    const twin = after(reserved(5, 1, 5));
    expect(ids(reduce(twin, reserved(4, 2, 5)))[2]).toBe(5);
    expect(ids(reduce(twin, cancelled(4, 5)))[1]).toBeUndefined();
    expect(ids(reduce(twin, reserved(4, 1, 9)))[1]).toBe(9);
  });
});

describe("expiry", () => {
  it("is that of the charge point's own reservation and of connectors that do not report Reserved", () => {
    const twin = after(
      reserved(1, 0, 6, T0 + 10_000),
      reserved(1, 1, 5, T0 + 20_000),
      reserved(1, 2, 7, T0 + 20_000),
      status(2, "Reserved", 2),
    );
    expect(expiredReservations(twin, T0 + 9_999)).toEqual([]);
    expect(expiredReservations(twin, T0 + 10_000)).toEqual([6]);
    expect(expiredReservations(twin, T0 + 20_000)).toEqual([6, 5]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("of %s never comes", (expiry) => {
    expect(expiredReservations(after(reserved(1, 0, 6, expiry), reserved(1, 1, 5, expiry)), T0 + 1e12)).toEqual([]);
  });
});
