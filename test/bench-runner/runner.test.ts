// What `npm run bench` does with its arguments, with what it finds and with benches that fail; what is measured has no part in it.
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Length } from "../bench/bench.ts";
import { parseRecord } from "../bench/record.ts";
import { bench, failing, JSON_FILE, MARKDOWN_FILE, runWith } from "./benchesInTest.ts";

const both = [bench("one", 12), bench("two", 20)];

describe("what is asked for", () => {
  test("without a name all benches run, in their order", async () => {
    const { code, said } = await runWith(both, []);
    expect(code).toBe(0);
    expect(said).toMatch(/one: Title of one[^]*two: Title of two/u);
  });

  test("with names only those run", async () => {
    const { said } = await runWith(both, ["two"]);
    expect(said).not.toContain("Title of one");
    expect(said).toContain("Title of two");
  });

  test("an unknown name runs nothing, names those that there are, and is a usage error", async () => {
    const { code, said, complained, files } = await runWith(both, ["one", "three"]);
    expect([code, said, files.size]).toEqual([64, "", 0]);
    expect(complained).toBe("No bench called three; there are one, two.\n");
  });

  test("an unknown option is a usage error and says how it is used", async () => {
    const { code, complained } = await runWith(both, ["--fast"]);
    expect(code).toBe(64);
    expect(complained).toMatch(/--fast[^]*--quick/u);
  });

  test.each([
    ["--list", "one                  Title of one\ntwo                  Title of two\n"],
    ["--help", "npm run bench -- [OPTION …] [NAME …]"],
  ])("%s tells and runs nothing", async (option, expected) => {
    const { code, said, files } = await runWith(both, [option]);
    expect([code, files.size]).toEqual([0, 0]);
    expect(said).toContain(expected);
  });
});

describe("what is written", () => {
  test("a run of all writes both files", async () => {
    const { files } = await runWith(both, []);
    expect(Object.keys(parseRecord(files.get(JSON_FILE) ?? "") ?? {})).toEqual(["one", "two"]);
    expect(files.get(MARKDOWN_FILE)).toMatch(/## Title of one[^]*## Title of two/u);
  });

  test("a run of one replaces its section, whose figures are new, and leaves the others as they were", async () => {
    const { files } = await runWith(both, []);
    const before = parseRecord(files.get(JSON_FILE) ?? "");
    await runWith([bench("one", 14), bench("two", 99)], ["one"], { files });
    const after = parseRecord(files.get(JSON_FILE) ?? "");
    expect(after?.["two"]).toEqual(before?.["two"]);
    expect(after?.["one"]?.figures[0]).toEqual({ name: "own", unit: "ms", value: 15, lowest: 14, highest: 16 });
    expect(files.get(MARKDOWN_FILE)).toContain("| 14 – 16");
    expect(files.get(MARKDOWN_FILE)).toContain("## Title of two");
  });

  test("a bench that there is no more leaves the files at the next run", async () => {
    const { files } = await runWith(both, []);
    await runWith([bench("two", 20)], [], { files });
    expect(Object.keys(parseRecord(files.get(JSON_FILE) ?? "") ?? {})).toEqual(["two"]);
  });

  test("files that are named are written instead", async () => {
    const { files } = await runWith(both, ["--json", "/other.json", "--markdown", "/other.md"]);
    expect([...files.keys()]).toEqual([resolve("/other.json"), resolve("/other.md")]);
  });

  test.each(["", "{", "[]", '{"benches":[]}', '{"benches":{"one":{"figures":[]}}}', '{"benches":{"one":1}}'])(
    "a file of figures that holds %j is not overwritten, and nothing runs",
    async (text) => {
      const { code, said, complained, files } = await runWith(both, [], { files: new Map([[JSON_FILE, text]]) });
      expect([code, said, files.get(JSON_FILE)]).toEqual([65, "", text]);
      expect(complained).toContain(JSON_FILE);
    },
  );
});

describe("a quick run", () => {
  test("is short, is told to be quick, and writes nothing", async () => {
    const lengths: Length[] = [];
    const { code, said, files } = await runWith(both, ["--quick"], {
      run: async (one, length) => {
        lengths.push(length);
        return one.run(length);
      },
    });
    expect([code, files.size]).toEqual([0, 0]);
    expect(said).toContain("quick: the figures do not count");
    expect(lengths.every(({ rounds, part }) => rounds === 1 && part < 1)).toBe(true);
  });

  test("writes files that are named, and marks them", async () => {
    const { files } = await runWith(both, ["--quick", "--markdown", "/quick.md"]);
    expect([...files.keys()]).toEqual([resolve("/quick.md")]);
    expect(files.get(resolve("/quick.md"))).toContain("**Some of this was measured quickly");
  });

  test.each([
    ["--json", JSON_FILE],
    ["--markdown", MARKDOWN_FILE],
  ])("is not written to the files of a whole run, not even by %s", async (option, file) => {
    const { code, said, files } = await runWith(both, ["--quick", option, file]);
    expect([code, said, files.size]).toEqual([64, "", 0]);
  });
});

test("what is measured with a profiler is written nowhere", async () => {
  const { code, files } = await runWith(both, [], { isProfiled: true });
  expect([code, files.size]).toEqual([0, 0]);
});

test("a bench that fails is told, the others go on, and the exit code says so", async () => {
  const { code, said, complained, files } = await runWith([failing("one"), bench("two", 20)], []);
  expect(code).toBe(1);
  expect(complained).toContain("there is no such machine");
  expect(complained).toContain("Failed: one.");
  expect(said).toContain("Title of two");
  expect(files.get(MARKDOWN_FILE)).toContain("Not measured: one.");
});

test("a bench that fails keeps the figures of the run before", async () => {
  const { files } = await runWith(both, []);
  const before = parseRecord(files.get(JSON_FILE) ?? "");
  await runWith([failing("one"), bench("two", 30)], [], { files });
  expect(parseRecord(files.get(JSON_FILE) ?? "")?.["one"]).toEqual(before?.["one"]);
});
