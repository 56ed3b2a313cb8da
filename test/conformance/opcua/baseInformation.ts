// Base Information (OPC 10000-5): the server object and what it says of itself.
import {
  AttributeIds,
  BrowseDirection,
  CallRequest,
  DataType,
  MethodIds,
  ReadRequest,
  ServerState,
  Variant,
  VariableIds,
  type CallResponse,
  type ClientSession,
} from "node-opcua";
import { expect } from "vitest";
import { CONNECTED, CURRENT, NO_ID, POWER, SERVER, node, type Site } from "./site.ts";
import { check, claimed, elsewhere, notClaimed, type Unit } from "./unit.ts";

async function valueOf(session: ClientSession, nodeId: string): Promise<unknown> {
  const { statusCode, value } = await session.read({ nodeId, attributeId: AttributeIds.Value });
  expect([nodeId, statusCode.name]).toEqual([nodeId, "Good"]);
  return value.value as unknown;
}

async function namesBelow(session: ClientSession, nodeId: string): Promise<string[]> {
  const { references } = await session.browse({
    nodeId,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: "HierarchicalReferences",
    includeSubtypes: true,
    nodeClassMask: 0,
    resultMask: 63,
  });
  return (references ?? []).map(({ browseName }) => browseName.name ?? "");
}

const coreStructure = claimed(
  "Base Info Core Structure",
  check("the folders below Root, and the server below Objects (OPC 10000-5 §8.2)", async ({ session }) => {
    expect(await namesBelow(session, "i=84")).toEqual(expect.arrayContaining(["Objects", "Types", "Views"]));
    expect(await namesBelow(session, "i=85")).toContain("Server");
    expect(await namesBelow(session, "i=86")).toEqual(
      expect.arrayContaining(["ObjectTypes", "VariableTypes", "DataTypes", "ReferenceTypes", "EventTypes"]),
    );
  }),
  check("the server has what ServerType demands (§6.3.1)", async ({ session }) => {
    expect(await namesBelow(session, SERVER)).toEqual(
      expect.arrayContaining([
        "ServerArray",
        "NamespaceArray",
        "ServerStatus",
        "ServiceLevel",
        "Auditing",
        "ServerCapabilities",
        "ServerDiagnostics",
        "VendorServerInfo",
        "ServerRedundancy",
      ]),
    );
  }),
  check("its state is Running, its first namespaces are those of the standard and its own", async (site) => {
    expect(await valueOf(site.session, "i=2259")).toBe(ServerState.Running);
    const [standard, own] = (await valueOf(site.session, "i=2255")) as string[];
    const [uri] = (await valueOf(site.session, "i=2254")) as string[];
    expect([standard, own]).toEqual(["http://opcfoundation.org/UA/", uri]);
    const now = (await valueOf(site.session, "i=2258")) as Date;
    expect(Math.abs(now.getTime() - Date.now())).toBeLessThan(60_000);
  }),
);

/** OperationLimits (§6.3.11) that hold for a service with so little effort that the test can exceed them. */
const capabilities = claimed(
  "Base Info Server Capabilities",
  check("every capability is there and Good (§6.3.2)", async ({ session }) => {
    for (const name of [
      "ServerProfileArray",
      "LocaleIdArray",
      "MinSupportedSampleRate",
      "MaxBrowseContinuationPoints",
      "MaxHistoryContinuationPoints",
      "MaxSessions",
      "MaxSubscriptions",
      "MaxMonitoredItems",
      "MaxSubscriptionsPerSession",
      "MaxMonitoredItemsPerSubscription",
      "ConformanceUnits",
    ])
      await valueOf(session, `i=${VariableIds[`Server_ServerCapabilities_${name}` as keyof typeof VariableIds]}`);
  }),
  check("a request with more nodes than it may have is refused as a whole", async (site) => {
    const most = (await valueOf(
      site.session,
      `i=${VariableIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead}`,
    )) as number;
    const asked = { nodeId: node(CONNECTED), attributeId: AttributeIds.Value };
    const request = (count: number): ReadRequest =>
      new ReadRequest({ nodesToRead: Array.from({ length: count }, () => asked) });
    expect(await site.codeOf(request(most))).toBe("Good");
    expect(await site.codeOf(request(most + 1))).toBe("BadTooManyOperations");
  }),
  elsewhere("opcua/capabilities.test.ts", "the capabilities (OPC 10000-5 §6.3.2)"),
  elsewhere("opcua/writeBounds.test.ts", "a Write that names more nodes than the server says is refused as a whole"),
  elsewhere("opcua/methodOutcomes.test.ts", "of one request are no more than is announced (OPC 10000-5 §6.3.11)"),
);

async function call(
  site: Site,
  method: MethodIds,
  subscriptionId: number,
  session = site.session,
): Promise<{ readonly status: string; readonly outputs: unknown[] }> {
  const { results } = await site.ask<CallResponse>(
    new CallRequest({
      methodsToCall: [
        {
          objectId: node(SERVER),
          methodId: node(`i=${method}`),
          inputArguments: [new Variant({ dataType: DataType.UInt32, value: subscriptionId })],
        },
      ],
    }),
    session,
  );
  const outputs = (results?.[0]?.outputArguments ?? []).map(({ value }) => [...((value as unknown[] | null) ?? [])]);
  return { status: results?.[0]?.statusCode.name ?? "", outputs };
}

/** A method that is for whoever has made the subscription, and for nobody else (§9.1, §9.2). */
const isForItsOwner = (method: MethodIds) =>
  check("a subscription that is not there, or somebody else's", async (site) => {
    expect((await call(site, method, NO_ID)).status).toBe("BadSubscriptionIdInvalid");
    await site.with(async ({ session }) => {
      const others = await site.subscribe(session);
      expect((await call(site, method, others)).status).toBe("BadUserAccessDenied");
    });
  });

const getMonitoredItems = claimed(
  "Base Info GetMonitoredItems Method",
  check("the server's and the client's handle of each item", async (site) => {
    await site.with(async ({ session }) => {
      const subscription = await site.subscribe(session);
      expect(await call(site, MethodIds.Server_GetMonitoredItems, subscription, session)).toEqual({
        status: "Good",
        outputs: [[], []],
      });
      const { ids } = await site.monitor(subscription, [POWER, CURRENT, CONNECTED], {}, session);
      const { outputs } = await call(site, MethodIds.Server_GetMonitoredItems, subscription, session);
      expect(outputs).toEqual([ids, [0, 1, 2]]);
    });
  }),
  isForItsOwner(MethodIds.Server_GetMonitoredItems),
);

const resendData = claimed(
  "Base Info ResendData Method",
  elsewhere("opcua/subscriptions.test.ts", "sends present values again on ResendData (OPC 10000-5 §9.2)"),
  isForItsOwner(MethodIds.Server_ResendData),
);

const SUMMARY = `i=${VariableIds.Server_ServerDiagnostics_ServerDiagnosticsSummary}`;
const SESSIONS = `i=${VariableIds.Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionDiagnosticsArray}`;
const SUBSCRIPTIONS = `i=${VariableIds.Server_ServerDiagnostics_SubscriptionDiagnosticsArray}`;

/** What the structures say that are read here (§12.9, §12.11, §12.15). */
interface Counted {
  readonly currentSessionCount: number;
  readonly currentSubscriptionCount: number;
}
interface SubscriptionSays {
  readonly subscriptionId: number;
  readonly monitoredItemCount: number;
}

const diagnostics = claimed(
  "Base Info Diagnostics",
  check("sessions and subscriptions are counted while they are there (§6.3.3)", async (site) => {
    const counts = async (): Promise<[number, number]> => {
      const summary = (await valueOf(site.session, SUMMARY)) as Counted;
      return [summary.currentSessionCount, summary.currentSubscriptionCount];
    };
    const [sessions, subscriptions] = await counts();
    await site.with(async ({ session }) => {
      await site.subscribe(session);
      expect(await counts()).toEqual([sessions + 1, subscriptions + 1]);
    });
    expect(await counts()).toEqual([sessions, subscriptions]);
  }),
  check("each session and each subscription has its entry, which goes with it (§6.3.4)", async (site) => {
    const sessions = ((await valueOf(site.session, SESSIONS)) as unknown[]).length;
    await site.with(async ({ session }) => {
      const subscriptionId = await site.subscribe(session);
      await site.monitor(subscriptionId, [POWER, CURRENT], {}, session);
      expect(((await valueOf(site.session, SESSIONS)) as unknown[]).length).toBe(sessions + 1);
      const entries = (await valueOf(site.session, SUBSCRIPTIONS)) as SubscriptionSays[];
      expect(entries.filter((each) => each.subscriptionId === subscriptionId)).toMatchObject([
        { monitoredItemCount: 2 },
      ]);
    });
    expect(((await valueOf(site.session, SESSIONS)) as unknown[]).length).toBe(sessions);
  }),
);

export const baseInformation: readonly Unit[] = [
  coreStructure,
  capabilities,
  claimed(
    "Base Info Type System",
    elsewhere("opcua/typeNodes.test.ts", "every node of the NodeSet is on the server as the file says"),
    elsewhere("opcua/typeNodes.test.ts", "every reference of the NodeSet is on the server, and no other"),
  ),
  claimed(
    "Base Info Engineering Units",
    elsewhere("opcua/addressSpace.test.ts", "a measurand has its unit by UNECE code and its range"),
  ),
  getMonitoredItems,
  resendData,
  diagnostics,
  claimed(
    "Base Info Model Change General",
    elsewhere("opcua/modelChanges.test.ts", "an event about what comes and goes"),
  ),
  notClaimed("Base Info SemanticChange", "units and ranges of a variable are fixed"),
];
