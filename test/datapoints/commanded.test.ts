// What was commanded, as rows: what each shows, when it is known that there is nothing, and what no row lets through.
import { describe, expect, it } from "vitest";
import { project, type Sample } from "../../src/datapoints/project.ts";
import { chargePointTable, tableFor } from "../../src/datapoints/table.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";

const T0 = Date.UTC(2026, 10, 25, 12);
const stamp = (seconds: number): { at: number; received: number } => ({
  at: T0 + seconds * 1000,
  received: T0 + seconds * 1000,
});
const fresh = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, T0);
const after = (...events: TwinEvent[]): Twin => events.reduce(reduce, fresh);

/** What `events` change, below the charge point and below `Connector1/`. */
function changes(before: Twin, ...events: TwinEvent[]): Map<string, Sample> {
  const samples = new Map<string, Sample>();
  project(before, events.reduce(reduce, before), {
    sample: (connector, column, sample) => {
      const path = tableFor(connector).datapoints[column]?.path ?? "?";
      samples.set(connector === 0 ? path : `Connector${connector}/${path}`, sample);
    },
  });
  return samples;
}
const valuesOf = (samples: Map<string, Sample>): Record<string, unknown> =>
  Object.fromEntries([...samples].map(([path, { value }]) => [path, value]));

const reserved = (connector: number, reservationId = 7, expiry = T0 + 60_000): TwinEvent => ({
  type: "Reserved",
  connector,
  reservationId,
  idTag: "TAG",
  expiry,
  ...stamp(1),
});

describe.each([
  [0, ""],
  [1, "Connector1/"],
])("of connector %i", (connector, below) => {
  it("a reservation is shown, and once it has ended that there is none", () => {
    expect(valuesOf(changes(fresh, reserved(connector)))).toEqual({
      [`${below}ReservationId`]: 7,
      [`${below}Reservation/IdTag`]: "TAG",
      [`${below}Reservation/ExpiryDate`]: T0 + 60_000,
    });
    const ended = changes(after(reserved(connector)), {
      type: "ReservationCancelled",
      reservationId: 7,
      ...stamp(5),
    });
    expect(ended.get(`${below}ReservationId`)).toEqual({ value: null, ...stamp(5), stale: false });
    expect(valuesOf(ended)).toEqual({
      [`${below}ReservationId`]: null,
      [`${below}Reservation/IdTag`]: null,
      [`${below}Reservation/ExpiryDate`]: null,
    });
    const again = changes(
      after(reserved(connector), { type: "ReservationCancelled", reservationId: 7, ...stamp(5) }),
      reserved(connector, 8),
    );
    expect(again.get(`${below}ReservationId`)?.value).toBe(8);
  });

  it("availability is shown with its answer", () => {
    const commanded: TwinEvent = {
      type: "AvailabilityCommanded",
      connector,
      availability: "Inoperative",
      status: "Scheduled",
      ...stamp(1),
    };
    expect(valuesOf(changes(fresh, commanded))).toEqual({
      [`${below}Availability`]: "Inoperative",
      [`${below}AvailabilityStatus`]: "Scheduled",
    });
  });

  it("profiles are shown as one JSON array, empty once they are cleared", () => {
    const installed = (profileId: number): TwinEvent => ({
      type: "ProfileInstalled",
      connector,
      profileId,
      purpose: "TxDefaultProfile",
      stackLevel: profileId,
      text: `{"chargingProfileId":${profileId}}`,
      ...stamp(1),
    });
    const path = `${below}ChargingProfiles`;
    const shown = changes(fresh, installed(1), installed(2)).get(path);
    expect(JSON.parse(String(shown?.value))).toEqual([{ chargingProfileId: 1 }, { chargingProfileId: 2 }]);
    const cleared = changes(after(installed(1)), { type: "ProfilesCleared", ...stamp(9) }).get(path);
    expect(cleared).toEqual({ value: "[]", ...stamp(9), stale: false });
  });

  it("a composite schedule is shown as JSON and as values", () => {
    const reported: TwinEvent = {
      type: "CompositeScheduleReported",
      connector,
      text: "{}",
      durationSeconds: 3600,
      start: T0,
      rateUnit: "W",
      limit: 11_000,
      scheduleConnector: connector,
      ...stamp(1),
    };
    expect(valuesOf(changes(fresh, reported))).toEqual({
      [`${below}CompositeSchedule/Schedule`]: "{}",
      [`${below}CompositeSchedule/Limit`]: 11_000,
      [`${below}CompositeSchedule/ChargingRateUnit`]: "W",
      [`${below}CompositeSchedule/Start`]: T0,
      [`${below}CompositeSchedule/Duration`]: 3600,
    });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 31, -(2 ** 31) - 1, 0.5, 1e300])(
    "a reservation id of %s reaches no Int32",
    (reservationId) => {
      const samples = changes(fresh, reserved(connector, reservationId));
      expect(samples.has(`${below}ReservationId`)).toBe(false);
      expect(samples.get(`${below}Reservation/IdTag`)?.value).toBe("TAG");
    },
  );

  it.each([-1, 0, 2 ** 31 - 1, -(2 ** 31)])("a reservation id of %s is shown", (reservationId) => {
    expect(changes(fresh, reserved(connector, reservationId)).get(`${below}ReservationId`)?.value).toBe(reservationId);
  });

  it("what is no number is shown nowhere", () => {
    const reported: TwinEvent = {
      type: "CompositeScheduleReported",
      connector,
      text: "{}",
      durationSeconds: Number.POSITIVE_INFINITY,
      start: Number.NaN,
      limit: Number.NEGATIVE_INFINITY,
      scheduleConnector: connector,
      ...stamp(1),
    };
    expect(valuesOf(changes(fresh, reported))).toEqual({ [`${below}CompositeSchedule/Schedule`]: "{}" });
    expect(changes(fresh, reserved(connector, 7, Number.NaN)).has(`${below}Reservation/ExpiryDate`)).toBe(false);
  });
});

describe("LimitCommanded", () => {
  const installed = (profileId: number, amperes?: number): TwinEvent => ({
    type: "ProfileInstalled",
    connector: 1,
    profileId,
    purpose: "TxDefaultProfile",
    stackLevel: profileId,
    text: "{}",
    ...(amperes !== undefined && { amperes }),
    ...stamp(profileId),
  });
  const limitAfter = (...events: TwinEvent[]): unknown =>
    changes(fresh, ...events).get("Connector1/LimitCommanded")?.value;

  it("is that of the newest profile of SetLimit, 0 too, and nothing once there is none", () => {
    expect(limitAfter(installed(1, 16))).toBe(16);
    expect(limitAfter(installed(1, 16), installed(2, 0), installed(3))).toBe(0);
    expect(limitAfter(installed(1))).toBeNull();
    expect(limitAfter(installed(1, 16), { type: "ProfilesCleared", profileId: 1, ...stamp(9) })).toBeNull();
    expect(limitAfter(installed(1, Number.POSITIVE_INFINITY))).toBeNull();
  });
});

describe("of the charge point as a whole", () => {
  it("RebootRequired is true while a key waits, and false from the boot on", () => {
    const changed = (seconds: number, rebootRequired: boolean): TwinEvent => ({
      type: "ConfigurationChanged",
      key: "A",
      value: "1",
      rebootRequired,
      ...stamp(seconds),
    });
    const waiting = after(changed(1, true));
    expect(changes(fresh, changed(1, false)).get("State/RebootRequired")).toMatchObject({ value: false, ...stamp(1) });
    expect(changes(fresh, changed(1, true)).get("State/RebootRequired")).toMatchObject({ value: true, ...stamp(1) });
    const booted = changes(waiting, { type: "Booted", vendor: "V", ...stamp(5) });
    expect(booted.get("State/RebootRequired")).toEqual({ value: false, ...stamp(5), stale: false });
  });

  it.each([
    [-1, -1],
    [2_147_483_647, 2_147_483_647],
    [2_147_483_648, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [1.5, undefined],
  ])("a list version of %s is shown as %s", (version, expected) => {
    const sample = changes(fresh, { type: "LocalListVersionReported", version, ...stamp(1) }).get("LocalList/Version");
    expect(sample?.value).toBe(expected);
  });

  it("files are shown, and that the charge point has none", () => {
    const transfer = (topic: "diagnostics" | "firmware" | "signedFirmware" | "log", seconds: number): TwinEvent => ({
      type: "TransferCommanded",
      topic,
      location: `ftp://user:secret@${topic.toLowerCase()}/`,
      ...stamp(seconds),
    });
    const named = { ...transfer("log", 1), fileName: "l.zip" } as TwinEvent;
    expect(
      valuesOf(
        changes(fresh, transfer("diagnostics", 1), named, transfer("firmware", 1), transfer("signedFirmware", 2)),
      ),
    ).toEqual({
      "Diagnostics/FileName": null,
      "Diagnostics/Location": "ftp://diagnostics/",
      "Firmware/Location": "ftp://signedfirmware/",
      "Log/FileName": "l.zip",
      "Log/Location": "ftp://log/",
    });
    const both = after(transfer("signedFirmware", 1));
    expect(changes(both, transfer("firmware", 2)).get("Firmware/Location")?.value).toBe("ftp://firmware/");
  });

  it("the command variables are the bridge's own, and only the first three can be written", () => {
    const rows = chargePointTable.datapoints.filter(({ path }) => path.startsWith("Command/"));
    expect(rows.map(({ path, row }) => [path, row.own, row.write?.role])).toEqual([
      ["Command/Action", true, "operator"],
      ["Command/Payload", true, "operator"],
      ["Command/Trigger", true, "operator"],
      ["Command/Response", true, undefined],
      ["Command/Result", true, undefined],
      ["Command/Sequence", true, undefined],
    ]);
    const target = { chargePointId: "CP001", connectorId: 0 };
    const values = ["Reset", "{}", true];
    expect(rows.slice(0, 3).map(({ row }, place) => row.write?.command(target, values[place] ?? ""))).toEqual([
      { kind: "prepare", chargePointId: "CP001", action: "Reset" },
      { kind: "prepare", chargePointId: "CP001", payload: "{}" },
      { kind: "trigger", chargePointId: "CP001", on: true },
    ]);
  });
});
