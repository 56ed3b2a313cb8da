// Writes through the whole bridge: what an independent charge point receives, and what is read right after.
import { AttributeIds, DataType, Variant, type ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, on } from "../opcua/callsInTest.ts";
import { connectChargePoint, openSession, read, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";

const KEYS = [
  { key: "MeterValueSampleInterval", readonly: false, value: "60" },
  { key: "NumberOfConnectors", readonly: true, value: "1" },
  { key: "LightIntensity", readonly: false },
];

let bridge: BridgeInTest;
let client: RPCClient;
let session: ClientSession;
let opened: Awaited<ReturnType<typeof openSession>>;
const received: [action: string, payload: unknown][] = [];
let status = "Accepted";

beforeAll(async () => {
  bridge = await startBridgeInTest("chargePoints: [{ id: W1, connectors: 1 }, { id: W2 }]", 0, "engineer");
  opened = await openSession(bridge.bridge.addresses.opcua);
  ({ session } = opened);
  client = await connectChargePoint(bridge.ocpp, "W1");
  client.handle("GetConfiguration", (async () => ({ configurationKey: KEYS })) as never);
  for (const action of ["ChangeConfiguration", "SetChargingProfile"])
    client.handle(action, (async ({ params }: { params: unknown }) => {
      received.push([action, params]);
      return { status };
    }) as never);
  await client.call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "One" });
  expect((await call(session, on("W1", "GetConfiguration"))).status).toBe("Good");
  received.length = 0;
}, 60_000);

afterAll(async () => {
  await client.close({ force: true });
  await opened.close();
  await bridge.stop();
});

async function write(path: string, dataType: DataType, value: unknown): Promise<string> {
  const code = await session.write({
    nodeId: `ns=4;s=${path}`,
    attributeId: AttributeIds.Value,
    value: { value: new Variant({ dataType, value }) },
  });
  return code.name;
}

const valueOf = async (path: string): Promise<unknown> => (await read(session, path)).value.value;

describe("a write of a configuration key", () => {
  const path = "W1/Configuration/MeterValueSampleInterval";

  it("is a ChangeConfiguration, and read right after (OCPP 1.6 §5.3)", async () => {
    status = "Accepted";
    expect(await write(path, DataType.String, "15")).toBe("Good");
    expect(received.splice(0)).toEqual([["ChangeConfiguration", { key: "MeterValueSampleInterval", value: "15" }]]);
    expect(await valueOf(path)).toBe("15");
  });

  it.each([
    ["RebootRequired", "Good", "20"],
    ["Rejected", "BadInvalidState", "20"],
    ["NotSupported", "BadInvalidState", "20"],
  ])("that is answered %s is %s, and leaves %s", async (answer, code, expected) => {
    status = answer;
    expect(await write(path, DataType.String, code === "Good" ? "20" : "25")).toBe(code);
    expect(await valueOf(path)).toBe(expected);
  });

  it.each([
    ["W1/Configuration/NumberOfConnectors", "2", "BadNotWritable"],
    ["W1/Configuration/LightIntensity", "x".repeat(501), "BadOutOfRange"],
    ["W1/Configuration/Nonsense", "1", "BadNodeIdUnknown"],
  ])("%s that cannot be done sends nothing", async (key, value, code) => {
    received.length = 0;
    expect(await write(key, DataType.String, value)).toBe(code);
    expect(received).toEqual([]);
  });
});

describe("a write of a limit", () => {
  it("is a charging profile of the connector", async () => {
    status = "Accepted";
    received.length = 0;
    expect(await write("W1/Connector1/Limit", DataType.Double, 10)).toBe("Good");
    expect(received).toEqual([["SetChargingProfile", expect.objectContaining({ connectorId: 1 })]]);
  });

  it("below nothing is refused, and nothing is sent", async () => {
    received.length = 0;
    expect(await write("W1/Connector1/Limit", DataType.Double, -1)).toBe("BadOutOfRange");
    expect(received).toEqual([]);
  });
});

describe("a write to a charge point that is not connected", () => {
  it("changes what is the bridge's own, and says of the rest that nothing was sent", async () => {
    expect(await write("W2/Config/HeartbeatInterval", DataType.UInt32, 90)).toBe("Good");
    expect(await valueOf("W2/Config/HeartbeatInterval")).toBe(90);
    await client.close({ force: true });
    await expect.poll(() => valueOf("W1/State/Connected")).toBe(false);
    expect(await write("W1/Configuration/LightIntensity", DataType.String, "5")).toBe("BadNoCommunication");
  });
});
