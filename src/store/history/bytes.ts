// Bytes that grow, and whole numbers in as few of them as they need (LEB128; signed ones in zigzag). It knows no samples.

const FIRST_CAPACITY = 4096;
const LAST_FIVE_BYTES = 2 ** 28;

/** Whole numbers up to so much, either sign, come back as they were. */
export const LARGEST = 2 ** 51;

export class ByteWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** 32 bits. */
  word(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** Not negative. */
  count(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= LAST_FIVE_BYTES) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  signed(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  text(text: string): void {
    const encoded = Buffer.from(text, "utf8");
    this.count(encoded.length);
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#length);
    this.#length += encoded.length;
  }

  /** What has been written so far; valid until something more is. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of everything; the writer is empty again. */
  take(): Buffer {
    const taken = Buffer.from(this.written);
    this.#length = 0;
    return taken;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.written);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Reads what a writer has written; throws a RangeError beyond the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #place = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    const value = this.#bytes[this.#place++];
    if (value === undefined) throw new RangeError("the bytes end too early");
    return value;
  }

  double(): number {
    const value = this.#view.getFloat64(this.#place, true);
    this.#place += 8;
    return value;
  }

  word(): number {
    const value = this.#view.getUint32(this.#place, true);
    this.#place += 4;
    return value;
  }

  count(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  signed(): number {
    const value = this.count();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    const length = this.count();
    const end = this.#place + length;
    if (end > this.#bytes.length) throw new RangeError("the bytes end too early");
    const text = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.#place, length).toString("utf8");
    this.#place = end;
    return text;
  }
}
