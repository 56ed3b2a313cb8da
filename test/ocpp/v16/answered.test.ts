// What the answer to each action of ours makes happen to the twin, also when the answer is hostile.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actionsFromCentralSystem } from "../../../src/schema/ocpp16.generated.ts";
import type { TwinEvent } from "../../../src/twin/events.ts";
import { isIncomplete } from "../../../src/twin/incompleteTexts.ts";
import { ANSWERED, exchange, exchanges, profileOf, SENT, stamp, started, twinAfter } from "./exchanges.ts";

const now = stamp(ANSWERED);
const rejected = { status: "Rejected" };
const eventsOf = (
  action: (typeof actionsFromCentralSystem)[number],
  request: object,
  response: unknown,
): readonly TwinEvent[] => exchange(action, request, response).events;

describe("an answer that agrees is kept", () => {
  const reservation = exchanges.ReserveNow[0];
  const update = exchanges.SignedUpdateFirmware[0];
  test.each([
    [
      "ChangeAvailability",
      { connectorId: 2, type: "Inoperative" },
      { status: "Scheduled" },
      { type: "AvailabilityCommanded", connector: 2, availability: "Inoperative", status: "Scheduled" },
    ],
    [
      "ChangeAvailability",
      { connectorId: 0, type: "Operative" },
      { status: "Accepted" },
      { type: "AvailabilityCommanded", connector: 0, availability: "Operative", status: "Accepted" },
    ],
    [
      "ChangeConfiguration",
      { key: "HeartbeatInterval", value: "60" },
      { status: "Accepted" },
      { type: "ConfigurationChanged", key: "HeartbeatInterval", value: "60", rebootRequired: false },
    ],
    [
      "ChangeConfiguration",
      { key: "HeartbeatInterval", value: "60" },
      { status: "RebootRequired" },
      { type: "ConfigurationChanged", key: "HeartbeatInterval", value: "60", rebootRequired: true },
    ],
    [
      "ReserveNow",
      { ...reservation, parentIdTag: "GROUP" },
      { status: "Accepted" },
      {
        type: "Reserved",
        connector: 1,
        reservationId: 4,
        idTag: "TAG",
        parentIdTag: "GROUP",
        expiry: Date.UTC(2026, 2, 1, 13),
      },
    ],
    [
      "CancelReservation",
      { reservationId: 4 },
      { status: "Accepted" },
      { type: "ReservationCancelled", reservationId: 4 },
    ],
    ["ClearChargingProfile", { id: 7 }, { status: "Accepted" }, { type: "ProfilesCleared", profileId: 7 }],
    ["ClearChargingProfile", { id: 7 }, { status: "Unknown" }, { type: "ProfilesCleared", profileId: 7 }],
    ["ClearChargingProfile", {}, { status: "Accepted" }, { type: "ProfilesCleared" }],
    [
      "ClearChargingProfile",
      { connectorId: 1, chargingProfilePurpose: "TxProfile", stackLevel: 2 },
      { status: "Accepted" },
      { type: "ProfilesCleared", connector: 1, purpose: "TxProfile", stackLevel: 2 },
    ],
    [
      "SendLocalList",
      { listVersion: 3, updateType: "Full" },
      { status: "VersionMismatch" },
      { type: "LocalListSent", version: 3, updateType: "Full", status: "VersionMismatch" },
    ],
    ["GetLocalListVersion", {}, { listVersion: -1 }, { type: "LocalListVersionReported", version: -1 }],
    [
      "GetDiagnostics",
      { location: "ftp://host/directory" },
      { fileName: "a.zip" },
      { type: "TransferCommanded", topic: "diagnostics", location: "ftp://host/directory", fileName: "a.zip" },
    ],
    [
      "GetDiagnostics",
      { location: "ftp://host/directory" },
      {},
      { type: "TransferCommanded", topic: "diagnostics", location: "ftp://host/directory" },
    ],
    [
      "GetLog",
      exchanges.GetLog[0],
      { status: "AcceptedCanceled", filename: "" },
      { type: "TransferCommanded", topic: "log", location: "ftp://host/logs", requestId: 5 },
    ],
    [
      "UpdateFirmware",
      exchanges.UpdateFirmware[0],
      {},
      { type: "TransferCommanded", topic: "firmware", location: "ftp://host/firmware" },
    ],
    [
      "SignedUpdateFirmware",
      update,
      { status: "Accepted" },
      { type: "TransferCommanded", topic: "signedFirmware", location: "https://host/firmware", requestId: 6 },
    ],
    [
      "CertificateSigned",
      { certificateChain: "PEM" },
      { status: "Rejected" },
      { type: "Noted", topic: "signedCertificate", text: "Rejected" },
    ],
    [
      "InstallCertificate",
      { certificateType: "ManufacturerRootCertificate", certificate: "PEM" },
      { status: "Failed" },
      { type: "Noted", topic: "certificateInstallation", text: "Failed: ManufacturerRootCertificate" },
    ],
    [
      "DeleteCertificate",
      exchanges.DeleteCertificate[0],
      { status: "NotFound" },
      { type: "Noted", topic: "certificateDeletion", text: "NotFound: 03" },
    ],
    [
      "GetInstalledCertificateIds",
      { certificateType: "ManufacturerRootCertificate" },
      { status: "NotFound" },
      {
        type: "Noted",
        topic: "installedCertificates",
        text: '{"certificateType":"ManufacturerRootCertificate","status":"NotFound"}',
      },
    ],
  ] as const)("%s %j, answered %j", (action, request, response, event) => {
    expect(eventsOf(action, request, response)).toEqual([{ ...event, ...now }]);
  });

  test("SetChargingProfile, with the profile as JSON", () => {
    const csChargingProfiles = profileOf({ chargingProfilePurpose: "TxProfile", transactionId: 11, stackLevel: 2 });
    expect(eventsOf("SetChargingProfile", { connectorId: 1, csChargingProfiles }, { status: "Accepted" })).toEqual([
      {
        type: "ProfileInstalled",
        connector: 1,
        profileId: 7,
        purpose: "TxProfile",
        stackLevel: 2,
        transactionId: 11,
        text: JSON.stringify(csChargingProfiles),
        ...now,
      },
    ]);
  });

  test("RemoteStartTransaction with a profile, where the connector is known", () => {
    const chargingProfile = profileOf({ chargingProfilePurpose: "TxProfile" });
    const agreed = { status: "Accepted" };
    const request = { idTag: "TAG", chargingProfile };
    expect(eventsOf("RemoteStartTransaction", { ...request, connectorId: 2 }, agreed)).toMatchObject([
      { type: "ProfileInstalled", connector: 2, profileId: 7, purpose: "TxProfile" },
    ]);
    expect(eventsOf("RemoteStartTransaction", request, agreed)).toEqual([]);
    expect(eventsOf("RemoteStartTransaction", { ...request, connectorId: 2 }, rejected)).toEqual([]);
    expect(eventsOf("RemoteStartTransaction", { idTag: "TAG", connectorId: 2 }, agreed)).toEqual([]);
  });

  test("GetCompositeSchedule, as JSON and as values", () => {
    const chargingSchedule = {
      duration: 3600,
      chargingRateUnit: "W",
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 11_000.5 },
        { startPeriod: 60, limit: 0 },
      ],
    };
    const request = { connectorId: 1, duration: 3600 };
    const response = { status: "Accepted", connectorId: 1, scheduleStart: "2026-03-01T12:00:00Z", chargingSchedule };
    const reported = {
      type: "CompositeScheduleReported",
      connector: 1,
      scheduleConnector: 1,
      text: JSON.stringify(chargingSchedule),
      durationSeconds: 3600,
      start: SENT,
      rateUnit: "W",
      limit: 11_000.5,
      ...now,
    };
    expect(eventsOf("GetCompositeSchedule", request, response)).toEqual([reported]);
    expect(eventsOf("GetCompositeSchedule", request, { ...response, status: "Rejected" })).toEqual([]);
    expect(eventsOf("GetCompositeSchedule", request, { status: "Accepted" })).toEqual([]);
    const odd = { chargingRateUnit: "kW", chargingSchedulePeriod: [], duration: 1e308 };
    expect(
      eventsOf("GetCompositeSchedule", request, { status: "Accepted", connectorId: 1e308, chargingSchedule: odd }),
    ).toEqual([
      { type: "CompositeScheduleReported", connector: 1, scheduleConnector: 1, text: JSON.stringify(odd), ...now },
    ]);
  });

  test("but texts beyond the bound are left out", () => {
    const periods = Array.from({ length: 2000 }, (_, index) => ({ startPeriod: index, limit: 6 }));
    const chargingSchedule = { chargingRateUnit: "A", chargingSchedulePeriod: periods };
    const [event] = eventsOf(
      "GetCompositeSchedule",
      { connectorId: 1, duration: 60 },
      { status: "Accepted", chargingSchedule },
    );
    expect(event).toMatchObject({ text: expect.stringMatching(/^\{"leftOut":/), limit: 6 });
  });
});

describe("an answer that does not agree changes nothing", () => {
  test.each([
    ["ChangeAvailability", rejected],
    ["ChangeAvailability", { status: "Perhaps" }],
    ["ChangeConfiguration", rejected],
    ["ChangeConfiguration", { status: "NotSupported" }],
    ["ReserveNow", { status: "Occupied" }],
    ["CancelReservation", rejected],
    ["SetChargingProfile", { status: "NotSupported" }],
    ["ClearChargingProfile", { status: "Perhaps" }],
    ["GetLog", rejected],
    ["SignedUpdateFirmware", { status: "InvalidCertificate" }],
    ["GetLocalListVersion", { listVersion: 1e308 }],
    ["Reset", { status: "Accepted" }],
    ["DataTransfer", { status: "Accepted", data: "x" }],
    ["ClearCache", { status: "Accepted" }],
    ["UnlockConnector", { status: "Unlocked" }],
  ] as const)("%s answered %j", (action, response) => {
    expect(eventsOf(action, exchanges[action][0], response)).toEqual([]);
  });
});

describe("behaviour 11: GetConfiguration", () => {
  const entry = { key: "HeartbeatInterval", readonly: false, value: "300" };
  const twinOf = (request: object, response: unknown) => exchange("GetConfiguration", request, response).twin;

  test("fills the configuration, also with long values and without value", () => {
    const { configuration } = twinOf(
      {},
      {
        configurationKey: [
          entry,
          { key: "Long", readonly: true, value: "x".repeat(3000) },
          { key: "Unset", readonly: true },
          { key: "Null", readonly: true, value: null },
          { key: " ", readonly: true, value: "x" },
        ],
      },
    );
    expect([...(configuration ?? [])].map(([name, { value }]) => [name, value?.length])).toEqual([
      ["heartbeatinterval", 3],
      ["long", 3000],
      ["unset", undefined],
      ["null", undefined],
    ]);
  });

  test("takes no notice of the case of keys", () => {
    const { events } = exchange(
      "GetConfiguration",
      { key: ["heartbeatINTERVAL", "foo"] },
      {
        configurationKey: [entry],
        unknownKey: ["FOO"],
      },
    );
    expect(events).toEqual([{ type: "ConfigurationReported", entries: [entry], ...now }]);
  });

  test("counts it when requested keys are in neither list", () => {
    const key = ["HeartbeatInterval", "Lost", "b", "c", "d", "e", "f"];
    const { events, twin } = exchange("GetConfiguration", { key }, { configurationKey: [entry] });
    expect(events).toHaveLength(2);
    expect(twin.violations).toMatchObject({
      count: 1,
      last: "GetConfiguration.conf: 6 of the requested keys are in neither list: Lost, b, c, d, e",
    });
    expect(exchange("GetConfiguration", { key }, null).twin.violations?.count).toBe(1);
    expect(exchange("GetConfiguration", {}, null).twin.violations).toBeUndefined();
  });

  const keysFrom = (first: number, count: number) =>
    Array.from({ length: count }, (_, n) => ({ key: `K${first + n}`, readonly: false, value: `${n}` }));

  test("keeps so many keys, renews those that are known, and tells how many others there were", () => {
    const full = twinOf({}, { configurationKey: keysFrom(0, 537) });
    expect([full.configuration?.size, full.violations]).toMatchObject([
      500,
      { count: 1, last: "GetConfiguration.conf: keys beyond limits.maxConfigurationKeys, 500, not kept: 37" },
    ]);
    const again = exchange(
      "GetConfiguration",
      {},
      { configurationKey: [{ key: "k7", readonly: true, value: "new" }, ...keysFrom(600, 2), ...keysFrom(600, 2)] },
      full,
    ).twin;
    expect(again.configuration?.size).toBe(500);
    expect(again.configuration?.get("k7")).toMatchObject({ key: "K7", value: "new", readonly: true });
    expect(again.violations).toMatchObject({ count: 2, last: expect.stringMatching(/maxConfigurationKeys.*: 2$/u) });
  });

  test("has no room for a key that ChangeConfiguration names either, but for the password", () => {
    const full = twinOf({}, { configurationKey: keysFrom(0, 500) });
    const change = (key: string) =>
      exchange("ChangeConfiguration", { key, value: "0001020304050607" }, { status: "Accepted" }, full);
    expect(change("k3").twin.configuration?.get("k3")?.value).toBe("0001020304050607");
    expect(change("Another").events).toEqual([
      {
        type: "Violated",
        count: 1,
        texts: ["ChangeConfiguration.req: keys beyond limits.maxConfigurationKeys, 500, not kept: 1"],
        ...now,
      },
    ]);
    // Errata 3.10: with it the charge point logs in from now on.
    expect(change("AuthorizationKey").events).toMatchObject([{ key: "AuthorizationKey", value: "0001020304050607" }]);
  });

  test("keeps no key that no BrowseName can hold (OPC 10000-3 §8.3)", () => {
    const { configuration, violations } = twinOf(
      {},
      { configurationKey: [entry, { key: "k".repeat(513), readonly: true, value: "1" }] },
    );
    expect([...(configuration?.keys() ?? [])]).toEqual(["heartbeatinterval"]);
    expect(violations?.last).toBe("GetConfiguration.conf: keys longer than 512 characters, not kept: 1");
  });

  test("cuts a value that is longer than may be kept, which says so itself", () => {
    const value = "0123456789".repeat(2000);
    const { configuration } = twinOf({}, { configurationKey: [{ ...entry, value }] });
    const kept = configuration?.get("heartbeatinterval")?.value ?? "";
    expect(kept).toBe(`${value.slice(0, 16_384)}… (cut from 20000 characters)`);
    expect(isIncomplete(kept)).toBe(true);
  });

  test("does not take a key for a property of JavaScript's own", () => {
    const { configuration } = twinOf({}, { configurationKey: [{ key: "__proto__", readonly: true, value: "1" }] });
    expect([...(configuration?.keys() ?? [])]).toEqual(["__proto__"]);
  });
});

test("whatever a charge point answers, the twin takes it, and effects are looked for without an exception", () => {
  const twin = twinAfter(started(1, 11, SENT - 60_000));
  const answers = fc.constantFrom(...actionsFromCentralSystem).chain((action) =>
    fc
      .oneof(
        fc.jsonValue({ maxDepth: 4 }),
        fc
          .tuple(fc.constantFrom(...Object.keys(exchanges[action][1]), "extra"), fc.jsonValue())
          .map(([name, value]) => ({ ...exchanges[action][1], [name]: value })),
        fc.constantFrom(1e308, [], [[]], null, JSON.parse('{"__proto__":{"status":"Accepted"}}')),
      )
      .map((response) => ({ action, response })),
  );
  fc.assert(
    fc.property(answers, ({ action, response }) => {
      try {
        const { twin: after, effect } = exchange(action, exchanges[action][0], response, twin);
        effect?.seen(after, SENT);
      } catch (error) {
        // The one thing that `exchange` throws: the response lacks a required field.
        expect(String(error)).toContain(`${action}.conf`);
      }
    }),
    { numRuns: 500 },
  );
});
