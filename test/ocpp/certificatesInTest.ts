// Certificate authorities, certificates, signing requests and revocation lists for tests, made anew by @peculiar/x509.
// oxlint-disable-next-line import/no-unassigned-import -- what @peculiar/x509 needs first
import "reflect-metadata";
import type { webcrypto } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

export type KeyKind = "ecdsa" | "rsa";

const algorithms = {
  ecdsa: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  rsa: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  },
} as const;

const DAY_MS = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

export interface Issued {
  readonly certificate: x509.X509Certificate;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Wish {
  readonly subject?: string;
  readonly kind?: KeyKind;
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
  readonly isAuthority?: boolean;
  readonly extensions?: readonly x509.Extension[];
}

export class Authority {
  readonly issued: Issued;
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #kind: KeyKind;
  /** Certificates of the authorities above it. */
  readonly #above: string;

  private constructor(issued: Issued, keys: webcrypto.CryptoKeyPair, kind: KeyKind, above: string) {
    this.issued = issued;
    this.#keys = keys;
    this.#kind = kind;
    this.#above = above;
  }

  static async create(
    subject = "CN=Test Root",
    { kind = "ecdsa", from = -2, until = 365 }: Wish = {},
  ): Promise<Authority> {
    const keys = await newKeys(kind);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: subject,
      keys,
      signingAlgorithm: algorithms[kind],
      notBefore: inDays(from),
      notAfter: inDays(until),
      extensions: [...authorityExtensions, await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)],
    });
    return new Authority(await issuedOf(certificate, keys), keys, kind, "");
  }

  /** One that no authority has signed. */
  static async selfSigned(subject: string, { kind = "ecdsa", extensions = [] }: Wish = {}): Promise<Issued> {
    const keys = await newKeys(kind);
    const wish = {
      name: subject,
      keys,
      signingAlgorithm: algorithms[kind],
      notBefore: inDays(-1),
      notAfter: inDays(1),
      extensions: [...extensions],
    };
    return issuedOf(await x509.X509CertificateGenerator.createSelfSigned(wish), keys);
  }

  /** Two that have signed each other. */
  static async loop(kind: KeyKind): Promise<readonly [Authority, Authority]> {
    const [first, second] = [
      await Authority.create("CN=First", { kind }),
      await Authority.create("CN=Second", { kind }),
    ];
    const sign = async (signer: Authority, signed: Authority): Promise<Authority> => {
      const { subject } = signed.issued.certificate;
      return new Authority(await signer.#sign(signed.#keys, { subject, isAuthority: true }), signed.#keys, kind, "");
    };
    return [await sign(second, first), await sign(first, second)];
  }

  /** An authority below this one. */
  async intermediate(subject: string): Promise<Authority> {
    const keys = await newKeys(this.#kind);
    const issued = await this.#sign(keys, { subject, isAuthority: true });
    return new Authority(issued, keys, this.#kind, this.chain);
  }

  /** Its own certificate and those above it but for the root. */
  get chain(): string {
    return this.#above === "" && isRoot(this.issued) ? "" : `${this.issued.cert}\n${this.#above}`;
  }

  async issue(wish: Wish = {}): Promise<Issued> {
    return this.#sign(await newKeys(wish.kind ?? this.#kind), wish);
  }

  /** A certificate for the key and the names of a signing request, in PEM form. */
  async certify(csr: string): Promise<string> {
    const request = new x509.Pkcs10CertificateRequest(csr);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: request.subjectName,
      issuer: this.issued.certificate.subjectName,
      publicKey: request.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithms[this.#kind],
      notBefore: inDays(-1),
      notAfter: inDays(90),
    });
    return certificate.toString("pem");
  }

  async #sign(keys: webcrypto.CryptoKeyPair, wish: Wish): Promise<Issued> {
    const { subject = "CN=CP001", from = -1, until = 90, isAuthority = false, extensions = [] } = wish;
    const certificate = await x509.X509CertificateGenerator.create({
      subject,
      issuer: this.issued.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithms[this.#kind],
      notBefore: inDays(from),
      notAfter: inDays(until),
      extensions: [
        ...(isAuthority ? authorityExtensions : []),
        await x509.AuthorityKeyIdentifierExtension.create(this.#keys.publicKey),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ...extensions,
      ],
    });
    return issuedOf(certificate, keys);
  }

  async revoke(revoked: readonly Issued[], nextUpdate = inDays(30)): Promise<string> {
    const list = await x509.X509CrlGenerator.create({
      issuer: this.issued.certificate.subject,
      thisUpdate: inDays(-1),
      nextUpdate,
      signingAlgorithm: algorithms[this.#kind],
      signingKey: this.#keys.privateKey,
      entries: revoked.map(({ certificate: { serialNumber } }) => ({ serialNumber, revocationDate: inDays(-1) })),
    });
    return x509.PemConverter.encode(list.rawData, "X509 CRL");
  }
}

const authorityExtensions = [
  new x509.BasicConstraintsExtension(true, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
];

export interface RequestWish {
  readonly keys?: webcrypto.CryptoKeyPair;
  readonly algorithm?: { readonly name: string; readonly hash: string };
}

/** A signing request (PKCS #10) in PEM form, with its private key. */
export async function makeRequest(
  name: string | x509.JsonNameParams,
  wish: RequestWish = {},
): Promise<{ csr: string; key: string }> {
  const keys = wish.keys ?? (await newKeys("ecdsa"));
  const signingAlgorithm = wish.algorithm ?? algorithms.ecdsa;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: new x509.Name(name),
    keys,
    signingAlgorithm,
  });
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { csr: request.toString("pem"), key };
}

/** A certificate for a server on 127.0.0.1. */
export const serverWish: Wish = {
  subject: "CN=127.0.0.1",
  extensions: [new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
};

/** A certificate for an OPC UA application with an RSA key (OPC 10000-6 §6.2.2). */
export function clientWish(uri: string): Wish {
  const { digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment } = x509.KeyUsageFlags;
  return {
    subject: "CN=Client",
    kind: "rsa",
    extensions: [
      applicationUri(uri),
      new x509.KeyUsagesExtension(digitalSignature | nonRepudiation | keyEncipherment | dataEncipherment, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    ],
  };
}

/** What names the application of OPC UA (OPC 10000-6 §6.2.2). */
export function applicationUri(value: string): x509.Extension {
  return new x509.SubjectAlternativeNameExtension([{ type: "url", value }]);
}

export function newKeys(kind: KeyKind): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithms[kind], true, ["sign", "verify"]);
}

async function issuedOf(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair): Promise<Issued> {
  const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { certificate, cert: certificate.toString("pem"), key };
}

function isRoot({ certificate }: Issued): boolean {
  return certificate.subject === certificate.issuer;
}

const folders: string[] = [];

/** For `afterEach`: removes what was written. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Writes files into a new folder; gives their paths by name. */
export function writeFiles<N extends string>(files: Readonly<Record<N, string>>): Record<N, string> {
  const folder = mkdtempSync(join(tmpdir(), "ocpp-opcua-tls-"));
  folders.push(folder);
  const paths: Record<string, string> = {};
  for (const [name, text] of Object.entries<string>(files)) {
    paths[name] = join(folder, `${name}.pem`);
    writeFileSync(paths[name], text);
  }
  return paths;
}
