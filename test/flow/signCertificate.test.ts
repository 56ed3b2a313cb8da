// SignCertificate and CertificateSigned ("Improved security for OCPP 1.6-J" §5) through the whole bridge: from the request of a charge point
// to the connection that it proves with what it has got.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientSession } from "node-opcua";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  Authority,
  makeRequest,
  removeFolders,
  serverWish,
  writeFiles,
  type Issued,
} from "../ocpp/certificatesInTest.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest } from "./bridgeInTest.ts";

let root: Authority;
let clients: Authority;
let server: Issued;
beforeAll(async () => {
  [root, clients] = await Promise.all([Authority.create(), Authority.create("CN=Client Root")]);
  server = await root.issue(serverWish);
});

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  removeFolders();
});

const boot = { chargePointVendor: "ACME", chargePointModel: "One", chargePointSerialNumber: "VICTIM" };
const password = "0001020304050607";
const REGISTER = `[{ id: CP001, password: "${password}" }, { id: OPEN }]`;

interface Started {
  readonly urls: readonly string[];
  readonly opcua: string;
  readonly hmi: string;
  readonly stop: () => Promise<void>;
}

/** With listeners of the profiles 0, 1 and 3, and what it keeps in `data`. */
async function start(authority: string, data = "data"): Promise<Started> {
  const { certificate, key, ca } = writeFiles({ certificate: server.cert, key: server.key, ca: clients.issued.cert });
  const tls = `tls: { certificate: ${certificate}, key: ${key}, clientCa: ${ca}, organization: Operator }`;
  const listeners = [0, 1, 3].map(
    (profile) => `{ host: 127.0.0.1, port: 0, securityProfile: ${profile}${profile === 3 ? `, ${tls}` : ""} }`,
  );
  const yaml = `ocpp: { listeners: [${listeners.join(", ")}]${authority} }\nchargePoints: ${REGISTER}\n`;
  const started = await startBridgeInTest(yaml, 0, "observer", { data });
  const stop = (): Promise<void> => started.stop();
  cleanUps.push(stop);
  const { ocpp: urls, opcua, hmi } = started.bridge.addresses;
  return { urls, opcua, hmi, stop };
}

const ownAuthority = (authority = clients.issued): string => {
  const { certificate, key } = writeFiles({ certificate: authority.cert, key: authority.key });
  return `, certificateAuthority: { certificate: ${certificate}, key: ${key}, validityDays: 30 }`;
};

async function scada(opcua: string): Promise<ClientSession> {
  const opened = await openSession(opcua);
  cleanUps.push(() => opened.close());
  return opened.session;
}

/** Registered, with every chain that it is sent in `chains`. */
async function booted(url: string | undefined, id: string, options: object = {}) {
  const client = await connectChargePoint(url ?? "", id, options);
  cleanUps.push(() => client.close());
  const chains: string[] = [];
  client.handle("CertificateSigned", async ({ params }) => {
    chains.push(String(params?.["certificateChain"]));
    return { status: "Accepted" };
  });
  expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
  return { client, chains };
}

const until = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 });

/** Registered; it hangs up instead of answering when it is sent a certificate, which stands in `lost`. */
async function losing(url: string | undefined) {
  const client = await connectChargePoint(url ?? "", "CP001", { password });
  cleanUps.push(() => client.close({ force: true }));
  const lost: string[] = [];
  client.handle("CertificateSigned", ({ params }) => {
    lost.push(String(params?.["certificateChain"]));
    void client.close({ force: true });
    return new Promise(() => {});
  });
  expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
  return { client, lost };
}

describe("a charge point that asks for a certificate", () => {
  it("gets one that proves its identity on a listener with security profile 3", async () => {
    const { urls, opcua } = await start(ownAuthority());
    const { client, chains } = await booted(urls[1], "CP001", { password });
    const { csr, key } = await makeRequest("CN=CP001, O=Operator");
    expect(await client.call("SignCertificate", { csr })).toEqual({ status: "Accepted" });
    await until(() => expect(chains).toHaveLength(1));
    const certificate = new X509Certificate(chains[0] ?? "");
    expect(certificate.checkIssued(new X509Certificate(clients.issued.cert))).toBe(true);
    expect([certificate.ca, certificate.keyUsage]).toEqual([false, ["1.3.6.1.5.5.7.3.2"]]);
    expect(certificate.validToDate.getTime()).toBeLessThanOrEqual(Date.now() + 30 * 86_400_000);
    const session = await scada(opcua);
    await readValue(session, "CP001/State/SignCertificate", "Accepted");
    await client.close();
    await booted(urls[2], "CP001", { wsOpts: { ca: root.issued.cert, cert: chains[0], key } });
  });

  it("gets the authorities below the root with it", async () => {
    const below = await clients.intermediate("CN=Client Intermediate");
    const { urls } = await start(
      ownAuthority({ ...below.issued, cert: `${below.issued.cert}\n${clients.issued.cert}` }),
    );
    const { client, chains } = await booted(urls[1], "CP001", { password });
    const { csr, key } = await makeRequest("CN=CP001, O=Operator");
    await client.call("SignCertificate", { csr });
    await until(() => expect(chains).toHaveLength(1));
    expect(chains[0]?.match(/BEGIN CERTIFICATE/gu)).toHaveLength(2);
    await client.close();
    await booted(urls[2], "CP001", { wsOpts: { ca: root.issued.cert, cert: chains[0], key } });
  });

  it.each<[string, number, string, object, string, string]>([
    [
      "another identity",
      1,
      "CP001",
      { password },
      "CN=CP002, O=Operator",
      "Rejected: the CN of its certificate is neither",
    ],
    [
      "the serial number that it has told of itself",
      1,
      "CP001",
      { password },
      "CN=VICTIM, O=Operator",
      "Rejected: the CN of its certificate is neither",
    ],
    ["another operator", 1, "CP001", { password }, "CN=CP001, O=Other", "Rejected: the O of its certificate"],
    ["a connection without proof", 0, "OPEN", {}, "CN=OPEN, O=Operator", "Rejected: it has not proved its identity"],
  ])("gets none for %s, and SCADA is told why", async (_, listener, id, options, subject, reason) => {
    const { urls, opcua } = await start(ownAuthority());
    const { client, chains } = await booted(urls[listener], id, options);
    expect(await client.call("SignCertificate", { csr: (await makeRequest(subject)).csr })).toEqual({
      status: "Rejected",
    });
    const session = await scada(opcua);
    const { value } = await session.read({ nodeId: `ns=4;s=${id}/State/SignCertificate` });
    expect(value.value).toContain(reason);
    expect(chains).toEqual([]);
  });

  it("gets none from a bridge without an authority, and none before its registration is accepted", async () => {
    const { urls } = await start("");
    const { client } = await booted(urls[1], "CP001", { password });
    expect(await client.call("SignCertificate", { csr: (await makeRequest("CN=CP001")).csr })).toEqual({
      status: "Rejected",
    });
    const stranger = await connectChargePoint(urls[0] ?? "", "NEW");
    cleanUps.push(() => stranger.close());
    expect(await stranger.call("BootNotification", boot)).toMatchObject({ status: "Pending" });
    await expect(stranger.call("SignCertificate", { csr: "x" })).rejects.toMatchObject({
      rpcErrorCode: "SecurityError",
    });
  });

  it("is not signed for more than ten times an hour", async () => {
    const { urls } = await start(ownAuthority());
    const { client } = await booted(urls[1], "CP001", { password });
    const statuses: unknown[] = [];
    for (let attempt = 0; attempt < 12; attempt++) statuses.push(await client.call("SignCertificate", { csr: "x" }));
    const { csr } = await makeRequest("CN=CP001, O=Operator");
    expect(await client.call("SignCertificate", { csr })).toEqual({ status: "Rejected" });
    expect(statuses).toHaveLength(12);
  });
});

describe("a charge point that is gone before it has its certificate", () => {
  it.each(["reconnects", "reconnects to a bridge that was started again"])("gets it when it %s", async (how) => {
    const data = mkdtempSync(join(tmpdir(), "ocpp-opcua-data-"));
    cleanUps.push(() => rmSync(data, { recursive: true, force: true }));
    const authority = ownAuthority();
    const first = await start(authority, data);
    const { client, lost } = await losing(first.urls[1]);
    const { csr, key } = await makeRequest("CN=CP001, O=Operator");
    expect(await client.call("SignCertificate", { csr })).toEqual({ status: "Accepted" });
    await until(() => expect(lost).toHaveLength(1));
    let { urls } = first;
    if (how !== "reconnects") {
      await first.stop();
      ({ urls } = await start(authority, data));
    }
    const back = await booted(urls[1], "CP001", { password });
    await until(() => expect(back.chains).toEqual(lost));
    await back.client.close();
    await booted(urls[2], "CP001", { wsOpts: { ca: root.issued.cert, cert: lost[0], key } });
  });

  it("is not asked to take it again where it connects with it", async () => {
    const { urls } = await start(ownAuthority());
    const { client, lost } = await losing(urls[1]);
    const { csr, key } = await makeRequest("CN=CP001, O=Operator");
    await client.call("SignCertificate", { csr });
    await until(() => expect(lost).toHaveLength(1));
    const { client: back, chains } = await booted(urls[2], "CP001", {
      wsOpts: { ca: root.issued.cert, cert: lost[0], key },
    });
    // What is sent to it by itself comes before what it asks for afterwards.
    const next = await makeRequest("CN=CP001, O=Operator");
    await back.call("SignCertificate", { csr: next.csr });
    await until(() => expect(chains).toHaveLength(1));
    expect(chains).not.toEqual(lost);
  });
});

describe("a charge point with security profile 3 that has taken its next certificate", () => {
  const effectsSeen = async (hmi: string): Promise<number> => {
    const text = await (await fetch(`${hmi}/metrics`)).text();
    return Number(/effects_observed\S* (\d+)/u.exec(text)?.[1]);
  };

  it("is seen to connect with it (A02), not to connect again with the one before", async () => {
    const { urls, hmi } = await start(ownAuthority());
    const before = await clients.issue({ subject: "CN=CP001, O=Operator" });
    const tls = { wsOpts: { ca: root.issued.cert, cert: before.cert, key: before.key } };
    const { client, chains } = await booted(urls[2], "CP001", tls);
    const { csr, key } = await makeRequest("CN=CP001, O=Operator");
    await client.call("SignCertificate", { csr });
    await until(() => expect(chains).toHaveLength(1));
    await client.close();
    const again = await booted(urls[2], "CP001", tls);
    expect(await effectsSeen(hmi)).toBe(0);
    await again.client.close();
    await booted(urls[2], "CP001", { wsOpts: { ca: root.issued.cert, cert: chains[0], key } });
    await until(async () => expect(await effectsSeen(hmi)).toBe(1));
  });
});

describe("an authority elsewhere", () => {
  function requestFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "ocpp-opcua-csr-"));
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }
  const requestsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".csr"));

  it("finds the request in the folder, and what it puts beside it gets to the charge point", async () => {
    const folder = requestFolder();
    const { urls } = await start(`, certificateAuthority: { requestDirectory: ${folder} }`);
    const { client, chains } = await booted(urls[1], "CP001", { password });
    const older = await makeRequest("CN=CP001, O=Operator");
    const { csr } = await makeRequest("CN=CP001, O=Operator");
    await client.call("SignCertificate", { csr: older.csr });
    await until(() => expect(requestsIn(folder)).toHaveLength(1));
    await client.call("SignCertificate", { csr });
    await until(() =>
      expect(requestsIn(folder).map((name) => readFileSync(join(folder, name), "utf8"))).toEqual([csr]),
    );
    const [request = ""] = requestsIn(folder);
    expect(request).toMatch(/^CP001-\d{8}T\d{9}Z\.csr$/u);
    const signed = await clients.certify(csr);
    writeFileSync(join(folder, request.replace(".csr", ".pem")), signed);
    await until(() => expect(chains.map((chain) => chain.trim())).toEqual([signed.trim()]));
    await until(() => expect(readdirSync(folder)).toEqual([]));
  });

  it.each<[string, () => Promise<string> | string]>([
    ["a certificate for another key", async () => (await clients.issue()).cert],
    ["a certificate for another name", async () => (await clients.issue({ subject: "CN=CP002, O=Operator" })).cert],
    ["what is no certificate", () => "nothing"],
  ])("that puts %s there gets nothing to the charge point", async (_, make) => {
    const folder = requestFolder();
    const { urls } = await start(`, certificateAuthority: { requestDirectory: ${folder} }`);
    const { client, chains } = await booted(urls[1], "CP001", { password });
    await client.call("SignCertificate", { csr: (await makeRequest("CN=CP001, O=Operator")).csr });
    await until(() => expect(requestsIn(folder)).toHaveLength(1));
    writeFileSync(join(folder, requestsIn(folder)[0]?.replace(".csr", ".pem") ?? ""), await make());
    await until(() => expect(readdirSync(folder).map((name) => name.split("Z")[1])).toEqual([".csr", ".pem.refused"]));
    expect(chains).toEqual([]);
  });

  it("gets nothing but certificates to the charge point, whatever else stands in its file, and no root", async () => {
    const folder = requestFolder();
    const { urls } = await start(`, certificateAuthority: { requestDirectory: ${folder} }`);
    const { client, chains } = await booted(urls[1], "CP001", { password });
    const { csr, key } = await makeRequest("CN=CP001, O=Operator");
    await client.call("SignCertificate", { csr });
    await until(() => expect(requestsIn(folder)).toHaveLength(1));
    const signed = await clients.certify(csr);
    const whole = `Certificate:\n    Data: CN=CP001\n${signed}\n${key}\n${clients.issued.cert}\n`;
    writeFileSync(join(folder, requestsIn(folder)[0]?.replace(".csr", ".pem") ?? ""), whole);
    await until(() => expect(chains.map((chain) => chain.trim())).toEqual([signed.trim()]));
  });
});
