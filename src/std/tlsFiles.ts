// The files of a TLS server, read and checked as a whole before anybody is served with them: what fits together, what is missing, what
// expires. It opens no port and knows no protocol above TLS.
import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { EpochMs } from "./clock.ts";
import { certificatesIn, readPem, type PemFault } from "./pemFile.ts";
import { revocationListIn, type RevocationList } from "./revocationList.ts";

/** A certificate with the chain above it, and its private key. */
export interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Absolute paths of PEM files. */
export interface TlsFiles extends KeyPairFiles {
  readonly additionalCertificates: readonly KeyPairFiles[];
  readonly clientCa?: string | undefined;
  readonly crl: readonly string[];
}

/** What `node:tls` takes; the texts of the files. */
export interface TlsMaterial {
  readonly cert: string[];
  readonly key: string[];
  readonly ca?: string | undefined;
  readonly crl?: string[] | undefined;
}

/** What is wrong with a file; an `error` means that it cannot be served with. */
export interface TlsFlaw {
  readonly severity: "error" | "warning";
  /** Keys from the section `tls` to the name of the file. */
  readonly path: readonly string[];
  /** Sentence without full stop that names the file. */
  readonly message: string;
  readonly hint: string;
}

/** When a certificate is valid no more. */
export interface Expiry {
  readonly file: string;
  readonly at: EpochMs;
  /** The certificate: DER in base64. */
  readonly der: string;
}

export interface ReadTls {
  /** Undefined when a flaw is an error. */
  readonly material: TlsMaterial | undefined;
  readonly flaws: readonly TlsFlaw[];
  /**
   * Why it must not take the place of what is in use, though one could start with it: a certificate of the server that is not valid now, or a
   * revocation list that is not, or that none of the authorities has issued, so that nobody would get in.
   */
  readonly stale: TlsFlaw | undefined;
  /** Of all certificates, also those of the authorities of clients, the one that expires first. */
  readonly nextExpiry: Expiry | undefined;
}

const DAY_MS = 86_400_000;
const WARNED_DAYS = 30;
/** Lists are renewed every few days. */
const LIST_WARNED_DAYS = 3;

/** Reads all of them; never throws. `now` is what the times in them are compared with. */
export function readTlsFiles(files: TlsFiles, now: EpochMs): ReadTls {
  const pairs = [
    readPair(files, [], now),
    ...files.additionalCertificates.map((pair, index) =>
      readPair(pair, ["additionalCertificates", String(index)], now),
    ),
  ];
  const clientCa = readClientCa(files.clientCa, now);
  const lists = files.crl.map((file, index) =>
    readRevocationList(file, ["crl", String(index)], clientCa.authorities, now),
  );
  const flaws = [...pairs, clientCa, ...lists].flatMap((part) => part.flaws).concat(findEqualKinds(pairs));
  const isCurrent = ({ leaf }: ReadPair): boolean =>
    leaf !== undefined && leaf.validFromDate.getTime() <= now && now < leaf.validToDate.getTime();
  const [stale] = [
    ...pairs.filter((pair) => !isCurrent(pair)),
    ...lists.filter(({ isUsable }) => isUsable !== true),
  ].flatMap((part) => part.flaws);
  const [nextExpiry] = [...pairs, clientCa].flatMap(({ expiries }) => expiries).toSorted((a, b) => a.at - b.at);
  const seen = { stale, nextExpiry };
  if (flaws.some(({ severity }) => severity === "error")) return { ...seen, material: undefined, flaws };
  const material: TlsMaterial = {
    cert: pairs.map(({ certificate }) => certificate),
    key: pairs.map(({ key }) => key),
    ca: clientCa.text,
    crl: lists.length === 0 ? undefined : lists.map(({ text = "" }) => text),
  };
  const refused = refusedByTls(material);
  return refused === undefined
    ? { ...seen, material, flaws }
    : { ...seen, material: undefined, flaws: [...flaws, refused] };
}

/** What OpenSSL has against files that look right, such as a key that is too short for its security level. */
function refusedByTls(material: TlsMaterial): TlsFlaw | undefined {
  try {
    createSecureContext({ ...material });
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      severity: "error",
      path: ["certificate"],
      message: `The files of TLS cannot be used together: ${why}`,
      hint: "make a new certificate with a key of RSA 2048 bits or more, or of ECDSA P-256",
    };
  }
}

interface ReadPair {
  readonly certificate: string;
  readonly key: string;
  readonly leaf?: X509Certificate;
  readonly expiries: readonly Expiry[];
  readonly path: readonly string[];
  readonly flaws: readonly TlsFlaw[];
}

function readPair({ certificate: file, key: keyFile }: KeyPairFiles, path: readonly string[], now: EpochMs): ReadPair {
  const at = [...path, "certificate"];
  const certificate = readPem(file);
  const chain = "text" in certificate ? certificatesIn(certificate.text) : certificate;
  const key = readPem(keyFile);
  const privateKey = "text" in key ? privateKeyIn(key.text) : key;
  const expiries = "fault" in chain ? [] : expiriesOf(file, chain);
  const texts = { certificate: textOf(certificate), key: textOf(key), path, expiries };
  const flaws = [
    ...("fault" in chain ? [flaw(file, at, chain)] : []),
    ...("fault" in privateKey ? [flaw(keyFile, [...path, "key"], privateKey)] : []),
  ];
  if ("fault" in chain) return { ...texts, flaws };
  const [leaf] = chain;
  if (!("fault" in privateKey) && !leaf.checkPrivateKey(privateKey)) {
    const fault = `it is not the key of the certificate in ${file}`;
    flaws.push(
      flaw(keyFile, [...path, "key"], { fault, hint: "name the key and the certificate that belong together" }),
    );
  }
  return { ...texts, leaf, flaws: [...flaws, ...findExpiry(file, at, leaf, now), ...findGaps(file, at, chain)] };
}

function privateKeyIn(text: string): KeyObject | PemFault {
  if (/ENCRYPTED/u.test(text))
    return { fault: "it is protected by a passphrase", hint: "remove the passphrase and let only the bridge read it" };
  try {
    return createPrivateKey(text);
  } catch {
    return { fault: "there is no private key in it", hint: "name the file that begins with BEGIN PRIVATE KEY" };
  }
}

interface ReadAuthorities extends Pick<ReadPair, "expiries" | "flaws"> {
  readonly text?: string;
  readonly authorities: readonly X509Certificate[];
}

function readClientCa(file: string | undefined, now: EpochMs): ReadAuthorities {
  if (file === undefined) return { authorities: [], expiries: [], flaws: [] };
  const path = ["clientCa"];
  const read = readPem(file);
  const authorities = "text" in read ? certificatesIn(read.text) : read;
  if ("fault" in authorities) return { authorities: [], expiries: [], flaws: [flaw(file, path, authorities)] };
  const flaws = authorities.flatMap((authority) => findExpiry(file, path, authority, now));
  return { text: textOf(read), authorities, flaws: flaws.slice(0, 1), expiries: expiriesOf(file, authorities) };
}

interface ReadList {
  readonly text?: string;
  /** Valid now, and of one of the authorities. */
  readonly isUsable?: boolean;
  readonly flaws: TlsFlaw[];
}

function readRevocationList(
  file: string,
  path: readonly string[],
  authorities: readonly X509Certificate[],
  now: EpochMs,
): ReadList {
  const read = readPem(file);
  if ("fault" in read) return { flaws: [flaw(file, path, read)] };
  const list = isAcceptedList(read.text) ? revocationListIn(read.text) : undefined;
  if (list === undefined) {
    const hint = "name the file that begins with BEGIN X509 CRL";
    return { flaws: [flaw(file, path, { fault: "there is no revocation list in it, or it is damaged", hint })] };
  }
  const faults = [foreignness(list, authorities), untimeliness(list, now)].filter((fault) => fault !== undefined);
  return {
    text: read.text,
    isUsable: faults.every(({ isNow }) => !isNow),
    flaws: faults.map((fault) => ({ ...flaw(file, path, fault), severity: "warning" })),
  };
}

function isAcceptedList(crl: string): boolean {
  try {
    createSecureContext({ crl });
    return true;
  } catch {
    return false;
  }
}

interface ListFault extends PemFault {
  /** It keeps charge points out now. */
  readonly isNow: boolean;
}

function foreignness(list: RevocationList, authorities: readonly X509Certificate[]): ListFault | undefined {
  if (authorities.some((authority) => list.isOf(authority))) return undefined;
  const hint = "name the list of one of them, or add the certificate of its issuer there";
  return { fault: "its revocation list is of no authority of clientCa", hint, isNow: true };
}

function untimeliness({ issuedAt, expiresAt = Infinity }: RevocationList, now: EpochMs): ListFault | undefined {
  const hint = "put a new one in its place, for without a valid one nobody gets in";
  if (now < issuedAt)
    return {
      fault: `its revocation list is valid only from ${new Date(issuedAt).toISOString()} on`,
      hint,
      isNow: true,
    };
  if (expiresAt - now >= LIST_WARNED_DAYS * DAY_MS) return undefined;
  const isNow = expiresAt <= now;
  return {
    fault: `its revocation list ${isNow ? "has expired" : "expires"} at ${new Date(expiresAt).toISOString()}`,
    hint,
    isNow,
  };
}

/** Of two with the same kind of key OpenSSL would only use the last. */
function findEqualKinds(pairs: readonly ReadPair[]): TlsFlaw[] {
  const seen = new Set<string>();
  return pairs.flatMap(({ leaf, path }) => {
    const kind = leaf?.publicKey.asymmetricKeyType;
    if (kind === undefined) return [];
    const isKnown = seen.has(kind);
    seen.add(kind);
    if (!isKnown) return [];
    const message = `There are two certificates with a key of ${kind.toUpperCase()}, of which only one could be used`;
    return [{ severity: "error", path: [...path, "certificate"], message, hint: "keep one of each kind of key" }];
  });
}

function expiriesOf(file: string, certificates: readonly X509Certificate[]): Expiry[] {
  return certificates.map(({ validToDate, raw }) => ({
    file,
    at: validToDate.getTime(),
    der: raw.toString("base64"),
  }));
}

function findExpiry(file: string, path: readonly string[], certificate: X509Certificate, now: EpochMs): TlsFlaw[] {
  const until = certificate.validToDate;
  const days = Math.floor((until.getTime() - now) / DAY_MS);
  const isEarly = now < certificate.validFromDate.getTime();
  if (!isEarly && days >= WARNED_DAYS) return [];
  const fault = isEarly
    ? `its certificate is valid only from ${certificate.validFromDate.toISOString()} on`
    : until.getTime() < now
      ? `its certificate has expired at ${until.toISOString()}`
      : `its certificate expires in ${days} days, at ${until.toISOString()}`;
  return [{ ...flaw(file, path, { fault, hint: "put a new one in its place" }), severity: "warning" }];
}

/** A chain is sent as it stands in the file: each certificate is signed by the one below it (RFC 8446 §4.4.2). */
function findGaps(file: string, path: readonly string[], chain: readonly X509Certificate[]): TlsFlaw[] {
  const gap = chain.findIndex((each, index) => {
    const issuer = chain[index + 1];
    return issuer !== undefined && !(each.checkIssued(issuer) && each.verify(issuer.publicKey));
  });
  if (gap < 0) return [];
  const fault = `its certificate ${gap + 2} has not signed the one before it`;
  const hint = "write the server's certificate first, and after each the one of its issuer";
  return [{ ...flaw(file, path, { fault, hint }), severity: "warning" }];
}

function flaw(file: string, path: readonly string[], { fault, hint }: PemFault): TlsFlaw {
  return { severity: "error", path, message: `${file}: ${fault}`, hint };
}

function textOf(read: { readonly text: string } | PemFault): string {
  return "text" in read ? read.text : "";
}
