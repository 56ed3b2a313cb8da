// Who may come in, through the whole bridge: the register, unknown charge points, passwords.
import { StatusCodes, type ClientSession } from "node-opcua";
import { afterEach, describe, expect, it } from "vitest";
import { ordinalOf } from "../../src/datapoints/enumerations.ts";
import {
  connectChargePoint,
  openSession,
  read,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

const boot = { chargePointVendor: "ACME", chargePointModel: "One" };
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start(yaml: string, profile = 0): Promise<BridgeInTest> {
  const bridge = await startBridgeInTest(yaml, profile);
  cleanUps.push(() => bridge.stop());
  return bridge;
}

async function connect(bridge: BridgeInTest, identity: string, options = {}): ReturnType<typeof connectChargePoint> {
  const client = await connectChargePoint(bridge.ocpp, identity, options);
  cleanUps.push(() => client.close());
  return client;
}

async function scada(bridge: BridgeInTest): Promise<ClientSession> {
  const opened = await openSession(bridge.bridge.addresses.opcua);
  cleanUps.push(() => opened.close());
  return opened.session;
}

const listening = (unknown: string): string =>
  `ocpp: { unknownChargePoints: ${unknown}, pendingRetrySeconds: 7, heartbeatIntervalSeconds: 123, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }`;

describe("an unknown charge point", () => {
  it("waits in the inbox when they are pending: BootNotification is answered Pending, everything else refused (OCPP 1.6 §4.2)", async () => {
    const bridge = await start(listening("pending"));
    const client = await connect(bridge, "NEW1");
    expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Pending", interval: 7 });
    await expect(client.call("Heartbeat", {})).rejects.toMatchObject({ rpcErrorCode: "SecurityError" });
    const session = await scada(bridge);
    await readValue(session, "NEW1/Config/RegistrationStatus", ordinalOf("RegistrationStatus", "Pending"));
    await readValue(session, "NEW1/Identification/Vendor", "ACME");
    await readValue(session, "/ChargePoints/PendingCount", 1);
  });

  it("is answered Accepted when they are accepted", async () => {
    const bridge = await start(listening("accept"));
    const client = await connect(bridge, "NEW1");
    expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Accepted", interval: 123 });
    expect(await client.call("Heartbeat", {})).toHaveProperty("currentTime");
  });

  it("is answered HTTP 404 when they are rejected (OCPP-J errata 3.3), and SCADA hears nothing of it", async () => {
    const bridge = await start(listening("reject"));
    await expect(connect(bridge, "NEW1")).rejects.toMatchObject({ code: 404 });
    const session = await scada(bridge);
    expect((await read(session, "NEW1")).statusCode).toBe(StatusCodes.BadNodeIdUnknown);
  });
});

describe("the register", () => {
  it("decides what BootNotification is answered", async () => {
    const bridge = await start("chargePoints: [{ id: A }, { id: R, registration: Rejected }]");
    expect(await (await connect(bridge, "A")).call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
    expect(await (await connect(bridge, "R")).call("BootNotification", boot)).toMatchObject({ status: "Rejected" });
  });

  it("demands the password that it holds, as text or as a raw AuthorizationKey of 40 hex digits", async () => {
    const key = "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF";
    const bridge = await start(`chargePoints: [{ id: P, password: "grüße:1" }, { id: AL1000, password: "${key}" }]`, 1);
    await expect(connect(bridge, "P")).rejects.toMatchObject({ code: 401 });
    await expect(connect(bridge, "P", { password: "wrong" })).rejects.toMatchObject({ code: 401 });
    expect(await (await connect(bridge, "P", { password: "grüße:1" })).call("Heartbeat", {})).toHaveProperty(
      "currentTime",
    );
    const raw = await connect(bridge, "AL1000", { password: Buffer.from(key, "hex") });
    expect(await raw.call("Heartbeat", {})).toHaveProperty("currentTime");
  });

  it("makes one charge point strict while the others stay tolerant", async () => {
    const bridge = await start("chargePoints: [{ id: S, validation: strict }, { id: T }]");
    const odd = { connectorId: 1, status: "Available", errorCode: "NoError", extra: true };
    const client = async (id: string): ReturnType<typeof connectChargePoint> =>
      connect(bridge, id, { strictMode: false });
    await expect((await client("S")).call("StatusNotification", odd)).rejects.toMatchObject({
      rpcErrorCode: "FormationViolation",
    });
    expect(await (await client("T")).call("StatusNotification", odd)).toEqual({});
    const session = await scada(bridge);
    await readValue(session, "T/State/Violations", 1);
  });
});
