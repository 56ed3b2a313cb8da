// The files of the bridge's own certificate authority: what cannot sign is refused when it is opened.
import { X509Certificate } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { openCertificateAuthority } from "../../src/ocpp/certificateAuthority.ts";
import { checkSigningRequest } from "../../src/ocpp/signingRequest.ts";
import { systemClock } from "../../src/std/clock.ts";
import { Authority, makeRequest, removeFolders, writeFiles, type Issued } from "./certificatesInTest.ts";

afterEach(removeFolders);

const open = ({ cert, key }: Pick<Issued, "cert" | "key">) =>
  openCertificateAuthority({
    files: writeFiles({ certificate: cert, key }),
    validityDays: 3650,
    clock: systemClock,
  });

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
