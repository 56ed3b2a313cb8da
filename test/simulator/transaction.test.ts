// A whole charge as an independent central system sees it (OCPP 1.6 §3.6, §4.8 to §4.10, §3.16).
import { afterEach, beforeEach, expect, test } from "vitest";
import { AC_22_KW, DC_150_KW } from "../../src/simulator/options.ts";
import type { SimulatedChargePointOptions } from "../../src/simulator/options.ts";
import { SimulatedChargePoint } from "../../src/simulator/simulatedChargePoint.ts";
import { fastClock, StrictCentralSystem } from "./strictCentralSystem.ts";

let centralSystem: StrictCentralSystem;
let chargePoint: SimulatedChargePoint;

beforeEach(async () => {
  centralSystem = await StrictCentralSystem.open();
});
afterEach(async () => {
  await chargePoint.stop();
  await centralSystem.close();
  expect(centralSystem.violations).toEqual([]);
});

/** A charge point on a clock 20 times as fast, whose cars live 30 times as fast as that. */
async function start(options: Partial<SimulatedChargePointOptions> = {}): Promise<void> {
  chargePoint = new SimulatedChargePoint({
    url: centralSystem.url,
    id: "CP001",
    clock: fastClock(20),
    speed: 30,
    listener: centralSystem.listener,
    configuration: { MeterValueSampleInterval: "2" },
    timing: { callTimeoutMs: 600_000 },
    ...options,
  });
  chargePoint.start();
  await centralSystem.status(chargePoint.connectorIds.length, "Available");
}

function valueOf(sampledValue: any[], measurand: string, phase?: string, location?: string): number {
  const found = sampledValue.find(
    (each) => each.measurand === measurand && each.phase === phase && each.location === location,
  );
  return Number(found?.value);
}

const statusesOf = (connectorId: number): string[] =>
  centralSystem
    .of("StatusNotification")
    .flatMap(({ payload }) => (payload.connectorId === connectorId ? [payload.status] : []));

test("a car is plugged in, authorized, charged and leaves, with every status in between", async () => {
  await start();
  chargePoint.plugIn(1);
  await centralSystem.status(1, "Preparing");
  expect(await chargePoint.presentIdTag(1, "04A1B2C3")).toBe("Accepted");
  const [begun] = await centralSystem.first("StartTransaction");
  await centralSystem.first("MeterValues", 3);
  chargePoint.stopCharging(1, "Local", "04A1B2C3");
  const [ended] = await centralSystem.first("StopTransaction");
  await centralSystem.status(1, "Finishing");
  const before = centralSystem.received.length;
  chargePoint.unplug(1);
  await centralSystem.status(1, "Available", before);

  expect(statusesOf(1)).toEqual(["Available", "Preparing", "Charging", "Finishing", "Available"]);
  expect(statusesOf(2)).toEqual(["Available"]);
  expect(statusesOf(0)).toEqual(["Available"]);
  expect(begun?.payload).toMatchObject({ connectorId: 1, idTag: "04A1B2C3" });
  expect(ended?.payload).toMatchObject({ transactionId: 1, idTag: "04A1B2C3", reason: "Local" });
  expect(ended?.payload.meterStop).toBeGreaterThan(begun?.payload.meterStart);
  const order = centralSystem.received.map((each) => each.action);
  expect(order.indexOf("BootNotification")).toBe(0);
  expect(order.indexOf("Authorize")).toBeLessThan(order.indexOf("StartTransaction"));
});

test("three phases, power and energy of an AC charge agree with each other", async () => {
  await start();
  await chargePoint.startCharging(1, "TAG", { acPhases: 3, acCurrentA: 16 });
  const messages = await centralSystem.first("MeterValues", 4);
  chargePoint.stopCharging(1);
  const [begun] = await centralSystem.first("StartTransaction");
  const [ended] = await centralSystem.first("StopTransaction");
  let register = begun?.payload.meterStart;
  let time = Date.parse(begun?.payload.timestamp);
  for (const { payload } of messages) {
    expect(payload.transactionId).toBe(1);
    const [{ timestamp, sampledValue }] = payload.meterValue;
    const phases = ["L1", "L2", "L3"].map(
      (phase) => valueOf(sampledValue, "Current.Import", phase) * valueOf(sampledValue, "Voltage", `${phase}-N`),
    );
    const power = valueOf(sampledValue, "Power.Active.Import");
    expect(power).toBeCloseTo(11_040, -2);
    expect(phases.reduce((sum, each) => sum + each, 0) / power).toBeCloseTo(1, 2);
    // Energy is the integral of the power over the cars' time, which is 30 times the clock's.
    const hours = ((Date.parse(timestamp) - time) * 30) / 3_600_000;
    const energy = valueOf(sampledValue, "Energy.Active.Import.Register");
    expect(energy - register).toBeCloseTo(power * hours, -1);
    expect(valueOf(sampledValue, "Power.Offered")).toBe(22_080);
    expect(valueOf(sampledValue, "Current.Offered")).toBe(32);
    register = energy;
    time = Date.parse(timestamp);
  }
  expect(ended?.payload.meterStop).toBeGreaterThanOrEqual(register);
  const contexts = ended?.payload.transactionData.map((each: any) => each.sampledValue[0].context);
  expect(contexts.at(0)).toBe("Transaction.Begin");
  expect(contexts.at(-1)).toBe("Transaction.End");
  expect(contexts).toContain("Sample.Periodic");
});

test("a single-phase car leaves L2 and L3 without current", async () => {
  await start();
  await chargePoint.startCharging(2, "TAG", { acPhases: 1, acCurrentA: 32 });
  const [message] = await centralSystem.first("MeterValues");
  const [{ sampledValue }] = message!.payload.meterValue;
  expect(valueOf(sampledValue, "Current.Import", "L1")).toBeGreaterThan(30);
  expect(valueOf(sampledValue, "Current.Import", "L2")).toBe(0);
  expect(valueOf(sampledValue, "Current.Import", "L3")).toBe(0);
});

test("a DC charge reports the battery, tapers, and ends in SuspendedEV at the target", async () => {
  await start({ connectors: [DC_150_KW], speed: 120 });
  await chargePoint.startCharging(1, "TAG", { soc: 0.5, targetSoc: 0.95, dcPowerW: 150_000 });
  await centralSystem.status(1, "SuspendedEV");
  chargePoint.unplug(1);
  const [ended] = await centralSystem.first("StopTransaction");
  const samples = centralSystem.of("MeterValues").map((each) => each.payload.meterValue[0].sampledValue);
  const charges = samples.map((each) => valueOf(each, "SoC", undefined, "EV"));
  const powers = samples.map((each) => valueOf(each, "Power.Active.Import"));
  expect(charges.length).toBeGreaterThan(2);
  expect(charges).toEqual(charges.toSorted((a, b) => a - b));
  expect(powers).toEqual(powers.toSorted((a, b) => b - a));
  const [first] = samples;
  const dcPower = valueOf(first, "Current.Import") * valueOf(first, "Voltage");
  expect(dcPower / valueOf(first, "Power.Active.Import")).toBeCloseTo(1, 2);
  expect(valueOf(first, "Current.Import", "L3", "Inlet")).toBeGreaterThan(10);
  expect(ended?.payload.reason).toBe("EVDisconnected");
});

test("an idTag that is refused does not charge", async () => {
  centralSystem.answers["Authorize"] = () => ({ idTagInfo: { status: "Blocked" } });
  await start();
  expect(await chargePoint.startCharging(1, "BAD")).toBe(false);
  expect(chargePoint.statusOf(1)).toBe("Preparing");
  expect(centralSystem.of("StartTransaction")).toEqual([]);
});

test("an idTag that StartTransaction.conf refuses ends the transaction as DeAuthorized (StopTransactionOnInvalidId)", async () => {
  centralSystem.answers["StartTransaction"] = () => ({
    transactionId: -1,
    idTagInfo: { status: "Invalid" },
  });
  await start();
  await chargePoint.startCharging(1, "BAD");
  const [ended] = await centralSystem.first("StopTransaction");
  expect(ended?.payload).toMatchObject({ transactionId: -1, reason: "DeAuthorized" });
});

test("with StopTransactionOnInvalidId = false only the energy ends", async () => {
  centralSystem.answers["StartTransaction"] = () => ({
    transactionId: 7,
    idTagInfo: { status: "Expired" },
  });
  await start({
    configuration: { StopTransactionOnInvalidId: "false", MeterValueSampleInterval: "2" },
  });
  await chargePoint.startCharging(1, "BAD");
  await centralSystem.status(1, "SuspendedEVSE");
  expect(chargePoint.connector(1)?.powerW).toBe(0);
  expect(centralSystem.of("StopTransaction")).toEqual([]);
});

test("a card waits for its car until ConnectionTimeOut", async () => {
  await start({ configuration: { ConnectionTimeOut: "5" } });
  const before = centralSystem.received.length;
  expect(await chargePoint.presentIdTag(1, "EARLY")).toBe("Accepted");
  await centralSystem.status(1, "Preparing");
  await centralSystem.status(1, "Available", before);
  expect(centralSystem.of("StartTransaction")).toEqual([]);
});

test("a card that comes first starts as soon as the car is there; another card cannot stop it", async () => {
  await start({ connectors: [AC_22_KW] });
  await chargePoint.presentIdTag(1, "FIRST");
  chargePoint.plugIn(1);
  await centralSystem.status(1, "Charging");
  expect(await chargePoint.presentIdTag(1, "OTHER")).toBe("ConcurrentTx");
  expect(await chargePoint.presentIdTag(1, "FIRST")).toBe("Accepted");
  await centralSystem.first("StopTransaction");
});

test("another card of the same group stops the transaction (§4.8)", async () => {
  centralSystem.answers["Authorize"] = () => ({
    idTagInfo: { status: "Accepted", parentIdTag: "GROUP" },
  });
  await start();
  await chargePoint.startCharging(1, "ONE");
  await chargePoint.presentIdTag(1, "TWO");
  const [ended] = await centralSystem.first("StopTransaction");
  expect(ended?.payload.idTag).toBe("TWO");
});

test("clock-aligned values come at full multiples of the interval, also without a transaction (§9.1.6)", async () => {
  await start({ configuration: { ClockAlignedDataInterval: "10", MeterValueSampleInterval: "0" } });
  const messages = await centralSystem.first("MeterValues", 4);
  for (const { payload } of messages) {
    const [{ timestamp, sampledValue }] = payload.meterValue;
    expect(sampledValue[0].context).toBe("Sample.Clock");
    expect(payload.transactionId).toBeUndefined();
    const seconds = (Date.parse(timestamp) / 1000) % 10;
    expect(Math.min(seconds, 10 - seconds)).toBeLessThan(5);
  }
  expect(new Set(messages.map((each) => each.payload.connectorId))).toEqual(new Set([1, 2]));
});
