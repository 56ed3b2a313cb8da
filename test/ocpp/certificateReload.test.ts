// Certificates are replaced while charge points are connected: checked as a whole, then exchanged for whoever connects next.
import { copyFileSync, writeFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { TlsSettings } from "../../src/settings/settings.ts";
import { Authority, removeFolders, serverWish, writeFiles, type Issued } from "./certificatesInTest.ts";
import {
  admitted,
  basic,
  RawChargePoint,
  startListeners,
  stopListeners,
  until,
  type ListenersUnderTest,
} from "./listenersInTest.ts";

let root: Authority;
let first: Issued;
let second: Issued;
let expired: Issued;

beforeAll(async () => {
  root = await Authority.create();
  const wishes = [serverWish, { ...serverWish, until: 60 }, { ...serverWish, until: -0.5 }];
  [first, second, expired] = (await Promise.all(wishes.map((wish) => root.issue(wish)))) as [Issued, Issued, Issued];
});
afterEach(async () => {
  await stopListeners();
  removeFolders();
});

interface Served extends ListenersUnderTest {
  readonly files: Record<"certificate" | "key", string>;
}

async function serve(more: Partial<TlsSettings> = {}, profile: 2 | 3 = 2): Promise<Served> {
  const files = writeFiles({ certificate: first.cert, key: first.key });
  const tls = { ...files, additionalCertificates: [], crl: [], ...more };
  const admit = () => ({ ...admitted, password: "secret" });
  return { ...(await startListeners({ profiles: [profile], tls, admit })), files };
}

const options = () => ({ ca: root.issued.cert, ...basic("CP001", "secret") });

/** Serial number of the certificate with which a new connection is served. */
function servedSerial(url: string): Promise<string> {
  const socket = connectTls({ host: "127.0.0.1", port: Number(new URL(url).port), ca: root.issued.cert });
  return new Promise((resolve, reject) => {
    socket.once("error", reject).once("secureConnect", () => {
      resolve(socket.getPeerCertificate().serialNumber.toLowerCase());
      socket.destroy();
    });
  });
}

const serialOf = ({ certificate }: Issued): string => certificate.serialNumber.toLowerCase();

const expiryOf = ({ certificate }: Issued) => ({
  name: "ocpp.listeners[0].tls, certificate.pem",
  at: certificate.notAfter.getTime(),
  der: Buffer.from(certificate.rawData).toString("base64"),
});

test("a new pair is in use for new connections, and open links stay", async () => {
  const { url, files, listeners, log, events } = await serve();
  const chargePoint = await RawChargePoint.connect(`${url}/CP001`, options());
  expect(listeners.nextExpiry()).toEqual(expiryOf(first));
  writeFileSync(files.certificate, second.cert);
  writeFileSync(files.key, second.key);
  listeners.reloadCertificates();
  expect(await servedSerial(url)).toBe(serialOf(second));
  expect(listeners.nextExpiry()).toEqual(expiryOf(second));
  chargePoint.send([2, "1", "Heartbeat", {}]);
  expect(await chargePoint.frames(1)).toEqual([[3, "1", { echo: {} }]]);
  expect(events).toEqual(["linked CP001"]);
  expect(log.map(({ message }) => message)).toContain("the changed certificates are in use for new connections");
});

test("files that change are found without anybody saying so", async () => {
  const { url, files } = await serve();
  const next = writeFiles({ certificate: second.cert, key: second.key });
  copyFileSync(next.key, files.key);
  copyFileSync(next.certificate, files.certificate);
  await vi.waitFor(async () => expect(await servedSerial(url)).toBe(serialOf(second)), {
    timeout: 15_000,
    interval: 50,
  });
});

test.each<[string, () => Partial<Record<"certificate" | "key", string>>, string]>([
  ["a certificate without its key", () => ({ certificate: second.cert }), "is not the key of the certificate"],
  ["a key without its certificate", () => ({ key: second.key }), "is not the key of the certificate"],
  ["an expired one", () => ({ certificate: expired.cert, key: expired.key }), "has expired"],
  ["half a file", () => ({ certificate: first.cert.slice(0, 200) }), "there is no certificate in it"],
  ["an empty file", () => ({ certificate: "" }), "it is not in PEM form"],
])("%s is refused, and the pair from before stays in use", async (_, change, sentence) => {
  const { url, files, listeners, log } = await serve();
  for (const [name, text] of Object.entries(change())) writeFileSync(files[name as "certificate" | "key"], text);
  listeners.reloadCertificates();
  expect(log.at(-1)).toMatchObject({ level: "error", fields: { section: "ocpp.listeners[0]" } });
  expect(log.at(-1)?.message).toContain("those from before stay in use");
  expect(String(log.at(-1)?.fields["error"])).toContain(sentence);
  expect(await servedSerial(url)).toBe(serialOf(first));
});

test("a charge point that is revoked meanwhile does not get in again, though its link stays", async () => {
  const clients = await Authority.create("CN=Client Root");
  const { cert, key, ...issued } = await clients.issue();
  const { ca, crl } = writeFiles({ ca: clients.issued.cert, crl: await clients.revoke([]) });
  const { url, listeners } = await serve({ clientCa: ca, crl: [crl] }, 3);
  const shown = { ca: root.issued.cert, cert, key };
  const chargePoint = await RawChargePoint.connect(`${url}/CP001`, shown);
  writeFileSync(crl, await clients.revoke([{ cert, key, ...issued }]));
  listeners.reloadCertificates();
  await expect(RawChargePoint.connect(`${url}/CP001`, shown)).rejects.toThrow("401");
  chargePoint.send([2, "1", "Heartbeat", {}]);
  expect(await chargePoint.frames(1)).toEqual([[3, "1", { echo: {} }]]);
  await until(() => (listeners.links.size === 1 ? true : undefined), "the link");
});

test.each<[string, (clients: Authority) => Promise<string>, string]>([
  [
    "has expired",
    (clients) => clients.revoke([], new Date(Date.now() - 3_600_000)),
    "its revocation list has expired at",
  ],
  [
    "is of another authority",
    async () => (await Authority.create("CN=Foreign Root")).revoke([]),
    "its revocation list is of no authority of clientCa",
  ],
  ["is none", async () => "nothing", "it is not in PEM form"],
])("a revocation list that %s is refused, and the one from before stays in use", async (_, make, sentence) => {
  const clients = await Authority.create("CN=Client Root");
  const [good, bad] = await Promise.all([clients.issue(), clients.issue()]);
  const { ca, crl } = writeFiles({ ca: clients.issued.cert, crl: await clients.revoke([bad]) });
  const { url, listeners, log } = await serve({ clientCa: ca, crl: [crl] }, 3);
  writeFileSync(crl, await make(clients));
  listeners.reloadCertificates();
  expect(log.at(-1)).toMatchObject({ level: "error", fields: { error: expect.stringContaining(sentence) } });
  const shown = ({ cert, key }: Issued) => ({ ca: root.issued.cert, cert, key });
  await RawChargePoint.connect(`${url}/CP001`, shown(good));
  await expect(RawChargePoint.connect(`${url}/CP001`, shown(bad))).rejects.toThrow("401");
});

test("a revocation list is warned of before it expires", async () => {
  const clients = await Authority.create("CN=Client Root");
  const { ca, crl } = writeFiles({ ca: clients.issued.cert, crl: await clients.revoke([]) });
  const { listeners, log } = await serve({ clientCa: ca, crl: [crl] }, 3);
  writeFileSync(crl, await clients.revoke([], new Date(Date.now() + 86_400_000)));
  listeners.reloadCertificates();
  expect(log.at(-2)).toMatchObject({
    level: "warn",
    message: expect.stringContaining("its revocation list expires at"),
  });
  expect(log.at(-1)?.message).toContain("are in use");
});
