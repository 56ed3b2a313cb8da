// The list of id tags as CSV (RFC 4180), written and read: what is written here is read back as it was. It knows neither files nor stores.
import { harmless, quoted } from "../std/csvCells.ts";
import { CsvReader, type CsvFault, type CsvRecord } from "../std/csvReader.ts";
import { nearest } from "../std/nearest.ts";
import { idTagKey, type IdTag } from "../twin/idTags.ts";
import { idTagFieldsOf, readIdTag, type IdTagTexts } from "./idTagFields.ts";

export const idTagColumns = ["idTag", "status", "expiryDate", "parentIdTag"] as const;
/** The first line of a file. */
export const idTagHeading = `${idTagColumns.join(",")}\r\n`;

/** Lines of CSV. */
export function idTagLines(page: readonly IdTag[]): string {
  return page
    .map(idTagFieldsOf)
    .map((fields) => `${idTagColumns.map((column) => quoted(guarded(fields[column]))).join(",")}\r\n`)
    .join("");
}

/** An apostrophe that stands there already gets one more, so that it is still there once one has been taken away. */
function guarded(text: string): string {
  return text.startsWith("'") ? `'${text}` : harmless(text);
}

/** The text of a cell that `idTagLines`, or a spreadsheet, has guarded. */
export function unguarded(cell: string): string {
  return /^'['=+\-@]/u.test(cell) ? cell.slice(1) : cell;
}

export interface ReadIdTags {
  readonly entries: readonly IdTagTexts[];
  /** The first ones; empty when all is well. A line 0 is the file as a whole. */
  readonly faults: readonly CsvFault[];
  /** How many there are altogether. */
  readonly faultCount: number;
}

const MOST_FAULTS = 20;
/** No list may be longer (limits.maxIdTags). */
const MOST_ENTRIES = 1_000_000;
const REQUIRED = ["idTag", "status"] as const;

/** Takes a file piece by piece: its entries, or everything that is wrong in it with its line. */
export class IdTagCsv implements ReadIdTags {
  readonly entries: IdTagTexts[] = [];
  readonly faults: CsvFault[] = [];
  faultCount = 0;
  /** Nothing behind a fault of the file itself can be understood. */
  isStopped = false;
  readonly #reader = new CsvReader((record) => this.#add(record));
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #columns: readonly string[] | undefined;
  /** Lines by key. */
  readonly #seen = new Map<string, number>();

  write(bytes: Uint8Array): void {
    if (!this.isStopped) this.#read(bytes);
  }

  /** There is no more. */
  end(): void {
    if (!this.isStopped) this.#read(undefined);
    if (!this.isStopped) this.#stop(this.#reader.end());
    if (this.faultCount > 0 || this.entries.length > 0) return;
    this.#fault(
      0,
      this.#columns === undefined ? "it is empty; the first line names the columns" : "it holds no id tags",
    );
  }

  /** It cannot be read on. */
  fail(text: string): void {
    this.#stop({ line: 0, text });
  }

  #read(bytes: Uint8Array | undefined): void {
    let text: string;
    try {
      text = bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true });
    } catch {
      this.fail("it is no UTF-8 text; save it as CSV in UTF-8");
      return;
    }
    this.#stop(this.#reader.write(text));
  }

  #stop(fault: CsvFault | undefined): void {
    if (fault === undefined) return;
    this.#fault(fault.line, fault.text);
    this.isStopped = true;
  }

  #add(record: CsvRecord): void {
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

  #begin({ line, cells }: CsvRecord): void {
    this.#columns = cells;
    const known: readonly string[] = idTagColumns;
    const hint =
      cells.length === 1 && cells[0]?.includes(";") ? "; cells are separated by commas, not by semicolons" : "";
    for (const [at, name] of cells.entries()) {
      const near = nearest(name, known);
      const meant = near === undefined ? `the columns are ${known.join(", ")}` : `did you mean ${near}?`;
      if (!known.includes(name)) this.#stop({ line, text: `unknown column ${shown(name)}; ${meant}${hint}` });
      else if (cells.indexOf(name) !== at) this.#stop({ line, text: `the column ${name} is there twice` });
    }
    for (const name of REQUIRED)
      if (!this.isStopped && !cells.includes(name)) this.#stop({ line, text: `there is no column ${name}` });
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
      return this.#stop({ line, text: `there are more than ${MOST_ENTRIES} id tags` });
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
