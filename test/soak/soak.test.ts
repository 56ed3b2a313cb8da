// The soak itself, for some seconds: the bridge really runs, all kinds of life succeed, and every figure is there. What it judges of a leak
// stands in trend.test.ts.
import { describe, expect, it } from "vitest";
import { HELP, readOptions } from "./options.ts";
import { reportOf } from "./report.ts";
import { soak, type Soaked } from "./soak.ts";

/** On a machine that is busy with something else. */
const LONGEST_MS = 240_000;

describe("a short soak", () => {
  it("measures everything while charge points, SCADA and browsers come and go", { timeout: 600_000 }, async () => {
    const options = { minutes: 0.25, chargePoints: 5, everySeconds: 1, json: undefined, keep: undefined };
    const lines: string[] = [];
    const latest = performance.now() + LONGEST_MS;
    const isEnough = (done: Soaked["done"]) =>
      performance.now() > latest || Object.values(done).every(({ succeeded, failed }) => succeeded > failed);
    const { series, done, faults, frames } = await soak(options, (line) => lines.push(line), isEnough);
    // So short a time says nothing about memory, nor how often something fails; but the bridge itself may not have failed.
    const isOfLife = (fault: string) => Object.keys(done).some((name) => fault.startsWith(`${name}: `));
    expect(faults.filter((fault) => !isOfLife(fault) && !/grows by|too short/u.test(fault))).toEqual([]);
    for (const [name, { succeeded, failed, lastFault }] of Object.entries(done))
      expect(succeeded, `${name}: ${lastFault}`).toBeGreaterThan(failed);
    expect(frames).toBeGreaterThan(50);
    expect(lines.length).toBeGreaterThan(2);
    const missing = series.filter(({ points, isJudged }) => isJudged && points.length === 0).map(({ name }) => name);
    expect(missing).toEqual([]);
    for (const { name, median, isJudged } of series) if (isJudged) expect(median, name).toBeGreaterThan(0);
    const report = reportOf({ series, done, faults, frames, transactions: 0 }, options);
    for (const { name } of series) expect(report).toContain(name);
  });
});

describe("its command line", () => {
  it.each([
    [[], { minutes: 30, chargePoints: 200, everySeconds: 15 }],
    [["--minutes", "5", "--charge-points", "10"], { minutes: 5, chargePoints: 10, everySeconds: 3 }],
    [["--minutes=0.5", "--every=2", "--json", "a.json"], { minutes: 0.5, everySeconds: 2, json: "a.json" }],
  ])("%j is understood", (args, expected) => expect(readOptions(args)).toMatchObject(expected));

  it.each([
    [["--minutes", "0"], "--minutes is from 0.1 to 10080"],
    [["--minutes", "long"], "--minutes is from 0.1 to 10080"],
    [["--charge-points", "1.5"], "--charge-points is a whole number"],
    [["--charge-points", "20000"], "--charge-points is from 1 to 10000"],
    [["--target", "ws://else"], "--target"],
    [["5"], "5"],
  ])("%j is refused with what is wrong", (args, says) => {
    expect(readOptions(args)).toEqual({ wrong: expect.stringContaining(says) });
  });

  it("has a help that names each option", () => {
    expect(readOptions(["--help"])).toBe("help");
    for (const name of ["minutes", "charge-points", "every", "json", "keep", "help"])
      expect(HELP).toContain(`--${name} `);
  });
});
