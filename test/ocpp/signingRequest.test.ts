// SignCertificate ("Improved security for OCPP 1.6-J" §5; RFC 2986): which requests are signed, whatever is sent.
import { generateKeyPairSync, webcrypto } from "node:crypto";
import { expect, test } from "vitest";
import { checkSigningRequest } from "../../src/ocpp/signingRequest.ts";
import { makeRequest } from "./certificatesInTest.ts";

const expected = { identity: "CP001", serialNumber: "SN-1", organizations: ["Operator", "Other operator"] };

function rsaKeys(modulusLength: number): Promise<webcrypto.CryptoKeyPair> {
  const publicExponent = new Uint8Array([1, 0, 1]);
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent, modulusLength };
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function curveKeys(namedCurve: string): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve }, true, ["sign", "verify"]);
}

const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

test.each([
  ["P-256", () => makeRequest("CN=CP001, O=Operator")],
  ["P-384", async () => makeRequest("CN=CP001, O=Operator", { keys: await curveKeys("P-384") })],
  ["RSA of 2048 bits", async () => makeRequest("CN=CP001, O=Operator", { keys: await rsaKeys(2048), algorithm: rsa })],
  ["the serial number as CN", () => makeRequest("CN=SN-1, O=Operator")],
])("one fits with %s", async (_, make) => {
  const { csr } = await make();
  expect(await checkSigningRequest(csr, expected)).toMatchObject({ kind: "fits", organization: "Operator" });
});

/** One bit of the last byte, which belongs to the signature. */
function withBrokenSignature(csr: string): string {
  const der = Buffer.from(csr.replace(/-----[^-]+-----|\s/gu, ""), "base64");
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
}

const pem = (base64: string): string =>
  `-----BEGIN CERTIFICATE REQUEST-----\n${base64}\n-----END CERTIFICATE REQUEST-----\n`;

test.each<[string, () => string | Promise<string>, string]>([
  ["nothing", () => "", "it is no signing request in PEM form"],
  ["no PEM", () => "CP001", "it is no signing request in PEM form"],
  ["100 kB", () => pem("A".repeat(100_000)), "it has more than 5500 characters"],
  ["base64 of anything", () => pem(Buffer.from("anything").toString("base64")), "it is damaged"],
  ["deeply nested DER", () => pem(Buffer.alloc(3000, 0x30).toString("base64")), "it is damaged"],
  [
    "half of one",
    async () => pem((await makeRequest("CN=CP001, O=Operator")).csr.split("\n").slice(1, 3).join("\n")),
    "it is damaged",
  ],
  [
    "a private key",
    () =>
      generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    "it is no signing request in PEM form",
  ],
  [
    "a wrong signature",
    async () => withBrokenSignature((await makeRequest("CN=CP001, O=Operator")).csr),
    "its signature is wrong",
  ],
  ["another CN", async () => (await makeRequest("CN=CP002, O=Operator")).csr, "the CN of its certificate is neither"],
  ["two CNs", async () => (await makeRequest("CN=CP001, CN=CP002, O=Operator")).csr, "exactly one CN"],
  ["no CN", async () => (await makeRequest("O=Operator")).csr, "exactly one CN"],
  ["another O", async () => (await makeRequest("CN=CP001, O=Other")).csr, "the O of its certificate"],
  ["no O", async () => (await makeRequest("CN=CP001")).csr, "the O of its certificate"],
  [
    "a short key",
    async () => (await makeRequest("CN=CP001, O=Operator", { keys: await rsaKeys(1024), algorithm: rsa })).csr,
    "its RSA key has 1024 bits",
  ],
  [
    "SHA-1",
    async () => {
      const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-1" };
      const keys = await webcrypto.subtle.generateKey(
        { ...algorithm, publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 },
        true,
        ["sign", "verify"],
      );
      return (await makeRequest("CN=CP001, O=Operator", { keys, algorithm })).csr;
    },
    "it is signed with SHA-1",
  ],
])("one is refused with %s", async (_, make, reason) => {
  const checked = await checkSigningRequest(await make(), expected);
  expect(checked).toMatchObject({ kind: "unfit", reason: expect.stringContaining(reason) });
});

test.each<[string, string, readonly string[], string | undefined]>([
  ["the one of the settings, whatever else is asked for", "CN=CP001, O=Foreign, O=Operator", ["Operator"], "Operator"],
  ["the one of several that is asked for", "CN=CP001, O=Second", ["Operator", "Second"], "Second"],
  ["none where the settings have none", "CN=CP001, O=Foreign", [], undefined],
])("the O of the certificate is %s", async (_, subject, organizations, organization) => {
  const { csr } = await makeRequest(subject);
  const checked = await checkSigningRequest(csr, { identity: "CP001", organizations });
  expect(checked).toMatchObject({ kind: "fits", organization });
});
