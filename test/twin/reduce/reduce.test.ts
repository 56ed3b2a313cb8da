import { describe, expect, it } from "vitest";
import type { TwinEvent } from "../../../src/twin/events.ts";
import type { PhasePath } from "../../../src/twin/measurands.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import { stalePoints } from "../../../src/twin/staleness.ts";
import { readingAt } from "../../../src/twin/twin.ts";
import { T0, stamp, after, point, sampled, started, stopped, status, readingOf, valueAt } from "./eventsInTest.ts";

describe("connecting and disconnecting", () => {
  it("is connected whatever the registration, and the time of Connected is that of the last Heartbeat", () => {
    const twin = after(
      { type: "Linked", remoteAddress: "::1", ...stamp(1) },
      { type: "HeartbeatReceived", ...stamp(5) },
    );
    expect(twin.link).toMatchObject({ state: "Connected", connectedSince: T0 + 1000 });
    expect(twin.presence).toEqual({ connected: true, ...stamp(5) });
  });

  it("keeps what was known when the link goes", () => {
    const twin = after({ type: "Linked", ...stamp(1) }, status(2, "Charging"), {
      type: "Unlinked",
      ...stamp(9),
    });
    expect(twin.link.state).toBe("Disconnected");
    expect(twin.connectors.get(1)?.status?.status).toBe("Charging");
  });

  it("does not turn a charge point that never connected into a disconnected one", () => {
    expect(after({ type: "Unlinked", ...stamp(1) }).link.state).toBe("NeverConnected");
  });
});

describe("offline replay (behaviour 6)", () => {
  it("never lets an older status hide a newer one, on a connector and on the charge point", () => {
    const twin = after(
      status(10, "Charging"),
      status(4, "Available"),
      status(10, "Available", 0),
      status(4, "Faulted", 0),
    );
    expect(twin.connectors.get(1)?.status?.status).toBe("Charging");
    expect(twin.status?.status).toBe("Available");
  });

  it("never lets an older sample overwrite a newer value", () => {
    const twin = after(sampled(60, [["SoC", "", 50]]), sampled(30, [["SoC", "", 40]]));
    expect(valueAt(twin, "SoC")).toBe(50);
  });

  it("never lets an older transaction hide a running one, nor an old stop end it", () => {
    const twin = after(started(100, 8), started(50, 7), stopped(60, 7, 1500));
    expect(twin.connectors.get(1)?.transaction).toMatchObject({ active: true, transactionId: 8 });
  });
});

describe("totals from phases (behaviour 15)", () => {
  it("adds powers and currents and takes the mean of voltages", () => {
    const twin = after(
      sampled(1, [
        ["Current.Import", "L1", 10],
        ["Current.Import", "L2", 11],
        ["Current.Import", "L3", 12],
        ["Current.Import", "N", 3],
        ["Voltage", "L1", 230],
        ["Voltage", "L2", 232],
        ["Voltage", "L3", 234],
        ["Power.Active.Import", "L1", 2000],
      ]),
    );
    expect(valueAt(twin, "Current.Import")).toBe(33);
    expect(valueAt(twin, "Voltage")).toBe(232);
    expect(valueAt(twin, "Power.Active.Import")).toBe(2000);
  });

  it("leaves the total to a charge point that sends it with the phases", () => {
    const twin = after(
      sampled(2, [
        ["Current.Import", "L1", 10],
        ["Current.Import", "", 99],
      ]),
    );
    expect(valueAt(twin, "Current.Import")).toBe(99);
  });

  it("makes the total again when the phases are newer than the one that was sent", () => {
    const twin = after(sampled(1, [["Current.Import", "", 0]]), sampled(2, [["Current.Import", "L1", 10]]));
    expect(readingOf(twin, point("Current.Import"))).toMatchObject({ value: 10, derived: true, ...stamp(2) });
  });

  it("makes a total that is not fresh when one of its phases is not", () => {
    const both = after(
      sampled(1, [
        ["Power.Active.Import", "L1", 1000],
        ["Power.Active.Import", "L2", 1000],
      ]),
      { type: "Linked", ...stamp(5) },
      sampled(6, [["Power.Active.Import", "L1", 500]]),
    );
    expect(readingOf(both, point("Power.Active.Import"))).toMatchObject({ value: 1500, stale: true });
    const sent = after(
      sampled(1, [
        ["Power.Active.Import", "", 3000],
        ["Power.Active.Import", "L2", 1000],
      ]),
      { type: "Linked", ...stamp(5) },
      sampled(6, [["Power.Active.Import", "L1", 500]]),
    );
    expect(readingOf(sent, point("Power.Active.Import"))).toMatchObject({ value: 3000, stale: true });
  });

  it("makes no total that is not a number any more", () => {
    const phase = (name: PhasePath): readonly [string, PhasePath, number] => ["Current.Import", name, 1e308];
    expect(valueAt(after(sampled(1, [phase("L1"), phase("L2"), phase("L3")])), "Current.Import")).toBeUndefined();
  });

  it("goes on adding when phases come one at a time", () => {
    const twin = after(sampled(1, [["Current.Import", "L1", 10]]), sampled(2, [["Current.Import", "L2", 5]]));
    expect(valueAt(twin, "Current.Import")).toBe(15);
  });

  it("takes the mean between lines when there are only those", () => {
    const twin = after(
      sampled(1, [
        ["Voltage", "L1-L2", 400],
        ["Voltage", "L2-L3", 402],
      ]),
    );
    expect(valueAt(twin, "Voltage")).toBe(401);
  });
});

describe("the end of a transaction (behaviours 16 and 17)", () => {
  it("sets power and current to zero at the time of the end, and leaves register, voltage and offered current", () => {
    const twin = after(
      started(0, 1),
      sampled(10, [
        ["Power.Active.Import", "", 7000],
        ["Current.Import", "L1", 30],
        ["Energy.Active.Import.Register", "", 1500],
        ["Voltage", "L1", 230],
        ["Current.Offered", "", 32],
      ]),
      stopped(20, 1, 1600),
    );
    const reading = readingOf(twin, point("Power.Active.Import"));
    expect(reading).toMatchObject({ value: 0, ...stamp(20) });
    expect(valueAt(twin, "Current.Import")).toBe(0);
    expect(valueAt(twin, "Energy.Active.Import.Register")).toBe(1500);
    expect(valueAt(twin, "Voltage", "L1")).toBe(230);
    expect(valueAt(twin, "Current.Offered")).toBe(32);
  });

  it("does so too when the last sample bears a fraction of a second that the end, in whole seconds, does not", () => {
    const twin = after(started(0, 1), sampled(20.7, [["Power.Active.Import", "", 7000]]), stopped(20, 1, 1600));
    expect(readingOf(twin, point("Power.Active.Import"))).toMatchObject({ value: 0, at: T0 + 20_700 });
  });

  it("does the same on Available", () => {
    const twin = after(sampled(10, [["Power.Active.Import", "", 7000]]), status(12, "Available"));
    expect(valueAt(twin, "Power.Active.Import")).toBe(0);
  });

  it("counts energy from the register and duration from the samples, and ends exactly", () => {
    const running = after(
      started(0, 1, 1000),
      sampled(60, [["Energy.Active.Import.Register", "", 1250]], { transactionId: 1 }),
    );
    expect(running.connectors.get(1)?.transaction).toMatchObject({
      energy: 250,
      durationSeconds: 60,
      active: true,
    });
    const ended = reduce(running, stopped(90, 1, 1300));
    expect(ended.connectors.get(1)?.transaction).toMatchObject({
      energy: 300,
      durationSeconds: 90,
      active: false,
    });
  });

  it.each([
    ["missing", undefined],
    ["negative", -5],
    ["below the start", 10],
  ])("never lets the energy decrease when meterStop is %s", (_, meterStop) => {
    const twin = after(
      started(0, 1, 1000),
      sampled(60, [["Energy.Active.Import.Register", "", 1250]]),
      stopped(90, 1, meterStop),
    );
    expect(twin.connectors.get(1)?.transaction?.energy).toBe(250);
  });

  it("counts what the charge point says at its end, as the ledger does, against a sample that was taken after it", () => {
    const twin = after(
      started(0, 1, 1000),
      sampled(600, [["Energy.Active.Import.Register", "", 1900]]),
      stopped(90, 1, 1250),
    );
    expect(twin.connectors.get(1)?.transaction?.energy).toBe(250);
  });

  it("does not count samples of another transaction (errata 3.16)", () => {
    const twin = after(
      started(0, 2, 1000),
      sampled(60, [["Energy.Active.Import.Register", "", 9000]], { transactionId: 1 }),
    );
    expect(twin.connectors.get(1)?.transaction?.energy).toBe(0);
  });

  it("leaves the twin alone for the stop of a transaction that no connector runs", () => {
    const twin = after(started(0, 1));
    expect(reduce(twin, { ...stopped(5, 77), connector: undefined } as TwinEvent)).toBe(twin);
    expect(reduce(twin, stopped(5, 77))).toBe(twin);
  });
});

describe("the main meter (behaviour 18, errata 3.13)", () => {
  it("is kept at the charge point, not at a connector", () => {
    const twin = after(sampled(1, [["Power.Active.Import", "", 11_000]], { connector: 0 }));
    expect(readingAt(twin.meter, point("Power.Active.Import"))?.value).toBe(11_000);
    expect(twin.connectors.size).toBe(0);
  });
});

describe("staleness", () => {
  const running = after(
    started(0, 1),
    ...[10, 20, 30, 40].map((seconds) => sampled(seconds, [["Power.Active.Import", "", 7000]])),
  );
  const stale = (seconds: number): number[] => stalePoints(running.connectors.get(1) as never, T0 + seconds * 1000);

  it("comes after three sample intervals during a transaction, the interval being the median distance", () => {
    expect(stale(69)).toEqual([]);
    expect(stale(71)).toEqual([point("Power.Active.Import")]);
  });

  it("ends with the next sample", () => {
    const marked = reduce(running, { type: "ReadingsStale", connector: 1, points: stale(71) });
    expect(readingOf(marked, point("Power.Active.Import"))?.stale).toBe(true);
    const fresh = reduce(marked, sampled(80, [["Power.Active.Import", "", 6000]]));
    expect(readingOf(fresh, point("Power.Active.Import"))?.stale).toBeUndefined();
  });

  it("comes also when no second sample has shown the interval: after three times five minutes", () => {
    const once = after(started(0, 1), sampled(10, [["Power.Active.Import", "", 7000]]));
    const staleOf = (seconds: number): number[] => stalePoints(once.connectors.get(1) as never, T0 + seconds * 1000);
    expect(staleOf(900)).toEqual([]);
    expect(staleOf(911)).toEqual([point("Power.Active.Import")]);
  });

  it("does not take the gap before a transaction for its sample interval", () => {
    const resumed = after(
      sampled(0, [["Power.Active.Import", "", 1]]),
      started(5000, 1),
      ...[5010, 5020, 5030].map((seconds) => sampled(seconds, [["Power.Active.Import", "", 7000]])),
    );
    expect(resumed.connectors.get(1)?.meter.distancesMs).toEqual([10_000, 10_000]);
  });

  it("does not exist without a transaction", () => {
    const ended = reduce(running, stopped(50, 1, 2000));
    expect(stalePoints(ended.connectors.get(1) as never, T0 + 10_000_000)).toEqual([]);
  });
});
