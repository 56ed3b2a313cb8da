// Reads one PEM file of a bounded size, and the certificates in it. What is wrong is a sentence that says what to do; it shows no content.
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

/** Why a file cannot be used, and what to do, each as a part of one sentence without full stop. */
export interface PemFault {
  readonly fault: string;
  readonly hint: string;
}

const MAX_BYTES = 4 * 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/gu;

const sentences: Readonly<Record<string, PemFault>> = {
  ENOENT: { fault: "there is no such file", hint: "name another one, or put it there" },
  ENOTDIR: { fault: "a part of its path is no directory", hint: "name another one" },
  EACCES: { fault: "this user may not read it", hint: "let the user of the bridge read it" },
  EPERM: { fault: "this user may not read it", hint: "let the user of the bridge read it" },
};

/** Them in PEM form, without roots: whoever gets a chain has the root, or must not take it from there (RFC 8446 §4.4.2). */
export function chainOf(certificates: readonly X509Certificate[]): string {
  return certificates
    .filter((each) => !isRoot(each))
    .map((each) => each.toString())
    .join("");
}

/** Whether it is issued by itself. */
export function isRoot(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate);
}

/** The text of a file in PEM form (RFC 7468). */
export function readPem(file: string): { readonly text: string } | PemFault {
  try {
    const found = statSync(file);
    if (!found.isFile()) return { fault: "it is no regular file", hint: "name a file in PEM form" };
    if (found.size > MAX_BYTES)
      return { fault: `it has ${found.size} bytes, more than ${MAX_BYTES}`, hint: "name another one" };
    const text = readFileSync(file, "latin1");
    if (text.includes("-----BEGIN ")) return { text };
    return { fault: "it is not in PEM form", hint: "convert it with openssl: … -outform PEM" };
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    return sentences[code] ?? { fault: `it cannot be read (${code})`, hint: "name another one" };
  }
}

/** SHA-256 of the first certificate of a PEM text, as `node:tls` writes it; undefined where none can be read. */
export function fingerprintIn(text: string): string | undefined {
  const certificates = certificatesIn(text);
  return "fault" in certificates ? undefined : certificates[0].fingerprint256;
}

/** The certificates of a PEM text in their order; at least one. */
export function certificatesIn(text: string): readonly [X509Certificate, ...X509Certificate[]] | PemFault {
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0)
    return { fault: "there is no certificate in it", hint: "name the file that begins with BEGIN CERTIFICATE" };
  try {
    const [first = "", ...others] = blocks;
    return [new X509Certificate(first), ...others.map((block) => new X509Certificate(block))];
  } catch {
    return { fault: "a certificate in it is damaged", hint: "get it again from who has issued it" };
  }
}
