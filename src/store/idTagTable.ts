// The list of id tags in SQL. It runs inside the caller's database transaction: a change is there as a whole or not at all.
import type Database from "better-sqlite3";
import { idTagKey, type IdTag, type IdTagChange, type IdTagStatus } from "../twin/idTags.ts";

export class IdTagTable {
  readonly #set: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #clear: Database.Statement;
  readonly #all: Database.Statement<[], IdTagRow>;

  constructor(database: Database.Database) {
    this.#set = database.prepare(
      `INSERT INTO id_tags (key, id_tag, status, expires_at, parent_id_tag) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET status = excluded.status, expires_at = excluded.expires_at,
         parent_id_tag = excluded.parent_id_tag`,
    );
    this.#remove = database.prepare("DELETE FROM id_tags WHERE key = ?");
    this.#clear = database.prepare("DELETE FROM id_tags");
    this.#all = database.prepare<[], IdTagRow>("SELECT id_tag, status, expires_at, parent_id_tag FROM id_tags");
  }

  write({ set, removed, isWhole }: IdTagChange): void {
    if (isWhole) this.#clear.run();
    for (const key of removed) this.#remove.run(key);
    for (const { idTag, status, expiresAt = null, parentIdTag = null } of set)
      this.#set.run(idTagKey(idTag), idTag, status, expiresAt, parentIdTag);
  }

  /** Whoever has written into the file by hand may have left something that is no id tag; it is not there. */
  all(): IdTag[] {
    return this.#all
      .all()
      .map(idTagFrom)
      .filter(({ idTag }) => idTagKey(idTag) !== undefined);
  }
}

/** A row as the table has it. */
export interface IdTagRow {
  readonly id_tag: string;
  readonly status: IdTagStatus;
  readonly expires_at: number | null;
  readonly parent_id_tag: string | null;
}

export function idTagFrom({
  id_tag: idTag,
  status,
  expires_at: expiresAt,
  parent_id_tag: parentIdTag,
}: IdTagRow): IdTag {
  return {
    idTag,
    status,
    ...(expiresAt !== null && { expiresAt }),
    ...(parentIdTag !== null && { parentIdTag }),
  };
}
