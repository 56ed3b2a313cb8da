// The folder by which an authority elsewhere signs: requests are written into it as NAME.csr, certificates are taken from it as NAME.pem,
// and what is refused stays there as NAME.pem.refused. What stands in them it does not understand.
import { mkdirSync } from "node:fs";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { every, type Clock, type Timer } from "../std/clock.ts";
import { lookAt } from "../std/fileMark.ts";
import { Lane } from "../std/lane.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";

export interface RequestDirectoryOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A certificate has come for a request. */
  readonly answered: (answer: SignedElsewhere) => Promise<Fate>;
}

/** What becomes of a certificate: the charge point has it; it has to be tried again later; it is of no use. */
export type Fate = "delivered" | "later" | "refused";

export interface SignedElsewhere {
  readonly chargePointId: string;
  readonly csr: string;
  /** What stands in NAME.pem. */
  readonly chain: string;
}

export interface RequestDirectory extends Running {
  /** Writes a request; those of the same charge point from before are of no use any more. Rejects when the disk refuses. */
  put(chargePointId: string, csr: string): Promise<void>;
}

const LOOK_INTERVAL_MS = 2000;
const MOST_BYTES = 65_536;
/** Charge points that are sent certificates at the same time; each may take as long as any call. */
const MOST_AT_ONCE = 16;
/** `<identity, percent-encoded>-<time>`: the identity may itself contain hyphens. */
const REQUEST = /^(.+)-\d{8}T\d{9}Z\.csr$/u;

/** Throws when the folder cannot be made. */
export function openRequestDirectory(options: RequestDirectoryOptions): RequestDirectory {
  mkdirSync(options.directory, { recursive: true });
  return new Folder(options);
}

class Folder implements RequestDirectory {
  readonly #options: RequestDirectoryOptions;
  readonly #watch: Timer;
  readonly #lane = new Lane(MOST_AT_ONCE);
  /** How the certificates lay at the last look. */
  #seen: ReadonlyMap<string, string> = new Map();
  /** Requests whose certificate is on its way. */
  readonly #taken = new Set<string>();
  /** The last request of each charge point that is being written: the next one follows it. */
  readonly #writing = new Map<string, Promise<void>>();
  #isLooking = false;

  constructor(options: RequestDirectoryOptions) {
    this.#options = options;
    this.#watch = every(options.clock, LOOK_INTERVAL_MS, () => this.#lookAgain());
  }

  async stop(): Promise<void> {
    this.#watch.cancel();
  }

  put(chargePointId: string, csr: string): Promise<void> {
    const before = this.#writing.get(chargePointId) ?? Promise.resolve();
    const writing = before.catch(() => {}).then(() => this.#write(chargePointId, csr));
    this.#writing.set(chargePointId, writing);
    const forget = (): void => {
      if (this.#writing.get(chargePointId) === writing) this.#writing.delete(chargePointId);
    };
    writing.then(forget, forget);
    return writing;
  }

  async #write(chargePointId: string, csr: string): Promise<void> {
    const { directory, clock } = this.#options;
    for (const name of await requestsOf(directory, chargePointId)) await removeAll(directory, name);
    const time = new Date(clock.now()).toISOString().replaceAll(/[-:.]/gu, "");
    // Under another name until it is whole: whoever signs must not find half of it.
    const file = join(directory, `${encodeURIComponent(chargePointId)}-${time}.csr`);
    await writeFile(`${file}.part`, csr, { mode: 0o644 });
    await rename(`${file}.part`, file);
  }

  #lookAgain(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#look()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#isLooking = false;
      });
  }

  /** Takes every certificate that belongs to a request and has lain there unchanged for one interval: it may still be being written. */
  async #look(): Promise<void> {
    const { directory } = this.#options;
    const names = new Set(await readdir(directory));
    const marks = new Map<string, string>();
    for (const request of names) {
      const chargePointId = identityIn(request);
      const certificate = certificateOf(request);
      if (chargePointId === undefined || !names.has(certificate) || this.#taken.has(request)) continue;
      const mark = await lookAt(join(directory, certificate));
      marks.set(request, mark);
      if (mark !== this.#seen.get(request)) continue;
      this.#taken.add(request);
      this.#lane
        .run(() => this.#take(chargePointId, request))
        .catch((error: unknown) => this.#failed(error))
        .finally(() => this.#taken.delete(request));
    }
    this.#seen = marks;
  }

  async #take(chargePointId: string, request: string): Promise<void> {
    const { directory, answered, log } = this.#options;
    const file = certificateOf(request);
    const chain = await read(join(directory, file));
    const csr = await read(join(directory, request));
    const isRead = chain !== undefined && csr !== undefined;
    if (!isRead) log.error({ chargePoint: chargePointId, file }, "a certificate cannot be read, or is too large");
    const fate = isRead ? await answered({ chargePointId, csr, chain }) : "refused";
    if (fate === "delivered") return removeAll(directory, request);
    if (fate === "later") return;
    log.error({ chargePoint: chargePointId, file }, "a certificate is refused; it stays as .refused");
    await rename(join(directory, file), join(directory, refusedOf(request)));
  }

  #failed(error: unknown): void {
    const { directory, log } = this.#options;
    log.error({ directory, error: String(error) }, "the signing requests were not looked at");
  }
}

async function requestsOf(directory: string, chargePointId: string): Promise<string[]> {
  const names = await readdir(directory);
  return names.filter((name) => REQUEST.exec(name)?.[1] === encodeURIComponent(chargePointId));
}

function identityIn(name: string): string | undefined {
  try {
    const encoded = REQUEST.exec(name)?.[1];
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function certificateOf(request: string): string {
  return request.replace(/\.csr$/u, ".pem");
}

async function read(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    return size > MOST_BYTES ? undefined : await readFile(file, "latin1");
  } catch {
    return undefined;
  }
}

function refusedOf(request: string): string {
  return `${certificateOf(request)}.refused`;
}

async function removeAll(directory: string, request: string): Promise<void> {
  for (const name of [certificateOf(request), refusedOf(request), request])
    await rm(join(directory, name), { force: true });
}
