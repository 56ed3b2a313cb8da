// V8 says nothing of a flag that it does not know: these are looked for in its own list.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HEAP_FLAGS } from "../../src/cli/heaps.ts";

describe("the heaps of a bridge", () => {
  it("are bounded by flags that this Node.js knows", () => {
    const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
    for (const flag of HEAP_FLAGS) expect(known).toContain(` ${flag.split("=")[0]} `);
  });

  it("have as much room for young objects in the first thread, which only its command line can bound, as in the others", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    for (const script of ["start", "demo"]) expect(scripts[script]).toContain(`node ${HEAP_FLAGS[0]} dist/cli/main.js`);
  });
});
