// Charging profiles that a charge point has accepted (OCPP 1.6 §3.13, §5.5, §5.16).
import { describe, expect, it } from "vitest";
import type { ProfileInstalled, ProfilesCleared, TwinEvent } from "../../../src/twin/events.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import { MAX_PROFILES, type Twin } from "../../../src/twin/twin.ts";
import { after, stamp, started, status, stopped } from "./eventsInTest.ts";

const installed = (
  seconds: number,
  connector: number,
  profileId: number,
  more: Partial<ProfileInstalled> = {},
): TwinEvent => ({
  type: "ProfileInstalled",
  connector,
  profileId,
  purpose: "TxDefaultProfile",
  stackLevel: profileId,
  text: `{"chargingProfileId":${profileId}}`,
  ...stamp(seconds),
  ...more,
});
const cleared = (seconds: number, fields: Partial<ProfilesCleared> = {}): TwinEvent => ({
  type: "ProfilesCleared",
  ...fields,
  ...stamp(seconds),
});

/** Ids installed at the charge point, connector 1 and connector 2. */
function ids(twin: Twin): (number[] | undefined)[] {
  return [twin, twin.connectors.get(1), twin.connectors.get(2)].map((part) => part?.profiles?.map(({ id }) => id));
}

describe("a profile that is installed", () => {
  it("stands at its connector, or with connector 0 at the charge point", () => {
    const twin = after(installed(1, 1, 5, { amperes: 16 }), installed(2, 0, 6));
    expect(ids(twin)).toEqual([[6], [5], undefined]);
    expect(twin.connectors.get(1)).toMatchObject({
      profiles: [
        {
          id: 5,
          purpose: "TxDefaultProfile",
          stackLevel: 5,
          text: `{"chargingProfileId":5}`,
          amperes: 16,
          ...stamp(1),
        },
      ],
      profilesChanged: stamp(1),
    });
  });

  it("replaces the same id anywhere (§5.16)", () => {
    const twin = after(installed(1, 1, 5), installed(2, 2, 5));
    expect(ids(twin)).toEqual([undefined, [], [5]]);
    expect(twin.connectors.get(1)?.profilesChanged).toEqual(stamp(2));
  });

  it("replaces the same purpose and stack level on the same connector alone (§5.16)", () => {
    const level = { stackLevel: 3 };
    const twin = after(
      installed(1, 1, 5, level),
      installed(1, 2, 6, level),
      installed(1, 1, 7, { ...level, purpose: "TxProfile" }),
      installed(2, 1, 8, level),
    );
    expect(ids(twin)).toEqual([undefined, [7, 8], [6]]);
  });

  it("replaces what stands there also when our clock was set back meanwhile", () => {
    const twin = after(installed(5, 1, 5));
    expect(ids(reduce(twin, installed(4, 2, 5)))).toEqual([undefined, [], [5]]);
    expect(ids(reduce(twin, installed(4, 1, 9, { stackLevel: 5 })))[1]).toEqual([9]);
  });

  it("is bounded: the oldest goes", () => {
    const many = Array.from({ length: MAX_PROFILES + 2 }, (_, n) => installed(n, 1, n));
    expect(ids(after(...many))[1]).toEqual(Array.from({ length: MAX_PROFILES }, (_, n) => n + 2));
  });
});

describe("ClearChargingProfile", () => {
  const before = after(
    installed(1, 0, 1, { purpose: "ChargePointMaxProfile", stackLevel: 0 }),
    installed(1, 1, 2, { stackLevel: 0 }),
    installed(1, 1, 3, { stackLevel: 1 }),
    installed(1, 2, 4, { stackLevel: 1 }),
  );

  it.each<[string, Partial<ProfilesCleared>, (number[] | undefined)[]]>([
    ["without any field takes all", {}, [[], [], []]],
    ["by id takes that one", { profileId: 3 }, [[1], [2], [4]]],
    [
      "by id looks at nothing else (errata 3.25)",
      { profileId: 3, connector: 2, purpose: "TxProfile", stackLevel: 9 },
      [[1], [2], [4]],
    ],
    ["by connector takes those of it", { connector: 1 }, [[1], [], [4]]],
    ["by connector 0 takes those of the charge point", { connector: 0 }, [[], [2, 3], [4]]],
    ["by purpose takes it everywhere", { purpose: "TxDefaultProfile" }, [[1], [], []]],
    ["by stack level takes it everywhere", { stackLevel: 1 }, [[1], [2], []]],
    [
      "takes what fits all fields (errata 3.26)",
      { connector: 1, purpose: "TxDefaultProfile", stackLevel: 1 },
      [[1], [2], [4]],
    ],
    [
      "takes nothing when one field does not fit",
      { connector: 1, purpose: "TxProfile", stackLevel: 1 },
      [[1], [2, 3], [4]],
    ],
  ])("%s", (_, fields, expected) => {
    expect(ids(reduce(before, cleared(2, fields)))).toEqual(expected);
  });

  it("says when, and leaves what it does not mean the same object", () => {
    const twin = reduce(before, cleared(2, { profileId: 3 }));
    expect(twin.connectors.get(1)?.profilesChanged).toEqual(stamp(2));
    expect(twin.connectors.get(2)).toBe(before.connectors.get(2));
    expect(reduce(before, cleared(2, { profileId: 99 }))).toBe(before);
  });

  it("takes what stands there, also when our clock was set back meanwhile", () => {
    expect(ids(reduce(before, cleared(-60)))).toEqual([[], [], []]);
  });

  it("makes no connector that is not known", () => {
    expect(reduce(before, cleared(2, { connector: 7 }))).toBe(before);
  });
});

describe("TxProfiles (§3.13.1)", () => {
  const tx = (id: number, transactionId?: number): TwinEvent =>
    installed(2, 1, id, { purpose: "TxProfile", ...(transactionId !== undefined && { transactionId }) });

  it("vanish when their transaction ends, and others stay", () => {
    const running = after(started(1, 7), installed(2, 1, 1), tx(2, 7), tx(3), tx(4, 8));
    expect(ids(reduce(running, stopped(9, 99)))[1]).toEqual([1, 2, 3, 4]);
    const ended = reduce(running, stopped(9, 7));
    expect(ids(ended)[1]).toEqual([1, 4]);
    expect(ended.connectors.get(1)?.profilesChanged).toEqual(stamp(9));
  });

  it("of a RemoteStartTransaction, which name none (errata 3.41), wait for the start; those of lost transactions go", () => {
    const twin = after(status(0, "Available"), tx(2), tx(3, 6), started(3, 7));
    expect(ids(twin)[1]).toEqual([2]);
  });
});
