// What is found out about a request of ours before it is sent: the field, the rule, the clause.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkRequest } from "../../src/ocpp/checkRequest.ts";
import { actionsFromCentralSystem, actionsFromChargePoint } from "../../src/schema/ocpp16.generated.ts";
import { exchanges, profileOf, theirObjection } from "./v16/exchanges.ts";

const schedule = (changes: object, ...periods: readonly object[]) => ({
  chargingRateUnit: "A",
  chargingSchedulePeriod: periods,
  ...changes,
});
const withProfile = (changes: object, connectorId = 1) => ({ connectorId, csChargingProfiles: profileOf(changes) });
const txProfile = { chargingProfilePurpose: "TxProfile" };
const start = (changes: object) => ({ idTag: "TAG", chargingProfile: profileOf({ ...txProfile, ...changes }) });
const reservation = exchanges.ReserveNow[0];

describe("a request that fits", () => {
  test.each(actionsFromCentralSystem)("passes, also before ocpp-rpc: %s", (action) => {
    const [request] = exchanges[action];
    expect(checkRequest(action, request)).toBeUndefined();
    expect(theirObjection(action, request)).toBeUndefined();
  });

  test.each(["ClearCache", "GetConfiguration", "GetLocalListVersion", "ClearChargingProfile"])(
    "may be null where nothing is required: %s",
    (action) => expect(checkRequest(action, null)).toBeUndefined(),
  );

  test.each(["VendorAction", "", "__proto__", "toString"])("has no schema when OCPP does not know it: %j", (action) => {
    expect(checkRequest(action, { anything: [1] })).toBeUndefined();
  });
});

describe("a request that breaks its schema", () => {
  const long = "x".repeat(21);
  test.each([
    ["RemoteStartTransaction", { idTag: long }, "idTag", "must have at most 20 characters"],
    ["RemoteStartTransaction", {}, "idTag", "is missing"],
    ["RemoteStartTransaction", null, "idTag", "is missing"],
    ["RemoteStartTransaction", { idTag: 17 }, "idTag", "must be a text"],
    ["RemoteStartTransaction", { idTag: null }, "idTag", "must be a text"],
    ["RemoteStartTransaction", { idTag: "TAG", colour: "red" }, "", '"colour" is no field of it'],
    ["RemoteStartTransaction", JSON.parse('{"idTag":"TAG","__proto__":1}'), "", '"__proto__" is no field of it'],
    ["UnlockConnector", { connectorId: "1" }, "connectorId", "must be a whole number"],
    ["UnlockConnector", { connectorId: 1.5 }, "connectorId", "must be a whole number"],
    ["Reset", { type: "Warm" }, "type", "must be one of Hard, Soft"],
    ["Reset", [], "", "must be a JSON object"],
    ["Reset", "Hard", "", "must be a JSON object"],
    ["GetConfiguration", { key: "HeartbeatInterval" }, "key", "must be a list"],
    ["GetConfiguration", { key: ["a", "x".repeat(51)] }, "key[1]", "must have at most 50 characters"],
    [
      "ReserveNow",
      { ...reservation, expiryDate: "tomorrow" },
      "expiryDate",
      "must be a time such as 2026-11-25T10:00:00Z (RFC 3339)",
    ],
    [
      "GetDiagnostics",
      { location: "directory" },
      "location",
      "must be an address with its scheme, such as ftp://host/directory (RFC 3986)",
    ],
    [
      "SetChargingProfile",
      withProfile({ chargingSchedule: schedule({}, { startPeriod: 0, limit: 16.25 }) }),
      "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit",
      "must be in steps of 0.1",
    ],
    [
      "SetChargingProfile",
      withProfile({ chargingSchedule: schedule({}, { startPeriod: 0, limit: 16 }, { startPeriod: 60 }) }),
      "csChargingProfiles.chargingSchedule.chargingSchedulePeriod[1].limit",
      "is missing",
    ],
    [
      "SetChargingProfile",
      withProfile({ chargingSchedule: schedule({}) }),
      "csChargingProfiles.chargingSchedule.chargingSchedulePeriod",
      "must have at least 1 element",
    ],
    [
      "SendLocalList",
      { listVersion: 1, updateType: "Full", localAuthorizationList: [{ idTag: "TAG", idTagInfo: { status: "Ok" } }] },
      "localAuthorizationList[0].idTagInfo.status",
      "must be one of Accepted, Blocked, Expired, Invalid, ConcurrentTx",
    ],
  ])("%s %j: field and rule are named", (action, payload, path, text) => {
    expect(checkRequest(action, payload)).toEqual({ path, text });
  });
});

describe("a request that breaks a rule that no schema says", () => {
  const entry = (changes: object) => ({ listVersion: 1, updateType: "Full", localAuthorizationList: [changes] });
  const periods = "chargingSchedule.chargingSchedulePeriod";
  test.each([
    ["behaviour 25", "RemoteStartTransaction", { idTag: "TAG", connectorId: 0 }, "connectorId", "§6.33"],
    ["behaviour 25", "RemoteStartTransaction", { idTag: " " }, "idTag", "is empty"],
    ["errata 3.41", "RemoteStartTransaction", start({ transactionId: 5 }), "chargingProfile.transactionId", "3.41"],
    [
      "§5.16.2",
      "RemoteStartTransaction",
      start({ chargingProfilePurpose: "TxDefaultProfile" }),
      "chargingProfile.chargingProfilePurpose",
      "must be TxProfile",
    ],
    [
      "errata 3.56",
      "RemoteStartTransaction",
      start({ recurrencyKind: "Daily" }),
      "chargingProfile.recurrencyKind",
      "errata 3.56",
    ],
    [
      "errata 3.56",
      "SetChargingProfile",
      withProfile({ recurrencyKind: "Daily" }),
      "csChargingProfiles.recurrencyKind",
      "must be left out when chargingProfileKind is Relative",
    ],
    [
      "errata 3.45",
      "SetChargingProfile",
      withProfile({ chargingSchedule: schedule({}, { startPeriod: 60, limit: 16 }) }),
      `csChargingProfiles.${periods}[0].startPeriod`,
      "must be 0 in the first period",
    ],
    [
      "§7.14",
      "SetChargingProfile",
      withProfile({ chargingSchedule: schedule({}, { startPeriod: 0, limit: 16 }, { startPeriod: 0, limit: 6 }) }),
      `csChargingProfiles.${periods}[1].startPeriod`,
      "must be later",
    ],
    ["§7.8", "SetChargingProfile", withProfile({ stackLevel: -1 }), "csChargingProfiles.stackLevel", "0 or more"],
    [
      "§7.8",
      "SetChargingProfile",
      withProfile({ transactionId: 5 }),
      "csChargingProfiles.transactionId",
      "must be left out",
    ],
    ["§3.13.1", "SetChargingProfile", withProfile(txProfile, 0), "connectorId", "must be above 0 for a TxProfile"],
    [
      "§3.13.1",
      "SetChargingProfile",
      withProfile({ chargingProfilePurpose: "ChargePointMaxProfile" }),
      "connectorId",
      "must be 0 for a ChargePointMaxProfile",
    ],
    ["§6.43", "SetChargingProfile", withProfile({}, -1), "connectorId", "must be 0 or more, and is -1"],
    ["errata 3.52", "SendLocalList", { listVersion: 0, updateType: "Full" }, "listVersion", "errata 3.52"],
    ["errata 3.52", "SendLocalList", { listVersion: -1, updateType: "Differential" }, "listVersion", "1 or more"],
    ["§7.1", "SendLocalList", entry({ idTag: "TAG" }), "localAuthorizationList[0].idTagInfo", "is missing"],
    ["§6.37", "ReserveNow", { ...reservation, connectorId: -1 }, "connectorId", "must be 0 or more"],
    ["", "ReserveNow", { ...reservation, idTag: "" }, "idTag", "is empty"],
    ["§6.7", "ChangeAvailability", { connectorId: -1, type: "Operative" }, "connectorId", "must be 0 or more"],
    ["§6.21", "GetCompositeSchedule", { connectorId: -1, duration: 60 }, "connectorId", "must be 0 or more"],
    ["§6.13", "ClearChargingProfile", { connectorId: -1 }, "connectorId", "must be 0 or more"],
    ["§6.53", "UnlockConnector", { connectorId: 0 }, "connectorId", "must be 1 or more"],
    ["§6.51", "TriggerMessage", { requestedMessage: "MeterValues", connectorId: 0 }, "connectorId", "1 or more"],
    ["", "ExtendedTriggerMessage", { requestedMessage: "MeterValues", connectorId: 0 }, "connectorId", "1 or more"],
    ["", "ChangeConfiguration", { key: "", value: "1" }, "key", "is empty"],
  ])("%s, %s %j: field and rule are named", (_, action, payload, path, text) => {
    expect(checkRequest(action, payload)).toEqual({ path, text: expect.stringContaining(text) });
  });

  test.each([
    ["SendLocalList", { listVersion: 1, updateType: "Differential", localAuthorizationList: [{ idTag: "TAG" }] }],
    ["SetChargingProfile", withProfile({ ...txProfile, transactionId: 5 })],
    ["SetChargingProfile", withProfile({ chargingProfileKind: "Recurring", recurrencyKind: "Daily" }, 0)],
    ["SetChargingProfile", withProfile({ chargingProfilePurpose: "ChargePointMaxProfile" }, 0)],
    ["RemoteStartTransaction", start({})],
    ["ReserveNow", { ...reservation, connectorId: 0 }],
    ["ChangeAvailability", { connectorId: 0, type: "Operative" }],
    ["ChangeConfiguration", { key: "AuthorizationKey", value: "" }],
  ])("but what they allow passes: %s %j", (action, payload) => {
    expect(checkRequest(action, payload)).toBeUndefined();
    expect(theirObjection(action, payload)).toBeUndefined();
  });
});

test("any payload of any action is judged, and what passes ocpp-rpc takes too", () => {
  const actions = fc.constantFrom(...actionsFromCentralSystem, ...actionsFromChargePoint);
  const changed = fc
    .constantFrom(...Object.entries(exchanges))
    .chain(([action, [request]]) =>
      fc
        .tuple(fc.constantFrom(...Object.keys(request), "extra"), fc.jsonValue())
        .map(([name, value]): [string, unknown] => [action, { ...request, [name]: value }]),
    );
  const calls = fc.oneof(
    changed,
    fc.tuple(actions, fc.jsonValue({ maxDepth: 4 })).map(([action, value]): [string, unknown] => [action, value]),
  );
  fc.assert(
    fc.property(calls, ([action, payload]) => {
      const fault = checkRequest(action, payload);
      if (fault !== undefined) expect(fault.text.length).toBeGreaterThan(5);
      else if (Object.hasOwn(exchanges, action) && payload !== null)
        expect(theirObjection(action, payload)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});
