// `ocpp-opcua check` says whether a file is usable and ends with the exit code for it.
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
    withFile(
      "opcua: { anonymousRole: observer }\nchargePoints: [{ id: A, vendorProfile: acme, password: x }]\n",
      (file) => {
        const { text, exitCode } = check(file);
        expect(exitCode).toBe(0);
        expect(text.split("\n")[0]).toBe(`${file}:2:40 warning /chargePoints/0/vendorProfile`);
        expect(text.split("\n").at(-1)).toBe(`${file}: the settings are usable`);
      },
    );
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
