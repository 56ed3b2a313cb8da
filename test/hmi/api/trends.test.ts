// What a real charge point has sent is what the page gets as a trend over HTTP from a whole bridge, and hostile questions get an answer
// that names what is wrong.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { TrendSample, TrendView } from "../../../src/hmi/shapes.ts";
import { connectChargePoint, startBridgeInTest, type BridgeInTest } from "../../flow/bridgeInTest.ts";

const REGISTER = "MeterValues/Energy.Active.Import.Register";
const POWER = "MeterValues/Power.Active.Import";
const BASE = Math.floor(Date.now() / 1000) * 1000 - 86_400_000;
const SECOND = 1000;
/** More than one page of the history, and more than a trend shows. */
const COUNT = 4500;
const FIRMWARE = ["Downloading", "Downloaded", "Installing", "InstallationFailed"];

let opened: BridgeInTest;

const time = (seconds: number): string => new Date(BASE + seconds * SECOND).toISOString();
const measured = (seconds: number, measurand: string, value: number, unit: string): object => ({
  timestamp: time(seconds),
  sampledValue: [{ value: String(value), measurand, unit }],
});
/** Rises, with one peak and one dip that a trend must not lose. */
const power = (second: number): number => (second === 1234 ? 22_000 : second === 3210 ? 0 : 7000 + (second % 10));

beforeAll(async () => {
  opened = await startBridgeInTest("chargePoints: [{ id: CP1, connectors: 1 }]\n", 0, "observer", {
    hmi: "anonymousRole: observer",
  });
  const client = await connectChargePoint(opened.ocpp, "CP1");
  await client.call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "One" });
  for (let from = 0; from < COUNT; from += 500) {
    const meterValue = Array.from({ length: 500 }, (_, place) =>
      measured(from + place, "Power.Active.Import", power(from + place), "W"),
    );
    await client.call("MeterValues", { connectorId: 1, meterValue });
  }
  await client.call("MeterValues", {
    connectorId: 1,
    meterValue: [10, 20, 30].map((second) => measured(second, "Energy.Active.Import.Register", second * 10, "Wh")),
  });
  for (const status of ["Downloading", "Downloading", ...FIRMWARE.slice(1)]) {
    await client.call("FirmwareStatusNotification", { status });
    // Two samples of one datapoint at the same time would be one.
    const told = Date.now();
    await vi.waitUntil(() => Date.now() > told, { interval: 1 });
  }
  await client.close();
});
afterAll(() => opened.stop());

const known = { chargePoint: "CP1", connector: "1", path: POWER, from: String(BASE), to: String(BASE + 86_400_000) };

function ask(query: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${opened.bridge.addresses.hmi}/api/history?${new URLSearchParams(query).toString()}`);
}

async function trend(query: Readonly<Record<string, string>>): Promise<TrendView> {
  const answer = await ask({ ...known, ...query });
  expect(answer.status).toBe(200);
  return (await answer.json()) as TrendView;
}

const inSeconds = (samples: readonly TrendSample[]): unknown[] =>
  samples.map(([at, value, quality]) => [(at - BASE) / SECOND, value, quality]);

describe("a trend over HTTP", () => {
  it("has every sample at its own time where there are few", async () => {
    const { samples, more } = await trend({ path: REGISTER });
    expect(more).toBe(false);
    expect(inSeconds(samples)).toEqual([
      [10, 100, "Good"],
      [20, 200, "Good"],
      [30, 300, "Good"],
    ]);
  });

  it("begins and ends where it is asked to, both inclusive", async () => {
    const { samples } = await trend({ path: REGISTER, from: String(BASE + 20_000), to: String(BASE + 30_000) });
    expect(inSeconds(samples).map((sample) => (sample as number[])[0])).toEqual([20, 30]);
  });

  it("thins what is too much and keeps peaks, dips and ends, in the order of time", async () => {
    const { samples } = await trend({ points: "100", to: String(BASE + COUNT * SECOND) });
    const times = samples.map(([at]) => at);
    expect(samples.length).toBeLessThanOrEqual(400);
    expect(samples.length).toBeGreaterThan(100);
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
    const found = inSeconds(samples);
    for (const second of [0, 1234, 3210, COUNT - 1]) expect(found).toContainEqual([second, power(second), "Good"]);
  });

  it("shows when the charge point was connected, as Booleans of the charge point itself", async () => {
    const { samples } = await trend({ connector: "0", path: "State/Connected", to: String(Date.now() + 60_000) });
    expect(samples.map(([, value]) => value)).toEqual(expect.arrayContaining([true]));
  });

  it("shows how far a transfer was at what time", async () => {
    const { samples, more } = await trend({
      connector: "0",
      path: "State/FirmwareStatusNotification",
      to: String(Date.now() + 60_000),
    });
    expect([samples.map(([, value, quality]) => [value, quality]), more]).toEqual([
      FIRMWARE.map((status) => [status, "Good"]),
      false,
    ]);
    const times = samples.map(([at]) => at);
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
  });

  it("is empty of a charge point that nobody knows", async () => {
    expect(await trend({ chargePoint: "nobody" })).toEqual({ samples: [], more: false });
  });

  it("reads the longest range there is", async () => {
    const { samples } = await trend({ path: REGISTER, from: "0", to: "253370764800000" });
    expect(samples).toHaveLength(3);
  });
});

describe("a hostile question for a trend", () => {
  it.each([
    ["an unknown path", { path: "../../etc/passwd" }, 404, "has a history there"],
    ["a datapoint without history", { path: "Transaction/IdTag" }, 404, "has a history there"],
    ["a path of every object", { path: "__proto__" }, 404, "has a history there"],
    ["from behind to", { from: known.to, to: known.from }, 400, "from must not be later than to"],
    ["text as a number", { from: "yesterday" }, 400, "/from must be integer"],
    ["a number that is none", { to: "NaN" }, 400, "/to must be integer"],
    ["no number at all", { to: "" }, 400, "/to must be integer"],
    ["a time beyond all times", { to: "1e300" }, 400, "/to must be"],
    ["a time before all times", { from: "-1" }, 400, "/from must be >= 0"],
    ["too few points", { points: "1" }, 400, "/points must be >= 100"],
    ["too many points", { points: "1000000" }, 400, "/points must be <= 2000"],
    ["a connector below the first", { connector: "-1" }, 400, "/connector must be >= 0"],
    ["an empty identity", { chargePoint: "" }, 400, "/chargePoint must NOT have fewer than 1 characters"],
    ["an identity without end", { chargePoint: "x".repeat(300) }, 400, "/chargePoint must NOT have more than 255"],
    ["something that is not asked for", { delete: "all" }, 400, 'must NOT have additional properties: "delete"'],
  ])("is refused: %s", async (_, query, status, sentence) => {
    const answer = await ask({ ...known, ...query });
    const { error } = (await answer.json()) as { readonly error: string };
    expect([answer.status, error]).toEqual([status, expect.stringContaining(sentence)]);
  });

  it("is refused where something is missing, by its name", async () => {
    const { path: _, ...rest } = known;
    const answer = await ask(rest);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("'path'")]);
  });
});
