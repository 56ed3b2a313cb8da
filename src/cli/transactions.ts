// `ocpp-opcua transactions`: charge detail records as CSV, a page at a time, whether or not a bridge runs.
import { transactionsCsv } from "../store/transactionsCsv.ts";
import type { TransactionFilter } from "../twin/ports.ts";
import { exitCodes } from "./exitCodes.ts";
import { closeFile, openFile } from "./outputFile.ts";
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
