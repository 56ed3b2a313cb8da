// A CSV file on this machine -> id tags, or everything that is wrong in it with its line. Nothing is handed to a bridge here.
import { createReadStream } from "node:fs";
import { IdTagCsv, type ReadIdTags } from "../datapoints/idTagCsv.ts";
import { sentenceOf } from "../store/faults.ts";

/** `progress` is told how many entries have been read. */
export async function readIdTags(file: string, progress: (entries: number) => void): Promise<ReadIdTags> {
  const table = new IdTagCsv();
  try {
    for await (const bytes of createReadStream(file)) {
      table.write(bytes as Buffer);
      progress(table.entries.length);
      if (table.isStopped) return table;
    }
  } catch (error) {
    table.fail(`it cannot be read: ${sentenceOf(error)}`);
  }
  table.end();
  return table;
}
