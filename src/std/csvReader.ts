// Reads CSV (RFC 4180) as it comes, strictly: whoever imports must be told of what could be meant in two ways. It knows no columns.

export interface CsvRecord {
  /** Line in which it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFault {
  readonly line: number;
  readonly text: string;
}

const LONGEST_CELL = 1000;
const MOST_CELLS = 100;

type State = "begin" | "plain" | "quoted" | "closed" | "return";

/** Hands each record over as soon as it is complete; empty lines are none. */
export class CsvReader {
  readonly #take: (record: CsvRecord) => void;
  #state: State = "begin";
  #cell = "";
  #cells: string[] = [];
  #line = 1;
  #begin = 1;

  constructor(take: (record: CsvRecord) => void) {
    this.#take = take;
  }

  /** Reads on; after a fault nothing more is read. */
  write(text: string): CsvFault | undefined {
    for (const character of text) {
      const fault = this.#state === "quoted" ? this.#readQuoted(character) : this.#read(character);
      if (fault !== undefined) return { line: this.#line, text: fault };
    }
    return undefined;
  }

  /** The last line needs no line break. */
  end(): CsvFault | undefined {
    if (this.#state === "quoted") return { line: this.#begin, text: "a quote is opened and never closed" };
    if (this.#state === "return") return { line: this.#line, text: LONE_RETURN };
    this.#endRecord();
    return undefined;
  }

  #readQuoted(character: string): string | undefined {
    if (character === '"') this.#state = "closed";
    else return this.#add(character);
    return undefined;
  }

  #read(character: string): string | undefined {
    if (this.#state === "return" && character !== "\n") return LONE_RETURN;
    switch (character) {
      case ",":
        return this.#endCell();
      case "\n":
        this.#endRecord();
        return undefined;
      case "\r":
        this.#state = "return";
        return undefined;
      case '"':
        // Two quotes within quotes are one.
        if (this.#state === "plain") return "a quote stands within a cell that does not begin with one";
        if (this.#state === "closed") this.#cell += character;
        this.#state = "quoted";
        return undefined;
      default:
        if (this.#state === "closed") return "something follows a closing quote";
        this.#state = "plain";
        return this.#add(character);
    }
  }

  #add(character: string): string | undefined {
    if (character === "\n") this.#line++;
    this.#cell += character;
    return this.#cell.length > LONGEST_CELL ? `a cell has more than ${LONGEST_CELL} characters` : undefined;
  }

  #endCell(): string | undefined {
    this.#cells.push(this.#cell);
    this.#cell = "";
    this.#state = "begin";
    return this.#cells.length > MOST_CELLS ? `there are more than ${MOST_CELLS} cells` : undefined;
  }

  #endRecord(): void {
    this.#endCell();
    const cells = this.#cells;
    if (cells.length > 1 || cells[0] !== "") this.#take({ line: this.#begin, cells });
    this.#cells = [];
    this.#begin = ++this.#line;
  }
}

const LONE_RETURN = "a carriage return stands without a line feed";
