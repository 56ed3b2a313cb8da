// The little of DER (ITU-T X.690) that certificate hashes and signing requests need. Input from outside is only ever read in bounds.

/** A value with its header: `whole` includes tag and length, `content` does not. */
export interface DerValue {
  tag: number;
  whole: Uint8Array;
  content: Uint8Array;
}

export const DER = {
  integer: 0x02,
  bitString: 0x03,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const;

/** The values that stand one after the other in `bytes`; undefined when they do not fill it exactly. */
export function readDer(bytes: Uint8Array): DerValue[] | undefined {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length;) {
    const value = readOne(bytes.subarray(at));
    if (value === undefined) return undefined;
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

/** A value made of its contents. */
export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag), lengthBytes(content.length), content]);
}

function readOne(bytes: Uint8Array): DerValue | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return undefined;
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  // Indefinite lengths are no DER, and nothing here is longer than three octets can say.
  if (first === 0x80 || lengthOctets > 3) return undefined;
  let length = first < 0x80 ? first : 0;
  for (const octet of bytes.subarray(2, 2 + lengthOctets)) length = length * 256 + octet;
  const start = 2 + lengthOctets;
  if (bytes.length < start + length) return undefined;
  return {
    tag,
    whole: bytes.subarray(0, start + length),
    content: bytes.subarray(start, start + length),
  };
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}
