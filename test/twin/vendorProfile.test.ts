// What flags of a vendor profile change in the core: staleness, the energy of a transaction, values of the vendor's own messages.
import { describe, expect, it } from "vitest";
import { connectorAlarms } from "../../src/datapoints/alarms.ts";
import type { AlarmThresholds } from "../../src/datapoints/alarm.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import { energyRegisterPoint } from "../../src/twin/measurands.ts";
import { snapshotText, twinFrom } from "../../src/twin/snapshot.ts";
import { stalePoints } from "../../src/twin/staleness.ts";
import type { Twin } from "../../src/twin/twin.ts";
import type { VendorFlags } from "../../src/twin/vendorProfile.ts";
import { flagged } from "../app/vendorProfilesInTest.ts";
import { started, stopped, twinAfter } from "../ocpp/v16/exchanges.ts";

const T0 = Date.UTC(2026, 2, 1, 13);

const sampled = (value: number, at: number, more: object = {}): TwinEvent => ({
  type: "MeterSampled",
  connector: 1,
  readings: [{ point: energyRegisterPoint, value, at, received: at }],
  at,
  received: at,
  ...more,
});

const start = { ...started(1, 7, T0), meterStart: 1000 } as TwinEvent;
const connectorOf = (twin: Twin) => twin.connectors.get(1)!;

describe("staleness", () => {
  it.each<[string, VendorFlags, number, boolean]>([
    ["without a profile five minutes are assumed", {}, 899, false],
    ["without a profile five minutes are assumed", {}, 901, true],
    ["the profile knows better", { meterIntervalSeconds: 30 }, 89, false],
    ["the profile knows better", { meterIntervalSeconds: 30 }, 91, true],
  ])("%s until two samples have shown the interval: %j after %d s", (_, flags, seconds, isStale) => {
    const connector = connectorOf(twinAfter(start, sampled(1, T0 + 1)));
    expect(stalePoints(connector, T0 + 1 + seconds * 1000, flags).length > 0).toBe(isStale);
  });

  it("what samples have shown counts more than the profile", () => {
    const connector = connectorOf(twinAfter(start, sampled(1, T0 + 1), sampled(2, T0 + 600_001)));
    expect(stalePoints(connector, T0 + 1_000_000, { meterIntervalSeconds: 30 })).toEqual([]);
  });
});

describe("a register of the session", () => {
  const energyAfter = (flags: VendorFlags, ...events: readonly TwinEvent[]): unknown =>
    connectorOf(twinAfter(flagged(flags), start, ...events)).transaction?.energy;
  const session: VendorFlags = { sessionRegister: true };

  it("is the energy itself", () => {
    expect(energyAfter(session, sampled(200, T0 + 1, { transactionId: 7 }))).toBe(200);
    expect(energyAfter({}, sampled(1200, T0 + 1, { transactionId: 7 }))).toBe(200);
    expect(energyAfter({}, sampled(200, T0 + 1, { transactionId: 7 }))).toBe(0);
  });

  it("never decreases, and is none without the id of the transaction", () => {
    const first = sampled(200, T0 + 1, { transactionId: 7 });
    expect(energyAfter(session, first, sampled(150, T0 + 2, { transactionId: 7 }))).toBe(200);
    expect(energyAfter(session, first, sampled(9_000_000, T0 + 2))).toBe(200);
    expect(energyAfter(session, first, sampled(300, T0 + 2, { transactionId: 8 }))).toBe(200);
  });

  it("leaves the end to meterStop, where that says more", () => {
    const first = sampled(200, T0 + 1, { transactionId: 7 });
    const end = (meterStop: number): TwinEvent => ({ ...stopped(1, 7, T0 + 3), meterStop }) as TwinEvent;
    expect(energyAfter(session, first, end(1350))).toBe(350);
    expect(energyAfter(session, first, end(350))).toBe(200);
  });
});

describe("the alarm of a connector that stays in Preparing", () => {
  const textOf = (flags: VendorFlags): string | undefined => {
    const status: TwinEvent = {
      type: "StatusReported",
      connector: 1,
      status: "Preparing",
      errorCode: "NoError",
      at: T0,
      received: T0,
    };
    const twin = twinAfter(flagged(flags), status);
    const facts = { twin, connector: connectorOf(twin), missing: undefined };
    const found = connectorAlarms.map(({ find }) => find(facts, {} as AlarmThresholds)?.text);
    return found.find((each) => each?.startsWith("Preparing"));
  };

  it("says what it waits for, where it starts nothing by itself", () => {
    expect(textOf({})).toBe("Preparing for too long");
    expect(textOf({ remoteStartNeeded: true })).toBe("Preparing for too long; it waits for a RemoteStartTransaction");
  });
});

it("profile and values survive a restart", () => {
  const reported: TwinEvent = { type: "VendorReported", connector: 1, values: { SoC: 80 }, at: T0, received: T0 };
  const twin = twinAfter(flagged({ noPing: true }), reported, { ...reported, connector: 0, values: { Lid: true } });
  expect(twinFrom(snapshotText(twin))).toEqual(twin);
});
