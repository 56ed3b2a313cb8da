// The files of the firmware folder, each with its SHA-256, which is computed once as long as the file does not change.
import { createHash } from "node:crypto";
import { constants, mkdirSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

/** An open file; whoever gets it closes it. */
export interface FirmwareFile {
  readonly file: FileHandle;
  readonly bytes: number;
  /** Hexadecimal digits. */
  readonly sha256: string;
}

interface Digest {
  /** What changes when the file does. */
  readonly state: string;
  readonly sha256: Promise<string>;
}

const MOST_DIGESTS = 1000;
const LONGEST_NAME = 255;

/** Neither through a link nor waiting for whoever writes a pipe; Windows knows neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export class Firmware {
  readonly directory: string;
  readonly #digests = new Map<string, Digest>();

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  /** A file of the folder itself; undefined when there is none of this name that can be read. */
  async open(fileName: string): Promise<FirmwareFile | undefined> {
    if (!isPlainName(fileName)) return undefined;
    const file = await open(join(this.directory, fileName), FLAGS).catch(() => undefined);
    if (file === undefined) return undefined;
    try {
      const stats = await file.stat();
      if (stats.isFile()) {
        const state = [stats.ino, stats.size, stats.mtimeMs].join(" ");
        return { file, bytes: stats.size, sha256: await this.#digest(fileName, state, file) };
      }
    } catch {
      // It is there but cannot be read, which is as good as not there.
    }
    await file.close();
    return undefined;
  }

  #digest(fileName: string, state: string, file: FileHandle): Promise<string> {
    const known = this.#digests.get(fileName);
    if (known?.state === state) return known.sha256;
    const oldest = this.#digests.size >= MOST_DIGESTS ? this.#digests.keys().next().value : undefined;
    if (oldest !== undefined) this.#digests.delete(oldest);
    const digest = { state, sha256: hash(file) };
    this.#digests.set(fileName, digest);
    digest.sha256.catch(() => {
      if (this.#digests.get(fileName) === digest) this.#digests.delete(fileName);
    });
    return digest.sha256;
  }
}

/** A name that leads nowhere but into the folder; hidden files are not served. */
function isPlainName(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[^./\\\p{C}][^/\\\p{C}]*$/u.test(name);
}

async function hash(file: FileHandle): Promise<string> {
  const sum = createHash("sha256");
  for await (const piece of file.createReadStream({ start: 0, autoClose: false })) sum.update(piece as Buffer);
  return sum.digest("hex");
}
