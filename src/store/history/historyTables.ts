// history.db in SQL: numbers of series, the log, chunks, occurrences, gaps, and what is too old. Nothing here waits, tries again or keeps time.
import type Database from "better-sqlite3";
import type { EpochMs } from "../../std/clock.ts";
import type { HistoryQuery } from "../../twin/ports.ts";
import type { Layout } from "../database.ts";
import { Chunks } from "./chunks.ts";
import type { Columns } from "./columns.ts";
import { GapTable } from "./gapTable.ts";
import type { Generation } from "./generation.ts";
import { decodeBlock, encodeBlock } from "./logBlock.ts";
import { historyMigrations } from "./migrations.ts";
import { OccurrenceTable } from "./occurrenceTable.ts";

/** May be larger than memory; its chunks have checks of their own. */
export const historyLayout: Layout = {
  fileName: "history.db",
  migrations: historyMigrations,
  table: "series",
  readableFrom: 1,
  synchronous: "FULL",
  canShrink: false,
  isCheckedWhole: false,
  isSalvaged: false,
};

/** Where the samples of a series come from. */
export type Place = Pick<HistoryQuery, "chargePointId" | "connector" | "path">;

type Key = [chargePoint: string, connector: number, path: string];

/** Chunks that are removed at a time. */
const SWEPT_TOGETHER = 200;
const PROBE_BYTES = 262_144;

export class HistoryTables {
  readonly chunks: Chunks;
  readonly occurrences: OccurrenceTable;
  readonly gaps: GapTable;
  readonly #database: Database.Database;
  readonly #find: Database.Statement<Key, number>;
  readonly #create: Database.Statement<Key>;
  readonly #log: Database.Statement<[Buffer]>;
  readonly #unlog: Database.Statement<[number]>;
  readonly #sweep: Database.Statement<[number, number, number, number]>;
  readonly #first: Database.Statement<[], EpochMs | null>;
  readonly #seriesAfter: Database.Statement<[number], number>;

  /** `damaged` is told of what cannot be read back and is left out. */
  constructor(database: Database.Database, damaged: (what: string) => void) {
    this.#database = database;
    this.chunks = new Chunks(database, (series) => damaged(`a chunk of series ${series}`));
    this.occurrences = new OccurrenceTable(database, (number) => damaged(`event ${number}`));
    this.gaps = new GapTable(database);
    this.#find = database
      .prepare<Key, number>("SELECT series_id FROM series WHERE charge_point = ? AND connector = ? AND path = ?")
      .pluck();
    this.#create = database.prepare<Key>("INSERT INTO series (charge_point, connector, path) VALUES (?, ?, ?)");
    this.#log = database.prepare("INSERT INTO log (samples) VALUES (?)");
    this.#unlog = database.prepare("DELETE FROM log WHERE block_id <= ?");
    this.#sweep = database.prepare(
      "DELETE FROM chunks WHERE chunk_id IN (SELECT chunk_id FROM chunks WHERE series_id = ? AND first_at < ? AND last_at < ? ORDER BY first_at LIMIT ?)",
    );
    this.#first = database
      .prepare<[], EpochMs | null>(
        `SELECT min(first_at) FROM (
           SELECT (SELECT first_at FROM chunks WHERE chunks.series_id = series.series_id ORDER BY first_at LIMIT 1)
             AS first_at FROM series)`,
      )
      .pluck();
    this.#seriesAfter = database
      .prepare<[number], number>("SELECT series_id FROM series WHERE series_id > ? ORDER BY series_id LIMIT 1")
      .pluck();
  }

  findSeries({ chargePointId, connector, path }: Place): number | undefined {
    return this.#find.get(chargePointId, connector, path);
  }

  makeSeries({ chargePointId, connector, path }: Place): number {
    return Number(this.#create.run(chargePointId, connector, path).lastInsertRowid);
  }

  /** The number of the new part of the log. */
  append(samples: Columns, seriesOf: (series: number) => number): number {
    return Number(this.#log.run(encodeBlock(samples, seriesOf)).lastInsertRowid);
  }

  /** Hands what the log holds to `generation`. */
  recall(generation: Generation, damaged: (what: string) => void): void {
    const rows = this.#database.prepare<[], { block_id: number; samples: Buffer }>(
      "SELECT block_id, samples FROM log ORDER BY block_id",
    );
    for (const { block_id, samples } of rows.iterate()) {
      const columns = decodeBlock(samples);
      if (columns === undefined) damaged(`a part of the log (${block_id})`);
      else generation.append(columns, (series) => series);
      generation.lastBlock = block_id;
    }
  }

  /** The log up to this part stands in chunks. */
  forgetLog(lastBlock: number): void {
    this.#unlog.run(lastBlock);
  }

  /** The time of the oldest sample that stands in a chunk: one look into the index for each series. */
  firstInChunks(): EpochMs | undefined {
    return this.#first.get() ?? undefined;
  }

  seriesAfter(series: number): number | undefined {
    return this.#seriesAfter.get(series);
  }

  /** Removes some of the chunks of a series that have nothing from `horizon` on; true when there may be more. */
  sweep(series: number, horizon: EpochMs): boolean {
    return this.#sweep.run(series, horizon, horizon, SWEPT_TOGETHER).changes === SWEPT_TOGETHER;
  }

  /** A time that is written down under a name. */
  time(name: string): EpochMs | undefined {
    const value = this.#database.prepare<[string], number>("SELECT value FROM facts WHERE name = ?").pluck().get(name);
    return typeof value === "number" ? value : undefined;
  }

  setTime(name: string, time: EpochMs): void {
    this.#database.prepare("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)").run(name, time);
  }

  /** Throws when the disk refuses as much as a part of the log may need. */
  probe(): void {
    this.#database.prepare("INSERT OR REPLACE INTO facts (name, value) VALUES ('probe', zeroblob(?))").run(PROBE_BYTES);
    this.#database.prepare("DELETE FROM facts WHERE name = 'probe'").run();
  }

  close(): void {
    this.#database.close();
  }

  /** All of `work` or nothing. */
  atOnce<Result>(work: () => Result): Result {
    return this.#database.transaction(work).immediate();
  }

  /** Whether what is written from now on is on disk before `atOnce` returns, and with it all from before. */
  sync(isSynced: boolean): void {
    this.#database.pragma(`synchronous = ${isSynced ? "FULL" : "NORMAL"}`);
  }
}
