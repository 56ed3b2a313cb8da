// Faults that tests and users can switch on, as an independent central system sees them.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SimulatedChargePointOptions } from "../../src/simulator/options.ts";
import { SimulatedChargePoint } from "../../src/simulator/simulatedChargePoint.ts";
import { fastClock, StrictCentralSystem } from "./strictCentralSystem.ts";

let centralSystem: StrictCentralSystem;
let chargePoint: SimulatedChargePoint;
/** Commands as they came in at the charge point. */
let commands: string[];

beforeEach(async () => {
  commands = [];
  centralSystem = await StrictCentralSystem.open();
});
afterEach(async () => {
  await chargePoint.stop();
  await centralSystem.close();
  expect(centralSystem.violations).toEqual([]);
});

async function start(options: Partial<SimulatedChargePointOptions> = {}): Promise<void> {
  chargePoint = new SimulatedChargePoint({
    url: centralSystem.url,
    id: "CP001",
    clock: fastClock(50),
    speed: 20,
    timing: { callTimeoutMs: 600_000 },
    listener: {
      ...centralSystem.listener,
      received: (_cp, text) => {
        if (text.startsWith("[2,")) commands.push(text);
        centralSystem.listener.received?.(chargePoint, text);
      },
    },
    ...options,
  });
  chargePoint.start();
  await centralSystem.status(2, "Available");
}

test("a ground failure ends the transaction and shows Faulted with code, info and vendor code until it is cleared", async () => {
  await start();
  await chargePoint.startCharging(1, "TAG");
  await centralSystem.status(1, "Charging");
  chargePoint.fault(1, "GroundFailure", { info: "RCD", vendorId: "sim", vendorErrorCode: "E7" });
  const shown = await centralSystem.status(1, "Faulted");
  const [ended] = await centralSystem.first("StopTransaction");
  chargePoint.clearFault(1);
  const after = await centralSystem.status(1, "Finishing");
  expect(shown.payload).toMatchObject({
    errorCode: "GroundFailure",
    info: "RCD",
    vendorId: "sim",
    vendorErrorCode: "E7",
  });
  expect(ended?.payload.reason).toBe("Other");
  expect(after.payload.errorCode).toBe("NoError");
});

test("a warning is reported beside the status, and charging goes on", async () => {
  await start();
  await chargePoint.startCharging(1, "TAG");
  chargePoint.fault(1, "HighTemperature", { isWarning: true });
  await centralSystem.until("warning", () =>
    centralSystem
      .of("StatusNotification")
      .find(({ payload }) => payload.errorCode === "HighTemperature" && payload.status === "Charging"),
  );
  expect(chargePoint.connector(1)?.isInTransaction).toBe(true);
});

test("a faulted connector does not charge", async () => {
  await start();
  chargePoint.fault(2, "PowerSwitchFailure");
  expect(await chargePoint.startCharging(2, "TAG")).toBe(false);
});

test("a wrong clock shows in every timestamp and is not corrected by currentTime", async () => {
  await start({ faults: { clockOffsetMs: -3_600_000 }, clock: fastClock(1) });
  const status = await centralSystem.status(0, "Available");
  expect(Date.parse(status.payload.timestamp) - Date.now()).toBeLessThan(-3_500_000);
  chargePoint.faults.clockOffsetMs = 86_400_000;
  chargePoint.plugIn(1);
  const later = await centralSystem.status(1, "Preparing");
  expect(Date.parse(later.payload.timestamp) - Date.now()).toBeGreaterThan(86_000_000);
});

test("a command can be left without answer, and is not carried out", async () => {
  await start();
  chargePoint.faults.unansweredActions.add("ChangeConfiguration");
  const isReceived = centralSystem.until("the command", () => commands.length > 0);
  const command = centralSystem
    .command("CP001", "ChangeConfiguration", { key: "BlinkRepeat", value: "9" })
    .catch((error: unknown) => error);
  await isReceived;
  expect(await chargePoint.call("Heartbeat", {})).toMatchObject({ kind: "result" });
  expect(chargePoint.configurationValue("BlinkRepeat")).toBe("3");
  await centralSystem.hangUp("CP001");
  expect(await command).toBeInstanceOf(Error);
});

test("slow answers come late but come", async () => {
  await start({ faults: { answerDelayMs: 5_000 } });
  expect(await centralSystem.command("CP001", "GetLocalListVersion")).toEqual({ listVersion: 0 });
});

test.each(['[2,"x","Heartbeat",{}', "null", "[]", '[2,"x"]', "\u0000"])(
  "the broken frame %j leaves the charge point as it was",
  async (text) => {
    await start();
    expect(chargePoint.sendRaw(text)).toBe(true);
    expect(await chargePoint.call("Heartbeat", {})).toMatchObject({ kind: "result" });
  },
);

test("any call can be sent, also one that the document does not know", async () => {
  await start();
  const outcome = await chargePoint.call("DataTransfer", { vendorId: "sim", data: "1" });
  expect(outcome).toEqual({ kind: "result", payload: { status: "Accepted" } });
});

test("a cut socket is noticed at once and dialled again", async () => {
  await start();
  chargePoint.dropSocket();
  expect(chargePoint.isConnected).toBe(false);
  await centralSystem.until("second link", () => centralSystem.handshakes.length === 2);
});

test("a power cut ends transactions as PowerLoss, told after the next boot", async () => {
  await start();
  await chargePoint.startCharging(1, "TAG");
  await centralSystem.until("transaction id", () => chargePoint.connector(1)?.transactionId === 1);
  chargePoint.losePower(10_000);
  const [ended] = await centralSystem.first("StopTransaction");
  expect(ended?.payload).toMatchObject({ reason: "PowerLoss", transactionId: 1 });
  expect(centralSystem.of("BootNotification")).toHaveLength(2);
});

test("a charge point that is stopped while it restarts stays off", async () => {
  await start();
  chargePoint.losePower(1_000);
  await chargePoint.stop();
  // Another charge point's life on the same clock outlasts the restart that was under way.
  const witness = new SimulatedChargePoint({
    url: centralSystem.url,
    id: "CP002",
    clock: fastClock(50),
    configuration: { HeartbeatInterval: "2" },
    listener: centralSystem.listener,
  });
  centralSystem.answers["BootNotification"] = () => ({
    status: "Accepted",
    currentTime: new Date().toISOString(),
    interval: 2,
  });
  witness.start();
  await centralSystem.first("Heartbeat", 2);
  await witness.stop();
  expect(centralSystem.handshakes.filter((each) => each.identity === "CP001")).toHaveLength(1);
});
