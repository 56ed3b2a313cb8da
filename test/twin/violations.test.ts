// Behaviour 12: violations are counted per charge point and kind, and the last ones can be seen.
import { describe, expect, test } from "vitest";
import { addViolations, kindOf } from "../../src/twin/violations.ts";
import type { Violations } from "../../src/twin/twin.ts";

const stamp = { at: 1000, received: 2000 };
const added = (before: Violations | undefined, count: number, ...texts: string[]): Violations =>
  addViolations(before, { type: "Violated", count, texts, ...stamp });

test.each([
  ["StatusNotification info: a number taken for a text", "StatusNotification info"],
  [
    "MeterValues meterValue[3].sampledValue[0].unit: is empty, taken as absent",
    "MeterValues meterValue.sampledValue.unit",
  ],
  ['StatusNotification "colour" is no field of it, dropped', "StatusNotification"],
  ['StopTransaction transactionData[0]: "VA: x" is no unit', "StopTransaction transactionData"],
  ["Authorize [] taken for {}", "Authorize"],
  ["StatusNotification connectorId: -1 is not kept, only 0 to 64", "StatusNotification connectorId"],
  ["DataTransfer data/battery/state-of-charge: must be a number", "DataTransfer data/battery/state-of-charge"],
  ["DataTransfer data/a~1b: must be true or false", "DataTransfer data/a~1b"],
  ["GetConfiguration.conf: keys beyond limits", "GetConfiguration.conf"],
  ["", "other"],
  [": nothing", "other"],
])("the kind of %j is %j", (text, kind) => expect(kindOf(text)).toBe(kind));

describe("the violations of a charge point", () => {
  test("are counted, by their kind too, and the last is there with its time", () => {
    const first = added(undefined, 2, "A x: one", "A x[1]: two");
    expect(first).toEqual({
      count: 2,
      last: "A x[1]: two",
      recent: ["A x: one", "A x[1]: two"],
      kinds: { "A x": 2 },
      ...stamp,
    });
    expect(added(first, 1, "B: three")).toMatchObject({ count: 3, last: "B: three", kinds: { "A x": 2, B: 1 } });
  });

  test("are counted too where not every text is written down: as the last one", () => {
    expect(added(undefined, 40, "A x: one", "A y: two")).toMatchObject({ count: 40, kinds: { "A x": 1, "A y": 39 } });
  });

  test("are shown up to the last ten", () => {
    const texts = Array.from({ length: 25 }, (_, index) => `A: ${index}`);
    const { recent } = texts.reduce<Violations | undefined>((before, text) => added(before, 1, text), undefined) ?? {};
    expect(recent).toEqual(texts.slice(-10));
  });

  test("are of fifty kinds at most; the others are counted together", () => {
    const many = Array.from({ length: 80 }, (_, index) => `A${index}: x`);
    const { kinds = {}, count } = added(added(undefined, 80, ...many), 1, "A0: x");
    expect(count).toBe(81);
    expect(Object.keys(kinds)).toHaveLength(51);
    expect([kinds["A0"], kinds["other"]]).toEqual([2, 30]);
  });

  test("go on from a snapshot that had only their number and the last one", () => {
    const before = { count: 7, last: "A: old", ...stamp };
    expect(added(before, 1, "B: new")).toMatchObject({ count: 8, last: "B: new", recent: ["B: new"], kinds: { B: 1 } });
  });
});
