// Configuration keys as nodes: found, browsed, read, monitored and written like others, and told when they appear (OPC 10000-3 §9.32).
import {
  AttributeIds,
  DataType,
  DataValue,
  TimestampsToReturn,
  Variant,
  coerceNodeId,
  constructEventFilter,
  type ClientSession,
  type ClientSubscription,
  type ModelChangeStructureDataType,
} from "node-opcua";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chargePointTable } from "../../src/datapoints/table.ts";
import { MAX_COLUMN } from "../../src/opcua/messages.ts";
import type { Command, CommandOutcome, Commander, Role } from "../../src/twin/commands.ts";
import type { Twin } from "../../src/twin/twin.ts";
import { schemaOfSettings } from "../settings/schemaInTest.ts";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  withKeys,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

const KEYS = [
  { key: "HeartbeatInterval", readonly: false, value: "300" },
  { key: "NumberOfConnectors", readonly: true, value: "2" },
  { key: "LightIntensity", readonly: false },
  { key: "100%/odd key", readonly: false, value: "" },
  { key: "AuthorizationKey", readonly: false },
];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const servers: Fed[] = [];
const clients: Connected[] = [];
let fed: Fed;
let session: ClientSession;
let subscription: ClientSubscription;

const wanted: Command[] = [];
let answer: (command: Command) => CommandOutcome;
const command: Commander = async (what) => {
  wanted.push(what);
  return answer(what);
};

const base = withKeys(withState(twinOf("K1"), "Connected"), KEYS);

async function serve(role: Role): Promise<{ fed: Fed; session: ClientSession }> {
  const started = await startFed(endpointOptions(folder.path, { anonymousRole: role }), command);
  servers.push(started);
  started.publish(undefined, base);
  const client = await connect(started.ua.endpointUrl, folder.path);
  clients.push(client);
  return { fed: started, session: client.session };
}

beforeAll(async () => {
  folder = await temporaryFolder();
  ({ fed, session } = await serve("engineer"));
  subscription = await session.createSubscription2({
    requestedPublishingInterval: 20,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 200,
    publishingEnabled: true,
  });
}, 60_000);

beforeEach(() => {
  wanted.length = 0;
  answer = () => ({ kind: "answered", response: { status: "Accepted" } });
});

afterAll(async () => {
  for (const client of clients) await client.close();
  for (const { ua } of servers) await ua.stop();
  await folder.clean();
});

async function read(path: string): Promise<[status: string, dataType: string, value: unknown]> {
  const { statusCode, value } = await readValue(session, path);
  return [statusCode.name, DataType[value.dataType], value.value];
}

async function write(path: string, value: string | null, by = session, dataType = DataType.String): Promise<string> {
  const code = await by.write({
    nodeId: coerceNodeId(site(path)),
    attributeId: AttributeIds.Value,
    value: new DataValue({ value: new Variant({ dataType, value }) }),
  });
  return code.name;
}

describe("a configuration key", () => {
  test.each([
    ["HeartbeatInterval", "300", 3],
    ["NumberOfConnectors", "2", 1],
    ["LightIntensity", null, 3],
    ["100%25%2Fodd key", "", 3],
  ])("%s reads as %j", async (name, value, level) => {
    const path = `K1/Configuration/${name}`;
    expect(await read(path)).toEqual(["Good", "String", value]);
    const nodeId = site(path);
    expect((await session.read({ nodeId, attributeId: AttributeIds.AccessLevel })).value.value).toBe(level);
  });

  test.each(["Nonsense", "heartbeatinterval", "HeartbeatInterval/", "", "100%/odd key", "100%25/odd key"])(
    "that is spelt %j is none",
    async (name) => {
      expect((await read(`K1/Configuration/${name}`))[0]).toBe("BadNodeIdUnknown");
      expect((await read(`K1/Connector1/Configuration/${name}`))[0]).toBe("BadNodeIdUnknown");
    },
  );

  test("is browsed below Configuration, by its own name", async () => {
    const { references } = await session.browse(site("K1/Configuration"));
    const found = (references ?? []).filter(({ nodeId }) => String(nodeId.value).includes("/Configuration/"));
    expect(found.map(({ browseName }) => browseName.toString())).toEqual(KEYS.map(({ key }) => `4:${key}`));
    expect(found.map(({ nodeId }) => nodeId.toString())).toContain("ns=4;s=K1/Configuration/100%25%2Fodd key");
  });

  test("loses its quality with the connection, and keeps its value", async () => {
    fed.publish(base, withState(base, "Disconnected"));
    expect(await read("K1/Configuration/HeartbeatInterval")).toEqual(["UncertainLastUsableValue", "String", "300"]);
    fed.publish(withState(base, "Disconnected"), base);
  });

  test("the group is there before any key is known", async () => {
    fed.publish(undefined, withState(twinOf("K0"), "Connected"));
    const { statusCode, references } = await session.browse(site("K0/Configuration"));
    expect(statusCode.name).toBe("Good");
    expect((references ?? []).filter(({ nodeId }) => String(nodeId.value).includes("/Configuration/"))).toEqual([]);
  });
});

describe("a write of a configuration key", () => {
  test.each([
    ["HeartbeatInterval", "60", { key: "HeartbeatInterval", value: "60" }],
    ["100%25%2Fodd key", "x", { key: "100%/odd key", value: "x" }],
    ["LightIntensity", null, { key: "LightIntensity", value: "" }],
  ])("%s calls ChangeConfiguration with %j", async (name, value, payload) => {
    expect(await write(`K1/Configuration/${name}`, value)).toBe("Good");
    expect(wanted).toEqual([{ kind: "call", chargePointId: "K1", action: "ChangeConfiguration", payload }]);
  });

  test.each([
    ["Accepted", "Good"],
    ["RebootRequired", "Good"],
    ["Rejected", "BadInvalidState"],
    ["NotSupported", "BadInvalidState"],
  ])("that is answered %s is %s", async (status, code) => {
    answer = () => ({ kind: "answered", response: { status } });
    expect(await write("K1/Configuration/HeartbeatInterval", "60")).toBe(code);
    expect((await read("K1/Configuration/HeartbeatInterval"))[2]).toBe("300");
  });

  test("that only reads is refused (behaviour 10), and so is another type", async () => {
    expect(await write("K1/Configuration/NumberOfConnectors", "3")).toBe("BadNotWritable");
    expect(await write("K1/Configuration/HeartbeatInterval", "3", session, DataType.ByteString)).toBe(
      "BadTypeMismatch",
    );
    expect(wanted).toEqual([]);
  });

  test("that is a secret needs an administrator (OCPP-J 1.6 §6.2)", async () => {
    expect(await write("K1/Configuration/AuthorizationKey", "00112233")).toBe("BadUserAccessDenied");
    expect(wanted).toEqual([]);
    const { session: by } = await serve("administrator");
    expect(await write("K1/Configuration/AuthorizationKey", "00112233", by)).toBe("Good");
    expect(wanted).toHaveLength(1);
  });

  test("by an operator is refused", async () => {
    const { session: by } = await serve("operator");
    expect(await write("K1/Configuration/HeartbeatInterval", "60", by)).toBe("BadUserAccessDenied");
    expect(wanted).toEqual([]);
  });
});

describe("keys that come and change", () => {
  test("are told as model changes and to who monitors them, also when they come to be read-only", async () => {
    const told: string[][] = [];
    const events = await subscription.monitor(
      { nodeId: "i=2253", attributeId: AttributeIds.EventNotifier },
      { samplingInterval: 0, queueSize: 100, discardOldest: true, filter: constructEventFilter(["Changes"]) },
      TimestampsToReturn.Both,
    );
    events.on("changed", ((fields: Variant[]) => {
      const changes = (fields[0]?.value ?? []) as ModelChangeStructureDataType[];
      told.push(changes.map(({ affected, verb }) => `${verb} ${affected.toString()}`));
    }) as never);

    const before: Twin = withState(twinOf("K2"), "Connected");
    fed.publish(undefined, before);
    const one = withKeys(before, [{ key: "A", readonly: false, value: "1" }]);
    fed.publish(before, one);
    await eventually(() => told.length === 2);
    expect(told[1]).toEqual(["1 ns=4;s=K2/Configuration/A", "4 ns=4;s=K2"]);
    expect((await read("K2/NodeVersion"))[2]).toBe("3");

    const seen: unknown[] = [];
    const item = await subscription.monitor(
      { nodeId: site("K2/Configuration/A"), attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 10, discardOldest: true },
      TimestampsToReturn.Both,
    );
    item.on("changed", ({ value }) => seen.push(value.value));
    await eventually(() => seen.length === 1);

    const two = withKeys(one, [
      { key: "A", readonly: true, value: "2" },
      { key: "B", readonly: true },
    ]);
    fed.publishTogether([
      [one, two],
      // A change of the link alone, in the same batch, does not take the list back.
      [two, { ...two, link: { ...two.link, remoteAddress: "10.0.0.8" } }],
    ]);
    await eventually(() => seen.length === 2 && told.length === 3);
    expect(seen).toEqual(["1", "2"]);
    expect(told[2]).toEqual(["1 ns=4;s=K2/Configuration/B", "4 ns=4;s=K2"]);
    expect(await write("K2/Configuration/A", "3")).toBe("BadNotWritable");
    expect(await read("K2/Configuration/B")).toEqual(["Good", "String", null]);
  });

  test("fit into the columns that a record has, as many as a twin may keep", async () => {
    const most = schemaOfSettings().properties?.limits?.properties?.maxConfigurationKeys?.maximum ?? NaN;
    // And one more: the password of the charge point is kept beyond the limit.
    expect(chargePointTable.datapoints.length + most + 1).toBeLessThanOrEqual(MAX_COLUMN + 1);
    const keys = Array.from({ length: most }, (_, n) => ({
      key: `k${n}`,
      readonly: true,
      value: `${n}`,
    }));
    fed.publish(undefined, withKeys(withState(twinOf("K3"), "Connected"), keys));
    expect((await read(`K3/Configuration/k${most - 1}`))[2]).toBe(`${most - 1}`);
  });
});
