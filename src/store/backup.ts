// Copies the files of the store while a bridge may be writing them (SQLite's online backup). It changes nothing in the data directory and
// overwrites nothing.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type Database from "better-sqlite3";
import { messageLayout, stateLayout } from "./database.ts";
import { sentenceOf, StoreFault } from "./faults.ts";
import { historyLayout } from "./history/historyTables.ts";
import { openReadOnly } from "./readOnly.ts";

/** The files that there may be; the first is what nobody can do without. */
export const backedUpLayouts = [stateLayout, historyLayout, messageLayout] as const;

/** Pages of 4 kB that are copied before whoever shows progress is told. */
const PAGES_AT_ONCE = 2500;

export interface BackupOptions {
  readonly directory: string;
  /** A name that ends in `.db` is a file and gets state.db alone; any other is a folder that gets every file. */
  readonly output: string;
  readonly progress: (file: string, done: number, total: number) => void;
}

/** The copies, once they are whole. Throws a StoreFault with one sentence. */
export async function backUp({ directory, output, progress }: BackupOptions): Promise<readonly string[]> {
  if (!existsSync(join(directory, stateLayout.fileName)))
    throw new StoreFault(`there is nothing to back up: ${directory} has no ${stateLayout.fileName}`);
  const isFile = output.endsWith(".db");
  const copies = backedUpLayouts
    .slice(0, isFile ? 1 : undefined)
    .filter(({ fileName }) => existsSync(join(directory, fileName)))
    .map((layout) => ({ layout, path: resolve(isFile ? output : join(output, layout.fileName)) }));
  for (const { path } of copies)
    if (existsSync(path)) throw new StoreFault(`${path} exists already; name another place for the backup`);
  const folder = isFile ? dirname(resolve(output)) : resolve(output);
  const partial = (path: string): string => join(folder, `.${basename(path)}.partial-${process.pid}`);
  try {
    // Identities and id tags stand in it, and passwords of charge points.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const mask = process.umask(0o077);
    try {
      for (const { layout, path } of copies) {
        const source = openReadOnly(directory, layout);
        if (source === undefined) throw new StoreFault(`${layout.fileName} has gone meanwhile`);
        await copy(source, partial(path), (done, total) => progress(layout.fileName, done, total));
      }
    } finally {
      process.umask(mask);
    }
    for (const { path } of copies) renameSync(partial(path), path);
    return copies.map(({ path }) => path);
  } catch (error) {
    for (const { path } of copies) if (existsSync(partial(path))) rmSync(partial(path));
    throw error instanceof StoreFault ? error : new StoreFault(`the backup has failed: ${sentenceOf(error)}`);
  }
}

async function copy(
  source: Database.Database,
  path: string,
  progress: (done: number, total: number) => void,
): Promise<void> {
  try {
    // A reader that holds one state: otherwise each write of the bridge would make the copy begin anew.
    source.exec("BEGIN");
    source.prepare("SELECT count(*) FROM sqlite_master").get();
    await source.backup(path, {
      progress: ({ totalPages, remainingPages }) => {
        progress(totalPages - remainingPages, totalPages);
        return PAGES_AT_ONCE;
      },
    });
  } finally {
    source.close();
  }
}
