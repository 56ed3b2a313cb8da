// One upload on its way to the disk: bounded while it streams, first under another name, then synced and renamed. It knows no HTTP.
import { createHash } from "node:crypto";
import { access, open, rename, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { EpochMs } from "../std/clock.ts";
import { nameOfUpload, numbered } from "./names.ts";
import { partOf, syncFolder, type Shelf } from "./shelf.ts";

export interface Incoming {
  readonly chargePointId: string;
  /** As names.ts `cleanOriginal` leaves it. */
  readonly original: string;
  readonly at: EpochMs;
  /** May throw `Interrupted`. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Why there is no more of an upload: its sender has gone, was too slow, or sends what is no upload. */
export class Interrupted extends Error {
  readonly reason: "gone" | "slow" | "malformed";

  constructor(reason: Interrupted["reason"]) {
    super(reason);
    this.reason = reason;
  }
}

export interface ReceiveOptions {
  readonly shelf: Shelf;
  readonly maxUploadBytes: number;
  /** Creates a file that must not be there. */
  readonly create: (path: string) => Promise<FileHandle>;
}

export type Received =
  | { readonly kind: "received"; readonly fileName: string; readonly bytes: number; readonly sha256: string }
  | { readonly kind: "tooLarge" | "noRoom" | "empty" }
  | { readonly kind: "interrupted"; readonly reason: Interrupted["reason"] }
  /** The disk refuses; `text` is for the log. */
  | { readonly kind: "diskFault"; readonly text: string };

/** Creates a file that must not be there, readable to its owner and group. */
export function createExclusively(path: string): Promise<FileHandle> {
  return open(path, "wx", 0o640);
}

/** Keeps what comes; after anything but `received` nothing is left. */
export async function receive(options: ReceiveOptions, incoming: Incoming): Promise<Received> {
  const { shelf } = options;
  let place: Place;
  try {
    place = await findPlace(options, incoming);
  } catch (error) {
    return diskFault(error);
  }
  const writing = new Writing(options, place.file);
  let isKept = false;
  try {
    const refusal = await writing.all(incoming.content);
    if (refusal !== undefined) return refusal;
    const { bytes, sha256 } = await writing.finish();
    await rename(join(shelf.directory, place.part), join(shelf.directory, place.fileName));
    await syncFolder(shelf.directory);
    shelf.add(place.fileName, bytes, incoming.at);
    isKept = true;
    return { kind: "received", fileName: place.fileName, bytes, sha256 };
  } catch (error) {
    if (error instanceof Interrupted) return { kind: "interrupted", reason: error.reason };
    return diskFault(error);
  } finally {
    await writing.close().catch(() => {});
    if (!isKept) {
      shelf.release(writing.bytes);
      await rm(join(shelf.directory, place.part), { force: true }).catch(() => {});
    }
  }
}

interface Place {
  readonly fileName: string;
  readonly part: string;
  readonly file: FileHandle;
}

const MOST_OF_ONE_SECOND = 100;

/** The part is taken first: whoever has it may look whether the name is free without anybody coming in between. */
async function findPlace({ shelf, create }: ReceiveOptions, incoming: Incoming): Promise<Place> {
  const name = nameOfUpload(incoming.chargePointId, incoming.at, incoming.original);
  for (let count = 1; count <= MOST_OF_ONE_SECOND; count++) {
    const fileName = numbered(name, count);
    const part = partOf(fileName);
    const file = await create(join(shelf.directory, part)).catch((error: unknown) => {
      if (codeOf(error) === "EEXIST") return undefined;
      throw error;
    });
    if (file === undefined) continue;
    if (!(await isThere(join(shelf.directory, fileName)))) return { fileName, part, file };
    await file.close();
    await rm(join(shelf.directory, part), { force: true });
  }
  throw new Error(`there are ${MOST_OF_ONE_SECOND} files of the name ${name}`);
}

class Writing {
  readonly #options: ReceiveOptions;
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #isOpen = true;
  /** Reserved on the shelf and, but for the last piece, written. */
  bytes = 0;

  constructor(options: ReceiveOptions, file: FileHandle) {
    this.#options = options;
    this.#file = file;
  }

  async all(content: AsyncIterable<Uint8Array>): Promise<Received | undefined> {
    const { shelf, maxUploadBytes } = this.#options;
    for await (const piece of content) {
      if (this.bytes + piece.length > maxUploadBytes) return { kind: "tooLarge" };
      if (!shelf.reserve(piece.length)) return { kind: "noRoom" };
      this.bytes += piece.length;
      this.#hash.update(piece);
      await this.#write(piece);
    }
    return this.bytes === 0 ? { kind: "empty" } : undefined;
  }

  async #write(piece: Uint8Array): Promise<void> {
    for (let from = 0; from < piece.length;) {
      const { bytesWritten } = await this.#file.write(piece, from);
      from += bytesWritten;
    }
  }

  async finish(): Promise<{ bytes: number; sha256: string }> {
    await this.#file.sync();
    await this.close();
    return { bytes: this.bytes, sha256: this.#hash.digest("hex") };
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#file.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function diskFault(error: unknown): Received {
  const isFull = ["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "");
  return isFull
    ? { kind: "noRoom" }
    : { kind: "diskFault", text: error instanceof Error ? error.message : String(error) };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
