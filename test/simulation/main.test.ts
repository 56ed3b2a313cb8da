import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { variants } from "./variants.ts";
import { wantedOf } from "./wanted.ts";
import { run } from "./world.ts";

const MAIN = new URL("main.ts", import.meta.url).pathname;

function simulate(...args: string[]): { code: number | null; out: string } {
  const { status, stdout } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
  return { code: status, out: stdout };
}

describe("the command", () => {
  it("says how many worlds got through, and ends with 0", () => {
    const { code, out } = simulate("--seeds", "3", "--from", "20");
    expect(code).toBe(0);
    expect(out).toMatch(/^3 worlds from seed 20 on got through: \d+ events/u);
  });

  it("says which seed breaks which guarantee, what happened before, and how to see it again, and ends with 1", async () => {
    const variant = variants.find(({ breaks }) => breaks.includes("G5"));
    const { code, out } = simulate("--variant", variant?.name ?? "");
    expect(code).toBe(1);
    const [, seed = "", guarantee = "", what = ""] = /^seed (\d+) breaks (G\d): (.*)$/mu.exec(out) ?? [];
    expect(out).toContain(`npm run simulate-faults -- --seed ${seed} --trace --variant "${variant?.name}"`);
    const again = await run({ seed: Number(seed), isTraced: true, seams: variant?.seams ?? (() => ({})) });
    expect(again.breach).toEqual({ guarantee, what });
    expect(out).toContain(again.trace.join("\n"));
  });
});

describe("the command line", () => {
  it.each([
    [[], { from: 1, count: 500, isTraced: false, variant: undefined }],
    [["--seeds", "20", "--from", "9"], { from: 9, count: 20, isTraced: false, variant: undefined }],
    [["--seed", "7", "--trace"], { from: 7, count: 1, isTraced: true, variant: undefined }],
    [["--help"], "help"],
    [["--variant", "list"], "list"],
  ])("understands %j", (args, wanted) => {
    expect(wantedOf(args)).toEqual(wanted);
  });

  it.each([
    [["--seeds", "many"], "whole number"],
    [["--seed", "0"], "whole number"],
    [["--variant", "good"], 'no variant "good"'],
    [["--speed"], "--speed"],
  ])("refuses %j", (args, why) => {
    expect(wantedOf(args)).toEqual({ wrong: expect.stringContaining(why) });
  });
});
