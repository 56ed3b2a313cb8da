// The folder by which an authority elsewhere signs: requests are written into it as NAME.csr, certificates are taken from it as NAME.pem.
// What stands in them it does not understand.
import { mkdirSync } from "node:fs";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { every, type Clock } from "../std/clock.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";

export interface RequestDirectoryOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A certificate has come for a request; true once nothing more is to be done with it, false when it has to be tried again later. */
  readonly answered: (answer: SignedElsewhere) => Promise<boolean>;
}

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
/** `<identity, percent-encoded>-<time>`: the identity may itself contain hyphens. */
const REQUEST = /^(.+)-\d{8}T\d{9}Z\.csr$/u;

/** Throws when the folder cannot be made. */
export function openRequestDirectory(options: RequestDirectoryOptions): RequestDirectory {
  const { directory, clock, log } = options;
  mkdirSync(directory, { recursive: true });
  let isLooking = false;
  const watch = every(clock, LOOK_INTERVAL_MS, () => {
    if (isLooking) return;
    isLooking = true;
    look(options)
      .catch((error: unknown) =>
        log.error({ directory, error: String(error) }, "the signing requests were not looked at"),
      )
      .finally(() => {
        isLooking = false;
      });
  });
  return {
    put: async (chargePointId, csr) => {
      for (const name of await requestsOf(directory, chargePointId)) await removeBoth(directory, name);
      const time = new Date(clock.now()).toISOString().replaceAll(/[-:.]/gu, "");
      // Under another name until it is whole: whoever signs must not find half of it.
      const file = join(directory, `${encodeURIComponent(chargePointId)}-${time}.csr`);
      await writeFile(`${file}.part`, csr, { mode: 0o644 });
      await rename(`${file}.part`, file);
    },
    stop: async () => watch.cancel(),
  };
}

async function requestsOf(directory: string, chargePointId: string): Promise<string[]> {
  const names = await readdir(directory);
  return names.filter((name) => REQUEST.exec(name)?.[1] === encodeURIComponent(chargePointId));
}

/** Takes every certificate that belongs to a request; what cannot be read yet is looked at again. */
async function look({ directory, answered, log }: RequestDirectoryOptions): Promise<void> {
  const names = new Set(await readdir(directory));
  for (const name of names) {
    const chargePointId = identityIn(name);
    if (chargePointId === undefined || !names.has(certificateOf(name))) continue;
    const chain = await read(join(directory, certificateOf(name)));
    const csr = await read(join(directory, name));
    if (chain === undefined || csr === undefined) {
      log.warn(
        { chargePoint: chargePointId, file: certificateOf(name) },
        "a certificate cannot be read, or is too large",
      );
      continue;
    }
    if (await answered({ chargePointId, csr, chain })) await removeBoth(directory, name);
  }
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

async function removeBoth(directory: string, request: string): Promise<void> {
  for (const name of [certificateOf(request), request]) await rm(join(directory, name), { force: true });
}
