// What the bridge has kept of a load: its charge detail records and counters, read as anybody reads them.
import { CsvReader } from "../../src/std/csvReader.ts";
import { BrowserInTest } from "../hmi/browserInTest.ts";
import type { Login } from "./page.ts";

/** One charge detail record, by the names of the columns. */
export type ChargeDetailRecord = Readonly<Record<string, string>>;

export interface KeptReader {
  records(): Promise<readonly ChargeDetailRecord[]>;
  /** All numbers of the page of metrics; without rights to it none. */
  metrics(): Promise<ReadonlyMap<string, number>>;
}

export async function openKept(hmi: string, login: Login | undefined): Promise<KeptReader> {
  const browser = new BrowserInTest(hmi);
  if (login !== undefined) {
    const { status } = await browser.logIn(login.name, login.password);
    if (status !== 200) throw new Error(`${hmi} does not let ${login.name} in: ${status}`);
  }
  return {
    records: async () => {
      const { status, body } = await browser.get("/api/transactions.csv");
      if (status !== 200) throw new Error(`${hmi}/api/transactions.csv: ${status}`);
      return recordsIn(String(body["text"]));
    },
    metrics: async () => {
      const { status, body } = await browser.get("/metrics");
      return new Map(status === 200 ? numbersIn(String(body["text"])) : []);
    },
  };
}

function recordsIn(text: string): ChargeDetailRecord[] {
  const lines: (readonly string[])[] = [];
  const reader = new CsvReader(({ cells }) => lines.push(cells));
  const fault = reader.write(text) ?? reader.end();
  if (fault !== undefined) throw new Error(`line ${fault.line} of the charge detail records: ${fault.text}`);
  const [names = [], ...rows] = lines;
  return rows.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""])));
}

function numbersIn(text: string): [string, number][] {
  return [...text.matchAll(/^(\w+) (\S+)$/gmu)].map(([, name = "", value]) => [name, Number(value)]);
}
