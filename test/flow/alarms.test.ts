// Alarms from the charge point to the control room: a real charge point makes them come and go, a real client sees and acknowledges them,
// and what was acknowledged still is after the process was killed.
import { join } from "node:path";
import Database from "better-sqlite3";
import { DataType, LocalizedText, Variant, type ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { enumerations } from "../../src/schema/ocpp16.generated.ts";
import { Workplace } from "../cli/programInTest.ts";
import { open, watch, METHODS, type Seen } from "../opcua/conditionsInTest.ts";
import { eventually } from "../opcua/fixture.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});
const workplace = new Workplace();
afterAll(() => workplace.clean());

const ALARMS = `alarms: { chargePointOfflineSeconds: 1, stuckSeconds: 1, meterValuesMissingSeconds: 2, limitExceededSeconds: 0 }`;
const YAML = `ocpp: { effectTimeoutSeconds: 1, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }
chargePoints: [{ id: CP1, connectors: 2 }]
${ALARMS}`;

interface Site {
  readonly session: ClientSession;
  readonly client: RPCClient;
  readonly connect: () => Promise<RPCClient>;
  /** Every event of a condition, oldest first. */
  readonly seen: Seen[];
}

async function openSite(): Promise<Site> {
  const bridge = await startBridgeInTest(YAML, 0, "operator");
  cleanUps.push(() => bridge.stop());
  const connect = async (): Promise<RPCClient> => {
    const client = await connectChargePoint(bridge.ocpp, "CP1");
    cleanUps.push(() => client.close({ force: true }).catch(() => {}));
    for (const action of ["SetChargingProfile", "RemoteStartTransaction"])
      client.handle(action, async () => ({ status: "Accepted" }));
    return client;
  };
  const client = await connect();
  const opened = await openSession(bridge.bridge.addresses.opcua);
  cleanUps.push(() => opened.close());
  const { session } = opened;
  const subscription = await open(session);
  const { seen } = await watch(subscription, "ns=4;s=/ChargePoints");
  return { session, client, connect, seen };
}

const now = (): string => new Date().toISOString();
const status = (client: RPCClient, name: string, errorCode = "NoError", connectorId = 1) =>
  client.call("StatusNotification", { connectorId, status: name, errorCode, timestamp: now() });

/** Waits until the last that was told of a condition is this. */
function until({ seen }: Site, name: string, active: boolean): Promise<Seen> {
  return eventually(() => {
    const last = seen.findLast(({ ConditionName }) => ConditionName?.value === name);
    return last?.["ActiveState.Id"]?.value === active ? last : undefined;
  }, 20_000);
}

describe("a charge point", () => {
  it("raises and clears the alarm of each error code, of its connectors and of itself", async () => {
    const site = await openSite();
    const codes = enumerations.ChargePointErrorCode.filter((code) => code !== "NoError");
    for (const code of codes) {
      await status(site.client, "Faulted", code);
      const event = await until(site, code, true);
      expect(event["SourceName"]?.value).toBe("Connector1");
    }
    await status(site.client, "Faulted", "NoError", 2);
    await status(site.client, "Unavailable", "WeakSignal", 0);
    expect((await until(site, "Faulted", true))["SourceName"]?.value).toBe("Connector2");
    expect((await until(site, "Unavailable", true))["SourceName"]?.value).toBe("CP1");
    for (const connectorId of [0, 1, 2]) await status(site.client, "Available", "NoError", connectorId);
    for (const code of [...codes, "Faulted", "Unavailable"]) await until(site, code, false);
  }, 60_000);

  it("raises and clears what lasts too long, what is missing and what exceeds its limit", async () => {
    const site = await openSite();
    const { client, session } = site;
    await status(client, "Preparing");
    await until(site, "StuckInPreparing", true);
    const start = { connectorId: 1, idTag: "TAG", meterStart: 0, timestamp: now() };
    const { transactionId } = (await client.call("StartTransaction", start)) as { transactionId: number };
    await status(client, "Charging");
    await until(site, "StuckInPreparing", false);
    await until(site, "MeterValuesMissing", true);
    const measure = (value: string) =>
      client.call("MeterValues", {
        connectorId: 1,
        transactionId,
        meterValue: [
          { timestamp: now(), sampledValue: [{ value, measurand: "Current.Import", phase: "L1", unit: "A" }] },
        ],
      });
    await measure("16");
    await until(site, "MeterValuesMissing", false);
    const amperes = [new Variant({ dataType: DataType.Double, value: 10 })];
    const limit = {
      objectId: "ns=4;s=CP1/Connector1",
      methodId: "ns=4;s=CP1/Connector1/SetLimit",
      inputArguments: amperes,
    };
    expect((await session.call(limit)).statusCode.name).toBe("Good");
    expect((await until(site, "LimitExceeded", true))["Message"]?.value.text).toBe(
      "The current is 16.0 A where 10.0 A are allowed",
    );
    await until(site, "CommandEffectMissing", true);
    await measure("9.8");
    await until(site, "CommandEffectMissing", false);
    await until(site, "LimitExceeded", false);
  }, 60_000);

  it("raises what it does to itself: firmware, diagnostics, a clock that is wrong", async () => {
    const site = await openSite();
    const { client } = site;
    await client.call("FirmwareStatusNotification", { status: "Installing" });
    await client.call("DiagnosticsStatusNotification", { status: "Uploading" });
    await client.call("StatusNotification", {
      connectorId: 0,
      status: "Available",
      errorCode: "NoError",
      timestamp: new Date(Date.now() - 120_000).toISOString(),
    });
    for (const name of ["FirmwareUpdateRunning", "DiagnosticsRunning", "ClockOff"]) await until(site, name, true);
    await client.call("FirmwareStatusNotification", { status: "Installed" });
    await client.call("DiagnosticsStatusNotification", { status: "Uploaded" });
    await status(client, "Available", "NoError", 0);
    for (const name of ["FirmwareUpdateRunning", "DiagnosticsRunning", "ClockOff"]) await until(site, name, false);
  }, 60_000);

  it("that is away suppresses the alarms of its connectors, and is told of as long as it is", async () => {
    const site = await openSite();
    await status(site.client, "Faulted", "GroundFailure");
    await until(site, "GroundFailure", true);
    await site.client.close();
    expect(await until(site, "Offline", true)).toMatchObject({ Severity: { value: 500 }, Retain: { value: true } });
    await eventually(() => site.seen.at(-1)?.["SuppressedState.Id"]?.value === true);
    expect(site.seen.at(-1)?.["ConditionName"]?.value).toBe("GroundFailure");
    await site.connect();
    await until(site, "Offline", false);
    await eventually(() => site.seen.at(-1)?.["SuppressedState.Id"]?.value === false);
  }, 60_000);
});

describe("after the process was killed", () => {
  const start = async () => {
    const file = workplace.write(
      "alarms.yaml",
      `${YAML}
opcua: { host: 127.0.0.1, port: 0, securityPolicies: [None], anonymousRole: operator }
hmi: { host: 127.0.0.1, port: 0 }
store: { directory: alarms }
`,
    );
    const program = workplace.start(["run", "--config", file]);
    await program.says("ready ");
    const line = program.out.split("\n").find((each) => each.startsWith("ready ")) ?? "";
    const { ocpp, opcua } = JSON.parse(line.slice(6)) as { ocpp: string[]; opcua: string };
    const opened = await openSession(opcua);
    cleanUps.push(() => Promise.race([opened.close().catch(() => {}), program.ended()]));
    return { program, ocpp: ocpp[0] ?? "", session: opened.session };
  };

  it("an acknowledged alarm is still active and acknowledged, with comment and user", async () => {
    const first = await start();
    const client = await connectChargePoint(first.ocpp, "CP1");
    await status(client, "Faulted", "GroundFailure");
    const condition = "CP1/Connector1/Alarms/GroundFailure";
    await readValue(first.session, `${condition}/ActiveState/Id`, true);
    const valueOf = async (session: ClientSession, field: string): Promise<unknown> =>
      (await session.read({ nodeId: `ns=4;s=${condition}/${field}`, attributeId: 13 })).value.value;
    const inputArguments = [
      new Variant({ dataType: DataType.ByteString, value: await valueOf(first.session, "EventId") }),
      new Variant({ dataType: DataType.LocalizedText, value: new LocalizedText({ locale: "en", text: "on my way" }) }),
    ];
    const acknowledge = { objectId: `ns=4;s=${condition}`, methodId: METHODS.Acknowledge, inputArguments };
    expect((await first.session.call(acknowledge)).statusCode.name).toBe("Good");
    const eventId = await valueOf(first.session, "EventId");
    await eventually(() => {
      const database = new Database(join(workplace.folder, "alarms", "state.db"), { readonly: true });
      const row = database.prepare<[], { twin: string }>("SELECT twin FROM snapshots").get();
      database.close();
      return row?.twin.includes("GroundFailure") === true;
    });
    first.program.signal("SIGKILL");
    await first.program.ended();
    await client.close({ force: true }).catch(() => {});

    const { session, program } = await start();
    await readValue(session, `${condition}/ActiveState/Id`, true);
    await readValue(session, `${condition}/AckedState/Id`, true);
    await readValue(session, `${condition}/ConfirmedState/Id`, false);
    expect((await valueOf(session, "Comment")) as LocalizedText).toMatchObject({ text: "on my way" });
    expect(String(await valueOf(session, "ClientUserId"))).toBe("anonymous");
    // Its charge point is away now, and suppresses it.
    await readValue(session, `${condition}/SuppressedState/Id`, true);
    expect(await valueOf(session, "Retain")).toBe(true);
    expect(await valueOf(session, "EventId")).not.toEqual(eventId);
    program.signal("SIGTERM");
    await program.ended();
  }, 60_000);
});
