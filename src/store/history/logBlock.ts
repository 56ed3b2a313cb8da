// A part of the log: samples of any datapoints as they came, columns one after the other, compressed. It knows no files.
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { Columns } from "./columns.ts";

const HEADER_BYTES = 16;
const DOUBLE_COLUMNS = 4;
/** The quickest: a part of the log lives for hours at most. */
const LEVEL = 1;
/** Whoever has changed the bytes must not fill the memory. */
const MAX_BYTES = 2 ** 28;

/** `seriesOf` gives the number under which the file knows a series of the columns. */
export function encodeBlock(columns: Columns, seriesOf: (series: number) => number): Buffer {
  const { count, at, received, number, flags, texts } = columns;
  const text = Buffer.from(JSON.stringify(texts), "utf8");
  const bytes = new Uint8Array(HEADER_BYTES + count * (DOUBLE_COLUMNS * 8 + 1) + text.length);
  const doubles = new Float64Array(bytes.buffer, HEADER_BYTES, count * DOUBLE_COLUMNS);
  for (let row = 0; row < count; row++) doubles[row] = seriesOf(columns.series[row] as number);
  doubles.set(at.subarray(0, count), count);
  doubles.set(received.subarray(0, count), count * 2);
  doubles.set(number.subarray(0, count), count * 3);
  const end = HEADER_BYTES + doubles.byteLength;
  bytes.set(flags.subarray(0, count), end);
  bytes.set(text, end + count);
  const header = new DataView(bytes.buffer, 0, HEADER_BYTES);
  header.setUint32(0, crc32(bytes.subarray(HEADER_BYTES)), true);
  header.setUint32(4, count, true);
  return deflateRawSync(bytes, { level: LEVEL });
}

/** Undefined when the bytes are not what was written. */
export function decodeBlock(packed: Uint8Array): Columns | undefined {
  const bytes = inflated(packed);
  if (bytes === undefined || bytes.length < HEADER_BYTES) return undefined;
  const header = new DataView(bytes.buffer, 0, HEADER_BYTES);
  const count = header.getUint32(4, true);
  const end = HEADER_BYTES + count * DOUBLE_COLUMNS * 8;
  if (end + count > bytes.length || header.getUint32(0, true) !== crc32(bytes.subarray(HEADER_BYTES))) return undefined;
  const doubles = new Float64Array(bytes.buffer, HEADER_BYTES, count * DOUBLE_COLUMNS);
  const columns = new Columns();
  columns.count = count;
  columns.series = doubles.slice(0, count);
  columns.at = doubles.slice(count, count * 2);
  columns.received = doubles.slice(count * 2, count * 3);
  columns.number = doubles.slice(count * 3);
  columns.flags = bytes.slice(end, end + count);
  columns.texts = JSON.parse(Buffer.from(bytes.subarray(end + count)).toString("utf8")) as string[];
  return columns;
}

/** In a buffer of its own, where columns of doubles can begin. */
function inflated(packed: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: MAX_BYTES }));
  } catch {
    return undefined;
  }
}
