// Charge detail records read from a real ledger, while it is open and when it is closed, also of charge points that mean harm.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/std/clock.ts";
import { exportKept } from "../../src/store/exportKept.ts";
import { transactionsCsv } from "../../src/store/transactionsCsv.ts";
import type { TransactionFilter } from "../../src/twin/ports.ts";
import { NOON, start, stop, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
afterEach(() => stores.clean());

const HEADING =
  "transactionId,chargePointId,connectorId,idTag,idTagStatus,reservationId,startTime,stopTime,meterStartWh,meterStopWh,energyWh,reason,stopIdTag,presumed,presumedBecause,startedOffline,stoppedOffline,flags";

const textOf = (directory: string, filter: TransactionFilter = {}): string =>
  [...transactionsCsv(directory, filter)].map(({ text }) => text).join("");

/** The records after the heading. */
function linesOf(directory: string, filter: TransactionFilter = {}): string[] {
  const [heading, ...lines] = textOf(directory, filter).split("\r\n");
  expect(heading).toBe(HEADING);
  expect(lines.pop()).toBe("");
  return lines;
}

describe("charge detail records", () => {
  it("show running, ended, presumed and offline transactions, and ends without a start, also while the ledger is open", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    const { ledger } = store;
    const ids: number[] = [];
    const begin = async (record: ReturnType<typeof start>): Promise<void> => {
      const receipt = await ledger.keep(record);
      if (receipt.kind === "started") ids.push(receipt.transactionId);
    };
    await begin(start({ reservationId: 7 }));
    await begin(start({ meterStart: 3000, received: NOON + 3_600_000 }, { connectorId: 2 }));
    await begin(start({}, { chargePointId: "CP002" }));
    const [first = 0, second = 0, third = 0] = ids;
    await ledger.keep(stop(first, { idTag: "OTHER", received: NOON + 9_000_000 }));
    const lost = { chargePointId: "CP002", transactionId: third, at: NOON + 60_000, received: NOON + 60_000 };
    await ledger.keep({ kind: "end", ...lost, sampledEnergy: 12.5 });
    await ledger.keep(stop(999, {}, { chargePointId: "CP003" }));

    const lines = [
      `${first},CP001,1,TAG,Accepted,7,2026-11-25T12:00:00.000Z,2026-11-25T13:00:00.000Z,1000,3000,2000,Local,OTHER,false,,false,true,offlineStop`,
      `${second},CP001,2,TAG,Accepted,,2026-11-25T12:00:00.000Z,,3000,,,,,false,,true,false,offline`,
      `${third},CP002,1,TAG,Accepted,,2026-11-25T12:00:00.000Z,2026-11-25T12:01:00.000Z,1000,,12.5,Other,,true,lost,false,false,`,
      `999,CP003,,,,,,2026-11-25T13:00:00.000Z,,3000,,Local,,false,,false,false,withoutStart`,
    ];
    expect(linesOf(directory)).toEqual(lines);
    expect(linesOf(directory, { chargePointId: "CP002" })).toEqual(lines.slice(2, 3));
    expect(linesOf(directory, { since: NOON + 1 })).toEqual(lines.slice(3));
    expect(linesOf(directory, { until: NOON })).toEqual([]);
    await stores.close(store);
    expect(linesOf(directory)).toEqual(lines);
  });

  it("are no formulas, no commands for a terminal and no lines of their own, whatever a charge point sends", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    const tags = [
      '=cmd|"/c calc"!A1',
      "+1",
      "-1",
      "@SUM(A1)",
      " =1",
      "\t=1",
      "＝1",
      "a,b\r\nc",
      "\u001b[31m\u0000",
      "-",
    ];
    for (const [index, idTag] of tags.entries()) await store.ledger.keep(start({ idTag, meterStart: -index }));
    const text = textOf(directory);
    for (const cell of [
      `,"'=cmd|""/c calc""!A1",`,
      ",'+1,",
      ",'-1,",
      ",'@SUM(A1),",
      ",' =1,",
      ",'\t=1,",
      ",'＝1,",
      ',"a,b\r\nc",',
      ",\uFFFD[31m\uFFFD,",
      ",'-,",
      // A number is no text, and may be negative.
      ",-9,",
    ])
      expect(text).toContain(cell);
  });

  it("come in pages, each transaction once, from the thread of their own as well", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    const records = Array.from({ length: 2500 }, (_, index) => start({ meterStart: index }));
    await Promise.all(records.map((record) => store.ledger.keep(record)));
    const lines = linesOf(directory);
    expect(lines.map((line) => line.split(",")[8])).toEqual(records.map((_, index) => String(index)));
    const pages: string[] = [];
    for await (const page of exportKept(directory, { kind: "transactions", filter: {} }, systemClock)) pages.push(page);
    expect(pages.join("")).toBe(textOf(directory));
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThan(200_000);
    for await (const page of exportKept(directory, { kind: "transactions", filter: {} }, systemClock)) {
      expect(page).toBe(`${HEADING}\r\n`);
      // The thread ends with whoever has read enough, or this test would not end.
      break;
    }
  });

  it.each<[string, (path: string) => void, RegExp]>([
    ["there is no file", () => {}, /no bridge has run here yet/u],
    [
      "the file is damaged",
      (path) => writeFileSync(path, "no database".repeat(1000)),
      /state\.db cannot be read: it is/u,
    ],
    [
      "a newer version has written it",
      (path) => {
        const newer = new Database(path);
        newer.exec("CREATE TABLE a (b)");
        newer.pragma("user_version = 99");
        newer.close();
      },
      /written by a newer version/u,
    ],
  ])("are refused in a sentence where %s", async (_, prepare, sentence) => {
    const directory = await stores.folder();
    prepare(join(directory, "state.db"));
    expect(() => textOf(directory)).toThrow(sentence);
    await expect(exportKept(directory, { kind: "transactions", filter: {} }, systemClock).next()).rejects.toThrow(
      sentence,
    );
  });
});
