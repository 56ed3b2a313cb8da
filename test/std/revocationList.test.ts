// RFC 5280 §5.1: what is read of a revocation list, made by @peculiar/x509.
import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { revocationListIn } from "../../src/std/revocationList.ts";
import { Authority } from "../ocpp/certificatesInTest.ts";

const certificateOf = ({ issued }: Authority) => new X509Certificate(issued.cert);

test.each(["2031-02-03T04:05:06Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"])(
  "it is of its issuer and of nobody else, and counts until %s",
  async (expiry) => {
    const [issuer, other] = await Promise.all([Authority.create("CN=A, O=Ö"), Authority.create("CN=B, O=Ö")]);
    const list = revocationListIn(`a text\n${await issuer.revoke([await issuer.issue()], new Date(expiry))}`);
    expect(list?.expiresAt).toBe(Date.parse(expiry));
    expect(Math.abs((list?.issuedAt ?? 0) - (Date.now() - 86_400_000))).toBeLessThan(3_600_000);
    expect(list?.isOf(certificateOf(issuer))).toBe(true);
    expect(list?.isOf(certificateOf(other))).toBe(false);
  },
);

test("half of one, or bytes that are none, are not read", async () => {
  const pem = (der: Buffer): string => `-----BEGIN X509 CRL-----\n${der.toString("base64")}\n-----END X509 CRL-----\n`;
  const whole = await (await Authority.create()).revoke([]);
  const der = Buffer.from(whole.replace(/-----[^-]+-----|\s/gu, ""), "base64");
  expect(revocationListIn(pem(der))).toBeDefined();
  for (let length = 0; length < der.length; length++)
    expect(revocationListIn(pem(der.subarray(0, length)))).toBeUndefined();
  for (const bytes of [Buffer.alloc(100, 0x30), Buffer.alloc(100, 0xff), Buffer.from("3000", "hex")])
    expect(revocationListIn(pem(bytes))).toBeUndefined();
  expect(revocationListIn("nothing")).toBeUndefined();
});
