// The nodes of the site itself, as a client sees them: found by browsing, typed as published, read-only, delivered on change.
import {
  AttributeIds,
  DataType,
  NodeClass,
  TimestampsToReturn,
  Variant,
  type ClientSession,
  type DataValue,
  type UAVariable,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bridgeDatapoints, certificateDatapoints, type BridgeStatus } from "../../src/datapoints/bridge.ts";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  type Connected,
  type Fed,
} from "./fixture.ts";

const STATUS: BridgeStatus = {
  at: Date.parse("2026-03-01T10:00:00Z"),
  version: "1.2.3",
  startedAt: Date.parse("2026-02-28T10:00:00Z"),
  knownChargePoints: 50,
  connectedChargePoints: 40,
  registeredChargePoints: 30,
  pendingChargePoints: 20,
  activeTransactions: 10,
  messagesReceivedPerSecond: 2.5,
  messagesSentPerSecond: 1.5,
  storeState: "ok",
  scadaMethodState: "connected",
  idTags: 7,
  serviceLevel: 255,
  serviceLevelReasons: "[]",
  certificates: '[{"State":"own"}]',
  rulesInUse: 7,
  rulesLoadedAt: Date.UTC(2026, 10, 25, 11, 30),
  rulesError: "",
  decisionLatencyMilliseconds: 0.5,
};
const PATHS = [...bridgeDatapoints.map(({ path }) => `/Bridge/${path}`), "/ChargePoints/PendingCount", "/IdTags/Count"];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  fed.publish(undefined, twinOf("S1"));
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

async function attributeOf(nodeId: string, attributeId: AttributeIds): Promise<unknown> {
  const { statusCode, value } = await session.read({ nodeId, attributeId });
  expect([nodeId, statusCode.name]).toEqual([nodeId, "Good"]);
  return value.value as unknown;
}

async function browseNames(nodeId: string, referenceTypeId: string): Promise<string[]> {
  const { references } = await session.browse({ nodeId, referenceTypeId, includeSubtypes: false, resultMask: 63 });
  return (references ?? []).map(({ browseName }) => browseName.toString());
}

function otherThan(value: unknown): unknown {
  if (value instanceof Date) return new Date(value.getTime() + 1000);
  return typeof value === "number" ? value + 1 : `${String(value)}!`;
}

describe("the nodes of the site", () => {
  test("wait for their first status", async () => {
    for (const path of PATHS) {
      const { statusCode, value } = await readValue(session, path);
      expect([path, statusCode.name, value.value]).toEqual([path, "BadWaitingForInitialData", null]);
    }
  });

  test("are found by browsing, under the names that are published", async () => {
    expect(await browseNames("i=85", "Organizes")).toContain("4:Bridge");
    expect(await browseNames(site("/Bridge"), "HasComponent")).toEqual([
      ...bridgeDatapoints.map(({ path }) => `3:${path}`),
      "3:Certificates",
      "3:TrustCertificate",
      "3:RejectCertificate",
      "3:Alarms",
    ]);
    expect(await browseNames(site("/Bridge"), "HasTypeDefinition")).toEqual(["3:BridgeType"]);
    expect(await browseNames(site("/ChargePoints"), "HasComponent")).toEqual([
      "3:PendingCount",
      "3:Add",
      "3:Remove",
      "3:Accept",
      "3:Reject",
    ]);
    expect(await browseNames(site("/ChargePoints"), "Organizes")).toEqual(["4:S1"]);
  });

  test("have every variable that BridgeType declares as mandatory, in the same type", async () => {
    const type = fed.ua.server.engine.addressSpace!.findObjectType("BridgeType", 3)!;
    expect(type.subtypeOfObj?.nodeId.toString()).toBe("ns=0;i=58");
    const declared = type.getComponents().filter((node): node is UAVariable => node.nodeClass === NodeClass.Variable);
    expect(declared.map(({ browseName }) => browseName.name)).toEqual(
      [...bridgeDatapoints, ...certificateDatapoints].map(({ path }) => path),
    );
    for (const { browseName, dataType, modellingRule } of declared) {
      expect(modellingRule).toBe("Mandatory");
      const actual = await attributeOf(site(`/Bridge/${browseName.name}`), AttributeIds.DataType);
      expect(String(actual)).toBe(dataType.toString());
    }
  });

  test("show the status that was reported, Good and with its time", async () => {
    fed.ua.report(STATUS);
    const seen = await Promise.all(
      PATHS.map(async (path) => {
        const { value, statusCode, sourceTimestamp } = await readValue(session, path);
        expect([path, statusCode.name, sourceTimestamp?.getTime()]).toEqual([path, "Good", STATUS.at]);
        return [DataType[value.dataType], value.value as unknown];
      }),
    );
    expect(seen).toEqual([
      ["String", "1.2.3"],
      ["DateTime", new Date(STATUS.startedAt)],
      ["UInt32", 50],
      ["UInt32", 40],
      ["UInt32", 30],
      ["UInt32", 20],
      ["UInt32", 10],
      ["Double", 2.5],
      ["Double", 1.5],
      ["String", "ok"],
      ["UInt32", 7],
      ["DateTime", new Date(STATUS.rulesLoadedAt)],
      ["String", ""],
      ["String", "connected"],
      ["Double", 0.5],
      ["String", "[]"],
      ["UInt32", 20],
      ["UInt32", 7],
    ]);
  });

  test("keep the list of certificates for administrators", async () => {
    expect((await readValue(session, "/Bridge/Certificates")).statusCode.name).toBe("BadUserAccessDenied");
  });

  test("cannot be written", async () => {
    for (const path of PATHS) {
      const before = await readValue(session, path);
      const { dataType } = before.value;
      const value = { value: new Variant({ dataType, value: otherThan(before.value.value) }) };
      const code = await session.write({ nodeId: site(path), attributeId: AttributeIds.Value, value });
      // The library asks first what the role may do (OPC 10000-3 §5.2.9), and no role may write here.
      expect([path, code.name]).toEqual([path, "BadUserAccessDenied"]);
      expect(await attributeOf(site(path), AttributeIds.AccessLevel)).toBe(1);
      expect(await attributeOf(site(path), AttributeIds.UserAccessLevel)).toBe(1);
      expect(await attributeOf(site(path), AttributeIds.Value)).toEqual(before.value.value);
    }
  });

  test("notify of what has changed, whatever sampling interval is asked for, and of nothing else", async () => {
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      requestedLifetimeCount: 200,
      publishingEnabled: true,
    });
    const seen = new Map<string, unknown[]>();
    for (const path of ["/Bridge/ConnectedChargePoints", "/Bridge/KnownChargePoints", "/ChargePoints/PendingCount"]) {
      expect(await attributeOf(site(path), AttributeIds.MinimumSamplingInterval)).toBe(0);
      const values: unknown[] = [];
      seen.set(path, values);
      const item = await subscription.monitor(
        { nodeId: site(path), attributeId: AttributeIds.Value },
        { samplingInterval: 60_000, queueSize: 10, discardOldest: true },
        TimestampsToReturn.Both,
      );
      item.on("changed", ({ value }: DataValue) => values.push(value.value));
    }
    await eventually(() => [...seen.values()].every((values) => values.length === 1));
    fed.ua.report({ ...STATUS, at: STATUS.at + 1000, connectedChargePoints: 41 });
    fed.ua.report({ ...STATUS, at: STATUS.at + 2000, connectedChargePoints: 41, pendingChargePoints: 19 });
    await eventually(() => seen.get("/ChargePoints/PendingCount")?.length === 2);
    expect(Object.fromEntries(seen)).toEqual({
      "/Bridge/ConnectedChargePoints": [40, 41],
      "/Bridge/KnownChargePoints": [50],
      "/ChargePoints/PendingCount": [20, 19],
    });
    await subscription.terminate();
  });
});
