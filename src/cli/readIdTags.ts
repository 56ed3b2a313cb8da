// A CSV file -> id tags, or everything that is wrong in it with its line. Nothing is handed to a bridge here.
import { createReadStream } from "node:fs";
import { idTagFieldsOf, readIdTag, type IdTagTexts } from "../datapoints/idTagFields.ts";
import { nearest } from "../settings/nearest.ts";
import { sentenceOf } from "../store/faults.ts";
import { idTagColumns, unguarded } from "../store/idTagsCsv.ts";
import { idTagKey } from "../twin/idTags.ts";
import { CsvReader, type CsvFault, type CsvRecord } from "./csv.ts";

export interface ReadIdTags {
  readonly entries: readonly IdTagTexts[];
  /** The first ones; empty when all is well. */
  readonly faults: readonly CsvFault[];
  /** How many there are altogether. */
  readonly faultCount: number;
}

const MOST_FAULTS = 20;
/** No list may be longer (limits.maxIdTags). */
const MOST_ENTRIES = 1_000_000;
const REQUIRED = ["idTag", "status"] as const;

/** `progress` is told how many entries have been read. A line 0 is the file as a whole. */
export async function readIdTags(file: string, progress: (entries: number) => void): Promise<ReadIdTags> {
  const table = new Table();
  const reader = new CsvReader((record) => table.add(record));
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of createReadStream(file)) {
      table.stop(reader.write(decoder.decode(bytes as Buffer, { stream: true })));
      progress(table.entries.length);
      if (table.isStopped) return table;
    }
    table.stop(reader.write(decoder.decode()) ?? reader.end());
  } catch (error) {
    const isText = !(error instanceof TypeError);
    const text = isText ? `it cannot be read: ${sentenceOf(error)}` : "it is no UTF-8 text; save it as CSV in UTF-8";
    table.stop({ line: 0, text });
  }
  table.end();
  return table;
}

class Table implements ReadIdTags {
  readonly entries: IdTagTexts[] = [];
  readonly faults: CsvFault[] = [];
  faultCount = 0;
  isStopped = false;
  #columns: readonly string[] | undefined;
  /** Lines by key. */
  readonly #seen = new Map<string, number>();

  add(record: CsvRecord): void {
    if (this.isStopped) return;
    if (this.#columns === undefined) this.#begin(record);
    else if (record.cells.length !== this.#columns.length)
      this.#fault(record.line, `has ${record.cells.length} cells, and the heading ${this.#columns.length}`);
    else
      this.#addEntry(
        record.line,
        Object.fromEntries(this.#columns.map((name, at) => [name, unguarded(record.cells[at] ?? "")])),
      );
  }

  /** Nothing behind a fault of the file itself can be understood. */
  stop(fault: CsvFault | undefined): void {
    if (fault === undefined) return;
    this.#fault(fault.line, fault.text);
    this.isStopped = true;
  }

  end(): void {
    if (this.faultCount > 0 || this.entries.length > 0) return;
    this.#fault(
      0,
      this.#columns === undefined ? "it is empty; the first line names the columns" : "it holds no id tags",
    );
  }

  #begin({ line, cells }: CsvRecord): void {
    this.#columns = cells;
    const known: readonly string[] = idTagColumns;
    const hint =
      cells.length === 1 && cells[0]?.includes(";") ? "; cells are separated by commas, not by semicolons" : "";
    for (const [at, name] of cells.entries()) {
      const near = nearest(name, known);
      const meant = near === undefined ? `the columns are ${known.join(", ")}` : `did you mean ${near}?`;
      if (!known.includes(name)) this.stop({ line, text: `unknown column ${shown(name)}; ${meant}${hint}` });
      else if (cells.indexOf(name) !== at) this.stop({ line, text: `the column ${name} is there twice` });
    }
    for (const name of REQUIRED)
      if (!this.isStopped && !cells.includes(name)) this.stop({ line, text: `there is no column ${name}` });
  }

  #addEntry(
    line: number,
    { idTag = "", status = "", expiryDate = "", parentIdTag = "" }: Record<string, string>,
  ): void {
    const read = readIdTag({ idTag, status, expiryDate, parentIdTag });
    if ("path" in read) return this.#fault(line, `${read.path}: ${read.text}`);
    const key = idTagKey(idTag) ?? "";
    const before = this.#seen.get(key);
    if (before !== undefined)
      return this.#fault(line, `idTag: ${shown(idTag)} stands on line ${before} already; case does not matter`);
    this.#seen.set(key, line);
    if (this.entries.length >= MOST_ENTRIES)
      return this.stop({ line, text: `there are more than ${MOST_ENTRIES} id tags` });
    this.entries.push(idTagFieldsOf(read));
  }

  #fault(line: number, text: string): void {
    this.faultCount++;
    if (this.faults.length < MOST_FAULTS) this.faults.push({ line, text });
  }
}

const LONGEST_SHOWN = 40;

function shown(text: string): string {
  return JSON.stringify(text.slice(0, LONGEST_SHOWN));
}
