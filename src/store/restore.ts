// Puts a backup in the place of the files of the store. The backup is copied and checked before anything is touched; what was there is
// moved aside and never deleted. Only while no bridge runs.
import { chmodSync, chownSync, copyFileSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import type { EpochMs } from "../std/clock.ts";
import { backedUpLayouts } from "./backup.ts";
import { lockDirectory, moveAside, refuseNewer, stateLayout, type Layout } from "./database.ts";
import { isCorrupt, sentenceOf, StoreFault } from "./faults.ts";

export interface RestoreOptions {
  readonly directory: string;
  /** A copy of state.db, or a folder with it. */
  readonly backup: string;
  readonly now: EpochMs;
}

export interface Restored {
  readonly files: readonly string[];
  /** Where what was there before lies now. */
  readonly aside: readonly string[];
}

/** Throws a StoreFault with one sentence; then everything is as it was. */
export function restore({ directory, backup, now }: RestoreOptions): Restored {
  const sources = sourcesOf(resolve(backup), directory);
  const lock = lockDirectory(directory);
  const wanted = sources.map((source) => ({ ...source, path: join(directory, source.layout.fileName) }));
  try {
    leaveToOwner(lock.name, directory);
    // Within the data directory, so that putting it in place cannot fail half-way; and what is checked is what is used.
    for (const { from, layout, path } of wanted) {
      fetch(from, `${path}.restoring`, layout);
      leaveToOwner(`${path}.restoring`, directory);
    }
    return put(wanted, now);
  } catch (error) {
    throw error instanceof StoreFault ? error : new StoreFault(`nothing was restored: ${sentenceOf(error)}`);
  } finally {
    for (const { path } of wanted)
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}.restoring${suffix}`, { force: true });
    lock.close();
  }
}

interface Source {
  readonly from: string;
  readonly layout: Layout;
}

function sourcesOf(backup: string, directory: string): readonly Source[] {
  if (!existsSync(backup)) throw new StoreFault(`${backup} does not exist`);
  if (!existsSync(directory))
    throw new StoreFault(`the data directory ${directory} does not exist; make it, or name another one with --data`);
  if (!statSync(backup).isDirectory()) return [{ from: backup, layout: stateLayout }];
  if (resolve(directory) === backup)
    throw new StoreFault(`${backup} is the data directory itself, and no backup of it`);
  const found = backedUpLayouts
    .map((layout) => ({ from: join(backup, layout.fileName), layout }))
    .filter(({ from }) => existsSync(from));
  if (found[0]?.layout !== stateLayout)
    throw new StoreFault(`${backup} is no backup: it has no ${stateLayout.fileName}`);
  return found;
}

/** A raw copy of a data directory may have its journal beside it, which belongs to it. */
function fetch(from: string, to: string, layout: Layout): void {
  for (const suffix of ["", "-wal"]) {
    rmSync(to + suffix, { force: true });
    if (!existsSync(from + suffix)) continue;
    copyFileSync(from + suffix, to + suffix);
    chmodSync(to + suffix, 0o600);
  }
  try {
    check(from, to, layout);
  } catch (error) {
    if (error instanceof StoreFault) throw error;
    const what = isCorrupt(error) ? "is damaged, or no database" : `cannot be read: ${sentenceOf(error)}`;
    throw new StoreFault(`${from} ${what}; nothing was changed`);
  }
}

function check(from: string, to: string, layout: Layout): void {
  const database = new Database(to);
  try {
    refuseNewer(from, Number(database.pragma("user_version", { simple: true })), layout);
    const verdict = String(database.pragma("integrity_check(1)", { simple: true }));
    if (verdict !== "ok") throw new StoreFault(`${from} is damaged (${verdict.slice(0, 200)}); nothing was changed`);
    const has = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(layout.table);
    if (has === undefined)
      throw new StoreFault(
        `${from} is no backup of ${layout.fileName}: it has no table ${layout.table}; nothing was changed`,
      );
    // Into the file itself, and no second file that would have to move with it.
    database.pragma("journal_mode = DELETE");
  } finally {
    database.close();
  }
}

/** Puts everything back where a step fails. */
function put(wanted: readonly (Source & { readonly path: string })[], now: EpochMs): Restored {
  const undo: (() => void)[] = [];
  const aside: string[] = [];
  try {
    for (const { path } of wanted) {
      const hasBefore = existsSync(path);
      const kept = moveAside(path, now, "before-restore");
      if (hasBefore) aside.push(kept);
      undo.push(() => {
        for (const suffix of ["-wal", "-shm", ""])
          if (existsSync(kept + suffix)) renameSync(kept + suffix, path + suffix);
      });
      renameSync(`${path}.restoring`, path);
    }
  } catch (error) {
    for (const back of undo.toReversed()) back();
    throw error;
  }
  return { files: wanted.map(({ path }) => path), aside };
}

/** The system's administrator restores, or makes, files for the user that the bridge runs as. */
export function leaveToOwner(path: string, directory: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(directory);
  chownSync(path, uid, gid);
}
