// Who gets in: policies and modes on offer, unknown and trusted client certificates, anonymous sessions, writes.
import { X509Certificate } from "node:crypto";
import { readFile, readdir, rename } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  AttributeIds,
  DataType,
  MessageSecurityMode,
  NodeClass,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  UserTokenType,
  Variant,
  type BaseNode,
  type EndpointDescription,
  type INamespace,
  type NodeId,
} from "node-opcua";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { SessionLogins } from "../../src/opcua/sessionLogins.ts";
import type { EndpointOptions } from "../../src/opcua/options.ts";
import { call, on, text } from "./callsInTest.ts";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  startFed,
  temporaryFolder,
  trustClient,
  twinOf,
  type Fed,
} from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed | undefined;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await fed?.ua.stop();
  fed = undefined;
});

afterAll(() => folder.clean());

async function start(changed: Partial<EndpointOptions>): Promise<Fed> {
  fed = await startFed(endpointOptions(folder.path, changed));
  fed.publish(undefined, twinOf("C1"));
  return fed;
}

async function endpointsOf(url: string): Promise<EndpointDescription[]> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(url);
  try {
    return await client.getEndpoints();
  } finally {
    await client.disconnect();
  }
}

const offered = (endpoints: EndpointDescription[]): string[] =>
  endpoints
    .map(
      ({ securityPolicyUri, securityMode }) =>
        `${securityPolicyUri?.split("#")[1]} ${MessageSecurityMode[securityMode]}`,
    )
    .toSorted();

describe("the endpoints", () => {
  test("are Sign and SignAndEncrypt of the policies named, and None only when it is named", async () => {
    const { ua } = await start({ securityPolicies: ["Basic256Sha256", "Aes256_Sha256_RsaPss"] });
    expect(offered(await endpointsOf(ua.endpointUrl))).toEqual([
      "Aes256_Sha256_RsaPss Sign",
      "Aes256_Sha256_RsaPss SignAndEncrypt",
      "Basic256Sha256 Sign",
      "Basic256Sha256 SignAndEncrypt",
    ]);
  });

  test("are None alone when only None is named", async () => {
    const { ua } = await start({ securityPolicies: ["None"] });
    expect(offered(await endpointsOf(ua.endpointUrl))).toEqual(["None None"]);
  });

  test("offer anonymous sessions only to a role", async () => {
    const { ua } = await start({ anonymousRole: "none" });
    const types = (await endpointsOf(ua.endpointUrl)).flatMap(({ userIdentityTokens }) =>
      (userIdentityTokens ?? []).map(({ tokenType }) => tokenType),
    );
    expect(types).not.toContain(UserTokenType.Anonymous);
    await expect(connect(ua.endpointUrl, folder.path)).rejects.toThrow();
  });

  test("offer users and their certificates everywhere, and no token in which a password would go in clear", async () => {
    const { ua } = await start({ anonymousRole: "none" });
    for (const { userIdentityTokens, securityMode } of await endpointsOf(ua.endpointUrl)) {
      const tokens = userIdentityTokens ?? [];
      expect(tokens.map(({ tokenType }) => tokenType)).toEqual([UserTokenType.UserName, UserTokenType.Certificate]);
      // OPC 10000-4 §7.42: without a policy of its own it is encrypted as the channel is.
      if (securityMode === MessageSecurityMode.None)
        expect(tokens.map(({ securityPolicyUri }) => securityPolicyUri)).toEqual(
          tokens.map(() => SecurityPolicy.Basic256Sha256),
        );
    }
  });

  test("refuse to start with a policy that does not exist, and say which", async () => {
    await expect(start({ securityPolicies: ["Basic999"] })).rejects.toThrow("Basic999 is not a security policy");
  });

  test("bear our names, not the library's", async () => {
    const { ua } = await start({});
    const [{ server }] = (await endpointsOf(ua.endpointUrl)) as [EndpointDescription];
    expect(server.applicationName.text).toBe("Test site");
    expect(server.applicationUri).toBe(`urn:${hostname()}:ocpp-opcua`);
    const { session, close } = await connect(ua.endpointUrl, folder.path);
    const info = await session.read({ nodeId: "i=2260", attributeId: AttributeIds.Value });
    expect(info.value.value).toMatchObject({
      productName: "ocpp-opcua",
      manufacturerName: "ocpp-opcua",
      softwareVersion: "0.0.0",
    });
    await close();
  });
});

describe("certificates", () => {
  test("the server's own names the application, this host and its addresses (OPC 10000-6 §6.2.2)", async () => {
    await start({});
    const own = join(folder.path, "pki", "application", "own", "certs", "ocpp-opcua.pem");
    const certificate = new X509Certificate(await readFile(own));
    expect(certificate.subject).toContain(`CN=ocpp-opcua@${hostname()}`);
    expect(certificate.subjectAltName).toContain(`URI:urn:${hostname()}:ocpp-opcua`);
    expect(certificate.subjectAltName).toContain(`DNS:${hostname()}`);
    expect(certificate.subjectAltName).toContain("IP Address:127.0.0.1");
  });

  test("one that is there already gives the server its ApplicationUri", async () => {
    const moved = await temporaryFolder();
    const application = join(moved.path, "pki", "application");
    const pki = new OPCUACertificateManager({ rootFolder: application });
    await pki.initialize();
    const own = join(application, "own", "certs", "ocpp-opcua.pem");
    const certificate = {
      subject: "CN=elsewhere",
      dns: ["elsewhere"],
      outputFile: own,
      startDate: new Date(),
      validity: 10,
    };
    await pki.createSelfSignedCertificate({ ...certificate, applicationUri: "urn:elsewhere:ocpp-opcua" });
    await pki.dispose();
    fed = await startFed(endpointOptions(moved.path));
    const [{ server }] = (await endpointsOf(fed.ua.endpointUrl)) as [EndpointDescription];
    expect(server.applicationUri).toBe("urn:elsewhere:ocpp-opcua");
    await moved.clean();
  });

  test("an unknown client is refused and goes to rejected/; once trusted it gets in without a restart", async () => {
    const running = await start({});
    await expect(connect(running.ua.endpointUrl, folder.path, "Basic256Sha256")).rejects.toThrow();
    const rejected = await readdir(join(folder.path, "pki", "application", "rejected"));
    expect(rejected.length).toBe(1);
    await trustClient(running, folder.path);
    const { session, client, close } = await connect(running.ua.endpointUrl, folder.path, "Basic256Sha256");
    expect(client.securityPolicy).toBe(SecurityPolicy.Basic256Sha256);
    expect((await readValue(session, "C1/ClientId")).value.value).toBe("C1");
    await close();
  });

  test("an operator trusts a client by moving the file from rejected/ to trusted/certs/, as README.md says", async () => {
    const fresh = await temporaryFolder();
    fed = await startFed(endpointOptions(fresh.path, { securityPolicies: ["Basic256Sha256"] }));
    const { endpointUrl } = fed.ua;
    await expect(connect(endpointUrl, fresh.path, "Basic256Sha256")).rejects.toThrow();
    const application = join(fresh.path, "pki", "application");
    const [name = "", ...others] = await readdir(join(application, "rejected"));
    expect(others).toEqual([]);
    await rename(join(application, "rejected", name), join(application, "trusted", "certs", name));
    const { close } = await eventually(() => connect(endpointUrl, fresh.path, "Basic256Sha256").catch(() => undefined));
    await close();
    await fresh.clean();
  });
});

function variablesOf(namespace: INamespace): NodeId[] {
  const nodes = (namespace as unknown as { nodeIterator(): Iterable<BaseNode> }).nodeIterator();
  return Array.from(nodes)
    .filter(({ nodeClass }) => nodeClass === NodeClass.Variable)
    .map(({ nodeId }) => nodeId);
}

function valueOfType(dataType: DataType): unknown {
  if (dataType === DataType.Boolean) return true;
  return dataType === DataType.String ? "written" : 1;
}

describe("rights", () => {
  test.each([
    ["observer", []],
    // Whether diagnostics are collected (OPC 10000-5 §6.3.3) is all that can be set.
    ["administrator", ["ns=0;i=2294"]],
  ] as const)("of the whole address space an anonymous %s can write %j", async (anonymousRole, expected) => {
    const { ua } = await start({ anonymousRole });
    const { session, close } = await connect(ua.endpointUrl, folder.path);
    const nodeIds = ua.server.engine.addressSpace!.getNamespaceArray().flatMap(variablesOf);
    expect(nodeIds.length).toBeGreaterThan(1000);
    const { maxNodesPerWrite } = endpointOptions(folder.path).limits;
    const types = [DataType.Boolean, DataType.String, DataType.UInt32, DataType.Double];
    const written = new Set<string>();
    for (const dataType of types) {
      const value = { value: new Variant({ dataType, value: valueOfType(dataType) }) };
      const wishes = nodeIds.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value, value }));
      for (let first = 0; first < wishes.length; first += maxNodesPerWrite) {
        const codes = await session.write(wishes.slice(first, first + maxNodesPerWrite));
        for (const [index, code] of codes.entries()) {
          if (code.isGood()) written.add(nodeIds[first + index]!.toString());
        }
      }
    }
    expect([...written]).toEqual(expected);
    await close();
  });

  test("without a role nothing is seen, even if a session were there", async () => {
    const { ua } = await start({ anonymousRole: "observer" });
    const { session, close } = await connect(ua.endpointUrl, folder.path);
    // The roles that the session was given are taken away again: nobody knows it any more.
    const identity = vi.spyOn(SessionLogins.prototype, "identityOf").mockReturnValue({ user: "unknown", roles: [] });
    expect((await readValue(session, "C1/ClientId")).statusCode.name).toBe("BadUserAccessDenied");
    expect((await session.browse("ns=4;s=C1")).references).toEqual([]);
    expect((await session.browse("ns=4;s=/ChargePoints")).references).toEqual([]);
    // Nothing can be done either.
    for (const called of [on("C1", "ClearCache"), on("/ChargePoints", "Add", [text("NEW")])])
      expect((await call(session, called)).status).toBe("BadUserAccessDenied");
    const value = { value: new Variant({ dataType: DataType.UInt32, value: 60 }) };
    const node = { nodeId: "ns=4;s=C1/Config/HeartbeatInterval", attributeId: AttributeIds.Value, value };
    expect((await session.write(node)).name).toBe("BadUserAccessDenied");
    identity.mockRestore();
    await close();
  });
});
