// The list of id tags in SQL. It runs inside the caller's database transaction: a change is there as a whole or not at all.
import type Database from "better-sqlite3";
import {
  completeSince,
  idTagKey,
  type IdTag,
  type IdTagChange,
  type IdTagStatus,
  type KeptIdTags,
} from "../twin/idTags.ts";

const REVISION = "idTagsRevision";
const COMPLETE_SINCE = "idTagsCompleteSince";

export class IdTagTable {
  readonly #database: Database.Database;
  readonly #set: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #note: Database.Statement;
  readonly #unnote: Database.Statement;
  readonly #fact: Database.Statement;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#set = database.prepare(
      `INSERT INTO id_tags (key, id_tag, status, expires_at, parent_id_tag, revision) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET status = excluded.status, expires_at = excluded.expires_at,
         parent_id_tag = excluded.parent_id_tag, revision = excluded.revision`,
    );
    this.#remove = database.prepare("DELETE FROM id_tags WHERE key = ?");
    this.#note = database.prepare("INSERT OR REPLACE INTO removed_id_tags (key, id_tag, revision) VALUES (?, ?, ?)");
    this.#unnote = database.prepare("DELETE FROM removed_id_tags WHERE key = ?");
    this.#fact = database.prepare("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)");
  }

  write(change: IdTagChange): void {
    const { set, removed, isWhole, forgets, revision } = change;
    if (forgets) {
      this.#database.exec("DELETE FROM removed_id_tags");
      this.#fact.run(COMPLETE_SINCE, completeSince(change));
    }
    if (isWhole) this.#database.exec("DELETE FROM id_tags");
    for (const idTag of removed) {
      this.#remove.run(idTagKey(idTag));
      this.#note.run(idTagKey(idTag), idTag, revision);
    }
    for (const { idTag, status, expiresAt = null, parentIdTag = null } of set) {
      const key = idTagKey(idTag);
      this.#set.run(key, idTag, status, expiresAt, parentIdTag, revision);
      this.#unnote.run(key);
    }
    this.#fact.run(REVISION, revision);
  }

  /** Whoever has written into the file by hand may have left something that is no id tag; it is not there. */
  kept(): KeptIdTags {
    const fact = this.#database.prepare<[string], number>("SELECT value FROM facts WHERE name = ?").pluck();
    const rows = this.#database.prepare<[], IdTagRow>("SELECT * FROM id_tags").all();
    const removed = this.#database
      .prepare<[], { idTag: string; revision: number }>("SELECT id_tag AS idTag, revision FROM removed_id_tags")
      .all();
    return {
      revision: fact.get(REVISION) ?? 0,
      entries: rows.map((row) => ({ ...idTagFrom(row), revision: row.revision })).filter(isIdTag),
      removed: removed.filter(isIdTag),
      completeSince: fact.get(COMPLETE_SINCE) ?? 0,
    };
  }
}

function isIdTag({ idTag }: { readonly idTag: string }): boolean {
  return idTagKey(idTag) !== undefined;
}

/** A row as the table has it. */
export interface IdTagRow {
  readonly id_tag: string;
  readonly status: IdTagStatus;
  readonly expires_at: number | null;
  readonly parent_id_tag: string | null;
  readonly revision: number;
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
