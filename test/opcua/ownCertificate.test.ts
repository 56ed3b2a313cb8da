// The bridge's own certificate as an application: what it says, who can read its key, when there is a new one, and that of an operator's authority.
import { X509Certificate } from "node:crypto";
import { chmodSync, copyFileSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openApplicationCertificate, type ApplicationCertificate } from "../../src/opcua/certificates.ts";
import type { ApplicationOptions } from "../../src/opcua/options.ts";
import { sha1ThumbprintOf } from "../../src/std/certificateFacts.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog, type Log, type LogFields } from "../../src/std/log.ts";
import { applicationUri, Authority, removeFolders, writeFiles, type Issued } from "../ocpp/certificatesInTest.ts";
import { temporaryFolder } from "./fixture.ts";

const DAY_MS = 86_400_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let lines: { fields: LogFields; message: string }[];
const opened: ApplicationCertificate[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  lines = [];
});
afterEach(async () => {
  for (const { trustList } of opened.splice(0)) await trustList.dispose();
  await folder.clean();
});
afterAll(removeFolders);

async function open(changed: Partial<ApplicationOptions> = {}, now = Date.now()): Promise<ApplicationCertificate> {
  const write: Log["info"] = (fields, message) => void lines.push({ fields, message });
  const surroundings = { clock: { ...systemClock, now: () => now }, log: { ...silentLog, info: write, warn: write } };
  const options = { host: "0.0.0.0", advertisedHosts: [], dataDirectory: folder.path, ...changed };
  const certificate = await openApplicationCertificate(options, "a client", surroundings);
  opened.push(certificate);
  return certificate;
}

const read = (file: string): X509Certificate => new X509Certificate(readFileSync(file));

describe("a certificate that the bridge has made (OPC 10000-6 §6.2.2)", () => {
  it("bears our subject, the ApplicationUri, this host, what is listened on and what is advertised", async () => {
    const { own } = await open({ host: "depot.example", advertisedHosts: ["scada.example", "203.0.113.7"] });
    const certificate = read(own.certificate);
    expect(certificate.subject.split("\n").toSorted()).toEqual([`CN=ocpp-opcua@${hostname()}`, "O=ocpp-opcua"]);
    const names = certificate.subjectAltName?.split(", ") ?? [];
    expect(names).toEqual(
      expect.arrayContaining([
        `URI:${own.applicationUri}`,
        ...["scada.example", "depot.example", "localhost", hostname()].map((name) => `DNS:${name}`),
        ...["203.0.113.7", "127.0.0.1"].map((address) => `IP Address:${address}`),
      ]),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it.skipIf(process.platform === "win32")(
    "has a key that nobody but its owner can read, even if others could before",
    async () => {
      const { own } = await open();
      expect(statSync(own.key).mode & 0o777).toBe(0o600);
      expect(statSync(dirname(own.key)).mode & 0o077).toBe(0);
      chmodSync(own.key, 0o644);
      await open();
      expect(statSync(own.key).mode & 0o777).toBe(0o600);
    },
  );

  it("stays as it is until sixty days before its end, and then gives way to a new one of the same ApplicationUri", async () => {
    const { own } = await open();
    const before = readFileSync(own.certificate);
    const end = new X509Certificate(before).validToDate.getTime();
    expect(own.whyOutdated(end - 61 * DAY_MS)).toBeUndefined();
    await open({}, end - 61 * DAY_MS);
    expect(readFileSync(own.certificate)).toEqual(before);

    expect(own.whyOutdated(end - 59 * DAY_MS)).toMatch(/^its certificate expires at 20/);
    lines = [];
    const renewed = await open({}, end - 59 * DAY_MS);
    const after = read(own.certificate);
    expect(sha1ThumbprintOf(after)).not.toBe(sha1ThumbprintOf(new X509Certificate(before)));
    expect(renewed.own.applicationUri).toBe(own.applicationUri);
    const [{ fields, message }, ...others] = lines as [(typeof lines)[number]];
    expect(others).toEqual([]);
    expect(message).toBe("made a new certificate; clients have to trust it");
    expect(fields).toMatchObject({
      thumbprint: sha1ThumbprintOf(after),
      reason: expect.stringContaining("expires at"),
    });
    // The old one is kept aside, and nothing else is left.
    expect(readFileSync(String(fields["aside"]))).toEqual(before);
    expect(readdirSync(dirname(own.certificate)).length).toBe(2);
  });

  it("gives way to one that names a host by which clients reach it from now on", async () => {
    const { own } = await open();
    const { own: renewed } = await open({ advertisedHosts: ["nat.example"] });
    expect(read(renewed.certificate).checkHost("nat.example")).toBe("nat.example");
    expect(lines.at(-1)?.fields["reason"]).toBe("its certificate does not name nat.example");
    expect(renewed.applicationUri).toBe(own.applicationUri);
    // That it names more than is needed is no reason.
    expect(own.whyOutdated(Date.now())).toBeUndefined();
  });

  it("is not renewed where an authority has issued it in its place", async () => {
    const { own } = await open();
    const authority = await Authority.create("CN=Site", { kind: "rsa" });
    const issued = await authority.issue({ kind: "rsa", until: 5, extensions: [applicationUri("urn:site:bridge")] });
    writeFileSync(own.certificate, issued.cert);
    const { own: later } = await open();
    expect(readFileSync(later.certificate, "utf8")).toBe(issued.cert);
    expect(later.applicationUri).toBe("urn:site:bridge");
  });
});

describe("a certificate that the operator's authority has issued", () => {
  let issued: Issued;
  let next: Issued;
  let nameless: Issued;
  let elliptic: Issued;

  beforeAll(async () => {
    const authority = await Authority.create("CN=Site", { kind: "rsa" });
    const wish = { kind: "rsa", extensions: [applicationUri("urn:site:bridge")] } as const;
    [issued, next, nameless] = await Promise.all([
      authority.issue(wish),
      authority.issue(wish),
      authority.issue({ kind: "rsa" }),
    ]);
    const other = await Authority.create();
    elliptic = await other.issue({ extensions: [applicationUri("urn:site:bridge")] });
  });

  const filesOf = ({ cert, key }: Issued): { certificate: string; key: string } => {
    const files = writeFiles({ certificate: cert, key });
    chmodSync(files.key, 0o600);
    return files;
  };

  it("is served with its ApplicationUri, and none is made", async () => {
    const files = filesOf(issued);
    const { own, trustList } = await open(files);
    expect(own).toMatchObject({ applicationUri: "urn:site:bridge", ...files });
    expect(readdirSync(join(trustList.rootDir, "own", "certs"))).toEqual([]);
    expect(lines).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("has a key of which the log says when everybody can read it", async () => {
    const files = filesOf(issued);
    chmodSync(files.key, 0o604);
    await open(files);
    expect(lines).toEqual([{ fields: { key: files.key }, message: "every user can read the private key" }]);
  });

  it.each<[string, () => Issued, RegExp]>([
    ["without an ApplicationUri", () => nameless, /it names no ApplicationUri/],
    ["with a key that OPC UA cannot use", () => elliptic, /its key is none of RSA with 2048 bits or more/],
    ["with the key of another", () => ({ ...issued, key: next.key }), /it is not the key of the certificate/],
    ["that is none", () => ({ ...issued, cert: "nothing" }), /it is not in PEM form/],
  ])("%s is refused with a sentence", async (_, wrong, sentence) => {
    await expect(open(filesOf(wrong()))).rejects.toThrow(sentence);
  });

  it("is outdated once other files that can be used stand in their place, and not before", async () => {
    const files = filesOf(issued);
    const { own } = await open(files);
    expect(own.whyOutdated(Date.now())).toBeUndefined();
    const newer = filesOf(next);
    copyFileSync(newer.certificate, files.certificate);
    expect(own.whyOutdated(Date.now())).toBeUndefined();
    copyFileSync(newer.key, files.key);
    expect(own.whyOutdated(Date.now())).toBe("the files of its certificate have been replaced");
  });
});
