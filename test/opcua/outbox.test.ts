// What waits for the server's thread: everything in order while the thread keeps up, the latest of each datapoint when it does not.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  RECORD,
  TEXT,
  addressOf,
  columnOf,
  connectorOf,
  datapointOf,
  flagsOf,
  MAX_COLUMN,
  MAX_CONNECTOR,
  type Batch,
} from "../../src/opcua/messages.ts";
import { Outbox } from "../../src/opcua/outbox.ts";

const STAMP = { at: 5, received: 6 };

interface Record {
  readonly index: number;
  readonly datapoint: number;
  readonly value: number | string;
}

function recordsOf({ numbers, count, texts }: Batch): Record[] {
  return Array.from({ length: count }, (_, record) => {
    const [index = 0, address = 0, value = 0] = numbers.subarray(record * RECORD);
    const isText = (flagsOf(address) & TEXT) !== 0;
    return { index, datapoint: datapointOf(address), value: isText ? texts[value]! : value };
  });
}

describe("an address", () => {
  test("holds connector, column and flags up to their bounds", () => {
    fc.assert(
      fc.property(fc.nat(MAX_CONNECTOR), fc.nat(MAX_COLUMN), fc.nat(7), (connector, column, flags) => {
        const address = addressOf(connector, column, flags);
        expect(address).toBeGreaterThanOrEqual(0);
        expect([connectorOf(address), columnOf(address), flagsOf(address)]).toEqual([connector, column, flags]);
      }),
    );
  });
});

describe("the outbox", () => {
  test("hands out what was put in, in order, and is then empty", () => {
    const outbox = new Outbox();
    outbox.add(3, addressOf(1, 20, 0), 1.5, STAMP);
    outbox.add(3, addressOf(1, 20, 0), 2.5, STAMP);
    outbox.add(4, addressOf(0, 0, TEXT), outbox.textIndex("CP"), STAMP);
    const batch = outbox.take(undefined);
    expect(recordsOf(batch)).toEqual([
      { index: 3, datapoint: datapointOf(addressOf(1, 20, 0)), value: 1.5 },
      { index: 3, datapoint: datapointOf(addressOf(1, 20, 0)), value: 2.5 },
      { index: 4, datapoint: 0, value: "CP" },
    ]);
    expect([...batch.numbers.subarray(3, 5)]).toEqual([5, 6]);
    expect(outbox.isEmpty).toBe(true);
  });

  test("never holds more than the latest value of each datapoint and its room, however long the thread is away", () => {
    const outbox = new Outbox();
    for (let round = 0; round < 2000; round++)
      for (let twin = 0; twin < 100; twin++) outbox.add(twin, addressOf(1, 7, 0), round, STAMP);
    const batch = outbox.take(undefined);
    expect(batch.numbers.length).toBeLessThanOrEqual(8192 * RECORD);
    const latest = new Map(recordsOf(batch).map(({ index, value }) => [index, value]));
    expect(latest.size).toBe(100);
    expect(new Set(latest.values())).toEqual(new Set([1999]));
  });

  test("grows with the number of datapoints, and keeps the newest text of each", () => {
    const outbox = new Outbox();
    for (let round = 0; round < 3; round++)
      for (let twin = 0; twin < 5000; twin++)
        outbox.add(twin, addressOf(0, 1, TEXT), outbox.textIndex(`${twin} ${round}`), STAMP);
    const batch = outbox.take(undefined);
    const latest = new Map(recordsOf(batch).map(({ index, value }) => [index, value]));
    expect(latest.size).toBe(5000);
    for (const [index, value] of latest) expect(value).toBe(`${index} 2`);
  });

  test("tells nothing of a twin that was forgotten before it was told of", () => {
    const outbox = new Outbox();
    const notice = {
      id: "X",
      state: "Connected",
      stateAt: 1,
      stateReceived: 1,
      connectors: [],
      keys: undefined,
    } as const;
    outbox.notice({ index: 1, ...notice });
    outbox.notice({ index: 2, ...notice });
    outbox.add(1, addressOf(0, 1, TEXT), outbox.textIndex("gone"), STAMP);
    outbox.add(2, addressOf(0, 1, TEXT), outbox.textIndex("stays"), STAMP);
    outbox.forget(1, 7, false);
    outbox.forget(9, 8, true);
    const { twins, forgotten, ...rest } = outbox.take(undefined);
    expect(twins.map(({ index }) => index)).toEqual([2]);
    expect(forgotten).toEqual([{ index: 9, at: 8 }]);
    expect(recordsOf({ twins, forgotten, ...rest }).map(({ value }) => value)).toEqual(["stays"]);
  });

  test("ends with the same values as if nothing had been left out", () => {
    const change = fc.record({ index: fc.nat(5), column: fc.nat(5), value: fc.oneof(fc.integer(), fc.string()) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1000, maxLength: 5000 }), (changes) => {
        const outbox = new Outbox();
        const expected = new Map<string, number | string>();
        for (const { index, column, value } of changes) {
          const isText = typeof value === "string";
          outbox.add(index, addressOf(1, column, isText ? TEXT : 0), isText ? outbox.textIndex(value) : value, STAMP);
          expected.set(`${index} ${datapointOf(addressOf(1, column, 0))}`, value);
        }
        const seen = new Map(recordsOf(outbox.take(undefined)).map((r) => [`${r.index} ${r.datapoint}`, r.value]));
        expect(seen).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});
