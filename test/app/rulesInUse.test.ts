// Rules are exchanged as a whole: whatever happens to their files, those in use are always ones that were without error.
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RulesFault, RulesInUse } from "../../src/app/rulesInUse.ts";
import { loadSettings } from "../../src/settings/load.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { systemClock, type Clock, type Timer } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog, type Log } from "../../src/std/log.ts";

/** The clock of the machine, fifty times as fast: files are looked at often. */
const fastClock: Clock = { ...systemClock, after: (delayMs, run) => systemClock.after(delayMs / 50, run) };

let directory: string;
let settings: Settings;
let counts: Counts;
let errors: string[];
const timers: Timer[] = [];

const rule = (name: string): string =>
  `  - { name: ${name}, on: Authorize, when: idTag in lists.l, then: { status: Blocked } }\n`;
const rules = (...names: string[]): string =>
  `version: 1\nlists: { l: { file: l.csv } }\nrules:\n${names.map(rule).join("")}`;
const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
/** As editors do: a new file takes the place of the old one. */
const replace = (name: string, text: string): void => {
  write(`${name}.new`, text);
  renameSync(join(directory, `${name}.new`), join(directory, name));
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-rules-"));
  write("bridge.yaml", "rules: [rules.yaml]\n");
  write("rules.yaml", rules("one"));
  write("l.csv", "tag\nX\n");
  const loaded = loadSettings(join(directory, "bridge.yaml"));
  if (!("settings" in loaded)) throw new Error(loaded.text);
  ({ settings } = loaded);
  counts = new Counts();
  errors = [];
});

afterEach(() => {
  for (const timer of timers.splice(0)) timer.cancel();
  rmSync(directory, { recursive: true });
});

function open(): RulesInUse {
  const log: Log = { ...silentLog, error: (_, message) => void errors.push(message) };
  return new RulesInUse({ settings, clock: fastClock, counts, log });
}

const namesOf = (inUse: RulesInUse): string[] => inUse.rules.rules.map(({ name }) => name);

async function until(fits: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!fits()) {
    if (performance.now() > deadline) throw new Error(`it has not happened: ${errors.join("; ")}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("the rules in use", () => {
  it("are those of the files", () => {
    const inUse = open();
    expect(namesOf(inUse)).toEqual(["one"]);
    expect(inUse.state).toMatchObject({ inUse: 1, error: "" });
  });

  it("cannot be had from a file with an error: nothing starts", () => {
    write("rules.yaml", rules("one").replace("Blocked", "Blokced"));
    expect(open).toThrow(RulesFault);
    expect(open).toThrow(/rules\.yaml:4:\d+ error \/rules\/0\/then\/status\n"Blokced" is no status/u);
  });

  it("are exchanged when they are read again, and when that fails those from before stay", () => {
    const inUse = open();
    const before = inUse.rules;
    write("rules.yaml", "version: 1\nrules: [\n");
    inUse.reload();
    expect(inUse.rules).toBe(before);
    expect(inUse.state.error).toMatch(/rules\.yaml:3:1 /u);
    expect(errors.at(-1)).toBe("the changed rules have an error; those from before stay in use");
    write("rules.yaml", rules("one", "two"));
    inUse.reload();
    expect(namesOf(inUse)).toEqual(["one", "two"]);
    expect(inUse.state).toMatchObject({ inUse: 2, error: "" });
    expect([counts.entries().get("ruleReloads"), counts.entries().get("ruleReloadsRefused")]).toEqual([1, 1]);
  });
});

describe("reading the rules again never throws", () => {
  it("when a file cannot even be looked at", () => {
    const inUse = open();
    rmSync(join(directory, "l.csv"));
    symlinkSync("l.csv", join(directory, "l.csv"));
    inUse.reload();
    expect(inUse.state.error).toContain("ELOOP");
    expect(namesOf(inUse)).toEqual(["one"]);
  });

  it("when whoever is told of the new rules fails", () => {
    const inUse = open();
    inUse.whenExchanged = () => {
      throw new Error("no room");
    };
    write("rules.yaml", rules("two"));
    inUse.reload();
    expect(namesOf(inUse)).toEqual(["two"]);
    expect(errors).toEqual(["what the changed rules need could not be made ready"]);
  });

  it("when they ask more modules than can run", () => {
    const inUse = open();
    const asking = Array.from(
      { length: 33 },
      (_, n) => `  - { name: r${n}, on: Authorize, ask: { module: m${n}.mjs } }`,
    );
    write("rules.yaml", `version: 1\nrules:\n${asking.join("\n")}\n`);
    inUse.reload();
    expect(inUse.state.error).toMatch(
      /rules\.yaml:35:\d+ All rules together may ask 32 modules, and this is one more/u,
    );
    write("rules.yaml", `version: 1\nrules:\n${asking.slice(1).join("\n")}\n`);
    inUse.reload();
    expect(inUse.state).toMatchObject({ inUse: 32, error: "" });
  });
});

describe("a change of a file", () => {
  const watched = (): RulesInUse => {
    const inUse = open();
    timers.push(inUse.watch());
    return inUse;
  };

  it.each([
    ["written over", write],
    ["replaced by another", replace],
  ])("is seen: a rules file that is %s", async (_, change) => {
    const inUse = watched();
    change("rules.yaml", rules("two"));
    await until(() => namesOf(inUse)[0] === "two");
    change("rules.yaml", rules("three"));
    await until(() => namesOf(inUse)[0] === "three");
  });

  it("is seen: a list", async () => {
    const inUse = watched();
    const { rules: before } = inUse;
    replace("l.csv", "tag\nX\nY\n");
    await until(() => inUse.rules !== before);
    expect(inUse.state.error).toBe("");
  });

  it("with an error is said once, and is over when the file is good again", async () => {
    const inUse = watched();
    write("l.csv", "tag,more\nX\n");
    await until(() => inUse.state.error !== "");
    expect(namesOf(inUse)).toEqual(["one"]);
    replace("l.csv", "tag\nZ\n");
    await until(() => inUse.state.error === "");
    expect(counts.entries().get("ruleReloadsRefused")).toBe(1);
  });

  it("is seen when the file goes and comes back", async () => {
    const inUse = watched();
    rmSync(join(directory, "rules.yaml"));
    await until(() => inUse.state.error.includes("There is no such file"));
    expect(namesOf(inUse)).toEqual(["one"]);
    write("rules.yaml", rules("back"));
    await until(() => namesOf(inUse)[0] === "back");
  });

  it("is seen in a list file that a changed rules file names for the first time", async () => {
    const inUse = watched();
    write("new.csv", "tag,more\nX\n");
    write("rules.yaml", rules("two").replace("l.csv", "new.csv"));
    await until(() => inUse.state.error !== "");
    replace("new.csv", "tag\nX\n");
    await until(() => namesOf(inUse)[0] === "two");
  });
});
