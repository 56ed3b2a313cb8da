// The files of the bridge's own certificate authority: what cannot sign is refused when it is opened.
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { openCertificateAuthority, type CertificateAuthority } from "../../src/ocpp/certificateAuthority.ts";
import { checkSigningRequest, type FittingRequest } from "../../src/ocpp/signingRequest.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog } from "../../src/std/log.ts";
import type { KeyPairFiles } from "../../src/std/tlsFiles.ts";
import { Authority, makeRequest, removeFolders, writeFiles, type Issued, type Wish } from "./certificatesInTest.ts";

const opened: CertificateAuthority[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.stop()));
  removeFolders();
});

async function openFiles(files: KeyPairFiles): Promise<CertificateAuthority> {
  const authority = await openCertificateAuthority({ files, validityDays: 3650, clock: systemClock, log: silentLog });
  opened.push(authority);
  return authority;
}

const open = ({ cert, key }: Pick<Issued, "cert" | "key">) => openFiles(writeFiles({ certificate: cert, key }));

test("a certificate that may sign no others, or one without its key, is refused", async () => {
  const root = await Authority.create();
  await expect(open(await root.issue())).rejects.toThrow("it is no certificate of an authority (CA:TRUE)");
  const { key } = await root.issue();
  await expect(open({ cert: root.issued.cert, key })).rejects.toThrow("it is not the key of the certificate");
});

test.each([
  'x"VICTIM"',
  '"VICTIM"',
  "\\VICTIM",
  "VICTIM\\",
  "VICTIM\\20",
  "#0C06564943544D",
  "VICTIM, O=Other",
  "VICTIM+O=x",
  "é🔌",
])(
  "the certificate of %s has this very name, for in a name nothing is a sign with a meaning of its own",
  async (identity) => {
    const root = await Authority.create();
    const names = [{ O: [{ utf8String: identity }] }, { CN: [{ utf8String: identity }] }];
    const { csr } = await makeRequest(names);
    const request = await checkSigningRequest(csr, { identity, organizations: [identity] });
    if (request.kind === "unfit") throw new Error(request.reason);
    const { subject } = new X509Certificate(await (await open(root.issued)).sign(request)).toLegacyObject();
    expect({ ...subject }).toEqual({ O: identity, CN: identity });
  },
);

test.each(["ecdsa", "rsa"] as const)("what a %s authority signs is valid no longer than itself", async (kind) => {
  const root = await Authority.create("CN=Short Root", { kind, until: 10 });
  const { csr } = await makeRequest("CN=CP001, O=Operator, C=NL");
  const request = await checkSigningRequest(csr, { identity: "CP001", organizations: [] });
  if (request.kind === "unfit") throw new Error(request.reason);
  const certificate = new X509Certificate(await (await open(root.issued)).sign(request));
  const authority = new X509Certificate(root.issued.cert);
  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect(certificate.validToDate).toEqual(authority.validToDate);
  // No O is wanted, so that nobody gets one by asking for it.
  expect(certificate.subject).toBe("CN=CP001");
  expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
});

test("nothing that it signs is valid before itself", async () => {
  const root = await Authority.create("CN=Young Root", { from: -0.01 });
  const request = await fitting();
  const certificate = new X509Certificate(await (await open(root.issued)).sign(request));
  expect(certificate.validFromDate).toEqual(new X509Certificate(root.issued.cert).validFromDate);
});

test.each<[string, Wish, RegExp]>([
  ["has expired", { until: -0.5 }, /^the certificate of the authority has expired at /],
  ["is not valid yet", { from: 1 }, /^the certificate of the authority is valid only from /],
])("one that %s says so", async (_, wish, sentence) => {
  const root = await Authority.create("CN=Root", wish);
  expect((await open(root.issued)).fault()).toMatch(sentence);
  expect((await open((await Authority.create()).issued)).fault()).toBeUndefined();
});

test("a new authority is in use once its files are read again, and one that cannot be used changes nothing", async () => {
  const [first, second, expired] = await Promise.all([
    Authority.create("CN=First"),
    Authority.create("CN=Second"),
    Authority.create("CN=Expired", { until: -0.5 }),
  ]);
  const files = writeFiles({ certificate: first.issued.cert, key: first.issued.key });
  const authority = await openFiles(files);
  const issuer = async () => new X509Certificate(await authority.sign(await fitting())).issuer;
  const put = async ({ issued }: Authority, key = issued.key) => {
    writeFileSync(files.certificate, issued.cert);
    writeFileSync(files.key, key);
    await authority.reload();
    return issuer();
  };
  expect(await put(expired)).toBe("CN=First");
  expect(await put(second, first.issued.key)).toBe("CN=First");
  expect(await put(second)).toBe("CN=Second");
  writeFileSync(files.certificate, first.issued.cert);
  writeFileSync(files.key, first.issued.key);
  await vi.waitFor(async () => expect(await issuer()).toBe("CN=First"), { timeout: 15_000, interval: 50 });
});

async function fitting(): Promise<FittingRequest> {
  const { csr } = await makeRequest("CN=CP001");
  const request = await checkSigningRequest(csr, { identity: "CP001", organizations: [] });
  if (request.kind === "unfit") throw new Error(request.reason);
  return request;
}
