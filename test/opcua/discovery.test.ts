// How clients find the server: what GetEndpoints and FindServers answer, hosts that are advertised, registration at a discovery server, and clients
// that wait for the server to connect to them.
import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import {
  ApplicationType,
  ClientReverseConnect,
  OPCUACertificateManager,
  OPCUAClient,
  OPCUADiscoveryServer,
  type ApplicationDescription,
  type EndpointDescription,
} from "node-opcua";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EndpointOptions } from "../../src/opcua/options.ts";
import { endpointOptions, eventually, startFed, temporaryFolder, twinOf, withState, type Fed } from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const cleanUps: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  cleanUps.push(() => folder.clean());
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start(changed: Partial<EndpointOptions>): Promise<Fed> {
  const fed = await startFed(endpointOptions(folder.path, changed));
  cleanUps.push(() => fed.ua.stop());
  fed.publish(undefined, withState(twinOf("C1"), "Connected"));
  return fed;
}

async function ask<T>(url: string, question: (client: OPCUAClient) => Promise<T>): Promise<T> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(url);
  try {
    return await question(client);
  } finally {
    await client.disconnect();
  }
}

const hostsOf = (urls: readonly (string | null)[]): string[] => [
  ...new Set(urls.map((url) => new URL((url ?? "").replace("opc.tcp:", "http:")).hostname)),
];
const portOf = (url: string): number => Number(new URL(url.replace("opc.tcp:", "http:")).port);

describe("a server that is advertised under other hosts", () => {
  const advertisedHosts = ["scada.example", "203.0.113.7"];

  it("names that one in the URLs of its endpoints by which it was asked, and all in its certificate (OPC 10000-4 §5.5.4)", async () => {
    const { ua } = await start({ advertisedHosts });
    const port = portOf(ua.endpointUrl);
    for (const host of [...advertisedHosts, "127.0.0.1"]) {
      const endpointUrl = `opc.tcp://${host}:${port}`;
      const endpoints = await ask(ua.endpointUrl, (client) => client.getEndpoints({ endpointUrl }));
      // None, Sign, and SignAndEncrypt.
      expect(endpoints.map((each) => each.endpointUrl)).toEqual([endpointUrl, endpointUrl, endpointUrl]);
      const [{ serverCertificate }] = endpoints as [EndpointDescription];
      const certificate = new X509Certificate(serverCertificate);
      expect([certificate.checkHost("scada.example"), certificate.checkIP("203.0.113.7")]).toEqual(advertisedHosts);
    }
  });

  it("says the same of itself when it is asked which servers there are (OPC 10000-4 §5.5.2)", async () => {
    const { ua } = await start({ advertisedHosts });
    const [self, ...others] = (await ask(ua.endpointUrl, (client) => client.findServers())) as [ApplicationDescription];
    expect(others).toEqual([]);
    expect(self).toMatchObject({
      applicationType: ApplicationType.Server,
      productUri: "urn:ocpp-opcua",
      applicationUri: ua.server.serverInfo.applicationUri,
    });
    expect(self.applicationName.text).toBe("Test site");
    expect(hostsOf(self.discoveryUrls ?? [])).toEqual(expect.arrayContaining(["127.0.0.1"]));
    const none = await ask(ua.endpointUrl, (client) => client.findServers({ serverUris: ["urn:another"] }));
    expect(none).toEqual([]);
  });
});

describe("a discovery server (OPC 10000-12)", () => {
  async function startDiscovery(): Promise<OPCUADiscoveryServer> {
    const discovery = new OPCUADiscoveryServer({
      port: 0,
      serverCertificateManager: new OPCUACertificateManager({
        rootFolder: join(folder.path, "discovery"),
        automaticallyAcceptUnknownCertificate: true,
        disableFileWatchers: true,
      }),
    });
    await discovery.start();
    cleanUps.push(() => discovery.shutdown());
    return discovery;
  }

  it("is told of the server, and that it is gone", async () => {
    const discovery = await startDiscovery();
    const url = `opc.tcp://127.0.0.1:${portOf(discovery.getEndpointUrl())}`;
    const fed = await start({ discoveryServer: url, securityPolicies: ["Basic256Sha256"] });
    await eventually(() => discovery.registeredServerCount === 1, 30_000);
    const servers = await ask(url, (client) => client.findServers());
    const uris = servers.map(({ applicationUri }) => applicationUri);
    expect(uris).toContain(fed.ua.server.serverInfo.applicationUri);
    await fed.ua.stop();
    cleanUps.pop();
    expect(discovery.registeredServerCount).toBe(0);
  }, 60_000);

  it("that is not there keeps nobody from connecting, and the server not from stopping", async () => {
    const { ua } = await start({ discoveryServer: "opc.tcp://127.0.0.1:1" });
    const value = await ask(ua.endpointUrl, async (client) => {
      const session = await client.createSession();
      const { value: read } = await session.read({ nodeId: "ns=4;s=C1/ClientId" });
      await session.close();
      return read.value as unknown;
    });
    expect(value).toBe("C1");
    await ua.stop();
    cleanUps.pop();
    await expect(ask(ua.endpointUrl, (client) => client.getEndpoints())).rejects.toThrow();
  }, 20_000);
});

describe("a client that waits (OPC 10000-6 §7.1.2.6)", () => {
  it("is connected to, and served like any other", async () => {
    const waiting = new ClientReverseConnect("opc.tcp://127.0.0.1:0");
    await waiting.start();
    cleanUps.push(() => waiting.stop());
    const { ua } = await start({ reverseConnect: [`opc.tcp://127.0.0.1:${waiting.listeningPort}`] });
    const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
    await client.connectReverse(waiting, { serverUri: ua.server.serverInfo.applicationUri ?? "" });
    const session = await client.createSession();
    expect((await session.read({ nodeId: "ns=4;s=C1/ClientId" })).value.value).toBe("C1");
    await session.close();
    await client.disconnect();
  }, 60_000);
});
