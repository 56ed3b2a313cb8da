// A name from outside within a sentence: it turns nothing around it (Unicode Standard Annex #9 §2.4).
import { describe, expect, it } from "vitest";
import { filled } from "../../../src/hmi/browser/sentences.ts";

const FSI = "\u2068";
const PDI = "\u2069";
const RIGHT_TO_LEFT_OVERRIDE = "\u202E";

describe("a value in a sentence", () => {
  it.each([
    { what: "an override", value: `${RIGHT_TO_LEFT_OVERRIDE}CP1`, shown: `${FSI}${RIGHT_TO_LEFT_OVERRIDE}CP1${PDI}` },
    { what: "Hebrew", value: "מרחבא", shown: `${FSI}מרחבא${PDI}` },
    { what: "the end of an isolate", value: `A${PDI}${RIGHT_TO_LEFT_OVERRIDE}B`, shown: `${FSI}A\u202EB${PDI}` },
    { what: "the begin of an isolate", value: "A\u2067B", shown: `${FSI}AB${PDI}` },
    { what: "a plain identity", value: "CP-1 Süd", shown: "CP-1 Süd" },
    { what: "a number", value: 3, shown: "3" },
    { what: "nothing that is known", value: "–", shown: "–" },
  ])("of $what stands by itself", ({ value, shown }) => {
    expect(filled("{command} on {chargePoint}?", { command: "Reset", chargePoint: value })).toBe(`Reset on ${shown}?`);
  });
});
