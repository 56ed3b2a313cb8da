// The plan of the house, enforced: ARCHITECTURE.md says it in words. Function sizes are the linter's (.oxlintrc.json).
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { artefacts } from "../src/codegen/main.ts";
import { badExamples, goodExample } from "./architecture/badExamples.ts";
import { lintOverrides, mayImport } from "./architecture/layers.ts";
import { LONGEST_FILE, rules, type Finding } from "./architecture/rules.ts";
import { parseSource, readSources } from "./architecture/source.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (path: string) => join(root, path);
const read = (path: string) => readFileSync(at(path), "utf8");
const foldersIn = (path: string) =>
  readdirSync(at(path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

const TOP_LEVEL = [
  "package.json package-lock.json tsconfig.json tsconfig.build.json vitest.config.ts knip.json",
  "src schemas config nodeset test deploy .ci",
  "README.md ARCHITECTURE.md CONTRIBUTING.md DECISIONS.md RELIABILITY.md CONFORMANCE.md BENCHMARKS.md LICENSE",
  ".oxlintrc.json .oxfmtrc.json .editorconfig .gitattributes .gitignore",
].flatMap((line) => line.split(" "));
/** Folders of test that mirror no folder of src. */
const TEST_ONLY = [
  "architecture",
  "bench",
  "bench-runner",
  "conformance",
  "flow",
  "load",
  "setup",
  "simulation",
  "soak",
  "traces",
];
const DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "DECISIONS.md", "RELIABILITY.md"];
const DECISION_HEADINGS = ["Date", "Status", "Context", "Decision", "Consequences"];

const src = readSources(root, "src");
const tests = readSources(root, "test");

/** One line a finding: file, line, what is wrong, the way out. */
function report(findings: readonly Finding[]): string[] {
  return findings.map(
    ({ path, line, wrong, wayOut }) => `${path}${line === undefined ? "" : `:${line}`}: ${wrong}. Way out: ${wayOut}.`,
  );
}

describe("src", () => {
  it("is read", () => expect(src.map(({ path }) => path)).toContain("src/twin/twin.ts"));

  it.each(Object.entries(rules))("%s", (_, rule) => expect(report(rule(src))).toEqual([]));
});

describe("test", () => {
  it.each([`no file is longer than ${LONGEST_FILE} lines`, "nothing promises later work"])("%s", (name) =>
    expect(
      report(
        rules[name]?.(tests.filter(({ path }) => !path.startsWith("test/architecture/"))) ?? [
          { path: name, wrong: "no such rule", wayOut: "name one of rules.ts" },
        ],
      ),
    ).toEqual([]),
  );

  it("has folders that mirror src", () => {
    const strangers = tests
      .map(({ path }) => dirname(path).replace(/^test\/?/, ""))
      .filter((folder) => folder !== "" && !TEST_ONLY.includes(folder.split("/")[0] ?? ""))
      .filter((folder) => !existsSync(at(`src/${folder}`)));
    expect([...new Set(strangers)], "rename the folder after the one of src that it tests").toEqual([]);
  });
});

describe("the rules", () => {
  it.each(badExamples)("find a breach of: $rule ($says)", ({ rule, files, says }) => {
    const sources = Object.entries(files).map(([path, text]) => parseSource(path, text));
    const said = report(rules[rule]?.(sources) ?? []);
    expect(said.filter((text) => text.includes(says))).not.toEqual([]);
  });

  it("each have an example that breaks them", () =>
    expect(Object.keys(rules).filter((name) => badExamples.every(({ rule }) => rule !== name))).toEqual([]));

  it.each(Object.entries(rules))("let pass what is right: %s", (_, rule) => {
    const sources = Object.entries(goodExample).map(([path, text]) => parseSource(path, text));
    expect(report(rule(sources))).toEqual([]);
  });
});

describe("the linter", () => {
  const lint = JSON.parse(read(".oxlintrc.json"));

  it("knows the same layers as these rules", () =>
    expect(lint.overrides, "copy lintOverrides() of test/architecture/layers.ts").toEqual(
      expect.arrayContaining(lintOverrides()),
    ));

  it.each([
    ["max-lines", 400],
    ["max-lines-per-function", 70],
    ["max-params", 4],
  ])("refuses more than %s %i in src", (rule, max) => {
    expect(lint.rules[rule]).toEqual(["error", { max }]);
    const exceptions = lint.overrides.filter((each: { rules: object }) => rule in each.rules);
    expect(
      exceptions.flatMap((each: { files: string[] }) => each.files).filter((glob: string) => glob.startsWith("src")),
    ).toEqual([]);
  });
});

describe("the repository", () => {
  it("has no names at the top but the agreed ones", () => {
    const strangers = topLevelNames().filter((name) => !TOP_LEVEL.includes(name));
    expect(strangers, "put it into one of the folders that are there, or ignore it in .gitignore").toEqual([]);
  });

  it("has no rooms in src but those of ARCHITECTURE.md, and that page names them all", () => {
    const rooms = foldersIn("src");
    const text = read("ARCHITECTURE.md");
    expect(rooms.filter((room) => mayImport[room] === undefined)).toEqual([]);
    expect(rooms.filter((room) => !text.includes(`\`${room}\``))).toEqual([]);
  });

  it("compiles nothing while it is installed: not every machine has a compiler", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, { gypfile?: boolean }> };
    const compiled = Object.keys(packages).filter(
      (path) => path !== "" && existsSync(at(`${path}/binding.gyp`)) && packages[path]?.gypfile !== false,
    );
    expect(
      compiled,
      'npm ci would run node-gyp: add "gypfile": false to its entry in package-lock.json, which npm drops',
    ).toEqual([]);
  });

  it("has generated files that are up to date", async () => {
    const stale = Object.entries(await artefacts()).filter(
      ([path, text]) => !existsSync(at(path)) || read(path) !== text,
    );
    expect(
      stale.map(([path]) => path),
      "run `npm run generate` and commit what changed",
    ).toEqual([]);
  });
});

describe("the documents", () => {
  it.each(DOCUMENTS)("%s points only to files that exist", (page) => {
    const targets = [...read(page).matchAll(/\]\((?!\w+:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
    expect(targets.filter((target) => !existsSync(at(target)))).toEqual([]);
  });

  it.each(DOCUMENTS)("%s names only files of the repository that exist", (page) => {
    const named = [...read(page).matchAll(/`((?:src|test|schemas|config|nodeset|\.ci)\/[\w./-]+)`/g)].map(
      ([, path = ""]) => path,
    );
    expect(named.filter((path) => !existsSync(at(path)))).toEqual([]);
  });

  it("DECISIONS.md numbers its records and gives each five headings", () => {
    const records = read("DECISIONS.md").split(/^## /m).slice(1);
    expect(records.map((record) => record.slice(0, 4))).toEqual(
      records.map((_, index) => String(index + 1).padStart(4, "0")),
    );
    for (const record of records) {
      const headings = [...record.matchAll(/^\*\*(\w+)\*\*:/gm)].map(([, heading]) => heading);
      expect(headings, record.split("\n")[0]).toEqual(DECISION_HEADINGS);
    }
  });

  it("LICENSE is the Apache License 2.0, as package.json says", () => {
    expect(read("LICENSE")).toMatch(/Apache License\s+Version 2\.0, January 2004/);
    expect(JSON.parse(read("package.json")).license).toBe("Apache-2.0");
  });
});

/** What git tracks or would track; without git, what lies there and is not ignored by name. */
function topLevelNames(): string[] {
  try {
    const args = ["ls-files", "--cached", "--others", "--exclude-standard"];
    const paths = execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim()
      .split("\n");
    return [...new Set(paths.map((path) => path.split("/")[0] ?? ""))];
  } catch {
    const ignored = read(".gitignore")
      .split("\n")
      .map((line) => line.replace(/\/$/, ""));
    return readdirSync(root).filter((name) => name !== ".git" && !ignored.includes(name));
  }
}
