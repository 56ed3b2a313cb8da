// Discovery and Session Services (OPC 10000-4 §5.5, §5.7).
import {
  ActivateSessionRequest,
  AnonymousIdentityToken,
  AttributeIds,
  CancelRequest,
  CloseSessionRequest,
  MessageSecurityMode,
  OPCUAClient,
  ReadRequest,
  RequestHeader,
  type ClientSession,
  type NodeId,
  type ReadResponse,
} from "node-opcua";
import { expect } from "vitest";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  startFed,
  twinOf,
  type Connected,
} from "../../opcua/fixture.ts";
import { CLIENT_ID, codeOf, codeOfToken, node, transact } from "./site.ts";
import { check, claimed, elsewhere, notClaimed, type Unit } from "./unit.ts";

const BINARY = "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary";

/** A channel without a session. */
async function onChannel<T>(url: string, use: (client: OPCUAClient) => Promise<T>): Promise<T> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(url);
  try {
    return await use(client);
  } finally {
    await client.disconnect();
  }
}

const getEndpoints = claimed(
  "Discovery Get Endpoints",
  check("each offers the certificate, the policy, the mode and the transport that it says (§5.5.4)", async (site) => {
    const { endpointUrl } = site.fed.ua;
    const endpoints = await onChannel(endpointUrl, (client) => client.getEndpoints());
    expect(endpoints.map((each) => each.transportProfileUri)).toEqual(endpoints.map(() => BINARY));
    expect(new Set(endpoints.map((each) => each.endpointUrl))).toEqual(new Set([endpointUrl]));
    expect(endpoints.every((each) => each.serverCertificate.length > 0)).toBe(true);
    const levels = endpoints.map(({ securityMode, securityLevel }) => [securityMode, securityLevel] as const);
    // The more secure, the higher.
    const lowest = Math.min(...levels.filter(([mode]) => mode !== MessageSecurityMode.None).map(([, level]) => level));
    expect(levels.filter(([mode]) => mode === MessageSecurityMode.None).every(([, level]) => level <= lowest)).toBe(
      true,
    );
  }),
  check("those of a transport alone where the client names it", async (site) => {
    const { endpointUrl } = site.fed.ua;
    const count = (profileUris: string[]): Promise<number> =>
      onChannel(endpointUrl, async (client) => (await client.getEndpoints({ profileUris, localeIds: ["de"] })).length);
    expect(await count([BINARY])).toBe(await count([]));
    expect(await count(["http://opcfoundation.org/UA-Profile/Transport/https-uabinary"])).toBe(0);
  }),
  elsewhere("opcua/security.test.ts", "the endpoints"),
);

const findServers = claimed(
  "Discovery Find Servers Self",
  check("this server by its ApplicationUri, with where it listens; not under another (§5.5.2)", async (site) => {
    const { endpointUrl } = site.fed.ua;
    const find = (serverUris: string[]) =>
      onChannel(endpointUrl, (client) => client.findServers({ serverUris, localeIds: ["en"] }));
    const [self, ...others] = await find([]);
    expect(others).toEqual([]);
    expect(self?.discoveryUrls).toEqual([endpointUrl]);
    expect(self?.applicationName.text).toBe("Test site");
    const { value } = await site.session.read({ nodeId: "i=2254", attributeId: AttributeIds.Value });
    expect(value.value).toEqual([self?.applicationUri]);
    expect(await find([String(self?.applicationUri)])).toHaveLength(1);
    expect(await find(["urn:somebody:else"])).toEqual([]);
  }),
);

const readOf = (nodeId: string): ReadRequest =>
  new ReadRequest({ nodesToRead: [{ nodeId: node(nodeId), attributeId: AttributeIds.Value }] });

const tokenOf = ({ session }: Connected): NodeId =>
  (session as unknown as { readonly authenticationToken: NodeId }).authenticationToken;

async function activate(session: ClientSession, localeIds: string[]): Promise<string> {
  return codeOf(
    transact(
      session,
      new ActivateSessionRequest({
        localeIds,
        userIdentityToken: new AnonymousIdentityToken({ policyId: "anonymous" }),
      }),
    ),
  );
}

const sessionBase = claimed(
  "Session Base",
  check("a session that is closed is not known any more (§5.7.4)", async (site) => {
    await site.with(async (client) => {
      const token = tokenOf(client);
      expect(await codeOfToken(client, token, readOf(CLIENT_ID))).toBe("Good");
      expect(await codeOfToken(client, token, new CloseSessionRequest({ deleteSubscriptions: true }))).toBe("Good");
      expect(await codeOfToken(client, token, readOf(CLIENT_ID))).toBe("BadSessionIdInvalid");
    });
  }),
  check("a session is activated again, with other locales (§5.7.3)", async (site) => {
    await site.with(async ({ session }) => {
      expect(await activate(session, ["de", "en"])).toBe("Good");
      expect((await readValue(session, "U1/ClientId")).value.value).toBe("U1");
    });
  }),
  check(
    "closing it ends its subscriptions where that is asked, and keeps them for a transfer otherwise",
    async (site) => {
      const { engine } = site.fed.ua.server;
      for (const isDeleted of [true, false]) {
        const client = await connect(site.fed.ua.endpointUrl, site.folder);
        const subscription = await site.subscribe(client.session);
        await client.session.close(isDeleted);
        await client.client.disconnect();
        const left = engine.findSubscription(subscription);
        expect(left === null).toBe(isDeleted);
        left?.terminate();
      }
    },
  ),
  check("its timeout is the one that was asked for, within bounds", async (site) => {
    await site.with(async ({ session }) => expect(session.timeout).toBe(20_000));
  }),
  elsewhere("opcua/logins.test.ts", "leave room for users, and those that were never activated make way"),
);

const generalBehaviour = claimed(
  "Session General Service Behaviour",
  check("an answer names its request and has a time (§7.33)", async (site) => {
    const { responseHeader } = await site.ask<ReadResponse>(readOf(CLIENT_ID));
    expect(responseHeader.requestHandle).toBeGreaterThan(0);
    expect(Math.abs((responseHeader.timestamp?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  }),
  check("a token that no session has, or one of another channel (§5.7.2)", async (site) => {
    await site.with(async (client) => {
      expect(await codeOfToken(client, node("i=4711"), readOf(CLIENT_ID))).toBe("BadSessionIdInvalid");
      await site.with(async (other) => {
        expect(await codeOfToken(client, tokenOf(other), readOf(CLIENT_ID))).toBe("BadSecureChannelIdInvalid");
      });
      expect(await codeOfToken(client, tokenOf(client), readOf(CLIENT_ID))).toBe("Good");
    });
  }),
  check("what the server has no service for", async (site) => {
    expect(await site.codeOf(new CancelRequest({ requestHandle: 1 }))).toBe("BadServiceUnsupported");
    expect(await site.codeOf(readOf(CLIENT_ID))).toBe("Good");
  }),
  check("diagnostics are given to who asks for them, and to nobody else", async (site) => {
    const request = readOf("i=4294967294");
    const { diagnosticInfos } = await site.ask<ReadResponse>(request);
    expect(diagnosticInfos ?? []).toEqual([]);
    const asking = readOf(CLIENT_ID);
    asking.requestHeader = new RequestHeader({ returnDiagnostics: 0x3ff });
    expect(await site.codeOf(asking)).toBe("Good");
  }),
);

const few = (name: string, count: number): Unit =>
  claimed(
    name,
    check(`${count} more beside the one that is there`, async (site) => {
      const open = (left: number): Promise<void> =>
        left === 0
          ? Promise.resolve()
          : site.with(async ({ session }) => {
              await open(left - 1);
              expect((await readValue(session, "U1/ClientId")).value.value).toBe("U1");
            });
      await open(count);
    }),
  );

const PARALLEL = 100;
/** Of which an eleventh is kept for users (sessionLogins.ts). */
const MAX_SESSIONS = 110;

const parallel = claimed(
  "Session Minimum 50 Parallel",
  check(`${PARALLEL} sessions are served at once, and the next one is told that there are too many`, async (site) => {
    const limits = { ...endpointOptions("").limits, maxSessions: MAX_SESSIONS };
    const full = await startFed(endpointOptions(site.folder, { limits }));
    full.publish(undefined, twinOf("U1"));
    const enter = (): Promise<Connected> => connect(full.ua.endpointUrl, site.folder);
    const clients = await Promise.all(Array.from({ length: PARALLEL }, enter));
    const answers = await Promise.all(clients.map(({ session }) => readValue(session, "U1/ClientId")));
    expect(answers.map(({ value }) => value.value as unknown)).toEqual(clients.map(() => "U1"));
    expect(await codeOf(enter())).toBe("BadTooManySessions");
    await Promise.all(clients.map(({ close }) => close()));
    await eventually(() => full.ua.server.engine.currentSessionCount === 0);
    await (await enter()).close();
    await full.ua.stop();
  }),
);

export const sessions: readonly Unit[] = [
  getEndpoints,
  findServers,
  notClaimed("Discovery Register", "the server announces itself only where the settings name a discovery server"),
  sessionBase,
  generalBehaviour,
  few("Session Minimum 1", 1),
  few("Session Minimum 2 Parallel", 2),
  parallel,
  notClaimed("Session Cancel", "the library has no Cancel service; BadServiceUnsupported says so"),
];
