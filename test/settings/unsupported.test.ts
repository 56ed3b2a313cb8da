// No setting is passed over in silence: each is acted upon somewhere in the program, or said to have no effect.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findUnsupported } from "../../src/settings/unsupported.ts";
import { heads, load } from "./settingsInTest.ts";
import { settingsOfSchema } from "./schemaInTest.ts";

/** Without it there is a warning that no OPC UA client can log in. */
const READABLE = "opcua: { anonymousRole: observer }\n";
/** Without it there is a warning that no charge point can get in. */
const REGISTER = "chargePoints: [{ id: A, password: x }]\n";

describe("a setting that this version does not act upon", () => {
  it.each([["a cluster", "cluster: { cell: c0 }", "1:1 error /cluster | Clusters are not available in this version"]])(
    "is refused where it would be unsafe to go on: %s",
    (_, yaml, head) => {
      expect(heads(`${yaml}\n`)).toEqual([head]);
      expect(load(`${yaml}\n`)).not.toHaveProperty("settings");
    },
  );

  it("is not spoken of where it is left to its default", () => {
    expect(heads(READABLE + REGISTER)).toEqual([]);
    expect(heads("store: {}\nocpp: {}\nlimits: {}\n".concat(REGISTER, READABLE))).toEqual([]);
  });

  it.each([
    ["rules: 5", "1:8 error /rules"],
    ["decisions: x", "1:12 error /decisions"],
    ["store: { historyDays: 0 }", "1:23 error /store/historyDays"],
    ["chargePoints: [{ id: A, vendorProfile: [] }]", "1:40 error /chargePoints/0/vendorProfile"],
  ])("is still refused where it does not fit: %s", (yaml, head) => {
    expect(heads(`${yaml}\n`)).toContainEqual(expect.stringContaining(`${head} | `));
    expect(load(`${yaml}\n`)).not.toHaveProperty("settings");
  });

  it("is also said beside errors", () => {
    expect(heads("cluster: { cell: c0 }\nhmi: { prt: 1 }\n")).toHaveLength(2);
  });

  it.each([
    null,
    1,
    "x",
    [],
    [[]],
    { ocpp: [] },
    { ocpp: { listeners: { "*": { tls: 1 } } } },
    { chargePoints: [null, 1] },
  ])("is looked for in any value: %j", (value) => {
    expect(findUnsupported(value)).toEqual([]);
  });
});

describe("every other setting", () => {
  const source = readdirSync(new URL("../../src/", import.meta.url), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/^(?:settings|codegen|simulator)\//u.test(file.replaceAll("\\", "/")))
    .map((file) => readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8"))
    .join("\n");
  const isTold = (path: readonly string[]) =>
    path.some((_, index) => {
      const value = path
        .slice(0, index + 1)
        .reduceRight<unknown>((inner, key) => (key === "*" ? [inner] : { [key]: inner }), "x");
      return findUnsupported(value).length > 0;
    });
  const settings = settingsOfSchema().filter(({ path }) => !isTold(path));

  it.each(settings.map(({ path }) => [path.join("."), path.at(-1) ?? ""]))("%s is named in the program", (_, key) => {
    expect(source).toMatch(new RegExp(`\\b${key}\\b`, "u"));
  });
});
