// The rows of what has been commanded: the same below a connector and, for connector 0, below the charge point itself.
import type {
  Availability,
  ChargingProfile,
  Commanded,
  CompositeSchedule,
  Connector,
  Reservation,
  Stamp,
} from "../twin/twin.ts";
import { finite, int32 } from "./numbers.ts";
import type { Row } from "./row.ts";
import { section, type Section } from "./section.ts";
import { baseUnits, seconds } from "./units.ts";

/** The reservation, or since when there is none any more. */
type Kept = Reservation | Stamp;

function ofReservation(
  type: Row<Kept>["type"],
  description: string,
  read: (reservation: Reservation) => ReturnType<Row<Kept>["read"]>,
): Row<Kept> {
  return { type, description, read: (kept) => ("reservationId" in kept ? read(kept) : null) };
}

/** What has been commanded of a charge point or connector. */
export function commandedSections<Whole extends Commanded>(): readonly Section<Whole>[] {
  return [
    section<Whole, Kept>((whole) => whole.reservation ?? whole.reservationEnded, {
      ReservationId: ofReservation(
        "Int32",
        "Reservation that the charge point has accepted; null once it has ended",
        (r) => int32(r.reservationId),
      ),
      "Reservation/IdTag": ofReservation("String", "Id tag that it is reserved for", (r) => r.idTag),
      "Reservation/ExpiryDate": ofReservation("DateTime", "When the reservation ends", (r) => finite(r.expiry)),
    }),
    section<Whole, Availability>((whole) => whole.availability, {
      Availability: {
        read: (a) => a.type,
        type: "AvailabilityType",
        description: "Availability that has been commanded",
      },
      AvailabilityStatus: {
        read: (a) => a.status,
        type: "AvailabilityStatus",
        description: "Accepted, or Scheduled until the running transaction has ended",
      },
    }),
    profilesSection<Whole>(),
    section<Whole, CompositeSchedule>((whole) => whole.compositeSchedule, compositeScheduleRows),
  ];
}

function profilesSection<Whole extends Commanded>(): Section<Whole> {
  const row: Row<readonly ChargingProfile[]> = {
    read: (profiles) => `[${profiles.map(({ text }) => text).join(",")}]`,
    type: "String",
    description: "Charging profiles that the charge point has accepted here, the last one last, as JSON",
  };
  return { part: ({ profiles }) => profiles, stamp: profilesStamp, rows: { ChargingProfiles: row } };
}

/** Profiles never change without it. */
function profilesStamp(_: unknown, { profilesChanged }: Commanded): Stamp {
  return profilesChanged ?? { at: 0, received: 0 };
}

const compositeScheduleRows: Readonly<Record<string, Row<CompositeSchedule>>> = {
  "CompositeSchedule/Schedule": {
    read: (s) => s.text,
    type: "String",
    description: "chargingSchedule of the last GetCompositeSchedule as JSON",
  },
  "CompositeSchedule/Limit": {
    read: (s) => finite(s.limit),
    type: "Double",
    description: "Limit of its first period, in ChargingRateUnit",
  },
  "CompositeSchedule/ChargingRateUnit": {
    read: (s) => s.rateUnit,
    type: "ChargingRateUnitType",
    description: "Unit of its limits: W in total or A per phase",
  },
  "CompositeSchedule/Start": {
    read: (s) => finite(s.start),
    type: "DateTime",
    description: "When it starts",
  },
  "CompositeSchedule/Duration": {
    read: (s) => finite(s.durationSeconds),
    type: "Double",
    unit: seconds,
    description: "How long it lasts",
  },
};

/** What SetLimit has set, beside what the connector offers. */
export const limitCommandedSection: Section<Connector> = {
  part: ({ profiles }: Connector) => profiles,
  stamp: profilesStamp,
  rows: {
    LimitCommanded: {
      read: (profiles) => finite(profiles.findLast(({ amperes }) => amperes !== undefined)?.amperes) ?? null,
      type: "Double",
      unit: baseUnits.A,
      description: "Current per phase that SetLimit has set; null while it has set none",
    } satisfies Row<readonly ChargingProfile[]>,
  },
};
