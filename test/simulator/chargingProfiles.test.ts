// Which limit charging profiles amount to (OCPP 1.6 §3.13, errata 3.34, 3.45, 3.53, 3.68).
import { describe, expect, test } from "vitest";
import type { ChargingProfile } from "../../src/schema/ocpp16.generated.ts";
import { compositeSchedule, isReplacedBy, limitAt } from "../../src/simulator/chargingProfiles.ts";
import type { InstalledProfile, LimitQuestion } from "../../src/simulator/chargingProfiles.ts";
import { AC_22_KW } from "../../src/simulator/options.ts";

const T0 = Date.parse("2030-01-07T00:00:00Z"); // a Monday
const HOUR = 3_600_000;
const question: LimitQuestion = { connectorId: 1, supply: AC_22_KW, startedAt: T0, sharers: 1 };

function installed(
  connectorId: number,
  differing: Partial<ChargingProfile>,
  ...periods: [start: number, limit: number, phases?: number][]
): InstalledProfile {
  return {
    connectorId,
    profile: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      ...differing,
      chargingSchedule: {
        chargingRateUnit: "W",
        ...differing.chargingSchedule,
        chargingSchedulePeriod: periods.map(([startPeriod, limit, numberPhases]) => ({
          startPeriod,
          limit,
          ...(numberPhases === undefined ? {} : { numberPhases }),
        })),
      },
    },
  };
}
const inAmperes = { chargingSchedule: { chargingRateUnit: "A" as const, chargingSchedulePeriod: [] } };
const schedule = (differing: Partial<ChargingProfile["chargingSchedule"]>) => ({
  chargingSchedule: { chargingRateUnit: "W" as const, chargingSchedulePeriod: [], ...differing },
});

test.each<[string, InstalledProfile[], number]>([
  ["no profile, no limit", [], Infinity],
  ["W is the total over all phases", [installed(1, {}, [0, 7_000])], 7_000],
  ["A is per phase, three unless said otherwise", [installed(1, inAmperes, [0, 10])], 6_900],
  ["numberPhases counts", [installed(1, inAmperes, [0, 10, 1])], 2_300],
  ["a TxDefaultProfile of connector 0 is for every connector", [installed(0, {}, [0, 5_000])], 5_000],
  ["one of another connector is not", [installed(2, {}, [0, 5_000])], Infinity],
  [
    "the connector's own profile beats that of connector 0 on the same level",
    [installed(0, {}, [0, 5_000]), installed(1, {}, [0, 9_000])],
    9_000,
  ],
  [
    "the higher level wins, whoever it belongs to",
    [installed(0, { stackLevel: 1 }, [0, 5_000]), installed(1, {}, [0, 9_000])],
    5_000,
  ],
  [
    "a TxProfile overrules the TxDefaultProfile",
    [installed(1, { stackLevel: 9 }, [0, 5_000]), installed(1, { chargingProfilePurpose: "TxProfile" }, [0, 20_000])],
    20_000,
  ],
  [
    "the charge point's limit caps everything",
    [
      installed(0, { chargingProfilePurpose: "ChargePointMaxProfile" }, [0, 8_000]),
      installed(1, { chargingProfilePurpose: "TxProfile" }, [0, 20_000]),
    ],
    8_000,
  ],
  [
    "a profile that is not valid any more does not count",
    [installed(1, { validTo: "2029-01-01T00:00:00Z" }, [0, 5_000])],
    Infinity,
  ],
  ["one that is not valid yet neither", [installed(1, { validFrom: "2031-01-01T00:00:00Z" }, [0, 5_000])], Infinity],
])("%s", (_what, profiles, expected) => {
  expect(limitAt(profiles, question, T0 + HOUR).limitW).toBeCloseTo(expected, 6);
});

test("a limit of the charge point is shared by the connectors that charge", () => {
  const profiles = [installed(0, { chargingProfilePurpose: "ChargePointMaxProfile" }, [0, 9_000])];
  expect(limitAt(profiles, { ...question, sharers: 3 }, T0).limitW).toBe(3_000);
});

describe("the moment of the next change is", () => {
  test("the next period", () => {
    expect(limitAt([installed(1, {}, [0, 5_000], [600, 7_000])], question, T0)).toEqual({
      limitW: 5_000,
      until: T0 + 600_000,
    });
    expect(limitAt([installed(1, {}, [0, 5_000], [600, 7_000])], question, T0 + 600_000)).toEqual({
      limitW: 7_000,
      until: Infinity,
    });
  });

  test("the end of the schedule, after which a lower level speaks", () => {
    const profiles = [
      installed(1, { stackLevel: 1, ...schedule({ duration: 60 }) }, [0, 5_000]),
      installed(1, {}, [0, 9_000]),
    ];
    expect(limitAt(profiles, question, T0 + 1_000)).toEqual({ limitW: 5_000, until: T0 + 60_000 });
    expect(limitAt(profiles, question, T0 + 60_000)).toEqual({ limitW: 9_000, until: Infinity });
  });

  test("the start of an absolute schedule", () => {
    const profiles = [
      installed(
        1,
        { chargingProfileKind: "Absolute", ...schedule({ startSchedule: "2030-01-07T02:00:00Z" }) },
        [0, 5_000],
      ),
    ];
    expect(limitAt(profiles, question, T0)).toEqual({ limitW: Infinity, until: T0 + 2 * HOUR });
  });

  test("the next day or week of a recurring one", () => {
    const nightly = [
      installed(
        1,
        {
          chargingProfileKind: "Recurring",
          recurrencyKind: "Daily",
          ...schedule({ startSchedule: "2020-05-05T22:00:00Z", duration: 8 * 3600 }),
        },
        [0, 5_000],
      ),
    ];
    expect(limitAt(nightly, question, T0)).toEqual({ limitW: 5_000, until: T0 + 6 * HOUR });
    expect(limitAt(nightly, question, T0 + 12 * HOUR)).toEqual({ limitW: Infinity, until: T0 + 22 * HOUR });
    const weekly = [
      installed(
        1,
        {
          chargingProfileKind: "Recurring",
          recurrencyKind: "Weekly",
          ...schedule({ startSchedule: "2030-01-02T00:00:00Z", duration: 3600 }),
        },
        [0, 5_000],
      ),
    ];
    expect(limitAt(weekly, question, T0)).toEqual({ limitW: Infinity, until: T0 + 2 * 24 * HOUR });
  });
});

test("a composite schedule begins at 0, changes where the limit changes, and is capped by the supply", () => {
  const profiles = [installed(1, { ...schedule({ duration: 1200 }) }, [0, 5_000], [300, 5_000], [600, 50_000])];
  expect(
    compositeSchedule(profiles, question, { from: T0, durationSeconds: 3600, unit: "W", mostPeriods: 10 }),
  ).toEqual({
    duration: 3600,
    chargingRateUnit: "W",
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 5_000 },
      { startPeriod: 600, limit: 22_080 },
    ],
  });
  const amperes = compositeSchedule(profiles, question, { from: T0, durationSeconds: 60, unit: "A", mostPeriods: 10 });
  expect(amperes.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 7.2 }]);
});

test.each<[string, Partial<ChargingProfile>, number, boolean]>([
  ["the same id", { chargingProfileId: 1, stackLevel: 5 }, 2, true],
  ["the same purpose and level on the same connector", { chargingProfileId: 9 }, 1, true],
  ["another level", { chargingProfileId: 9, stackLevel: 1 }, 1, false],
  ["another purpose", { chargingProfileId: 9, chargingProfilePurpose: "TxProfile" }, 1, false],
  ["another connector", { chargingProfileId: 9 }, 2, false],
])("%s replaces: %o on connector %i is %s (§5.16.1)", (_what, differing, connectorId, expected) => {
  expect(isReplacedBy(installed(1, {}, [0, 1]), installed(connectorId, differing, [0, 1]))).toBe(expected);
});
