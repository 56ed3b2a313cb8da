// What wins when times cannot be compared, when something comes late, and when nothing is fresh.
import { describe, expect, it } from "vitest";
import type { TwinEvent } from "../../../src/twin/events.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import { T0, stamp, after, point, sampled, started, stopped, status, readingOf, valueAt } from "./eventsInTest.ts";

describe("times that cannot be compared", () => {
  const assumed = (seconds: number): { at: number; received: number; assumed: true } => ({
    ...stamp(seconds),
    assumed: true,
  });
  /** The charge point's clock is ten minutes slow. */
  const slow = (seconds: number): { at: number; received: number } => ({
    at: T0 + (seconds - 600) * 1000,
    received: T0 + seconds * 1000,
  });
  const reported = (text: string, times: { at: number; received: number }): TwinEvent => ({
    type: "StatusReported",
    connector: 1,
    status: text,
    errorCode: "NoError",
    ...times,
  });

  it("a status with the time of a slow clock replaces one without a time", () => {
    const twin = after(reported("Available", assumed(1)), reported("Faulted", slow(2)));
    expect(twin.connectors.get(1)?.status?.status).toBe("Faulted");
  });

  it("samples with the time of a slow clock replace the zero of an Available without a time", () => {
    const power = (value: number, seconds: number): TwinEvent => ({
      ...sampled(seconds, []),
      readings: [{ point: point("Power.Active.Import"), value, ...slow(seconds) }],
    });
    const twin = after(power(11_000, 1), reported("Available", assumed(2)), power(22_000, 3));
    expect(valueAt(twin, "Power.Active.Import")).toBe(22_000);
  });

  it("a status after the clock was set back replaces one from before", () => {
    const ahead = { at: T0 + 290_000, received: T0 };
    const twin = after(reported("Preparing", ahead), reported("Charging", stamp(10)));
    expect(twin.connectors.get(1)?.status?.status).toBe("Charging");
  });
});

describe("after a new link", () => {
  it("nothing measured is fresh until it is measured again, while status and transaction stand", () => {
    const before = after(started(0, 1), status(1, "Charging"), sampled(2, [["Power.Active.Import", "", 7000]]), {
      type: "Unlinked",
      ...stamp(3),
    });
    const linked = reduce(before, { type: "Linked", ...stamp(60) });
    expect(readingOf(linked, point("Power.Active.Import"))).toMatchObject({ value: 7000, stale: true, ...stamp(2) });
    expect(linked.connectors.get(1)?.status?.status).toBe("Charging");
    const renewed = reduce(linked, sampled(61, [["Power.Active.Import", "", 6000]]));
    expect(readingOf(renewed, point("Power.Active.Import"))?.stale).toBeUndefined();
  });
});

describe("what arrives after the end", () => {
  const power = (seconds: number, value: number, receivedAt: number): TwinEvent => ({
    ...sampled(seconds, []),
    readings: [
      { point: point("Power.Active.Import"), value, at: T0 + seconds * 1000, received: T0 + receivedAt * 1000 },
    ],
  });

  it.each([
    ["of a time before it", 5, 0],
    ["of a fraction of a second after it, for ends are sent in whole seconds", 10.5, 0],
  ])("a sample of power %s does not bring it back", (_, seconds, expected) => {
    const twin = after(started(0, 1), power(2, 0, 2), stopped(10, 1, 1600), power(seconds, 7000, 20));
    expect(valueAt(twin, "Power.Active.Import")).toBe(expected);
  });

  it("queued samples do not either, when the connector is Available and their transaction is not known", () => {
    const twin = after(status(100, "Available"), power(50, 7000, 101));
    expect(valueAt(twin, "Power.Active.Import")).toBeUndefined();
  });

  it("samples of the next transaction do, also when all of it is a replay", () => {
    const twin = after(status(100, "Available"), started(40, 1), power(50, 7000, 101));
    expect(valueAt(twin, "Power.Active.Import")).toBe(7000);
  });

  it("a repeated stop changes nothing: what the meter has said since then stands", () => {
    const twin = after(started(0, 1), stopped(10, 1, 1600), power(20, 3000, 20));
    expect(reduce(twin, { ...stopped(10, 1, 1600), received: T0 + 30_000 } as TwinEvent)).toBe(twin);
  });
});

describe("after a boot", () => {
  it("times from before cannot be compared: the clock may be another one", () => {
    const booted: TwinEvent = { type: "Booted", vendor: "V", ...stamp(100) };
    const restarted = { at: T0 - 1e9, received: T0 + 101_000 };
    const available: TwinEvent = {
      type: "StatusReported",
      connector: 1,
      status: "Available",
      errorCode: "NoError",
      ...restarted,
    };
    const twin = after(started(0, 1), status(1, "Charging"), booted, available, {
      ...started(0, 2),
      ...restarted,
    });
    expect(twin.connectors.get(1)?.status?.status).toBe("Available");
    expect(twin.connectors.get(1)?.transaction).toMatchObject({ active: true, transactionId: 2 });
  });
});
