// Samples of one datapoint, in the order of time, as few bytes: columns of differences. What comes back is what went in, bit for bit.
// Layout 1: version, count, times, times of receipt, flags, values, texts, CRC-32. It knows no files.
import { crc32 } from "node:zlib";
import type { HistorySample } from "../../twin/ports.ts";
import { ByteReader, ByteWriter, LARGEST } from "./bytes.ts";
import { flagsOf, kindOf, NOTHING, NUMBER, qualityOf, valueOf } from "./sample.ts";

const VERSION = 1;
/** Values are whole multiples of 1/scale, or doubles as they are. */
const scales = [1, 10, 100, 1000] as const;
const DOUBLES = 255;
const CRC_BYTES = 4;

const writer = new ByteWriter();

export function encodeChunk(samples: readonly HistorySample[]): Buffer {
  writer.byte(VERSION);
  writer.count(samples.length);
  writeTimes(samples);
  const { flags, numbers, texts } = columnsOf(samples);
  writeRuns(flags);
  writeNumbers(numbers);
  // As JSON half a surrogate pair survives.
  writer.text(texts.length === 0 ? "" : JSON.stringify(texts));
  writer.word(crc32(writer.written));
  return writer.take();
}

/** Undefined when the bytes are not what was written. */
export function decodeChunk(bytes: Uint8Array): HistorySample[] | undefined {
  const end = bytes.length - CRC_BYTES;
  if (end < 1 || bytes[0] !== VERSION) return undefined;
  if (new ByteReader(bytes.subarray(end)).word() !== crc32(bytes.subarray(0, end))) return undefined;
  const reader = new ByteReader(bytes.subarray(1, end));
  const count = reader.count();
  const { ats, receiveds } = readTimes(reader, count);
  const flags = readRuns(reader, count);
  const numbers = readNumbers(reader, count);
  const text = reader.text();
  const texts = text === "" ? [] : (JSON.parse(text) as string[]);
  const samples: HistorySample[] = [];
  for (let index = 0; index < count; index++) {
    const flag = flags[index] as number;
    samples.push({
      at: ats[index] as number,
      received: receiveds[index] as number,
      value: valueOf(flag, numbers[index] as number, texts),
      quality: qualityOf(flag),
    });
  }
  return samples;
}

/** Samples mostly come at equal distances, and take equally long to arrive. */
function writeTimes(samples: readonly HistorySample[]): void {
  let last = 0;
  let distance = 0;
  for (const { at } of samples) {
    writer.signed(at - last - distance);
    distance = last === 0 ? 0 : at - last;
    last = at;
  }
  let delay = 0;
  for (const { at, received } of samples) {
    writer.signed(received - at - delay);
    delay = received - at;
  }
}

function readTimes(reader: ByteReader, count: number): { ats: Float64Array; receiveds: Float64Array } {
  const ats = new Float64Array(count);
  let last = 0;
  let distance = 0;
  for (let index = 0; index < count; index++) {
    const at = last + distance + reader.signed();
    distance = last === 0 ? 0 : at - last;
    ats[index] = last = at;
  }
  const receiveds = new Float64Array(count);
  let delay = 0;
  for (let index = 0; index < count; index++) {
    delay += reader.signed();
    receiveds[index] = (ats[index] as number) + delay;
  }
  return { ats, receiveds };
}

interface Columns {
  readonly flags: Uint8Array;
  readonly numbers: Float64Array;
  readonly texts: readonly string[];
}

/** Where there is no value the one before is repeated, which takes no room. */
function columnsOf(samples: readonly HistorySample[]): Columns {
  const flags = new Uint8Array(samples.length);
  const numbers = new Float64Array(samples.length);
  const places = new Map<string, number>();
  let last = 0;
  for (const [index, { value, quality }] of samples.entries()) {
    const kind = kindOf(value);
    flags[index] = flagsOf(kind, quality);
    if (kind === NUMBER) last = value as number;
    else if (typeof value === "string") {
      last = places.get(value) ?? places.size;
      places.set(value, last);
    } else if (kind !== NOTHING) last = value === true ? 1 : 0;
    numbers[index] = last;
  }
  return { flags, numbers, texts: [...places.keys()] };
}

function writeRuns(flags: Uint8Array): void {
  for (let first = 0; first < flags.length;) {
    let end = first + 1;
    while (end < flags.length && flags[end] === flags[first]) end++;
    writer.byte(flags[first] as number);
    writer.count(end - first);
    first = end;
  }
}

function readRuns(reader: ByteReader, count: number): Uint8Array {
  const flags = new Uint8Array(count);
  for (let first = 0; first < count;) {
    const flag = reader.byte();
    const end = first + reader.count();
    flags.fill(flag, first, end);
    first = end;
  }
  return flags;
}

function writeNumbers(numbers: Float64Array): void {
  const scale = scales.find((each) => numbers.every((number) => isMultiple(number, each)));
  writer.byte(scale === undefined ? DOUBLES : scales.indexOf(scale));
  let last = 0;
  for (const number of numbers) {
    if (scale === undefined) writer.double(number);
    else {
      const multiple = Math.round(number * scale);
      writer.signed(multiple - last);
      last = multiple;
    }
  }
}

/** Half of LARGEST, so that a difference of two is below it. */
function isMultiple(number: number, scale: number): boolean {
  const multiple = Math.round(number * scale);
  return Math.abs(multiple) <= LARGEST / 2 && Object.is(multiple / scale, number) && !Object.is(multiple, -0);
}

function readNumbers(reader: ByteReader, count: number): Float64Array {
  const mode = reader.byte();
  const scale = scales[mode];
  const numbers = new Float64Array(count);
  let multiple = 0;
  for (let index = 0; index < count; index++) {
    if (scale === undefined) numbers[index] = reader.double();
    else {
      multiple += reader.signed();
      numbers[index] = multiple / scale;
    }
  }
  return numbers;
}
