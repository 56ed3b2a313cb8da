// SetLimit and ClearLimit as charging profiles that every charge point can take (errata 3.41, 3.45, 3.56; behaviour 25).
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkRequest } from "../../../src/ocpp/checkRequest.ts";
import { clearLimitRequest, setLimitRequest } from "../../../src/ocpp/v16/limits.ts";
import type { SetChargingProfileRequest } from "../../../src/schema/ocpp16.generated.ts";
import type { TwinEvent } from "../../../src/twin/events.ts";
import type { Twin } from "../../../src/twin/twin.ts";
import { flagged } from "../../app/vendorProfilesInTest.ts";
import {
  configured,
  exchange,
  happened,
  profileOf,
  SENT,
  stamp,
  started,
  stopped,
  theirObjection,
  twinAfter,
} from "./exchanges.ts";

const twinWith = (values: Readonly<Record<string, string>>): Twin => twinAfter(configured(values));
const wattsOnly = { ChargingScheduleAllowedChargingRateUnit: "Power" };

function requestFor(twin: Twin, connectorId: number, amperes: number): SetChargingProfileRequest {
  const request = setLimitRequest(twin, { connectorId, amperes }, SENT);
  if ("problem" in request) throw new Error(request.problem);
  expect(checkRequest(request.action, request.payload)).toBeUndefined();
  expect(theirObjection(request.action, request.payload)).toBeUndefined();
  return request.payload;
}

const scheduleFor = (twin: Twin, amperes: number, connectorId = 1) =>
  requestFor(twin, connectorId, amperes).csChargingProfiles.chargingSchedule;

/** The twin once the charge point has accepted it. */
const accepted = (twin: Twin, request: object): Twin =>
  exchange("SetChargingProfile", request, { status: "Accepted" }, twin).twin;

test("a limit is a default profile that holds at once and for good", () => {
  expect(requestFor(twinAfter(), 2, 16)).toEqual({
    connectorId: 2,
    csChargingProfiles: {
      chargingProfileId: 1_000_016_002,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
    },
  });
});

describe("the stack level", () => {
  test.each([
    ["8", 8],
    [" 3 ", 3],
    ["0", 0],
    ["-1", 0],
    ["1e308", 0],
    ["2.5", 0],
    ["many", 0],
    ["", 0],
  ])("is the highest that the charge point allows: ChargeProfileMaxStackLevel %j", (value, level) => {
    const twin = twinWith({ chargeprofilemaxstackLEVEL: value });
    expect(requestFor(twin, 1, 16).csChargingProfiles.stackLevel).toBe(level);
  });
});

describe("the rate unit", () => {
  test.each([
    ["Current", "A"],
    ["Current,Power", "A"],
    ["Power, Current", "A"],
    ["Power", "W"],
    ["power", "W"],
    ["W", "W"],
    ["A,W", "A"],
    ["", "A"],
    ["Horsepower", "A"],
  ])("is what ChargingScheduleAllowedChargingRateUnit allows: %j", (value, unit) => {
    expect(scheduleFor(twinWith({ ChargingScheduleAllowedChargingRateUnit: value }), 16).chargingRateUnit).toBe(unit);
  });

  test.each([
    ["", 11_040, undefined],
    ["0.RST, 1.RST, 2.RTS", 11_040, 3],
    ["1.trs", 11_040, 3],
    ["1.NotApplicable,2.RST", 3680, undefined],
    ["1.Unknown", 11_040, undefined],
    ["2.NotApplicable", 11_040, undefined],
    ["11.NotApplicable", 11_040, undefined],
    ["RST", 11_040, undefined],
  ])("in W it is amperes × 230 V × phases: ConnectorPhaseRotation %j", (value, limit, numberPhases) => {
    const twin = twinWith({ ...wattsOnly, ConnectorPhaseRotation: value });
    expect(scheduleFor(twin, 16)).toEqual({
      chargingRateUnit: "W",
      chargingSchedulePeriod: [{ startPeriod: 0, limit, ...(numberPhases !== undefined && { numberPhases }) }],
    });
  });
});

describe("an absolute limit", () => {
  test.each([
    [undefined, 60],
    [0, 60],
    [-300, 360],
    [-0.5, 61],
    [7200, 60],
  ])("begins before now by either clock: that of the charge point is %s s ahead", (offsetSeconds, before) => {
    const clock: TwinEvent[] =
      offsetSeconds === undefined ? [] : [{ type: "ClockCompared", offsetSeconds, ...stamp(SENT) }];
    const { startSchedule = "" } = scheduleFor(twinAfter(flagged({ profileKind: "Absolute" }), ...clock), 16);
    expect(Date.parse(startSchedule)).toBe(SENT - before * 1000);
  });
});

describe("the limit", () => {
  test.each([
    [0, 0],
    [-0, 0],
    [16.04, 16],
    [16.05, 16.1],
    [Math.fround(16.3), 16.3],
    [0.1 + 0.2, 0.3],
    [1000, 1000],
  ])("is in steps of 0.1: %d A", (amperes, limit) => {
    expect(scheduleFor(twinAfter(), amperes).chargingSchedulePeriod[0]?.limit).toBe(limit);
  });

  test.each([-0.1, -5, 1000.1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308])(
    "cannot be %d A",
    (amperes) => {
      expect(setLimitRequest(twinAfter(), { connectorId: 1, amperes }, SENT)).toEqual({
        problem: `amperes: must be a number from 0 to 1000, and is ${amperes}`,
      });
    },
  );

  test.each([0, -1, 1.5, Number.NaN, 65_536, 1e308])("is of a connector, not of %d", (connectorId) => {
    const problem = `connectorId: must be a whole number from 1 to 65535, and is ${connectorId}`;
    expect(setLimitRequest(twinAfter(), { connectorId, amperes: 16 }, SENT)).toEqual({ problem });
    expect(clearLimitRequest(twinAfter(), connectorId)).toEqual({ problem });
  });
});

describe("while a transaction runs", () => {
  const charging = twinAfter(started(1, 11, SENT - 60_000));
  const other = {
    connectorId: 1,
    csChargingProfiles: profileOf({ chargingProfilePurpose: "TxProfile", stackLevel: 3 }),
  };
  const overruled = accepted(charging, other);
  const purposeOf = (twin: Twin) => {
    const { chargingProfilePurpose, transactionId } = requestFor(twin, 1, 16).csChargingProfiles;
    return [chargingProfilePurpose, transactionId];
  };

  test("a default profile holds for it too (OCPP 1.6 §5.16)", () => {
    expect(purposeOf(charging)).toEqual(["TxDefaultProfile", undefined]);
  });

  test("but a TxProfile of others overrules that, so the limit is one as well (§3.13.1)", () => {
    expect(purposeOf(overruled)).toEqual(["TxProfile", 11]);
    expect(purposeOf(accepted(overruled, requestFor(overruled, 1, 16)))).toEqual(["TxProfile", 11]);
  });

  test("once only our own TxProfile is left, the limit is a default profile again", () => {
    const both = accepted(overruled, requestFor(overruled, 1, 16));
    const ours = exchange("ClearChargingProfile", { id: 7 }, { status: "Accepted" }, both).twin;
    expect(ours.connectors.get(1)?.profiles).toMatchObject([{ id: 1_000_016_001, purpose: "TxProfile" }]);
    expect(purposeOf(ours)).toEqual(["TxDefaultProfile", undefined]);
  });

  test("a TxProfile of a transaction that has ended, or of another connector, does not", () => {
    expect(purposeOf(happened(overruled, stopped(1, 11, SENT + 9000)))).toEqual(["TxDefaultProfile", undefined]);
    expect(purposeOf(accepted(charging, { ...other, connectorId: 2 }))).toEqual(["TxDefaultProfile", undefined]);
  });
});

test("ClearLimit names the profile by its id alone (errata 3.25), and then it is gone", () => {
  const clear = clearLimitRequest(twinAfter(), 2);
  expect(clear).toEqual({ action: "ClearChargingProfile", payload: { id: 1_000_016_002 } });
  if ("problem" in clear) throw new Error(clear.problem);
  const limited = accepted(twinAfter(), requestFor(twinAfter(), 2, 16));
  expect(limited.connectors.get(2)?.profiles).toMatchObject([{ id: 1_000_016_002, amperes: 16 }]);
  const { twin } = exchange("ClearChargingProfile", clear.payload, { status: "Accepted" }, limited);
  expect(twin.connectors.get(2)?.profiles).toEqual([]);
});

test("the twin knows a limit in amperes, also when it was sent in watts, and never that of others", () => {
  for (const values of [{}, wattsOnly, { ...wattsOnly, ConnectorPhaseRotation: "1.NotApplicable" }]) {
    const twin = twinWith(values);
    expect(accepted(twin, requestFor(twin, 1, 12.3)).connectors.get(1)?.profiles?.[0]?.amperes).toBe(12.3);
  }
  const others = accepted(twinAfter(), { connectorId: 1, csChargingProfiles: profileOf() });
  expect(others.connectors.get(1)?.profiles?.[0]).not.toHaveProperty("amperes");
});

test("any limit from 0 to 1000 A is a request that a charge point can take, whatever its configuration says", () => {
  const configurations = fc.record({
    ChargeProfileMaxStackLevel: fc.oneof(fc.string(), fc.integer().map(String)),
    ChargingScheduleAllowedChargingRateUnit: fc.constantFrom("Current", "Power", "Current,Power", "", "x"),
    ConnectorPhaseRotation: fc.constantFrom("1.RST", "1.NotApplicable", "1.", ".", "1.RST.2", ""),
  });
  const amperes = fc.double({ min: 0, max: 1000, noNaN: true });
  fc.assert(
    fc.property(configurations, fc.integer({ min: 1, max: 65_535 }), amperes, (values, connectorId, limit) => {
      requestFor(twinWith(values), connectorId, limit);
    }),
  );
});
