// A name from outside within a sentence: it turns nothing around it (Unicode Standard Annex #9 §2.4).
import { beforeAll, describe, expect, it, vi } from "vitest";

const FSI = "\u2068";
const PDI = "\u2069";
const RIGHT_TO_LEFT_OVERRIDE = "\u202E";

describe("a value in a sentence", () => {
  let text: (typeof import("../../../src/hmi/browser/texts.ts"))["text"];

  beforeAll(async () => {
    // All that the page's preferences want of a browser.
    vi.stubGlobal("document", { documentElement: { lang: "", dataset: {} } });
    vi.stubGlobal("navigator", { language: "en" });
    ({ text } = await import("../../../src/hmi/browser/texts.ts"));
    return () => vi.unstubAllGlobals();
  });

  it.each([
    { what: "an override", value: `${RIGHT_TO_LEFT_OVERRIDE}CP1`, shown: `${FSI}${RIGHT_TO_LEFT_OVERRIDE}CP1${PDI}` },
    { what: "Hebrew", value: "מרחבא", shown: `${FSI}מרחבא${PDI}` },
    { what: "the end of an isolate", value: `A${PDI}${RIGHT_TO_LEFT_OVERRIDE}B`, shown: `${FSI}A\u202EB${PDI}` },
    { what: "the begin of an isolate", value: "A\u2067B", shown: `${FSI}AB${PDI}` },
    { what: "a plain identity", value: "CP-1 Süd", shown: "CP-1 Süd" },
    { what: "a number", value: 3, shown: "3" },
    { what: "nothing that is known", value: "–", shown: "–" },
  ])("of $what stands by itself", ({ value, shown }) => {
    expect(text("faceplate.question", { command: "Reset", chargePoint: value })).toBe(`Reset on ${shown}?`);
  });
});
