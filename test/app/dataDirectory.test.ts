import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { prepareDataDirectory } from "../../src/app/dataDirectory.ts";

const root = mkdtempSync(join(tmpdir(), "ocpp-opcua-data-"));
afterAll(() => rmSync(root, { recursive: true }));

describe("the data directory", () => {
  it("is made with its parents, and one that is there is taken", () => {
    const directory = join(root, "a", "b", "c");
    expect(prepareDataDirectory(directory)).toBeUndefined();
    expect(statSync(directory).isDirectory()).toBe(true);
    expect(prepareDataDirectory(directory)).toBeUndefined();
  });

  it.each([
    ["a file", () => join(root, "file")],
    ["below a file", () => join(root, "file", "data")],
    ["where nothing can be made", () => "/proc/ocpp-opcua/data"],
    ["too long a name", () => join(root, "x".repeat(300))],
    ["a name with NUL", () => join(root, "a\0b")],
  ])("is refused with setting and path when it is %s", (_, path) => {
    writeFileSync(join(root, "file"), "");
    expect(prepareDataDirectory(path())).toMatch(/^store\.directory: /u);
  });
});
