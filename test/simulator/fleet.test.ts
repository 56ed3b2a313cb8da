// A fleet living its day against an independent central system, and the command that runs one from a terminal.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runFleet } from "../../src/simulator/fleet.ts";
import type { Fleet, FleetOptions, FleetProgress } from "../../src/simulator/fleet.ts";
import { progressLine, simulateCommand } from "../../src/simulator/simulateCommand.ts";
import { StrictCentralSystem } from "./strictCentralSystem.ts";

vi.setConfig({ testTimeout: 60_000 });

let centralSystem: StrictCentralSystem;
let fleet: Fleet | undefined;

beforeEach(async () => {
  centralSystem = await StrictCentralSystem.open();
});
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
  await centralSystem.close();
  expect(centralSystem.violations).toEqual([]);
});

function start(options: Partial<FleetOptions> = {}): Fleet {
  fleet = runFleet({
    url: centralSystem.url,
    count: 25,
    speed: 600,
    rampPerSecond: 1_000,
    listener: centralSystem.listener,
    ...options,
  });
  return fleet;
}

const identities = (): string[] => [...new Set(centralSystem.handshakes.map((each) => each.identity))].toSorted();

describe("a fleet", () => {
  test("of 25 is CP001 to CP025, of several makes, and charges, stops and charges again", async () => {
    const running = start();
    await centralSystem.until(
      "40 transactions that have ended",
      () => centralSystem.of("StopTransaction").length >= 40,
    );
    expect(identities()).toEqual(Array.from({ length: 25 }, (_, index) => `CP${String(index + 1).padStart(3, "0")}`));
    const makes = new Set(
      centralSystem
        .of("BootNotification")
        .map((each) => `${each.payload.chargePointVendor} ${each.payload.firmwareVersion}`),
    );
    expect(makes.size).toBeGreaterThanOrEqual(3);
    const progress = running.progress();
    expect(progress.registered).toBe(25);
    expect(progress.transactions).toBeGreaterThanOrEqual(40);
    expect(progress.problems).toBe(0);
    expect(progress.charging / progress.connectors).toBeGreaterThan(0.2);
    expect(progress.charging / progress.connectors).toBeLessThan(0.75);
    const reasons = new Set(centralSystem.of("StopTransaction").map((each) => each.payload.reason));
    expect(reasons).toContain("Local");
    expect(reasons).toContain("EVDisconnected");
  });

  test("has faults and offline spells in its days", async () => {
    start({ speed: 5_000 });
    await centralSystem.until("a fault", () =>
      centralSystem.of("StatusNotification").some((each) => each.payload.status === "Faulted"),
    );
    await centralSystem.until("a reconnect", () => centralSystem.handshakes.length > 25);
  });

  test("is the same again from the same seed", async () => {
    const boots = async (seed: string): Promise<string[]> => {
      const before = centralSystem.received.length;
      const running = runFleet({
        url: centralSystem.url,
        count: 10,
        seed,
        hasCars: false,
        rampPerSecond: 1_000,
        listener: centralSystem.listener,
      });
      const found = await centralSystem.until("ten boots", () => {
        const seen = centralSystem.received.slice(before).filter((each) => each.action === "BootNotification");
        return seen.length === 10 && seen;
      });
      await running.stop();
      return found.map((each) => `${each.from} ${JSON.stringify(each.payload)}`).toSorted();
    };
    const first = await boots("a");
    expect(await boots("a")).toEqual(first);
    expect(await boots("b")).not.toEqual(first);
  });

  test("starts no faster than its ramp", async () => {
    start({ count: 20, rampPerSecond: 20, hasCars: false });
    await centralSystem.until("first link", () => centralSystem.handshakes.length > 0);
    // The ramp needs a second for 20: when the first is connected, most are not even dialling.
    expect(centralSystem.handshakes.length).toBeLessThan(20);
    await centralSystem.until("all links", () => centralSystem.handshakes.length === 20);
  });

  test("brings a car to whoever starts by remote", async () => {
    start({ count: 1, connectors: 1, speed: 1, seed: "idle" });
    const idle = await centralSystem.until("an idle connector", () =>
      centralSystem
        .of("StatusNotification")
        .find((each) => each.payload.connectorId === 1 && each.payload.status === "Available"),
    );
    await centralSystem.command(idle.from, "RemoteStartTransaction", { idTag: "APP", connectorId: 1 });
    const [begun] = await centralSystem.first("StartTransaction");
    expect(begun?.payload.idTag).toBe("APP");
  });

  test("takes prefix, password and connector count from its options", async () => {
    start({ count: 2, idPrefix: "DEPOT-", password: (id) => `secret of ${id}`, connectors: 4, hasCars: false });
    await centralSystem.until("statuses", () => centralSystem.of("StatusNotification").length === 10);
    expect(identities()).toEqual(["DEPOT-001", "DEPOT-002"]);
    expect(centralSystem.handshakes[0]?.password?.toString()).toBe(
      `secret of ${centralSystem.handshakes[0]?.identity}`,
    );
  });

  test.each([
    { count: 0 },
    { count: 1.5 },
    { count: 200_000 },
    { rampPerSecond: 0 },
    { speed: -1 },
    { url: "nowhere" },
  ])("refuses %j at once", (options) => {
    expect(() => start(options)).toThrow();
  });
});

describe("the simulate command", () => {
  function output(isTTY: boolean): { lines: string[]; write(text: string): void; isTTY: boolean } {
    const lines: string[] = [];
    return { lines, isTTY, write: (text) => void lines.push(text) };
  }

  test("runs until its signal and ends with 0, all links closed", async () => {
    const stop = new AbortController();
    const terminal = output(true);
    const exit = simulateCommand({
      url: centralSystem.url,
      count: 3,
      signal: stop.signal,
      output: terminal,
      listener: centralSystem.listener,
    });
    await centralSystem.until("three links", () => centralSystem.of("BootNotification").length === 3);
    await vi.waitUntil(() => terminal.lines.some((each) => each.includes("connected 3/3")), { timeout: 10_000 });
    stop.abort();
    expect(await exit).toBe(0);
    await centralSystem.until(
      "no link",
      () => !["CP001", "CP002", "CP003"].some((each) => centralSystem.isConnected(each)),
    );
    expect(terminal.lines[0]).toMatch(/^\r/);
    expect(terminal.lines.at(-1)).toContain("stopped: ");
  });

  test("runs for its duration", async () => {
    const log = output(false);
    expect(
      await simulateCommand({
        url: centralSystem.url,
        count: 1,
        durationSeconds: 1.5,
        signal: new AbortController().signal,
        output: log,
      }),
    ).toBe(0);
    expect(log.lines.at(-1)).toMatch(/^stopped: \d+ frames sent/);
  });

  test("ends with 1 and the reason when nobody answers", async () => {
    const { url } = centralSystem;
    await centralSystem.close();
    const log = output(false);
    expect(
      await simulateCommand({ url, count: 1, durationSeconds: 1.2, signal: new AbortController().signal, output: log }),
    ).toBe(1);
    expect(log.lines.at(-1)).toContain("no charge point could connect; CP001: connect ECONNREFUSED");
  });

  test("does nothing for a signal that was given before", async () => {
    expect(
      await simulateCommand({ url: centralSystem.url, count: 1, signal: AbortSignal.abort(), output: output(false) }),
    ).toBe(1);
  });

  test("its line counts messages since the line before and shows a new problem once", () => {
    const progress: FleetProgress = {
      chargePoints: 25,
      connected: 24,
      registered: 24,
      connectors: 48,
      charging: 20,
      faulted: 1,
      framesSent: 500,
      framesReceived: 500,
      transactions: 40,
      problems: 2,
      lastProblem: "CP007: connect ECONNREFUSED",
    };
    expect(progressLine(progress, { ...progress, framesSent: 450, problems: 1 })).toBe(
      "connected 24/25  charging 20/48  faulted 1  50 msg/s  problems 2 (CP007: connect ECONNREFUSED)",
    );
    expect(progressLine(progress, progress)).toContain("0 msg/s  problems 2");
    expect(progressLine(progress, progress)).not.toContain("ECONNREFUSED");
  });
});
