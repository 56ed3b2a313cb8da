// RELIABILITY.md says which file does a thing and which test shows it: each of them is there, and each command is one of package.json.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const page = readFileSync(at("RELIABILITY.md"), "utf8");

/** Everything that is written as code. */
const quoted = [...page.matchAll(/`([^`\n]+)`/gu)].map(([, text]) => text ?? "");
const paths = [...new Set(quoted.filter((text) => /^(?:src|test|config|deploy|\.ci)\/\S+$/u.test(text)))];
const scripts = [...new Set([...page.matchAll(/npm run ([\w-]+)/gu)].map(([, name]) => name ?? ""))];

describe("RELIABILITY.md", () => {
  it("names files and commands", () => {
    expect(paths.length).toBeGreaterThan(40);
    expect(scripts.length).toBeGreaterThan(1);
  });

  it.each(paths)("names %s, which is there", (path) => expect(existsSync(at(path))).toBe(true));

  it.each(scripts)("names npm run %s, which is there", (name) => {
    const { scripts: known } = JSON.parse(readFileSync(at("package.json"), "utf8")) as { scripts: object };
    expect(Object.keys(known)).toContain(name);
  });

  it("says of each guarantee what does it, what shows it, and has every guarantee", () => {
    for (const guarantee of ["G1", "G2", "G3", "G4", "G5", "G6"]) {
      const section = new RegExp(`## ${guarantee} [^]*?(?=\\n## |$)`, "u").exec(page)?.[0] ?? "";
      expect(section, guarantee).toMatch(/\*\*By\*\*.*`src\//u);
      expect(section, guarantee).toMatch(/\*\*Shown by\*\*.*`test\//u);
    }
  });
});
