// NodeIds of our types: once given, a symbol keeps its number for ever (nodeset/NodeIds.csv, append only).

/** A symbol with its numeric identifier and node class, one line of NodeIds.csv. */
export interface NodeIdLine {
  readonly symbol: string;
  readonly id: number;
  readonly nodeClass: string;
}

const FIRST_ID = 1000;

export class NodeIds {
  readonly #lines = new Map<string, NodeIdLine>();
  #next = FIRST_ID;

  /** @param csv the present NodeIds.csv; empty for the first time */
  constructor(csv: string) {
    for (const line of csv.split("\n").filter((text) => text !== "")) {
      const [symbol = "", id = "", nodeClass = ""] = line.split(",");
      this.#lines.set(symbol, { symbol, id: Number(id), nodeClass });
      this.#next = Math.max(this.#next, Number(id) + 1);
    }
  }

  /** The NodeId of `symbol` as NodeSet text; a new symbol gets the next number. */
  of(symbol: string, nodeClass: string): string {
    let line = this.#lines.get(symbol);
    if (line === undefined) {
      line = { symbol, id: this.#next++, nodeClass };
      this.#lines.set(symbol, line);
    }
    return `ns=1;i=${line.id}`;
  }

  csv(): string {
    return [...this.#lines.values()].map(({ symbol, id, nodeClass }) => `${symbol},${id},${nodeClass}\n`).join("");
  }
}
