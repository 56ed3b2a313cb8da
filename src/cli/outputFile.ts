// A file that a command writes at the pace of the disk, with a sentence for what goes wrong.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { sentenceOf, StoreFault } from "../store/faults.ts";

/** Id tags stand in it: for this user alone. */
export async function openFile(path: string): Promise<Writable> {
  const stream = createWriteStream(path, { mode: 0o600 });
  // Whatever fails later is found when it is closed.
  stream.on("error", () => {});
  try {
    await once(stream, "open");
  } catch (error) {
    throw fault(path, error);
  }
  return stream;
}

/** Rejects with a StoreFault when something could not be written. */
export async function closeFile(stream: Writable, path: string): Promise<void> {
  const error = stream.errored ?? (await new Promise<Error | null | undefined>((done) => void stream.end(done)));
  if (error !== null && error !== undefined) throw fault(path, error);
}

function fault(path: string, error: unknown): StoreFault {
  return new StoreFault(`${path} cannot be written: ${sentenceOf(error)}`);
}
