// Vendor files: what is taken, what is refused and where, and which profile fits a charge point.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { chooseProfile, type Identified } from "../../src/settings/vendorChoice.ts";
import { MOST_VENDOR_DATAPOINTS } from "../../src/settings/vendors.ts";
import { headsOf, library, loadFiles, profileOf } from "./vendorsInTest.ts";

const HEAD = "version: 1\nmaker: Acme\n";
const claim = (value: string): string => `{ value: ${value}, source: https://example.com/1, because: It was seen. }`;

describe("a vendor file", () => {
  it("gives flags and repairs without where they are told", () => {
    const yaml = `flags: { stackLevelZero: ${claim("true")}, settleSeconds: ${claim("2")} }
repairs: { localTime: ${claim("{}")}, phaseRotation: ${claim("STR")} }`;
    expect(profileOf(yaml)).toMatchObject({
      name: "acme",
      isOwn: true,
      flags: { stackLevelZero: true, settleSeconds: 2 },
      repairs: { localTime: { zone: "Europe/Berlin", labelledUtc: false }, phaseRotation: "STR" },
    });
  });

  it("may have a time zone of its own", () => {
    const yaml = `repairs: { localTime: ${claim("{ zone: Asia/Tokyo, labelledUtc: true }")} }`;
    expect(profileOf(yaml).repairs.localTime).toEqual({ zone: "Asia/Tokyo", labelledUtc: true });
  });

  it.each([
    ["an unknown flag", `flags: { stackLevelZeros: ${claim("true")} }`, "3:10 error /flags/stackLevelZeros | "],
    ["a claim without a source", "flags: { noPing: { value: true, because: x } }", "3:18 error /flags/noPing | "],
    ["a claim without a reason", "flags: { noPing: { value: true, source: x } }", "3:18 error /flags/noPing | "],
    ["a flag that is not so", `flags: { noPing: ${claim("false")} }`, "3:27 error /flags/noPing/value | "],
    ["a value out of range", `flags: { settleSeconds: ${claim("121")} }`, "3:34 error /flags/settleSeconds/value | "],
    [
      "a time zone that is none",
      `repairs: { localTime: ${claim("{ zone: Atlantis }")} }`,
      '3:40 error /repairs/localTime/value/zone | There is no time zone "Atlantis"; write a name',
    ],
    [
      "a version without a number",
      "match: [{ vendor: A, firmware: { from: beta } }]",
      '3:40 error /match/0/firmware/from | The version "beta" has no number',
    ],
    [
      "a unit of a text",
      "dataTransfer: [{ vendorId: a, path: /b, datapoint: C, type: String, unit: W, source: x }]",
      "3:75 error /dataTransfer/0/unit | A String has no unit; remove it",
    ],
    [
      "a path that is no JSON Pointer",
      "dataTransfer: [{ vendorId: a, path: $.b, datapoint: C, type: String, source: x }]",
      "3:37 error /dataTransfer/0/path | ",
    ],
    ["broken YAML", "flags: [", "4:1 error / | "],
  ])("is refused with the place of %s", (_, yaml, head) => {
    const loaded = loadFiles({ "acme.yaml": `${HEAD}${yaml}\n` });
    expect(loaded.vendors).toBeUndefined();
    expect(headsOf(loaded)[0]).toContain(`acme.yaml:${head}`);
    expect(loaded.text).toContain("^");
  });

  it("is refused where it is not there, and looked for by a pattern in vain", () => {
    expect(headsOf(loadFiles({}, ["acme.yaml"]))[0]).toContain("acme.yaml:1:1 error / | There is no such file");
    expect(loadFiles({}, ["vendors/*.yaml"]).vendors).toBeDefined();
  });

  it.each(["auto.yaml", "a b.yaml", `${"x".repeat(65)}.yaml`])("cannot be called %s", (name) => {
    expect(headsOf(loadFiles({ [name]: HEAD }))[0]).toMatch(
      /error \/ \| A profile cannot be called .*; rename the file$/u,
    );
  });

  it("takes the place of one of the library with its name, but not of another one of the settings", () => {
    const { vendors } = loadFiles({ "abb.yaml": HEAD });
    expect(vendors?.profiles.filter(({ name }) => name === "abb")).toMatchObject([{ flags: {}, isOwn: true }]);
    const twice = loadFiles({ "acme.yaml": HEAD, "acme.yml": HEAD }, ["*.yaml", "*.yml"]);
    expect(headsOf(twice)[0]).toContain('acme.yml:1:1 error / | There is another profile "acme", in /');
  });
});

describe("datapoints of mappings", () => {
  const mapping = (datapoint: string, type = "Double", unit = ""): string =>
    `  - { vendorId: v, path: /a, datapoint: ${datapoint}, type: ${type}, source: x${unit === "" ? "" : `, unit: ${unit}`} }\n`;

  it("are each there once, whoever fills them", () => {
    const file = `${HEAD}dataTransfer:\n${mapping("Power", "Double", "W")}`;
    const { vendors } = loadFiles({ "a.yaml": file, "b.yaml": file + mapping("Text", "String") });
    expect(vendors?.datapoints).toEqual([
      { name: "Power", type: "Double", unit: "W" },
      { name: "Text", type: "String" },
    ]);
  });

  it.each([
    ["another type", mapping("Power", "Int32", "W")],
    ["another unit", mapping("Power", "Double", "A")],
    ["no unit", mapping("Power")],
    ["a history", mapping("Power", "Double", "W").replace("source", "history: true, source")],
  ])("are refused with %s elsewhere", (_, other) => {
    const first = `${HEAD}dataTransfer:\n${mapping("Power", "Double", "W")}`;
    const said =
      '4:41 error /dataTransfer/0/datapoint | "Power" is a Double in W without history elsewhere; give it the same type';
    expect(headsOf(loadFiles({ "a.yaml": first, "b.yaml": `${HEAD}dataTransfer:\n${other}` }))[0]).toContain(said);
    expect(headsOf(loadFiles({ "a.yaml": first + other }))[0]).toContain("a.yaml:5:41 error ");
  });

  it("are bounded", () => {
    const file = (first: number): string =>
      `${HEAD}dataTransfer:\n${Array.from({ length: 200 }, (_, index) => mapping(`D${first + index}`)).join("")}`;
    const files = { "a.yaml": file(0), "b.yaml": file(200), "c.yaml": file(400) };
    const [said] = headsOf(loadFiles(files));
    expect(said).toContain(
      `c.yaml:104:41 error /dataTransfer/100/datapoint | There are more than ${MOST_VENDOR_DATAPOINTS}`,
    );
  });
});

describe("the profile of a charge point", () => {
  const files = {
    "any.yaml": `${HEAD}match: [{ vendor: acme* }]`,
    "box.yaml": `${HEAD}match: [{ vendor: Acme Ltd, model: "Box ?" }]`,
    "old.yaml": `${HEAD}match: [{ vendor: Acme Ltd, model: Box 1, firmware: { below: "1.10" } }]`,
    "mid.yaml": `${HEAD}match: [{ vendor: Other, firmware: { from: v2, below: "2.5" } }]`,
  };
  const { profiles = [] } = loadFiles(files).vendors ?? {};
  const chosen = (identified: Identified | undefined, wanted = "auto"): string | undefined =>
    chooseProfile(profiles, wanted, identified)?.name;

  it.each([
    ["nothing of it", { vendor: "Nobody" }, undefined],
    ["its vendor", { vendor: "ACME Inc." }, "any"],
    ["its vendor in another case and with other blanks", { vendor: " aCmE  ltd ", model: "X" }, "any"],
    ["its model", { vendor: "AcmeLtd", model: "box2", firmwareVersion: "9" }, "box"],
    ["its firmware, which is older", { vendor: "Acme Ltd", model: "Box 1", firmwareVersion: "V1.9.7-rc" }, "old"],
    ["its model, with a firmware beyond", { vendor: "Acme Ltd", model: "Box 1", firmwareVersion: "1.10" }, "box"],
    ["its model, without any firmware", { vendor: "Acme Ltd", model: "Box 1" }, "box"],
    ["the first version of a range", { vendor: "other", firmwareVersion: "2.0.0" }, "mid"],
    ["the last version of a range", { vendor: "other", firmwareVersion: "2.4.99" }, "mid"],
    ["a version behind a range", { vendor: "other", firmwareVersion: "2.5.0" }, undefined],
    ["a version before a range", { vendor: "other", firmwareVersion: "1.99" }, undefined],
    ["a firmware without a number", { vendor: "other", firmwareVersion: "beta" }, undefined],
  ])("is found by %s", (_, identified, name) => {
    expect(chosen(identified)).toBe(name);
  });

  it("is none before it has said who it is, unless it is named", () => {
    expect(chosen(undefined)).toBeUndefined();
    expect(chosen(undefined, "box")).toBe("box");
    expect(chosen({ vendor: "Other" }, "box")).toBe("box");
  });

  it("is one of the settings before one of the library", () => {
    const identified = { vendor: "Wall Box Chargers", model: "CPB1-S-2-4", firmwareVersion: "6.6.20" };
    expect(chosen(identified)).toBe("wallbox");
    const own = loadFiles({ "mine.yaml": `${HEAD}match: [{ vendor: "wall box*" }]` }).vendors?.profiles ?? [];
    expect(chooseProfile(own, "auto", identified)?.name).toBe("mine");
  });

  test("whatever a charge point says, choosing ends and never throws", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (vendor, model, firmwareVersion) => {
        chosen({ vendor, model, firmwareVersion });
        chooseProfile(library().profiles.slice(0, 3), "auto", { vendor, model, firmwareVersion });
      }),
      { numRuns: 20 },
    );
  });
});
