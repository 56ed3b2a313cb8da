// The published cases of the profile Reservation.
import { played, type Case } from "./case.ts";
import { NEVER } from "./station.ts";
import {
  PARENT,
  SIBLING,
  VALID,
  authorizes,
  isCommanded,
  reports,
  secondsFromNow,
  sends,
  shows,
  starts,
  type Step,
} from "./steps.ts";

const RESERVATION = 5;
const AN_HOUR = 3600;

function isReserved(status: string, shown: Readonly<Record<string, unknown>> = {}, more: object = {}): Step {
  const request = { connectorId: 1, idTag: VALID, reservationId: RESERVATION };
  return isCommanded(
    "ReserveNow",
    () => ({ ...request, expiryDate: secondsFromNow(AN_HOUR), ...more }),
    { status },
    shown,
  );
}

const reserved: readonly Step[] = [
  isReserved("Accepted", { "Connector1/ReservationId": RESERVATION, "Connector1/Reservation/IdTag": VALID }),
  reports("Reserved"),
];

const unreserved = shows({ "Connector1/ReservationId": NEVER });

export const reservation: readonly Case[] = [
  played(
    "046",
    "Reservation of a Connector - Transaction",
    reserved,
    authorizes(VALID),
    reports("Preparing"),
    starts({ more: { reservationId: RESERVATION } }),
    shows({ "Connector1/Transaction/Start/ReservationId": RESERVATION, "Connector1/ReservationId": null }),
    reports("Charging"),
  ),
  played(
    "047",
    "Reservation of a Connector - Expire",
    reserved,
    shows({ "Connector1/Reservation/ExpiryDate": (value: unknown) => Date.parse(String(value)) > Date.now() }),
    reports("Available"),
    shows({ "Connector1/ReservationId": null }),
  ),
  played("048_1", "Reservation of a Connector - Faulted", isReserved("Faulted"), unreserved),
  played("048_2", "Reservation of a Connector - Occupied", reports("Preparing"), isReserved("Occupied"), unreserved),
  played(
    "048_3",
    "Reservation of a Connector - Unavailable",
    isCommanded(
      "ChangeAvailability",
      { connectorId: 1, type: "Inoperative" },
      { status: "Accepted" },
      {
        "Connector1/Availability": "Inoperative",
      },
    ),
    reports("Unavailable"),
    isReserved("Unavailable"),
    unreserved,
  ),
  played("048_4", "Reservation of a Connector - Rejected", isReserved("Rejected"), unreserved),
  played(
    "049",
    "Reservation of a Charge Point - Transaction",
    isReserved("Accepted", { ReservationId: RESERVATION, "Reservation/IdTag": VALID }, { connectorId: 0 }),
    reports("Reserved"),
  ),
  played(
    "051",
    "Cancel Reservation",
    reserved,
    isCommanded(
      "CancelReservation",
      { reservationId: RESERVATION },
      { status: "Accepted" },
      {
        "Connector1/ReservationId": null,
      },
    ),
    reports("Available"),
  ),
  played(
    "052",
    "Cancel Reservation - Rejected",
    reserved,
    isCommanded(
      "CancelReservation",
      { reservationId: RESERVATION + 1 },
      { status: "Rejected" },
      {
        "Connector1/ReservationId": RESERVATION,
      },
    ),
  ),
  played(
    "053",
    "Use a reserved Connector with parentIdTag",
    isReserved("Accepted", { "Connector1/ReservationId": RESERVATION }, { parentIdTag: PARENT }),
    reports("Reserved"),
    sends("Authorize", { idTag: SIBLING }, { idTagInfo: { status: "Accepted", parentIdTag: PARENT } }),
    reports("Preparing"),
    starts({ idTag: SIBLING, more: { reservationId: RESERVATION } }),
    shows({ "Connector1/Transaction/Start/ReservationId": RESERVATION, "Connector1/ReservationId": null }),
    reports("Charging"),
  ),
];
