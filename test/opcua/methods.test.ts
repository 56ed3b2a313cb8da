// Methods of charge points, connectors and their folder, as a client finds, reads and calls them (INTERFACES §3, OPC 10000-3 §5.7, OPC 10000-4 §5.12).
import {
  AttributeIds,
  BrowseDirection,
  NodeClassMask,
  coerceNodeId,
  type Argument as ArgumentStructure,
  type ClientSession,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bridgeMethods } from "../../src/datapoints/certificates.ts";
import { decisionMethods } from "../../src/datapoints/decisions.ts";
import { idTagMethods } from "../../src/datapoints/idTags.ts";
import { chargePointMethods, connectorMethods, folderMethods, type Method } from "../../src/datapoints/methods.ts";
import { roles, type Role } from "../../src/twin/commands.ts";
import { call, double, int, Kept, nothing, on, sampleOf, text, serve, type Served } from "./callsInTest.ts";
import { twinOf, withState } from "./fixture.ts";

const kept = new Kept();
let served: Served;
let session: ClientSession;

beforeAll(async () => {
  served = await serve(kept.command);
  session = served.session;
  served.fed.publish(undefined, withState(twinOf("M1", [1, 2]), "Connected"));
  served.fed.publish(undefined, withState(twinOf("A/B%", [1]), "Connected"));
}, 60_000);

afterAll(() => served.stop());

/** NodeIds of the methods of a type by name. */
async function methodsOf(nodeId: string): Promise<Map<string, string>> {
  const { references } = await session.browse({
    nodeId,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: "HasComponent",
    includeSubtypes: true,
    nodeClassMask: NodeClassMask.Method,
    resultMask: 63,
  });
  return new Map((references ?? []).map(({ browseName, nodeId: id }) => [browseName.name ?? "", id.toString()]));
}

const instances: Readonly<Record<string, string>> = {
  ChargePointType: "M1",
  ConnectorType: "M1/Connector1",
  ChargePointFolderType: "/ChargePoints",
};

const typeId = async (name: string): Promise<string> => {
  const { references } = await session.browse({
    nodeId: `ns=4;s=${instances[name]}`,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: "HasTypeDefinition",
    resultMask: 63,
  });
  return references?.[0]?.nodeId.toString() ?? "";
};

async function read(nodeId: string, attributeId: AttributeIds): Promise<unknown> {
  const { statusCode, value } = await session.read({ nodeId, attributeId });
  return statusCode.isGood() ? value.value : statusCode.name;
}

const owners = [
  { path: "M1", type: "ChargePointType", methods: chargePointMethods, connectorId: 0 },
  { path: "M1/Connector2", type: "ConnectorType", methods: connectorMethods, connectorId: 2 },
] as const;

const all = owners.flatMap((owner) => owner.methods.map((method) => ({ ...owner, method, name: method.name })));

describe("the methods of an object", () => {
  test.each(owners)("$path are those of the table, as on $type", async ({ path, type, methods }) => {
    const names = methods.map(({ name }) => name).toSorted();
    expect([...(await methodsOf(`ns=4;s=${path}`)).keys()].toSorted()).toEqual(names);
    expect([...(await methodsOf(await typeId(type))).keys()].toSorted()).toEqual(names);
  });

  test("of the folder are Add, Remove, Accept and Reject, with the NodeIds that INTERFACES promises", async () => {
    expect(Object.fromEntries(await methodsOf("ns=4;s=/ChargePoints"))).toEqual(
      Object.fromEntries(["Accept", "Add", "Reject", "Remove"].map((name) => [name, `ns=4;s=/ChargePoints/${name}`])),
    );
  });

  test("are translated from paths (OPC 10000-4 §5.9.4)", async () => {
    const step = (name: string, namespaceIndex: number): object => ({
      referenceTypeId: "i=33",
      includeSubtypes: true,
      targetName: { name, namespaceIndex },
    });
    const { targets } = await session.translateBrowsePath({
      startingNode: coerceNodeId("ns=4;s=A%2FB%25"),
      relativePath: { elements: [step("Connector1", 4), step("SetLimit", 3), step("InputArguments", 0)] },
    } as never);
    expect(targets?.map(({ targetId }) => targetId.toString())).toEqual([
      "ns=4;s=A%2FB%25/Connector1/SetLimit/InputArguments",
    ]);
  });
});

/** An Argument structure as it is compared: of the type and of the instance. */
function plain(structures: unknown): unknown {
  return (structures as readonly ArgumentStructure[]).map(
    ({ name, dataType, valueRank, arrayDimensions, description }) => ({
      name,
      dataType: dataType.toString(),
      valueRank,
      arrayDimensions: [...(arrayDimensions ?? [])],
      description: description.text,
    }),
  );
}

describe("a method node", () => {
  test.each(all)("$path/$name has the attributes of a method", async ({ path, name, method }) => {
    const nodeId = `ns=4;s=${path}/${name}`;
    expect(await read(nodeId, AttributeIds.NodeClass)).toBe(4);
    expect(await read(nodeId, AttributeIds.BrowseName)).toMatchObject({ name, namespaceIndex: 3 });
    expect(await read(nodeId, AttributeIds.Description)).toMatchObject({ text: method.description });
    expect(await read(nodeId, AttributeIds.Executable)).toBe(true);
    expect(await read(nodeId, AttributeIds.UserExecutable)).toBe(true);
    expect(await read(nodeId, AttributeIds.Value)).toBe("BadAttributeIdInvalid");
  });

  test.each(all)("$path/$name declares the arguments of the table, as its type does", async ({ path, type, ...of }) => {
    const { name, method } = of;
    const declaration = (await methodsOf(await typeId(type))).get(name)!;
    for (const [property, list] of [
      ["InputArguments", method.inputs],
      ["OutputArguments", method.outputs],
    ] as const) {
      const nodeId = `ns=4;s=${path}/${name}/${property}`;
      const declared = await session.browse({
        nodeId: declaration,
        browseDirection: BrowseDirection.Forward,
        referenceTypeId: "HasProperty",
        resultMask: 63,
      });
      const ofType = declared.references?.find(({ browseName }) => browseName.name === property);
      const structures = await read(nodeId, AttributeIds.Value);
      if (list.length === 0) {
        expect(ofType).toBeUndefined();
        expect(structures).toBe("BadNodeIdUnknown");
        continue;
      }
      expect(plain(structures)).toEqual(plain(await read(ofType!.nodeId.toString(), AttributeIds.Value)));
      expect(plain(structures)).toMatchObject(
        list.map(({ name: argument, description, isList }) => ({
          name: argument,
          description,
          valueRank: isList ? 1 : -1,
        })),
      );
      expect(await read(nodeId, AttributeIds.ArrayDimensions)).toEqual(Uint32Array.of(list.length));
    }
  });

  test("names enumerations of namespace 3 as the types of enumerated arguments", async () => {
    const [argument] = (await read("ns=4;s=M1/Reset/InputArguments", AttributeIds.Value)) as ArgumentStructure[];
    expect(await read(argument!.dataType.toString(), AttributeIds.BrowseName)).toMatchObject({
      name: "ResetType",
      namespaceIndex: 3,
    });
    const strings = await session.browse(argument!.dataType.toString());
    const members = strings.references?.find(({ browseName }) => browseName.name === "EnumStrings");
    const value = (await read(members!.nodeId.toString(), AttributeIds.Value)) as { text: string }[];
    expect(value.map((member) => member.text)).toEqual(["Unknown", "Hard", "Soft"]);
  });
});

/** What the methods that are no action of OCPP want of connector 2. */
const wantedOfConnector: Readonly<Record<string, object>> = {
  RemoteStopTransaction: { kind: "stopTransaction" },
  SetLimit: { kind: "setLimit", amperes: 16.5 },
  ClearLimit: { kind: "clearLimit" },
};

function expected({ name, inputs }: Method, connectorId: number): object {
  const own = connectorId === 0 ? undefined : wantedOfConnector[name];
  if (own !== undefined) return { ...own, chargePointId: "M1", connectorId };
  const fields = Object.fromEntries(inputs.map((argument) => [argument.field, sampleOf(argument)[1]]));
  if (name === "Call")
    return { kind: "call", chargePointId: "M1", action: fields["action"], payload: fields["payload"] };
  if (name === "ApplyConfiguration") return { kind: "applyConfiguration", chargePointId: "M1" };
  if (name === "SendIdTags") return { kind: "sendIdTags", chargePointId: "M1", ...fields };
  const wanted = { kind: "call", chargePointId: "M1", action: name };
  return connectorId === 0
    ? { ...wanted, payload: fields }
    : { ...wanted, connectorId, payload: { ...fields, connectorId } };
}

describe("a call", () => {
  test.each(all)(
    "of $path/$name wants the same by either NodeId",
    async ({ path, type, method, connectorId, name }) => {
      const inputs = method.inputs.map((argument) => sampleOf(argument)[0]);
      const declaration = (await methodsOf(await typeId(type))).get(name)!;
      for (const methodId of [`ns=4;s=${path}/${name}`, declaration]) {
        const before = kept.commands.length;
        expect(await call(session, { objectId: `ns=4;s=${path}`, methodId, inputs })).toMatchObject({ status: "Good" });
        expect(kept.commands.slice(before)).toEqual([expected(method, connectorId)]);
        expect(kept.requesters.at(-1)).toEqual({
          via: "method",
          role: "administrator",
          user: "anonymous",
          isPrivate: true,
        });
      }
    },
  );

  test.each(all)('of $path/$name takes its optional arguments empty: left out, null or ""', async (of) => {
    const { path, name, method } = of;
    const required = method.inputs.filter(({ isRequired }) => isRequired).map((argument) => sampleOf(argument)[0]);
    const optional = method.inputs.slice(required.length);
    const before = kept.commands.length;
    for (const empty of [[], optional.map(() => nothing), optional.map(() => text("")), optional.map(() => text(null))])
      expect(await call(session, on(path, name, [...required, ...empty]))).toMatchObject({ status: "Good" });
    const [first, ...others] = kept.commands.slice(before);
    expect(others).toEqual([first, first, first]);
    const payload = (first as { payload?: object }).payload ?? {};
    const absent = optional.filter(({ field }) => field in payload && field !== "payload");
    expect(absent).toEqual([]);
  });

  test("of the methods of the folder names the charge point by its argument", async () => {
    const wants = async (name: string, inputs: Parameters<typeof on>[2]): Promise<unknown> => {
      expect(await call(session, on("/ChargePoints", name, inputs))).toMatchObject({ status: "Good", outputs: [] });
      return kept.last;
    };
    const chargePointId = "NEW/1";
    const id = text(chargePointId);
    expect(await wants("Add", [id])).toEqual({ kind: "add", chargePointId });
    expect(await wants("Add", [id, int(2), text("secret"), int(3)])).toEqual({
      kind: "add",
      chargePointId,
      registration: "Pending",
      password: "secret",
      connectors: 3,
    });
    expect(await wants("Remove", [id])).toEqual({ kind: "remove", chargePointId });
    expect(await wants("Accept", [id])).toEqual({ kind: "setRegistration", chargePointId, status: "Accepted" });
    expect(await wants("Reject", [id])).toEqual({ kind: "setRegistration", chargePointId, status: "Rejected" });
  });

  test("reaches a charge point whose identity has to be encoded", async () => {
    expect((await call(session, on("A%2FB%25/Connector1", "SetLimit", [double(6)]))).status).toBe("Good");
    expect(kept.last).toEqual({ kind: "setLimit", chargePointId: "A/B%", connectorId: 1, amperes: 6 });
  });

  test.each([
    ["M1", "ns=4;s=A%2FB%25/ClearCache", "BadMethodInvalid"],
    ["M1", "ns=4;s=M1/Connector1/ClearLimit", "BadMethodInvalid"],
    ["M1/Connector1", "ns=4;s=M1/Connector2/ClearLimit", "BadMethodInvalid"],
    ["M1/Connector1", "ns=4;s=M1/ClearCache", "BadMethodInvalid"],
    ["M1", "ns=4;s=M1/Nonsense", "BadMethodInvalid"],
    ["M1", "ns=4;s=M1/State", "BadMethodInvalid"],
    ["M1", "ns=3;s=M1/ClearCache", "BadMethodInvalid"],
    ["M1", "ns=4;i=1", "BadMethodInvalid"],
    ["M1", "i=0", "BadMethodInvalid"],
    ["M1/State", "ns=4;s=M1/ClearCache", "BadMethodInvalid"],
    ["M1/ClearCache", "ns=4;s=M1/ClearCache", "BadNodeIdInvalid"],
    ["M1/ClientId", "ns=4;s=M1/ClearCache", "BadNodeIdInvalid"],
    ["NOBODY", "ns=4;s=NOBODY/ClearCache", "BadNodeIdUnknown"],
    ["M1/Connector3", "ns=4;s=M1/Connector3/ClearLimit", "BadNodeIdUnknown"],
    ["/ChargePoints", "ns=4;s=M1/ClearCache", "BadMethodInvalid"],
    ["/Bridge", "ns=4;s=/ChargePoints/Remove", "BadMethodInvalid"],
  ])("on %s of %s is %s, and nothing is wanted", async (path, methodId, status) => {
    const before = kept.commands.length;
    expect(await call(session, { objectId: `ns=4;s=${path}`, methodId })).toMatchObject({ status, outputs: [] });
    expect(kept.commands.length).toBe(before);
  });

  test("of the folder is called by the NodeId of its type's method as well, and not on the type", async () => {
    const ofFolder = await typeId("ChargePointFolderType");
    const methodId = (await methodsOf(ofFolder)).get("Accept")!;
    const inputs = [text("M1")];
    const byType = await call(session, { objectId: "ns=4;s=/ChargePoints", methodId, inputs });
    expect(byType.status).toBe("Good");
    expect(kept.last).toEqual({ kind: "setRegistration", chargePointId: "M1", status: "Accepted" });
    const before = kept.commands.length;
    expect((await call(session, { objectId: ofFolder, methodId, inputs })).status).toBe("BadNotExecutable");
    expect((await call(session, { objectId: "ns=4;s=M1", methodId, inputs })).status).toBe("BadMethodInvalid");
    expect(kept.commands.length).toBe(before);
  });

  test("on a type, which is no charge point, is refused; so is the method of another type", async () => {
    const [chargePoint, connector] = [await typeId("ChargePointType"), await typeId("ConnectorType")];
    const ofChargePoint = (await methodsOf(chargePoint)).get("ClearCache")!;
    const ofConnector = (await methodsOf(connector)).get("ClearLimit")!;
    expect((await call(session, { objectId: chargePoint, methodId: ofChargePoint })).status).toBe("BadNotExecutable");
    expect((await call(session, { objectId: connector, methodId: ofChargePoint })).status).toBe("BadMethodInvalid");
    expect((await call(session, { objectId: "ns=4;s=M1", methodId: ofConnector })).status).toBe("BadMethodInvalid");
    expect((await call(session, { objectId: "ns=4;s=M1/Connector1", methodId: ofChargePoint })).status).toBe(
      "BadMethodInvalid",
    );
  });

  test("of a charge point that has been removed is BadNodeIdUnknown", async () => {
    served.fed.publish(undefined, twinOf("GONE"));
    expect((await call(session, on("GONE", "ClearCache"))).status).toBe("Good");
    served.fed.forget("GONE");
    expect((await call(session, on("GONE", "ClearCache"))).status).toBe("BadNodeIdUnknown");
  });
});

describe.each(roles.filter((role) => role !== "none"))("the role %s", (role: Role) => {
  test("may call what the table says, and the nodes say so", async () => {
    const own = new Kept();
    const other = await serve(own.command, { role });
    other.fed.publish(undefined, withState(twinOf("M1", [1, 2]), "Connected"));
    const guest = other.session;
    const targets = [
      ...all,
      ...folderMethods.map((method) => ({ path: "/ChargePoints", method, name: method.name })),
      ...idTagMethods.map((method) => ({ path: "/IdTags", method, name: method.name })),
      ...bridgeMethods.map((method) => ({ path: "/Bridge", method, name: method.name })),
      ...decisionMethods.map((method) => ({ path: "/Decisions", method, name: method.name })),
    ];
    for (const { path, method, name } of targets) {
      const isAllowed = roles.indexOf(role) >= roles.indexOf(method.role);
      const nodeId = `ns=4;s=${path}/${name}`;
      const { value } = await guest.read({ nodeId, attributeId: AttributeIds.UserExecutable });
      expect([nodeId, value.value]).toEqual([nodeId, isAllowed]);
      own.commands.length = 0;
      // A secret, and an action that is none of OCPP's, need more than the method.
      const given = method.inputs.filter(({ isRequired }) => isRequired);
      const inputs = given.map((argument) => (name === "Call" ? text("Reset") : sampleOf(argument)[0]));
      const { status } = await call(guest, on(path, name, inputs));
      expect([nodeId, status]).toEqual([nodeId, isAllowed ? "Good" : "BadUserAccessDenied"]);
      expect([nodeId, own.commands.length]).toEqual([nodeId, isAllowed ? 1 : 0]);
      // Seen by all: what one may not do, one may know of.
      expect((await guest.read({ nodeId, attributeId: AttributeIds.Executable })).value.value).toBe(true);
    }
    await other.stop();
  });
});
