// A charge point and an independent central system for each test of commands; importing this file sets them up and takes them down.
import { afterEach, beforeEach, expect } from "vitest";
import type { SimulatedChargePointOptions } from "../../../src/simulator/options.ts";
import { SimulatedChargePoint } from "../../../src/simulator/simulatedChargePoint.ts";
import { fastClock, StrictCentralSystem } from "../strictCentralSystem.ts";

/** The central system of the running test. */
export let centralSystem: StrictCentralSystem;
/** The charge point of the running test, once `start` has been called. */
export let chargePoint: SimulatedChargePoint;

beforeEach(async () => {
  centralSystem = await StrictCentralSystem.open();
});
afterEach(async () => {
  await chargePoint.stop();
  await centralSystem.close();
  expect(centralSystem.violations).toEqual([]);
});

/** Starts the charge point, 50 times as fast as the clock, and waits until it has booted. */
export async function start(options: Partial<SimulatedChargePointOptions> = {}): Promise<void> {
  chargePoint = new SimulatedChargePoint({
    url: centralSystem.url,
    id: "CP001",
    clock: fastClock(50),
    speed: 20,
    nameplate: {
      chargePointVendor: "Nordlade",
      chargePointModel: "Duo",
      chargePointSerialNumber: "SN1",
      firmwareVersion: "1.0.0",
    },
    timing: { callTimeoutMs: 600_000 },
    listener: centralSystem.listener,
    ...options,
  });
  chargePoint.start();
  await centralSystem.status(2, "Available");
}

/** Sends a command and returns its answer. */
export async function command(action: string, payload: object = {}): Promise<any> {
  return centralSystem.command("CP001", action, payload);
}

/** Starts a transaction and waits until both sides know its id. */
export async function charge(connectorId: number): Promise<number> {
  await chargePoint.startCharging(connectorId, "TAG");
  return centralSystem.until("transaction id", () => chargePoint.connector(connectorId)?.transactionId);
}

/** The statuses of a sequence of notifications, once there are `count`. */
export async function sequence(action: string, count: number): Promise<string[]> {
  return (await centralSystem.first(action, count)).map((each) => each.payload.status);
}

/** A charging profile of 8 A per phase for every transaction, unless said otherwise. */
export function profile(differing: object = {}, schedule: object = {}): object {
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: "TxDefaultProfile",
    chargingProfileKind: "Relative",
    chargingSchedule: {
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 8 }],
      ...schedule,
    },
    ...differing,
  };
}

/** A time that is a day away. */
export function future(): string {
  return new Date(Date.now() + 86_400_000).toISOString();
}
