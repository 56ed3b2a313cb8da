// Whatever stands in a settings file or in its place: an answer that names the place, never an exception, within bounds.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadSettings } from "../../src/settings/load.ts";
import { heads, load, say, withFile } from "./settingsInTest.ts";

const MEGABYTE = 1024 * 1024;

describe("no settings file", () => {
  const sayOf = (file: string) => loadSettings(file).text;

  it("at all is said with what to do", () => {
    expect(sayOf("/nowhere/x.yaml")).toBe(
      "/nowhere/x.yaml:1:1 error /\nThere is no such file; name another file with --config.",
    );
  });

  it.each([
    ["a directory", tmpdir(), "This is a directory; name a file in it."],
    ["a device that never ends", "/dev/zero", "This is no regular file."],
    ["a path through a file", "/dev/null/x.yaml", "There is no such file: a part of its path is no directory."],
    ["a name that is too long", `/tmp/${"x".repeat(5000)}`, "The file cannot be read (ENAMETOOLONG)."],
    ["a name that no file can have", "a\0b", "The file cannot be read (ERR_INVALID_ARG_VALUE)."],
  ])("but %s", (_, file, sentence) => {
    expect(sayOf(file).split("\n")[1]).toBe(sentence);
  });

  it("but a link that leads to itself", () => {
    const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-settings-"));
    const link = join(directory, "loop.yaml");
    symlinkSync(link, link);
    expect(sayOf(link)).toContain("The file cannot be read (ELOOP).");
    rmSync(directory, { recursive: true });
  });

  it.skipIf(process.getuid?.() === 0)("that this user may read", () => {
    withFile("", (file) => {
      chmodSync(file, 0o000);
      expect(sayOf(file)).toContain("The file may not be read by this user.");
    });
  });

  it("of a reasonable size", () => {
    withFile("", (file) => {
      truncateSync(file, 100 * MEGABYTE);
      expect(sayOf(file)).toContain("The file has 104857600 bytes, more than 4194304.");
    });
  });

  it("is found behind a good link in a folder with a strange name", () => {
    withFile("hmi: { prt: 1 }\n", (file) => {
      const folder = join(file, "..", "a b\u001b[31m");
      mkdirSync(folder);
      const link = join(folder, "link.yaml");
      symlinkSync(file, link);
      expect(sayOf(link)).toContain("a b\uFFFD[31m/link.yaml:1:8 error /hmi/prt\n");
    });
  });
});

const texts: readonly (readonly [name: string, content: string | Uint8Array, head: string])[] = [
  [
    "a tab as indentation",
    "ocpp:\n\tlisteners: []\n",
    "2:1 error / | Tabs are not allowed as indentation; indent with blanks",
  ],
  [
    "a key twice",
    "hmi: { port: 1 }\nopcua: {}\nhmi: { port: 2 }\n",
    '3:1 error /hmi | Key "hmi" stands twice, first in line 1; keep one',
  ],
  [
    "a key twice deep inside",
    "ocpp:\n  listeners:\n    - {}\n    - port: 1\n      host: a\n      port: 2\n",
    '6:7 error /ocpp/listeners/1/port | Key "port" stands twice, first in line 4; keep one',
  ],
  ["a quote that is not closed", 'site:\n  name: "abc\nhmi:\n  port: 3\n', "2:9 error / | This quote is not closed"],
  ["a single quote that is not closed", "hmi: {}\nsite:\n  name: 'abc\n", "3:9 error / | This quote is not closed"],
  [
    "a key without a colon",
    "hmi:\n  port\n  host: x\n",
    "2:3 error / | This key goes over several lines; write a colon and a blank after each key",
  ],
  [
    "two documents",
    "hmi: {}\n---\nopcua: {}\n",
    "2:1 error / | A second document begins here; keep one and remove the line ---",
  ],
  ["a section as key", "? { a: 1 }\n: 2\n", "1:3 error / | A key must be text"],
  ["an unknown tag", "hmi: !!js/function x\n", "1:6 error / | Unresolved tag: tag:yaml.org,2002:js/function"],
  [
    "an alias without anchor",
    "hmi: *x\n",
    "1:6 error / | No value is named for the alias *x; put it in quotes if it is none",
  ],
  [
    "an alias of itself",
    "chargePoints: &a [*a]\n",
    "1:19 error / | Too many values are repeated by aliases (*name); write them out",
  ],
  ["a wrong escape", 'hmi: { host: "\\q" }\n', "1:15 error / | Invalid escape sequence \\q"],
  [
    "a character that no plain text begins with",
    "site: { name: @home }\n",
    "1:15 error / | Plain value cannot start with reserved character @",
  ],
  [
    "ISO 8859-1",
    Buffer.from("hmi: {}\nsite: { name: Köln }\n", "latin1"),
    "2:16 error / | The text is not in UTF-8; save it in UTF-8",
  ],
  ["UTF-16", Buffer.from("\ufeffhmi: {}\n", "utf16le"), "1:1 error / | The file is in UTF-16; save it in UTF-8"],
  [
    "half a character at its end",
    Buffer.from([0x68, 0x3a, 0x20, 0xc3]),
    "1:4 error / | The text is not in UTF-8; save it in UTF-8",
  ],
  [
    "a NUL",
    "hmi: {}\nx: \0\n",
    "2:4 error / | There is a control character (U+0000); this kind of file is text without any",
  ],
  [
    "an ELF head",
    Buffer.from("7f454c460201010000000000", "hex"),
    "1:1 error / | There is a control character (U+007F); this kind of file is text without any",
  ],
  ["10,000 lists in each other", `a: ${"[".repeat(10_000)}`, "1:66 error / | The nesting is deeper than 64 levels"],
  ["100,000 lists by dashes", "- ".repeat(100_000), "1:127 error / | The nesting is deeper than 64 levels"],
  ["100,000 keys by question marks", "? ".repeat(100_000), "1:127 error / | The nesting is deeper than 64 levels"],
  [
    "a key of a megabyte",
    `${"a".repeat(MEGABYTE)}: 1\n`,
    "1:1 error / | The : indicator must be at most 1024 chars after the start of an implicit block mapping key",
  ],
];

describe("a settings file with", () => {
  it.each(texts)("%s is refused at the place", (_, content, head) => {
    expect(heads(content)).toEqual([head]);
  });

  it("an alias bomb is refused at an alias", () => {
    const names = "abcdefghij".split("");
    const rows = names.map((name, index) => {
      const inside = index === 0 ? "x" : `*${names[index - 1] ?? ""}`;
      return `${name}: &${name} [${Array.from({ length: 9 }, () => inside).join(",")}]`;
    });
    expect(heads(rows.join("\n"))).toEqual([
      expect.stringMatching(
        /^\d+:\d+ error \/ \| Too many values are repeated by aliases \(\*name\); write them out$/u,
      ),
    ]);
  });

  it("aliases that grow without any bomb is refused, too", () => {
    const rows = `a: &a [${"x,".repeat(20_000)}]\nb: [${"*a,".repeat(99)}]\n`;
    expect(heads(rows)).toEqual([expect.stringContaining("Too many values are repeated by aliases")]);
  });

  it("two million parts is refused before it costs much", { timeout: 60_000 }, () => {
    expect(heads(`[${",".repeat(2_000_000)}`)).toEqual(["1:1500000 error / | The file has more than 1500000 parts"]);
  });

  it.each([
    ["20,000 unknown keys", Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join("\n"), "1:1"],
    ["a key 20,000 times", "k: 1\n".repeat(20_000), "2:1"],
    ["100,000 wrong escapes in a line", `a: "${"\\q".repeat(100_000)}"`, "1:5"],
    ["50,000 lonely commas in a line", `a: [${",".repeat(50_000)}]`, "1:6"],
    ["20,000 wrong entries in a line", `chargePoints: [${"x,".repeat(20_000)}]`, "1:16"],
  ])("%s gets a bounded answer", { timeout: 60_000 }, (_, content, place) => {
    const { diagnostics, text } = load(content);
    expect(diagnostics.length).toBeLessThanOrEqual(1000);
    expect(text.length).toBeLessThan(20_000);
    expect(`${diagnostics[0]?.line}:${diagnostics[0]?.col}`).toBe(place);
  });

  it("any bytes at all gets an answer", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const loaded = load(bytes);
        expect("settings" in loaded || loaded.text !== "").toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("any mixture of the signs of YAML gets an answer with an existing place", () => {
    const sign = fc.constantFrom(
      ..."{}[],:-?*&!|>'\"%@`#\\ \t\n~".split(""),
      ": ",
      "- ",
      "\n  ",
      "hmi",
      "port",
      "chargePoints",
      "id",
      "<<",
      "---\n",
      "...\n",
      "__proto__",
      "1",
      "\r\n",
      "é",
      "🔌",
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 40 }), (signs) => {
        const content = signs.join("");
        for (const { line, col, excerpt } of load(content).diagnostics) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(content.split("\n").length);
          expect(col).toBeGreaterThanOrEqual(1);
          expect(col).toBeLessThanOrEqual((content.split("\n")[line - 1] ?? "").length + 1);
          expect(excerpt).toMatch(/^ *\d+ \|.*\n +\| +\^$/u);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("several faults names all of them, only the first of each line", () => {
    expect(say("hmi: { port: 1,, host: *x }\nsite:\n\tname: 1\n").match(/^bridge\.yaml:\d+/gmu)).toEqual([
      "bridge.yaml:1",
      "bridge.yaml:3",
    ]);
  });
});
