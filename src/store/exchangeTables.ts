// The message log in SQL: writes blocks of exchanges, joins young ones, deletes the oldest. It knows nothing of threads.
import type Database from "better-sqlite3";
import type { EpochMs } from "../std/clock.ts";
import { blockOf, merged, type Block, type ExchangeRow } from "./exchangeBlock.ts";

export interface Retention {
  readonly days: number;
  readonly megabytes: number;
}

const MS_PER_DAY = 86_400_000;
const BYTES_PER_MEGABYTE = 1_000_000;
/** Young blocks become one when they are so many, have so many exchanges, or so many bytes, or before they reach over so much time. */
const YOUNG_BLOCKS = 256;
const YOUNG_EXCHANGES = 2048;
const YOUNG_BYTES = 1_000_000;
const YOUNG_MS = 3_600_000;
/** Blocks that are deleted one after the other before whoever waits to write is let in. */
const DELETED_AT_ONCE = 100;
const FULL_AT = 0.9;
const PAGES_GIVEN_BACK = 2000;

interface Young {
  readonly blocks: number;
  readonly exchanges: number;
  readonly bytes: number;
  readonly earliest: EpochMs | null;
}

export class ExchangeTables {
  readonly #database: Database.Database;
  readonly #insert: Database.Statement<[Block & { readonly isYoung: number }]>;
  readonly #young: Database.Statement<[], Block>;
  readonly #deleteYoung: Database.Statement<[]>;
  readonly #countYoung: Database.Statement<[], Young>;
  readonly #deleteOld: Database.Statement<[EpochMs]>;
  readonly #deleteOldest: Database.Statement<[]>;
  /** The number of the last exchange, also when it has been deleted: who follows waits for higher ones. */
  #last: number;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#insert = database.prepare(
      `INSERT INTO exchanges (number, count, earliest, latest, faulty, is_young, identities, lines)
       VALUES (@number, @count, @earliest, @latest, @faulty, @isYoung, @identities, @lines)`,
    );
    this.#young = database.prepare("SELECT * FROM exchanges WHERE is_young = 1 ORDER BY number");
    this.#deleteYoung = database.prepare("DELETE FROM exchanges WHERE is_young = 1");
    this.#countYoung = database.prepare(
      `SELECT count(*) AS blocks, total(count) AS exchanges, total(length(lines)) AS bytes,
         min(earliest) AS earliest
       FROM exchanges WHERE is_young = 1`,
    );
    this.#last = database.prepare<[], number | null>("SELECT max(number) FROM exchanges").pluck().get() ?? 0;
    this.#deleteOld = database.prepare(
      `DELETE FROM exchanges WHERE number IN
         (SELECT number FROM exchanges WHERE latest < ? ORDER BY latest LIMIT ${DELETED_AT_ONCE})`,
    );
    this.#deleteOldest = database.prepare("DELETE FROM exchanges WHERE number = (SELECT min(number) FROM exchanges)");
  }

  /** Writes all of them or none. */
  write(rows: readonly ExchangeRow[]): void {
    if (rows.length === 0) return;
    const block = blockOf(rows, this.#last + 1);
    const write = this.#database.transaction(() => {
      if (block.latest - (this.#countYoung.get()?.earliest ?? block.latest) >= YOUNG_MS) this.#joinYoung();
      this.#add(block, true);
      const { blocks, exchanges, bytes } = this.#countYoung.get() as Young;
      if (blocks >= YOUNG_BLOCKS || exchanges >= YOUNG_EXCHANGES || bytes >= YOUNG_BYTES) this.#joinYoung();
    });
    write.immediate();
    this.#last = block.number;
  }

  #joinYoung(): void {
    const young = this.#young.all();
    this.#deleteYoung.run();
    for (const block of joined(young)) this.#add(block, false);
  }

  #add(block: Block, isYoung: boolean): void {
    this.#insert.run({ ...block, isYoung: Number(isYoung) });
  }

  /** Deletes what is too old; a bounded piece of it each time. */
  limitAge({ days }: Retention, now: EpochMs): void {
    this.#deleteOld.run(now - days * MS_PER_DAY);
  }

  /** Deletes the oldest while there is too much; what the file has grown beyond its size is given back to the disk. */
  limitSize({ megabytes }: Retention): void {
    const mostPages = Math.floor((megabytes * BYTES_PER_MEGABYTE) / this.#number("page_size"));
    // What is free already need not be taken from the disk, and given back, for the next batch.
    const mostUsed = Math.floor(mostPages * FULL_AT);
    for (let step = 0; step < DELETED_AT_ONCE; step++) {
      if (this.#number("page_count") - this.#number("freelist_count") <= mostUsed) break;
      if (this.#deleteOldest.run().changes === 0) break;
    }
    const surplus = this.#number("page_count") - mostPages;
    if (surplus > 0) this.#database.pragma(`incremental_vacuum(${Math.min(surplus, PAGES_GIVEN_BACK)})`);
  }

  #number(pragma: "page_size" | "page_count" | "freelist_count"): number {
    return Number(this.#database.pragma(pragma, { simple: true }));
  }
}

/** Where one of them is damaged they stay as they are, for whoever reads them to say so. */
function joined(young: readonly Block[]): readonly Block[] {
  try {
    return [merged(young)];
  } catch {
    return young;
  }
}
