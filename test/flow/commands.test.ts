// What SCADA does to the bridge itself, through all of it: registration, the register, the command variables, and how a command
// has ended, with its effect. The commands themselves stand in everyCommand.test.ts.
import {
  AttributeIds,
  ClientMonitoredItem,
  ContentFilter,
  DataType,
  EventFilter,
  FilterOperator,
  LiteralOperand,
  SimpleAttributeOperand,
  TimestampsToReturn,
  Variant,
  resolveNodeId,
  type ClientSession,
} from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ordinalOf } from "../../src/datapoints/enumerations.ts";
import { call, int, on, text } from "../opcua/callsInTest.ts";
import {
  connectChargePoint,
  openSession,
  read,
  readUntil,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

const boot = { chargePointVendor: "ACME", chargePointModel: "One" };
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start(yaml: string, profile = 0): Promise<{ bridge: BridgeInTest; session: ClientSession }> {
  const bridge = await startBridgeInTest(yaml, profile, "administrator");
  cleanUps.push(() => bridge.stop());
  const opened = await openSession(bridge.bridge.addresses.opcua);
  cleanUps.push(() => opened.close());
  return { bridge, session: opened.session };
}

async function connect({ ocpp }: BridgeInTest, identity: string, options = {}): Promise<RPCClient> {
  const client = await connectChargePoint(ocpp, identity, options);
  cleanUps.push(() => client.close({ force: true }));
  return client;
}

async function write(session: ClientSession, path: string, dataType: DataType, value: unknown): Promise<string> {
  const status = await session.write({
    nodeId: `ns=4;s=${path}`,
    attributeId: AttributeIds.Value,
    value: { value: new Variant({ dataType, value }) },
  });
  return status.name;
}

const onFolder = (name: string, inputs: readonly Variant[]): ReturnType<typeof on> => on("/ChargePoints", name, inputs);

describe("the answer to BootNotification", () => {
  it("is what SCADA has written, from the next one on (OCPP 1.6 §4.2)", async () => {
    const { bridge, session } = await start("chargePoints: [{ id: CP001 }]");
    const client = await connect(bridge, "CP001");
    expect(await write(session, "CP001/Config/HeartbeatInterval", DataType.UInt32, 77)).toBe("Good");
    expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Accepted", interval: 77 });
    const rejected = ordinalOf("RegistrationStatus", "Rejected");
    expect(await write(session, "CP001/Config/RegistrationStatus", DataType.Int32, rejected)).toBe("Good");
    expect((await read(session, "CP001/Config/RegistrationStatus")).value.value).toBe(rejected);
    // It was told Accepted: what it has begun it may go on with, and it is sent what is wanted of it.
    expect(await client.call("Heartbeat", {})).toHaveProperty("currentTime");
    expect((await call(session, on("CP001", "ClearCache"))).status).toBe("BadUnexpectedError");
    expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Rejected", interval: 30 });
    expect((await call(session, on("CP001", "ClearCache"))).status).toBe("BadInvalidState");
    await expect(client.call("Heartbeat", {})).rejects.toMatchObject({ rpcErrorCode: "SecurityError" });
  });

  it("is Accepted for a charge point of the inbox once SCADA has accepted it", async () => {
    const { bridge, session } = await start(
      "ocpp: { unknownChargePoints: pending, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }",
    );
    const client = await connect(bridge, "NEW1");
    expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Pending" });
    expect((await call(session, onFolder("Accept", [text("NEW1")]))).status).toBe("Good");
    expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
    await readValue(session, "/ChargePoints/PendingCount", 0);
    expect((await call(session, onFolder("Reject", [text("NOBODY")]))).status).toBe("BadNotFound");
  });
});

describe("the register", () => {
  it("lets in whom SCADA adds, by the password that it has given, and nobody whom it removes", async () => {
    const { bridge, session } = await start(
      "ocpp: { unknownChargePoints: reject, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 1 }] }",
    );
    const password = "correct horse";
    await expect(connect(bridge, "A", { password })).rejects.toMatchObject({ code: 404 });
    const inputs = [text("A"), new Variant(), text(password), int(2)];
    expect((await call(session, onFolder("Add", inputs))).status).toBe("Good");
    expect((await call(session, onFolder("Add", inputs))).status).toBe("BadEntryExists");
    expect((await read(session, "A/State/Connected")).value.value).toBe(false);
    await expect(connect(bridge, "A", { password: "wrong" })).rejects.toMatchObject({ code: 401 });
    const client = await connect(bridge, "A", { password });
    expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
    expect((await call(session, onFolder("Remove", [text("A")]))).status).toBe("BadInvalidState");
    await client.close();
    await readValue(session, "A/State/Connected", false);
    expect((await call(session, onFolder("Remove", [text("A")]))).status).toBe("Good");
    expect((await read(session, "A/State/Connected")).statusCode.name).toBe("BadNodeIdUnknown");
    await expect(connect(bridge, "A", { password })).rejects.toMatchObject({ code: 404 });
  });

  it("takes no identity that no charge point could dial", async () => {
    const { session } = await start("chargePoints: []");
    for (const id of ["", "..", " a", "a\nb", "x".repeat(49)]) {
      const { status, results } = await call(
        session,
        onFolder("Add", [text(id), new Variant(), text(""), new Variant()]),
      );
      expect([id, status, results[0]]).toEqual([id, "BadInvalidArgument", expect.stringMatching(/^Bad/u)]);
    }
  });
});

describe("the command variables", () => {
  it("do for a client without methods what a method does", async () => {
    const { bridge, session } = await start("chargePoints: [{ id: CP001 }]");
    const client = await connect(bridge, "CP001");
    client.handle("Reset", async ({ params }) => {
      expect(params).toEqual({ type: "Soft" });
      return { status: "Accepted" };
    });
    await client.call("BootNotification", boot);
    const trigger = (): Promise<string> => write(session, "CP001/Command/Trigger", DataType.Boolean, true);
    expect(await write(session, "CP001/Command/Action", DataType.String, "Reset")).toBe("Good");
    expect(await write(session, "CP001/Command/Payload", DataType.String, '{"type":"Soft"}')).toBe("Good");
    expect(await trigger()).toBe("Good");
    await readValue(session, "CP001/Command/Sequence", 1);
    expect((await read(session, "CP001/Command/Result")).value.value).toBe("Good");
    expect((await read(session, "CP001/Command/Response")).value.value).toBe('{"status":"Accepted"}');
    expect((await read(session, "CP001/Command/Trigger")).value.value).toBe(false);

    expect(await write(session, "CP001/Command/Payload", DataType.String, "{")).toBe("Good");
    expect(await trigger()).toBe("Good");
    await readValue(session, "CP001/Command/Sequence", 2);
    expect((await read(session, "CP001/Command/Result")).value.value).toBe("BadInvalidArgument");
    expect((await read(session, "CP001/Command/Response")).value.value).toBe("");
  });
});

const FIELDS = ["ConnectorId", "Action", "Result", "Effect", "EffectText", "RequestedVia"] as const;

const COMMAND_FINISHED = "ns=3;i=1807";
/** Decisions and alarms are told there as well. */
const ofCommands = new ContentFilter({
  elements: [
    {
      filterOperator: FilterOperator.OfType,
      filterOperands: [
        new LiteralOperand({
          value: new Variant({ dataType: DataType.NodeId, value: resolveNodeId(COMMAND_FINISHED) }),
        }),
      ],
    },
  ],
});

/** Every CommandFinished event of a charge point, its fields as FIELDS has them, severity first. */
async function listen(session: ClientSession, id: string): Promise<unknown[][]> {
  const events: unknown[][] = [];
  const subscription = await session.createSubscription2({ requestedPublishingInterval: 20, publishingEnabled: true });
  cleanUps.push(() => subscription.terminate());
  const operand = (name: string, namespaceIndex: number): SimpleAttributeOperand =>
    new SimpleAttributeOperand({
      typeDefinitionId: resolveNodeId("BaseEventType"),
      browsePath: [{ name, namespaceIndex }],
      attributeId: AttributeIds.Value,
    });
  const item = ClientMonitoredItem.create(
    subscription,
    { nodeId: `ns=4;s=${id}`, attributeId: AttributeIds.EventNotifier },
    {
      queueSize: 100,
      filter: new EventFilter({
        selectClauses: [operand("Severity", 0), ...FIELDS.map((name) => operand(name, 3))],
        whereClause: ofCommands,
      }),
    },
    TimestampsToReturn.Both,
  );
  item.on("changed", (values: unknown) => {
    const event = (values as Variant[]).map(({ value }) => value as unknown);
    // Decisions are events of the same charge point, and nobody has requested them.
    if (event.at(-1) !== null) events.push(event);
  });
  await new Promise((resolve) => item.once("initialized", () => resolve(undefined)));
  return events;
}

describe("the end of a command", () => {
  it("is an event that tells answer and effect, once the effect is seen", async () => {
    const { bridge, session } = await start("chargePoints: [{ id: CP001, connectors: 1 }]");
    const client = await connect(bridge, "CP001");
    client.handle("RemoteStartTransaction", async () => ({ status: "Accepted" }));
    await client.call("BootNotification", boot);
    const events = await listen(session, "CP001");
    const idTag = text("T");
    expect((await call(session, on("CP001/Connector1", "RemoteStartTransaction", [idTag]))).status).toBe("Good");
    expect(events).toEqual([]);
    const timestamp = new Date().toISOString();
    await client.call("StartTransaction", { connectorId: 1, idTag: "T", meterStart: 0, timestamp });
    await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 30_000 });
    expect(events).toEqual([
      [100, 1, "RemoteStartTransaction", "Good", "Observed", expect.stringContaining("transaction"), "method"],
    ]);
  });

  it("is an event with severity 500 when the effect is not seen in time", async () => {
    const { bridge, session } = await start(
      `chargePoints: [{ id: CP001, connectors: 1 }]
ocpp: { effectTimeoutSeconds: 1, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }`,
    );
    const client = await connect(bridge, "CP001");
    client.handle("ChangeAvailability", async () => ({ status: "Accepted" }));
    await client.call("BootNotification", boot);
    const events = await listen(session, "CP001");
    const inoperative = int(ordinalOf("AvailabilityType", "Inoperative"));
    expect((await call(session, on("CP001/Connector1", "ChangeAvailability", [inoperative]))).status).toBe("Good");
    await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 30_000 });
    expect(events[0]?.slice(0, 5)).toEqual([500, 1, "ChangeAvailability", "Good", "NotObserved"]);
  });

  it("is an event at once when nothing was sent, and counted on the metrics page", async () => {
    const { bridge, session } = await start("chargePoints: [{ id: CP001 }]");
    const events = await listen(session, "CP001");
    expect((await call(session, on("CP001", "ClearCache"))).status).toBe("BadNoCommunication");
    await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 30_000 });
    expect(events).toEqual([[100, 0, "ClearCache", "BadNoCommunication", "None", "", "method"]]);
    const page = await (await fetch(`${bridge.bridge.addresses.hmi}/metrics`)).text();
    expect(page).toMatch(/^ocpp_opcua_commands_refused_total 1$/mu);
  });
});

describe("a response that is nested without end", () => {
  it("is malformed, and the bridge goes on", async () => {
    const { bridge, session } = await start("chargePoints: [{ id: CP001 }]");
    const client = await connect(bridge, "CP001", { strictMode: false });
    const deep: unknown = JSON.parse("[".repeat(2000) + "]".repeat(2000));
    client.handle("AcmeSelfTest", async () => ({ deep }));
    client.handle("ClearCache", async () => ({ status: "Accepted" }));
    await client.call("BootNotification", boot);
    const asked = await call(session, on("CP001", "Call", [text("AcmeSelfTest"), text("{}")]));
    expect(asked.status).toBe("BadUnknownResponse");
    expect((await call(session, on("CP001", "ClearCache"))).status).toBe("Good");
    const nested = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
    const refused = await call(session, on("CP001", "Call", [text("AcmeSelfTest"), text(nested)]));
    expect(refused.status).toBe("BadInvalidArgument");
    await readUntil(session, "CP001/State/Connected", ({ value }) => value.value === true);
  });
});
