// NodeIds that name nothing, however they are spelt: an answer each time, and one spelling for each node.
import {
  AttributeIds,
  BrowseDirection,
  CallMethodRequest,
  NodeId,
  NodeIdType,
  makeNodeId,
  type ClientSession,
} from "node-opcua";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  connect,
  endpointOptions,
  startFed,
  temporaryFolder,
  twinOf,
  withSamples,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;
let session: ClientSession;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  const twin = withState(twinOf("CP001", [1, 2]), "Connected");
  fed.publish(undefined, withSamples(twin, 1, [{ measurand: "Voltage", phase: "L1", value: 230 }]));
  for (const id of ["a%b/c", "Connector1", "../x", "💡", "a b;ns=2;i=1", "%2F"]) fed.publish(undefined, twinOf(id));
  client = await connect(fed.ua.endpointUrl, folder.path);
  session = client.session;
}, 60_000);

afterAll(async () => {
  expect(fed.ua.space.liveCount).toBe(0);
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

const siteId = (text: string): NodeId => new NodeId(NodeIdType.STRING, text, 4);

async function statusOf(nodeId: NodeId): Promise<string> {
  const { statusCode } = await session.read({ nodeId, attributeId: AttributeIds.BrowseName });
  return statusCode.name;
}

const nowhere = [
  "",
  "/",
  "//",
  "CP001/",
  "CP001//",
  "CP001//State",
  "CP001/State/",
  "CP001/State//Connected",
  "/CP001",
  "cp001",
  "CP001 ",
  "CP001/State/Connected/",
  "CP001/State/Connected/EURange",
  "CP001/Connector0",
  "CP001/Connector01",
  "CP001/Connector3",
  "CP001/Connector-1",
  "CP001/Connector1e0",
  "CP001/Connector99999999999999999999",
  "CP001/Connector",
  "CP001/Connector1/",
  "CP001/Connector1/State",
  "CP001/Connector1/NodeVersion",
  "CP001/Connector1/Connector1",
  "CP001/MeterValues/Voltage",
  "CP001/Connector1/MeterValues/Voltage/L2",
  "CP001/Connector1/MeterValues/Voltage/L1-N",
  "CP001/Connector1/MeterValues/Outlet",
  "CP001/Connector1/MeterValues/Inlet",
  "CP001/Connector1/MeterValues/Voltage/L1/EURange/EURange",
  "CP001/__proto__",
  "__proto__",
  "constructor",
  "toString",
  "CP001/constructor",
  "%43P001",
  "CP001%2FState",
  "a%b%2Fc",
  "a%25b%2fc",
  "%",
  "%25",
  "%2",
  "\0",
  "CP001\0",
  "CP001/State\0",
  "x".repeat(4096),
  "CP001/" + "x/".repeat(2048),
  "/".repeat(4096),
  "%25".repeat(1365),
];

describe("NodeIds", () => {
  test.each(nowhere.map((text) => [text.slice(0, 60), text]))("%j names nothing", async (_, text) => {
    const nodeId = siteId(text);
    expect(await statusOf(nodeId)).toBe("BadNodeIdUnknown");
    expect((await session.browse({ nodeId, browseDirection: BrowseDirection.Both } as never)).statusCode.name).toBe(
      "BadNodeIdUnknown",
    );
    const path = {
      startingNode: nodeId,
      relativePath: { elements: [{ targetName: { name: "State", namespaceIndex: 3 } }] },
    };
    expect((await session.translateBrowsePath(path as never)).statusCode.name).toBe("BadNodeIdUnknown");
    const call = new CallMethodRequest({ objectId: nodeId, methodId: nodeId });
    expect((await session.call(call)).statusCode.isBad()).toBe(true);
    const [alias] = await session.registerNodes([nodeId]);
    expect(await statusOf(alias!)).toBe("BadNodeIdUnknown");
  });

  test("of other kinds and namespaces name nothing either", async () => {
    const ids = [
      makeNodeId(0, 4),
      makeNodeId(0xffffffff, 4),
      new NodeId(NodeIdType.GUID, "00000000-0000-0000-0000-000000000000", 4),
      new NodeId(NodeIdType.BYTESTRING, Buffer.from("CP001"), 4),
      new NodeId(NodeIdType.BYTESTRING, Buffer.alloc(0), 4),
      new NodeId(NodeIdType.STRING, "CP001", 3),
      new NodeId(NodeIdType.STRING, "CP001", 0),
      new NodeId(NodeIdType.STRING, "CP001", 5),
      new NodeId(NodeIdType.STRING, "CP001", 65535),
    ];
    for (const nodeId of ids) {
      const name = await statusOf(nodeId);
      expect([nodeId.toString(), name]).toEqual([nodeId.toString(), "BadNodeIdUnknown"]);
    }
  });

  test("of strange identities are found as they are encoded, and only so", async () => {
    for (const [id, text] of Object.entries({
      "a%b/c": "a%25b%2Fc",
      Connector1: "Connector1",
      "../x": "..%2Fx",
      "💡": "💡",
      "a b;ns=2;i=1": "a b;ns=2;i=1",
      "%2F": "%252F",
    })) {
      const value = await session.read({ nodeId: siteId(`${text}/ClientId`), attributeId: AttributeIds.Value });
      expect([id, value.value.value]).toEqual([id, id]);
    }
  });

  test("made of anything at all never break it", async () => {
    const part = fc.oneof(
      fc.string({ maxLength: 40, unit: "binary" }),
      fc.constantFrom(
        "CP001",
        "Connector1",
        "State",
        "Connected",
        "MeterValues",
        "Voltage",
        "L1",
        "%25",
        "%2F",
        "/",
        "",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const nodeId = siteId(parts.join("/"));
        const name = await statusOf(nodeId);
        expect(["Good", "BadNodeIdUnknown"]).toContain(name);
        const found = fed.ua.space.find(nodeId);
        // What is found has the very NodeId by which it was found: there is one spelling.
        if (found !== undefined) expect(fed.ua.space.nodeIdOf(found.position).toString()).toBe(nodeId.toString());
      }),
      { numRuns: 300 },
    );
  });
});
