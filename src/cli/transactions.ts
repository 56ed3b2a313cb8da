// `ocpp-opcua transactions`: charge detail records as CSV, a page at a time, whether or not a bridge runs.
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { sentenceOf, StoreFault } from "../store/faults.ts";
import { transactionsCsv } from "../store/transactionsCsv.ts";
import type { TransactionFilter } from "../twin/ports.ts";
import { exitCodes } from "./exitCodes.ts";
import type { SettingsPlace } from "./settingsOptions.ts";
import { inDataDirectory, openProgress, writeTo, type Surroundings } from "./storeReading.ts";

export interface TransactionsOptions extends SettingsPlace, TransactionFilter {
  readonly output?: string;
}

/** Resolves with the exit code. */
export function transactions(options: TransactionsOptions, surroundings: Surroundings): Promise<number> {
  const { output, ...filter } = options;
  return inDataDirectory(options, surroundings, async (directory) => {
    const pages = transactionsCsv(directory, filter);
    // The file is only made once there is something to put into it.
    const heading = pages.next().value?.text ?? "";
    const stream = output === undefined ? surroundings.out : await openFile(output);
    const progress = openProgress(surroundings, output !== undefined || surroundings.out.isTTY !== true);
    let records = 0;
    let isRead = await writeTo(stream, heading);
    for (const page of pages) {
      if (!isRead) break;
      records += page.records;
      progress.show(`${records} transactions`);
      if (page.text !== "") isRead = await writeTo(stream, page.text);
      // So that a signal is heard also where everything is there at once.
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
    progress.end();
    if (output === undefined) return exitCodes.ok;
    await closeFile(stream, output);
    surroundings.errors.write(`${records} transactions in ${output}\n`);
    return exitCodes.ok;
  });
}

/** Id tags stand in it: for this user alone. */
async function openFile(path: string): Promise<Writable> {
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

async function closeFile(stream: Writable, path: string): Promise<void> {
  const error = stream.errored ?? (await new Promise<Error | null | undefined>((done) => void stream.end(done)));
  if (error !== null && error !== undefined) throw fault(path, error);
}

function fault(path: string, error: unknown): StoreFault {
  return new StoreFault(`${path} cannot be written: ${sentenceOf(error)}`);
}
