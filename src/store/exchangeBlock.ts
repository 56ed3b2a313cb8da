// Exchanges as the message log keeps them: some in a block, each a line of JSON; blocks that are joined are compressed. It knows no database.
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { EpochMs } from "../std/clock.ts";
import type { KeptExchange } from "../twin/keptPages.ts";
import type { ExchangeOutcome } from "../twin/ports.ts";

/** An exchange as it crosses to the thread: in an array, because names would cost as much as the frames. */
export type ExchangeRow = readonly [
  at: EpochMs,
  chargePointId: string,
  from: "chargePoint" | "bridge",
  action: string,
  latencyMs: number,
  outcome: ExchangeOutcome,
  /** One a line. */
  violations: string,
  request: string,
  answer: string | null,
];

/** What is known of a block without reading what is in it. */
export interface BlockHead {
  /** Of its last exchange. */
  readonly number: number;
  readonly count: number;
  /** Of its exchanges, not only of the first and the last: they stand in the order in which they ended. */
  readonly earliest: EpochMs;
  readonly latest: EpochMs;
  /** So many were not answered as they should be, or broke the schema. */
  readonly faulty: number;
}

export interface Block extends BlockHead {
  /** A CRC-32 of each identity of a charge point, four bytes each: one that is not among them has no exchange here. */
  readonly identities: Uint8Array;
  /** Compressed with zstd, or as they are. */
  readonly lines: Uint8Array;
}

/** The fastest: lines that are so alike become hardly smaller with more. */
const LEVEL = 1;
/** Whoever has changed the bytes must not fill the memory. */
const MOST_BYTES = 2 ** 28;
const LINE_BEGIN = 0x5b;
const LINE_END = 0x0a;

/** Not compressed, for it is joined with others soon. `first` is the number of the first row; there is at least one. */
export function blockOf(rows: readonly ExchangeRow[], first: number): Block {
  const identities = new Set<number>();
  let earliest = Number.MAX_SAFE_INTEGER;
  let latest = 0;
  let faulty = 0;
  const lines = rows.map((row, index) => {
    const [at, chargePointId, , , , outcome, violations] = row;
    identities.add(crc32(chargePointId));
    earliest = Math.min(earliest, at);
    latest = Math.max(latest, at);
    if (isFault(outcome, violations)) faulty++;
    return `${JSON.stringify([first + index, ...row])}\n`;
  });
  return {
    number: first + rows.length - 1,
    count: rows.length,
    earliest,
    latest,
    faulty,
    identities: bytesOf(identities),
    lines: Buffer.from(lines.join("")),
  };
}

/** One block of those that follow each other. Throws where one of them is damaged. */
export function merged(blocks: readonly Block[]): Block {
  const sum = (of: (block: Block) => number): number => blocks.reduce((total, block) => total + of(block), 0);
  return {
    number: Math.max(...blocks.map(({ number }) => number)),
    count: sum(({ count }) => count),
    earliest: Math.min(...blocks.map(({ earliest }) => earliest)),
    latest: Math.max(...blocks.map(({ latest }) => latest)),
    faulty: sum(({ faulty }) => faulty),
    identities: bytesOf(new Set(blocks.flatMap(({ identities }) => [...hashesIn(identities)]))),
    lines: compressed(Buffer.concat(blocks.map(({ lines }) => plain(lines)))),
  };
}

export function mayHold(identities: Uint8Array, chargePointId: string): boolean {
  return hashesIn(identities).includes(crc32(chargePointId));
}

/** In the order in which they ended; with a text only those whose line has it as one of its values. Throws where they are damaged. */
export function* exchangesIn(lines: Uint8Array, having?: string): Generator<KeptExchange, undefined> {
  const all = plain(lines);
  if (all.at(-1) !== LINE_END) throw new Error("the last line is not whole");
  // Within a frame every quotation mark is escaped, so that no frame can be taken for a value.
  const wanted = having === undefined ? undefined : Buffer.from(`,${JSON.stringify(having)},`);
  let begin = 0;
  while (begin < all.length) {
    if (wanted !== undefined) {
      const found = all.indexOf(wanted, begin);
      if (found < 0) return undefined;
      begin = all.lastIndexOf(LINE_END, found) + 1;
    }
    const end = all.indexOf(LINE_END, begin);
    yield exchangeFrom(all.toString("utf8", begin, end));
    begin = end + 1;
  }
  return undefined;
}

function exchangeFrom(line: string): KeptExchange {
  const [number, at, chargePointId, from, action, latencyMs, outcome, violations, request, answer] = JSON.parse(
    line,
  ) as [number: number, ...ExchangeRow];
  return {
    number,
    at,
    chargePointId,
    from,
    action,
    latencyMs,
    outcome,
    violations: violations === "" ? [] : violations.split("\n"),
    request,
    answer: answer ?? undefined,
  };
}

function isFault(outcome: ExchangeOutcome, violations: string): boolean {
  return outcome !== "Answered" || violations !== "";
}

function bytesOf(hashes: ReadonlySet<number>): Uint8Array {
  return new Uint8Array(Uint32Array.from(hashes).buffer);
}

function hashesIn(identities: Uint8Array): Uint32Array {
  // Copied, for numbers of four bytes must begin at a multiple of four.
  return new Uint32Array(new Uint8Array(identities).buffer, 0, Math.floor(identities.length / 4));
}

function compressed(lines: Uint8Array): Uint8Array {
  const params = { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 };
  return zstdCompressSync(lines, { params });
}

function plain(lines: Uint8Array): Buffer {
  if (lines[0] === LINE_BEGIN) return Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  return zstdDecompressSync(lines, { maxOutputLength: MOST_BYTES });
}
