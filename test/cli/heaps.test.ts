// V8 says nothing of a flag that it does not know: these are looked for in its own list.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HEAP_FLAGS } from "../../src/cli/heaps.ts";
import { ENVIRONMENT, NODE_FLAGS } from "../bench/npmStart.ts";

describe("the heaps of a bridge", () => {
  it("are bounded by flags that this Node.js knows", () => {
    const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
    for (const flag of HEAP_FLAGS) expect(known).toContain(` ${flag.split("=")[0]} `);
  });

  it("have what `npm start` gives to their process also where a tool starts it", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const variables = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
    const command = [...variables, "exec", "node", ...NODE_FLAGS, "dist/cli/main.js"].join(" ");
    for (const script of ["start", "demo"]) expect(scripts[script]).toContain(command);
  });
});
