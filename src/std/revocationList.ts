// What a certificate revocation list says of itself (RFC 5280 §5.1): who has issued it and until when it counts. Its signature and its
// entries are OpenSSL's to judge. Pure.
import type { X509Certificate } from "node:crypto";
import type { EpochMs } from "./clock.ts";

export interface RevocationList {
  readonly issuedAt: EpochMs;
  /** When the next one should be there; undefined where it does not say so. */
  readonly expiresAt: EpochMs | undefined;
  /** Whether it bears the name of this authority. */
  isOf(authority: X509Certificate): boolean;
}

const LIST = /-----BEGIN X509 CRL-----([^-]*)-----END X509 CRL-----/u;

/** The first one in a PEM text, which is the one that OpenSSL takes; undefined when there is none, or it is damaged. */
export function revocationListIn(text: string): RevocationList | undefined {
  const [, base64] = LIST.exec(text) ?? [];
  if (base64 === undefined) return undefined;
  try {
    return read(Buffer.from(base64, "base64"));
  } catch {
    return undefined;
  }
}

/** Tags of ASN.1 (X.690 §8). */
const INTEGER = 0x02;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const VERSION_OF_CERTIFICATE = 0xa0;

/** TBSCertList: version, signature, issuer, thisUpdate, nextUpdate; the first and the last may be missing. */
function read(list: Buffer): RevocationList {
  const fields = fieldsOf(toBeSigned(list)).filter(({ tag }, index) => index > 0 || tag !== INTEGER);
  const [, issuer, thisUpdate, nextUpdate] = fields;
  if (issuer === undefined || thisUpdate === undefined) throw new RangeError("it ends too early");
  const issuedAt = timeOf(thisUpdate);
  if (issuedAt === undefined) throw new RangeError("it has no time");
  return {
    issuedAt,
    expiresAt: nextUpdate === undefined ? undefined : timeOf(nextUpdate),
    isOf: ({ raw }) => subjectOf(raw).equals(issuer.content),
  };
}

/** TBSCertificate: version, serialNumber, signature, issuer, validity, subject; an issuer is spelt in the same bytes (RFC 5280 §7.1). */
function subjectOf(certificate: Buffer): Buffer {
  const fields = fieldsOf(toBeSigned(certificate)).filter(({ tag }) => tag !== VERSION_OF_CERTIFICATE);
  return fields[4]?.content ?? Buffer.alloc(0);
}

function toBeSigned(signed: Buffer): Buffer {
  const [whole] = fieldsOf(signed);
  const [first] = fieldsOf(whole?.content ?? signed);
  return first?.content ?? Buffer.alloc(0);
}

interface Field {
  readonly tag: number;
  readonly content: Buffer;
}

/** The elements that stand one after the other in DER (X.690 §8.1). Throws a RangeError where they do not. */
function fieldsOf(der: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < der.length;) {
    const first = der.readUInt8(at + 1);
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const length = lengthBytes === 0 ? first : der.readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    if (start + length > der.length) throw new RangeError("it ends too early");
    fields.push({ tag: der.readUInt8(at), content: der.subarray(start, start + length) });
    at = start + length;
  }
  return fields;
}

/** RFC 5280 §4.1.2.5: always with seconds and Z; of two digits of a year, 50 and more are of the last century. */
function timeOf({ tag, content }: Field): EpochMs | undefined {
  if (tag !== UTC_TIME && tag !== GENERALIZED_TIME) return undefined;
  const text = content.toString("latin1");
  const century = Number(text.slice(0, 2)) < 50 ? "20" : "19";
  const whole = tag === UTC_TIME ? century + text : text;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/u.exec(whole) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}
