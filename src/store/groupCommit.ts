// Gathers records for a moment and writes them in one database transaction, one fsync for all of them. While the disk refuses, every record is
// answered `failing` and the disk is tried again and again; nothing is acknowledged that has not been written.
import type Database from "better-sqlite3";
import type { Clock, Timer } from "../std/clock.ts";
import type { Receipt, StoreState } from "../twin/ledger.ts";
import { isOfDisk, needsReopening, sentenceOf } from "./faults.ts";
import type { StoreRecord } from "./messages.ts";
import { Tables } from "./tables.ts";

/** Records that arrive within so many ms share an fsync, or so many of them. */
const GATHER_MS = 5;
const FULL = 100;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;

export interface Numbered {
  readonly number: number;
  readonly record: StoreRecord;
}

export interface GroupCommitOptions {
  readonly clock: Clock;
  /** Opens the database anew, checked; throws when it cannot. */
  readonly open: () => Database.Database;
  readonly acknowledge: (receipts: readonly { readonly number: number; readonly receipt: Receipt }[]) => void;
  /** The state has changed; `reason` says why it fails. */
  readonly changed: (state: StoreState, reason: string) => void;
  /** A fault of one record, which is a fault of the program. */
  readonly rejected: (record: StoreRecord, error: unknown) => void;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #database: Database.Database | undefined;
  #tables: Tables | undefined;
  #waiting: Numbered[] = [];
  #gathering: Timer | undefined;
  #state: StoreState = "ok";
  #retry: Timer | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(database: Database.Database, options: GroupCommitOptions) {
    this.#options = options;
    this.#use(database);
    this.#tryToWrite();
  }

  add(records: readonly Numbered[]): void {
    this.#waiting.push(...records);
    if (this.#waiting.length >= FULL || this.#state === "failing") this.#commit();
    else this.#gathering ??= this.#options.clock.after(GATHER_MS, () => this.#commit());
  }

  /** Writes what waits and lets go of the file. */
  close(): void {
    this.#commit();
    this.#retry?.cancel();
    this.#drop();
  }

  #commit(): void {
    this.#gathering?.cancel();
    this.#gathering = undefined;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length > 0) this.#options.acknowledge(this.#write(batch));
  }

  #write(batch: readonly Numbered[]): { number: number; receipt: Receipt }[] {
    if (this.#state === "ok") {
      try {
        return this.#writeAll(batch);
      } catch (error) {
        if (isOfDisk(error)) this.#fail(error);
        else return batch.length === 1 ? this.#reject(batch, error) : batch.flatMap((each) => this.#write([each]));
      }
    }
    return batch.map(({ number }) => ({ number, receipt: { kind: "failing" } }));
  }

  #writeAll(batch: readonly Numbered[]): { number: number; receipt: Receipt }[] {
    const { database, tables } = this.#opened();
    const write = database.transaction(() =>
      batch.map(({ number, record }) => ({ number, receipt: tables.write(record) })),
    );
    return write.immediate();
  }

  /** One record that cannot be written must not hold back the others. */
  #reject(batch: readonly Numbered[], error: unknown): { number: number; receipt: Receipt }[] {
    for (const { record } of batch) this.#options.rejected(record, error);
    return batch.map(({ number }) => ({ number, receipt: { kind: "failing" } }));
  }

  #opened(): { database: Database.Database; tables: Tables } {
    if (this.#database === undefined || this.#tables === undefined) throw new Error("the database is not open");
    return { database: this.#database, tables: this.#tables };
  }

  #fail(error: unknown): void {
    if (needsReopening(error)) this.#drop();
    if (this.#state === "ok") this.#options.changed("failing", sentenceOf(error));
    this.#state = "failing";
    this.#retry = this.#options.clock.after(this.#pauseMs, () => this.#tryToWrite());
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  #tryToWrite(): void {
    try {
      if (this.#database === undefined) this.#use(this.#options.open());
      const { database, tables } = this.#opened();
      database.transaction(() => tables.probe()).immediate();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#pauseMs = FIRST_PAUSE_MS;
    if (this.#state === "failing") this.#options.changed("ok", "");
    this.#state = "ok";
  }

  #use(database: Database.Database): void {
    this.#database = database;
    this.#tables = new Tables(database);
  }

  #drop(): void {
    try {
      this.#database?.close();
    } catch {
      // It was to be given up: why has been said already.
    }
    this.#database = undefined;
    this.#tables = undefined;
  }
}
