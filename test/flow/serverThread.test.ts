// The thread of the OPC UA server dies while charge points are at work: they notice nothing, and whoever comes afterwards reads what they have
// sent meanwhile, and the alarms that they have raised.
import type { Worker } from "node:worker_threads";
import { DataType, Variant, type ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterEach, beforeEach, expect, it } from "vitest";
import { call, open, watch } from "../opcua/conditionsInTest.ts";
import { eventually } from "../opcua/fixture.ts";
import {
  connectChargePoint,
  openSession,
  read,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

const IDS = ["CP1", "CP2", "CP3"];
const YAML = `chargePoints: [${IDS.map((id) => `{ id: ${id}, connectors: 1 }`).join(", ")}]\n`;

/** The server's threads, oldest first. */
const threads: Worker[] = [];
const remember = (thread: Worker): void => {
  if (thread.threadName === "opcua") threads.push(thread);
};

let bridge: BridgeInTest;
let chargePoints: RPCClient[];
const lost: string[] = [];

beforeEach(async () => {
  process.on("worker", remember);
  bridge = await startBridgeInTest(YAML, 0, "operator");
  chargePoints = await Promise.all(IDS.map((id) => connectChargePoint(bridge.ocpp, id)));
  for (const chargePoint of chargePoints) {
    chargePoint.on("disconnect", () => lost.push(chargePoint.identity ?? ""));
    await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  }
}, 60_000);

afterEach(async () => {
  process.off("worker", remember);
  await Promise.all(chargePoints.map((chargePoint) => chargePoint.close()));
  await bridge.stop();
}, 60_000);

interface Work {
  /** Calls that were answered, of all charge points. */
  readonly answered: () => number;
  /** The energy of which each charge point was told last that it has arrived. */
  readonly energies: () => readonly number[];
  end(): Promise<void>;
}

/** Every charge point sends Heartbeats and MeterValues, one call after the other; a call that is not answered fails. */
function work(): Work {
  const end = new AbortController();
  const energies = IDS.map(() => 0);
  let answered = 0;
  const run = async (chargePoint: RPCClient, index: number): Promise<void> => {
    for (let energy = 1; !end.signal.aborted; energy++) {
      await chargePoint.call("Heartbeat", {});
      const sampledValue = [{ value: String(energy), measurand: "Energy.Active.Import.Register", unit: "Wh" }];
      const timestamp = new Date().toISOString();
      await chargePoint.call("MeterValues", { connectorId: 1, meterValue: [{ timestamp, sampledValue }] });
      energies[index] = energy;
      answered += 2;
    }
  };
  const running = Promise.all(chargePoints.map(run));
  return {
    answered: () => answered,
    energies: () => [...energies],
    end: async () => {
      end.abort();
      await running;
    },
  };
}

async function isServed(url: string): Promise<boolean> {
  const opened = await openSession(url).catch(() => undefined);
  await opened?.close();
  return opened !== undefined;
}

/** What a refresh tells a client that comes, by source and name. */
async function retained(session: ClientSession): Promise<string[]> {
  const subscription = await open(session);
  const { seen } = await watch(subscription, "i=2253");
  const id = new Variant({ dataType: DataType.UInt32, value: subscription.subscriptionId });
  expect((await call(session, "i=2782", "i=3875", [id])).statusCode.name).toBe("Good");
  const END = "ns=0;i=2788";
  await eventually(() => seen.some(({ EventType }) => String(EventType?.value) === END));
  const conditions = seen.filter(({ ConditionName }) => typeof ConditionName?.value === "string");
  return conditions.map(({ SourceNode, ConditionName }) => `${SourceNode?.value} ${ConditionName?.value}`);
}

it("is noticed by no charge point, and who comes afterwards reads the newest values and the active alarms", async () => {
  const url = bridge.bridge.addresses.opcua;
  const before = await openSession(url);
  const working = work();
  const report = (errorCode: string, status: string): Promise<unknown> =>
    chargePoints[0]!.call("StatusNotification", { connectorId: 1, errorCode, status });
  await report("HighTemperature", "Faulted");
  await readValue(before.session, "CP1/Connector1/Alarms/HighTemperature/ActiveState/Id", true);

  // Twice, so that a thread that was started again is no other than the first.
  for (const errorCode of ["OverVoltage", "GroundFailure"]) {
    const thread = threads.at(-1)!;
    const sent = working.answered();
    await thread.terminate();
    await report(errorCode, "Faulted");
    await eventually(() => working.answered() >= sent + 20 * IDS.length);
    await eventually(() => threads.at(-1) !== thread);
    await eventually(() => isServed(url), 60_000);
  }
  await before.close().catch(() => {});
  await working.end();
  expect(lost).toEqual([]);

  const after = await openSession(url);
  const { session } = after;
  for (const [index, id] of IDS.entries()) {
    const energy = `${id}/Connector1/MeterValues/Energy.Active.Import.Register`;
    await readValue(session, energy, working.energies()[index]);
    expect((await read(session, `${id}/State/Connected`)).value.value).toBe(true);
  }
  // Those of before and those that were raised while there was no thread: nobody has acknowledged them.
  const raised = ["HighTemperature", "OverVoltage", "GroundFailure"].map((name) => `ns=4;s=CP1/Connector1 ${name}`);
  expect((await retained(session)).toSorted()).toEqual(raised.toSorted());
  await readValue(session, "CP1/Connector1/Alarms/GroundFailure/ActiveState/Id", true);
  await after.close();
}, 120_000);
