// `ocpp-opcua check` says whether a file is usable and ends with the exit code for it.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { check } from "../../src/cli/check.ts";
import { withFile } from "../settings/settingsInTest.ts";

describe("check", () => {
  it("takes a good file with 0", () => {
    withFile("opcua: { anonymousRole: observer }\nchargePoints: [{ id: A, password: x }]\n", (file) => {
      expect(check(file)).toEqual({ text: `${file}: the settings are usable`, exitCode: 0 });
    });
  });

  it("takes a file with warnings with 0 and prints them", () => {
    withFile("chargePoints: []\n", (file) => {
      const { text, exitCode } = check(file);
      expect(exitCode).toBe(0);
      expect(text.split("\n")[0]).toMatch(/^\S+:1:1 warning \/chargePoints$/u);
      expect(text.split("\n").at(-1)).toBe(`${file}: the settings are usable`);
    });
  });

  it("refuses a vendor profile that there is not, and says which there are", () => {
    withFile("chargePoints: [{ id: A, password: x, vendorProfile: wallbx }]\n", (file) => {
      const { text, exitCode } = check(file);
      expect(exitCode).toBe(78);
      expect(text).toContain(
        `${file}:1:53 error /chargePoints/0/vendorProfile\nThere is no vendor profile "wallbx", only auto, abb,`,
      );
      expect(text).toContain("zj-beny; did you mean wallbox?");
    });
  });

  it("refuses a vendor file with an error, with its place", () => {
    withFile("vendors: [vendors.yaml]\n", (file) => {
      const vendors = join(dirname(file), "vendors.yaml");
      writeFileSync(vendors, "version: 1\nmaker: Acme\nflags: { stackLevelZeros: {} }\n");
      const { text, exitCode } = check(file);
      expect(exitCode).toBe(78);
      expect(text).toContain(
        `${vendors}:3:10 error /flags/stackLevelZeros\nUnknown key "stackLevelZeros"; did you mean "stackLevelZero"?`,
      );
      expect(text).toContain("  3 | flags: { stackLevelZeros: {} }\n    |          ^");
    });
  });

  it("refuses a wrong file with 78 (EX_CONFIG) and prints what is wrong", () => {
    withFile("site: { nam: x }\n", (file) => {
      expect(check(file)).toEqual({
        text: `${file}:1:9 error /site/nam\nUnknown key "nam"; did you mean "name"?\n  1 | site: { nam: x }\n    |         ^`,
        exitCode: 78,
      });
    });
  });

  it("refuses a missing file with 78", () => {
    expect(check("/nowhere.yaml")).toMatchObject({ exitCode: 78 });
  });
});
