// Certificate hashes, signing requests and the DER they are made of, checked against OpenSSL's words and node:crypto.
import { createPublicKey, createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createCertificates,
  deleteRoot,
  hashDataOf,
  installRoot,
  readCertificate,
  requestCertificate,
  takeSigned,
} from "../../src/simulator/certificates.ts";
import { DER, readDer, writeDer } from "../../src/simulator/der.ts";
import { expiredPem, leafPem, rootHashes, rootPem } from "./certificateFixtures.ts";

const now = Date.parse("2030-06-01T00:00:00Z");

function pemToDer(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ""), "base64");
}

/** A certificate for a key, signed by a throw-away authority. */
function certificateFor(key: KeyObject): string {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = writeDer(
    DER.sequence,
    writeDer(DER.objectIdentifier, Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)),
  );
  const commonName = (text: string): Uint8Array =>
    writeDer(
      DER.sequence,
      writeDer(
        DER.set,
        writeDer(
          DER.sequence,
          writeDer(DER.objectIdentifier, Uint8Array.of(0x55, 0x04, 0x03)),
          writeDer(DER.utf8String, Buffer.from(text)),
        ),
      ),
    );
  const utcTime = (text: string): Uint8Array => writeDer(0x17, Buffer.from(text));
  const body = writeDer(
    DER.sequence,
    writeDer(DER.integer, Uint8Array.of(9)),
    algorithm,
    commonName("Authority"),
    writeDer(DER.sequence, utcTime("200101000000Z"), utcTime("490101000000Z")),
    commonName("CP001"),
    key.export({ type: "spki", format: "der" }),
  );
  const signature = writeDer(DER.bitString, Uint8Array.of(0), sign("sha256", body, authority.privateKey));
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(writeDer(DER.sequence, body, algorithm, signature)).toString("base64")}\n-----END CERTIFICATE-----\n`;
}

describe("roots", () => {
  const root = readCertificate(rootPem, now)!;

  test.each(["SHA256", "SHA512"] as const)("are named by the %s hashes that OpenSSL computes", (algorithm) => {
    expect(hashDataOf(root, algorithm)).toEqual(rootHashes[algorithm]);
  });

  test("that have expired, are not valid yet, or are no certificates are not read", () => {
    expect(readCertificate(expiredPem, now)).toBeUndefined();
    expect(readCertificate(rootPem, Date.parse("2010-01-01T00:00:00Z"))).toBeUndefined();
    expect(readCertificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", now)).toBeUndefined();
    expect(readCertificate("", now)).toBeUndefined();
  });

  test("are only those that have issued themselves", () => {
    expect(hashDataOf(readCertificate(leafPem, now)!, "SHA256")).toBeUndefined();
  });

  test("are deleted by hashes in any case and with any leading zeros, and only then", () => {
    const installed = createCertificates();
    expect(installRoot(installed, "CentralSystemRootCertificate", root)).toBe("kept");
    expect(installRoot(installed, "CentralSystemRootCertificate", root)).toBe("kept");
    expect(installed.roots).toHaveLength(1);
    const { SHA256 } = rootHashes;
    expect(deleteRoot(installed, { ...SHA256, issuerKeyHash: SHA256.issuerNameHash })).toBe(false);
    expect(deleteRoot(installed, { ...SHA256, serialNumber: "954344512AE96EC2DC8D458239FD102617556C1" })).toBe(true);
    expect(installed.roots).toEqual([]);
  });
});

describe("signing requests (RFC 2986)", () => {
  test("are signed with the key they contain and bear the subject", () => {
    const installed = createCertificates();
    const pem = requestCertificate(installed, { commonName: "CP001", organization: "Operator" });
    const [request] = readDer(pemToDer(pem))!;
    const [info, , signature] = readDer(request!.content)!;
    const [, subject, publicKeyInfo] = readDer(info!.content)!;
    const publicKey = createPublicKey({ key: Buffer.from(publicKeyInfo!.whole), type: "spki", format: "der" });
    expect(verify("sha256", info!.whole, publicKey, signature!.content.subarray(1))).toBe(true);
    expect(Buffer.from(subject!.whole).toString("latin1")).toContain("CP001");
    expect(installed.requestedKey?.equals(publicKey)).toBe(true);
  });

  test("accept the certificate of their own key, once, and no other", () => {
    const installed = createCertificates();
    expect(takeSigned(installed, rootPem, now)).toBe(false);
    requestCertificate(installed, { commonName: "CP001", organization: "Operator" });
    const pem = certificateFor(installed.requestedKey!);
    expect(takeSigned(installed, rootPem, now)).toBe(false);
    expect(takeSigned(installed, pem, now)).toBe(true);
    expect(installed.own?.subject).toBe("CN=CP001");
    expect(takeSigned(installed, pem, now)).toBe(false);
  });
});

describe("DER", () => {
  test("reads what it writes, whatever the length", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70_000 }), { maxLength: 4 }), (contents) => {
        const values = readDer(Buffer.concat(contents.map((each) => writeDer(DER.sequence, each))));
        expect(values?.map((each) => Buffer.from(each.content).toString("hex"))).toEqual(
          contents.map((each) => Buffer.from(each).toString("hex")),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("never throws for bytes from outside", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readDer(bytes)));
  });

  test.each([[[0x30]], [[0x30, 0x02, 0x00]], [[0x30, 0x80]], [[0x30, 0x84, 1, 0, 0, 0]]])(
    "does not read %j",
    (bytes) => {
      expect(readDer(Uint8Array.from(bytes))).toBeUndefined();
    },
  );

  test("agrees with node about the fingerprint of what it takes apart", () => {
    const [whole] = readDer(pemToDer(rootPem))!;
    const fingerprint = createHash("sha256").update(whole!.whole).digest("hex");
    expect(readCertificate(rootPem, now)?.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(fingerprint);
  });
});
