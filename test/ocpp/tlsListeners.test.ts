// "Improved security for OCPP 1.6-J" §2, §3: security profiles 2 and 3 over real TLS sockets.
import { connect as connectTcp } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Admission } from "../../src/ocpp/door.ts";
import type { TlsSettings } from "../../src/settings/settings.ts";
import { Authority, removeFolders, serverWish, writeFiles, type Issued, type Wish } from "./certificatesInTest.ts";
import {
  admitted,
  basic,
  closedSocket,
  connectRpc,
  handshake,
  RawChargePoint,
  startListeners,
  stopListeners,
  talkRaw,
  until,
  type ListenersUnderTest,
} from "./listenersInTest.ts";

let root: Authority;
let clients: Authority;
let server: Issued;
let rsaServer: Issued;

beforeAll(async () => {
  [root, clients] = await Promise.all([Authority.create(), Authority.create("CN=Client Root")]);
  [server, rsaServer] = await Promise.all([root.issue(serverWish), root.issue({ ...serverWish, kind: "rsa" })]);
});
afterEach(async () => {
  await stopListeners();
  removeFolders();
});

const withPassword = (): Admission => ({ ...admitted, password: "secret" });

function tlsOf(more: Partial<TlsSettings> = {}): TlsSettings {
  const { certificate, key, clientCa } = writeFiles({
    certificate: server.cert,
    key: server.key,
    clientCa: clients.issued.cert,
  });
  return { certificate, key, clientCa, additionalCertificates: [], crl: [], ...more };
}

const start = (profile: 2 | 3, tls: TlsSettings = tlsOf(), admit?: () => Admission): Promise<ListenersUnderTest> =>
  startListeners({ profiles: [profile], tls, admit: admit ?? (profile === 2 ? withPassword : () => admitted) });

const trusting = () => ({ ca: root.issued.cert });

/** A TLS connection to the first listener, once the handshake is done. */
function handshaken(url: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ host: "127.0.0.1", port: Number(new URL(url).port), ...trusting(), ...options });
  return new Promise((resolve, reject) => {
    socket.once("secureConnect", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Status line and body of what a WebSocket handshake over TLS is answered. */
async function answerTo(url: string, options: ConnectionOptions, ...headers: string[]): Promise<string> {
  const socket = await handshaken(url, options);
  socket.on("error", () => {});
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    answer += chunk;
  });
  socket.write(handshake("/CP001", ...headers));
  await until(() => (answer.includes("\r\n\r\n") ? true : undefined), "an answer");
  socket.destroy();
  return answer;
}

describe("security profile 2", () => {
  test("an independent charge point comes in over TLS with its password, which the log and the link know as profile 2", async () => {
    const profiles: number[] = [];
    const { url, count } = await startListeners({
      profiles: [2],
      tls: tlsOf(),
      admit: withPassword,
      linked: (link) => profiles.push(link.securityProfile),
    });
    expect(url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/);
    const client = await connectRpc(url, "CP001", { password: "secret", wsOpts: trusting() });
    expect(await client.call("Heartbeat", {})).toEqual({ echo: {} });
    expect(profiles).toEqual([2]);
    expect(count("linksOpened")).toBe(1);
    await client.close();
  });

  test("a wrong password is refused (401), and after too many nothing is looked at any more (429)", async () => {
    const { url, count } = await startListeners({
      profiles: [2],
      tls: tlsOf(),
      admit: withPassword,
      limits: { failedLoginsPerMinute: 2 },
    });
    const wrong = `Authorization: ${basic("CP001", "wrong").headers.Authorization}`;
    expect(await answerTo(url, {}, wrong)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await answerTo(url, {}, wrong)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await answerTo(url, {}, wrong)).toMatch(/^HTTP\/1\.1 429 /);
    expect(count("loginsFailed")).toBe(3);
    await RawChargePoint.connect(`${url}/CP001`, { ...basic("CP001", "secret"), ...trusting() });
  });

  test.each([
    ["TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"],
    ["TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"],
    ["TLSv1.3", "TLS_AES_128_GCM_SHA256"],
    ["TLSv1.3", "TLS_AES_256_GCM_SHA384"],
  ] as const)("speaks %s with %s", async (version, ciphers) => {
    const { url } = await start(2);
    const socket = await handshaken(url, { minVersion: version, maxVersion: version, ciphers });
    expect([socket.getProtocol(), socket.getCipher().name]).toEqual([version, ciphers]);
    socket.destroy();
  });

  test.each([
    ["TLS 1.1", { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" }],
    ["a cipher without forward secrecy", { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" }],
    ["a cipher without authenticated encryption", { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256" }],
  ] as const)("refuses %s with an alert, and says so in the log", async (_, options) => {
    const { url, count, log, listeners } = await start(2);
    await expect(handshaken(url, options)).rejects.toThrow(/alert/);
    await until(() => (count("tlsFailed") === 1 ? true : undefined), "the count");
    expect(log.at(-1)).toMatchObject({ level: "warn", fields: { remoteAddress: "127.0.0.1" } });
    expect(log.at(-1)?.message).toMatch(/^TLS handshake failed: it offers no /);
    expect(listeners.links.size).toBe(0);
  });

  test("a charge point that knows only RSA and one that knows only ECDSA find their certificates side by side", async () => {
    const rsa = writeFiles({ certificate: rsaServer.cert, key: rsaServer.key });
    const { url } = await start(2, tlsOf({ additionalCertificates: [rsa] }));
    for (const kind of ["RSA", "ECDSA"]) {
      const socket = await handshaken(url, { maxVersion: "TLSv1.2", ciphers: `ECDHE-${kind}-AES128-GCM-SHA256` });
      expect(socket.getCipher().name).toBe(`ECDHE-${kind}-AES128-GCM-SHA256`);
      socket.destroy();
    }
  });

  test("the whole chain is sent, so that the root alone is enough for a charge point", async () => {
    const below = await root.intermediate("CN=Test Intermediate");
    const leaf = await below.issue(serverWish);
    const files = writeFiles({ certificate: `${leaf.cert}\n${below.chain}`, key: leaf.key });
    const { url } = await start(2, tlsOf(files));
    const socket = await handshaken(url);
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerCertificate(true).issuerCertificate.subject.CN).toBe("Test Intermediate");
    socket.destroy();
  });
});

describe("a port with TLS outlives", () => {
  test.each([
    ["plain HTTP", handshake("/CP001"), "plain HTTP came to a port with TLS; dial wss:// instead of ws://"],
    ["garbage", "\u0000\u0001\u0002 garbage \r\n\r\n", ""],
    ["half a ClientHello that is no one", "\u0016\u0003\u0001\u0000\u0005hello", ""],
  ])("%s", async (_, text, sentence) => {
    const { url, count, log } = await start(2);
    expect(await talkRaw(url, text)).not.toContain("101");
    await until(() => (count("tlsFailed") === 1 ? true : undefined), "the count");
    expect(log.at(-1)?.message).toMatch(/^TLS handshake failed: ./);
    expect(log.at(-1)?.message).toContain(sentence);
    await RawChargePoint.connect(`${url}/CP001`, { ...basic("CP001", "secret"), ...trusting() });
  });

  test("whoever never finishes the handshake, or stays silent after it", async () => {
    const { url, listeners } = await startListeners({
      profiles: [2],
      tls: tlsOf(),
      admit: withPassword,
      limits: { handshakeTimeoutSeconds: 0.2 },
    });
    const silent = connectTcp({ host: "127.0.0.1", port: Number(new URL(url).port) });
    const quiet = await handshaken(url);
    silent.on("error", () => {});
    quiet.on("error", () => {});
    await Promise.all([closedSocket(silent), closedSocket(quiet.resume())]);
    expect(listeners.links.size).toBe(0);
  });
});

describe("security profile 3", () => {
  const shown = ({ cert, key }: Issued): ConnectionOptions => ({ cert, key });

  test("an independent charge point proves its identity by its certificate alone", async () => {
    const profiles: [number, boolean][] = [];
    const { url } = await startListeners({
      profiles: [3],
      tls: tlsOf({ organization: "Operator" }),
      admit: withPassword,
      linked: ({ securityProfile, isProven }) => profiles.push([securityProfile, isProven]),
    });
    const issued = await clients.issue({ subject: "CN=CP001, O=Operator" });
    const client = await connectRpc(url, "CP001", { wsOpts: { ...trusting(), ...shown(issued) } });
    expect(await client.call("Heartbeat", {})).toEqual({ echo: {} });
    expect(profiles).toEqual([[3, true]]);
    await client.close();
  });

  test("the CN may be the serial number, and the path may have an authority between", async () => {
    const admit = (): Admission => ({ ...admitted, serialNumber: "SN-42" });
    const { url } = await start(3, tlsOf(), admit);
    const below = await clients.intermediate("CN=Client Intermediate");
    const issued = await below.issue({ subject: "CN=SN-42" });
    const options = { ...trusting(), cert: `${issued.cert}\n${below.chain}`, key: issued.key };
    await RawChargePoint.connect(`${url}/CP001`, options);
  });

  test.each<[string, Wish, string]>([
    ["an expired one", { until: -0.5 }, "its certificate has expired"],
    ["one that is not valid yet", { from: 1 }, "its certificate is not valid yet"],
    ["one of another charge point", { subject: "CN=CP002" }, "the CN of its certificate is neither"],
    ["one with its name in other letters", { subject: "CN=cp001" }, "the CN of its certificate is neither"],
    ["one with two names", { subject: "CN=CP001, CN=CP002" }, "exactly one CN"],
    ["one without a name", { subject: "O=Operator" }, "exactly one CN"],
    ["one of another operator", { subject: "CN=CP001, O=Other" }, "the O of its certificate is not tls.organization"],
  ])("refuses %s (401), says why and counts it", async (_, wish, reason) => {
    const { url, count, log, events } = await start(3, tlsOf({ organization: "Operator" }));
    const subject = wish.subject ?? "CN=CP001, O=Operator";
    const answer = await answerTo(url, shown(await clients.issue({ ...wish, subject })));
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain(reason);
    expect(log.at(-1)).toMatchObject({ level: "warn", fields: { chargePoint: "CP001", status: 401 } });
    expect(log.at(-1)?.message).toContain(reason);
    expect(count("loginsFailed")).toBe(1);
    expect(events).toEqual([]);
  });

  test("refuses who shows none, one that it has signed itself, and one of another authority", async () => {
    const { url } = await start(3);
    const selfSigned = await Authority.selfSigned("CN=CP001");
    const foreign = await root.issue({ subject: "CN=CP001" });
    expect(await answerTo(url, {})).toContain("it has shown no certificate");
    expect(await answerTo(url, shown(selfSigned))).toContain("its certificate is signed by itself");
    expect(await answerTo(url, shown(foreign))).toContain("an authority that is not among tls.clientCa");
  });

  test("refuses a revoked one", async () => {
    const [good, bad] = await Promise.all([clients.issue(), clients.issue()]);
    const { crl } = writeFiles({ crl: await clients.revoke([bad]) });
    const { url } = await start(3, tlsOf({ crl: [crl] }));
    expect(await answerTo(url, shown(good))).toMatch(/^HTTP\/1\.1 101 /);
    const refused = await answerTo(url, shown(bad));
    expect(refused).toMatch(/^HTTP\/1\.1 401 /);
    expect(refused).toContain("its certificate has been revoked");
  });

  test.each([
    [2, true],
    [3, false],
  ] as const)(
    "what security profile %i has found out is taken from an earlier connection: %s",
    async (profile, reused) => {
      const { url } = await start(profile);
      const options = { ...shown(await clients.issue()), maxVersion: "TLSv1.2" } as const;
      const first = await handshaken(url, options);
      const session = first.getSession();
      first.destroy();
      if (session === undefined) throw new Error("TLS 1.2 always has a session");
      const again = await handshaken(url, { ...options, session });
      expect(again.isSessionReused()).toBe(reused);
      again.destroy();
    },
  );

  test("refuses everybody when a revocation list has expired, for nobody knows who is revoked", async () => {
    const { crl } = writeFiles({ crl: await clients.revoke([], new Date(Date.now() - 3_600_000)) });
    const { url } = await start(3, tlsOf({ crl: [crl] }));
    expect(await answerTo(url, shown(await clients.issue()))).toContain("a revocation list of tls.crl has expired");
  });
});

describe("no downgrade (§2.2)", () => {
  test("a charge point below its lowest profile is refused also with the right password (401)", async () => {
    const { listeners, log } = await startListeners({
      profiles: [1, 2],
      tls: tlsOf(),
      admit: () => ({ ...admitted, password: "secret", lowestProfile: 2 }),
    });
    const [plain = "", secured = ""] = listeners.urls();
    await expect(RawChargePoint.connect(`${plain}/CP001`, basic("CP001", "secret"))).rejects.toThrow("401");
    expect(log.at(-1)?.message).toContain("security profile 1 is lower than 2");
    await RawChargePoint.connect(`${secured}/CP001`, { ...basic("CP001", "secret"), ...trusting() });
  });
});
