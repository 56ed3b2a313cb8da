// A database in memory with the layout of state.db. Making one and compiling its statements takes longer than many a world: they are used again.
import Database from "better-sqlite3";
import { migrations } from "../../src/store/migrations.ts";

/** Those that no world uses; they are empty. */
const spare: Platter[] = [];

export class Platter {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  private constructor(image?: Buffer) {
    this.#database = new Database(image ?? ":memory:");
  }

  /** An empty one. */
  static take(): Platter {
    return spare.pop() ?? Platter.#laidOut();
  }

  static of(image: Buffer): Platter {
    return new Platter(image);
  }

  /** Whoever has it uses it no more. */
  giveBack(): void {
    for (const { name } of this.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
      name: string;
    }[])
      this.prepare(`DELETE FROM ${name}`).run();
    spare.push(this);
  }

  prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  pragma(...words: Parameters<Database.Database["pragma"]>): unknown {
    return this.#database.pragma(...words);
  }

  /** All of it or nothing: where `work` throws it was never there. */
  write(work: () => unknown): unknown {
    this.prepare("BEGIN IMMEDIATE").run();
    try {
      const result = work();
      this.prepare("COMMIT").run();
      return result;
    } catch (error) {
      this.prepare("ROLLBACK").run();
      throw error;
    }
  }

  image(): Buffer {
    return this.#database.serialize();
  }

  /** As the migrations make it. */
  static #laidOut(): Platter {
    const platter = new Platter();
    for (const step of migrations) {
      if (typeof step === "string") platter.#database.exec(step);
      else step(platter.#database);
    }
    return platter;
  }
}
