// The chunks of history.db: samples are put where their time belongs and read in either direction.
// It runs inside the caller's database transaction.
import type Database from "better-sqlite3";
import type { EpochMs } from "../../std/clock.ts";
import type { HistorySample } from "../../twin/ports.ts";
import { decodeChunk, encodeChunk } from "./chunk.ts";
import { inOrder } from "./sample.ts";

/** Samples of a full chunk. */
const FULL = 512;
/** Neighbours that together have no more are made one. */
const SMALL = 64;

interface Chunk {
  readonly chunk_id: number;
  readonly first_at: EpochMs;
  readonly last_at: EpochMs;
  readonly count: number;
}

export class Chunks {
  /** Told of a chunk whose bytes are not what was written; it is left out. */
  readonly #damaged: (series: number) => void;
  readonly #before: Database.Statement<[number, number], Chunk>;
  readonly #next: Database.Statement<[number, number], number>;
  readonly #samples: Database.Statement<[number], Buffer>;
  readonly #insert: Database.Statement;
  readonly #delete: Database.Statement<[number]>;
  readonly #forward: Database.Statement<[number, number, number], Buffer>;
  readonly #backward: Database.Statement<[number, number, number], Buffer>;

  constructor(database: Database.Database, damaged: (series: number) => void) {
    this.#damaged = damaged;
    this.#before = database.prepare(
      "SELECT chunk_id, first_at, last_at, count FROM chunks WHERE series_id = ? AND first_at <= ? ORDER BY first_at DESC LIMIT 1",
    );
    this.#next = database
      .prepare<[number, number], number>(
        "SELECT first_at FROM chunks WHERE series_id = ? AND first_at > ? ORDER BY first_at LIMIT 1",
      )
      .pluck();
    this.#samples = database.prepare<[number], Buffer>("SELECT samples FROM chunks WHERE chunk_id = ?").pluck();
    this.#insert = database.prepare(
      "INSERT INTO chunks (series_id, first_at, last_at, count, samples) VALUES (?, ?, ?, ?, ?)",
    );
    this.#delete = database.prepare("DELETE FROM chunks WHERE chunk_id = ?");
    const range =
      "SELECT samples FROM chunks WHERE series_id = ? AND first_at >= ? AND first_at <= ? ORDER BY first_at";
    this.#forward = database.prepare<[number, number, number], Buffer>(range).pluck();
    this.#backward = database.prepare<[number, number, number], Buffer>(`${range} DESC`).pluck();
  }

  /** `samples` are in order; where there is one of the same time already, the one received last stays. */
  put(series: number, samples: readonly HistorySample[]): void {
    for (let first = 0; first < samples.length;) {
      const { at } = samples[first] as HistorySample;
      const next = this.#next.get(series, at) ?? Number.POSITIVE_INFINITY;
      const last = samples.at(-1)?.at ?? at;
      const end = last < next ? samples.length : samples.findIndex((sample) => sample.at >= next);
      this.#putBetween(series, samples.slice(first, end), this.#before.get(series, at));
      first = end;
    }
  }

  /** Samples from `from` to `to`, both inclusive, in that direction. */
  *read(series: number, from: EpochMs, to: EpochMs): Generator<HistorySample> {
    const isBackward = from > to;
    const [low, high] = isBackward ? [to, from] : [from, to];
    const first = this.#before.get(series, low)?.first_at ?? low;
    const chunks = (isBackward ? this.#backward : this.#forward).iterate(series, first, high);
    for (const bytes of chunks) {
      const samples = this.#decode(series, bytes);
      if (isBackward) samples.reverse();
      for (const sample of samples) if (sample.at >= low && sample.at <= high) yield sample;
    }
  }

  /** The samples lie after the beginning of the chunk `before` and before that of the next. */
  #putBetween(series: number, samples: HistorySample[], before: Chunk | undefined): void {
    const first = samples[0] as HistorySample;
    const isNear = before !== undefined && (first.at <= before.last_at || before.count + samples.length <= SMALL);
    if (!isNear) {
      this.#write(series, samples);
      return;
    }
    const known = this.#decode(series, this.#samples.get(before.chunk_id) ?? Buffer.alloc(0));
    this.#delete.run(before.chunk_id);
    this.#write(series, inOrder([...known, ...samples]));
  }

  /** In pieces of about the same size. */
  #write(series: number, samples: readonly HistorySample[]): void {
    const size = Math.ceil(samples.length / Math.ceil(samples.length / FULL));
    for (let first = 0; first < samples.length; first += size) {
      const piece = samples.slice(first, first + size);
      this.#insert.run(series, piece[0]?.at, piece.at(-1)?.at, piece.length, encodeChunk(piece));
    }
  }

  #decode(series: number, bytes: Buffer): HistorySample[] {
    const samples = decodeChunk(bytes);
    if (samples === undefined) this.#damaged(series);
    return samples ?? [];
  }
}
