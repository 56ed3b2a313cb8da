// The uploads that are kept: how much room they take, and which have to go to make room. It knows no HTTP.
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { EpochMs } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { timeInName } from "./names.ts";

export interface ShelfOptions {
  readonly directory: string;
  readonly maxTotalBytes: number;
  readonly keepMs: number;
  readonly log: Log;
}

interface Kept {
  readonly name: string;
  readonly bytes: number;
  readonly at: EpochMs;
}

/** Unfinished uploads are named `.<name>.part`; no finished one begins with a dot. */
export function partOf(name: string): string {
  return `.${name}.part`;
}

export class Shelf {
  readonly #options: ShelfOptions;
  /** Oldest first. */
  #kept: Kept[];
  /** Of what is kept and of what is being written. */
  #bytes: number;

  private constructor(options: ShelfOptions, kept: Kept[]) {
    this.#options = options;
    this.#kept = kept;
    this.#bytes = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Looks through the folder, makes it where it is not there, and removes what an end of the process left unfinished. */
  static async open(options: ShelfOptions): Promise<Shelf> {
    const { directory } = options;
    await mkdir(directory, { recursive: true });
    const kept: Kept[] = [];
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(directory, entry.name);
      if (/^\..+\.part$/u.test(entry.name)) await rm(path, { force: true });
      const at = timeInName(entry.name);
      if (at !== undefined) kept.push({ name: entry.name, bytes: (await stat(path)).size, at });
    }
    return new Shelf(
      options,
      kept.toSorted((a, b) => a.at - b.at),
    );
  }

  get directory(): string {
    return this.#options.directory;
  }

  /** Room for so many more bytes, made by removing the oldest uploads; false when that is not enough. */
  reserve(bytes: number): boolean {
    const { maxTotalBytes } = this.#options;
    while (this.#bytes + bytes > maxTotalBytes) {
      const oldest = this.#kept.shift();
      if (oldest === undefined) return false;
      this.#remove(oldest, "there is no room for more (files.maxTotalBytes)");
    }
    this.#bytes += bytes;
    return true;
  }

  /** Takes back what was reserved for an upload that has failed. */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** An upload is complete; its bytes have been reserved. */
  add(name: string, bytes: number, at: EpochMs): void {
    this.#kept.push({ name, bytes, at });
  }

  /** Removes what is older than it may be. */
  age(now: EpochMs): void {
    const isOld = ({ at }: Kept): boolean => now - at > this.#options.keepMs;
    const old = this.#kept.filter(isOld);
    this.#kept = this.#kept.filter((kept) => !isOld(kept));
    for (const kept of old) this.#remove(kept, "it is too old (files.keepDays)");
  }

  #remove({ name, bytes }: Kept, reason: string): void {
    const { directory, log } = this.#options;
    this.#bytes -= bytes;
    log.info({ fileName: name, bytes }, `an upload is removed: ${reason}`);
    rm(join(directory, name), { force: true }).catch((error: unknown) =>
      log.error({ fileName: name, error: String(error) }, "an upload could not be removed"),
    );
  }
}

/** Makes a rename last through a power failure; some file systems know no such thing. */
export async function syncFolder(directory: string): Promise<void> {
  const folder = await open(directory, "r").catch(() => undefined);
  // What can be had has been had: the file itself has been synced.
  await folder?.sync().catch(() => {});
  await folder?.close();
}
