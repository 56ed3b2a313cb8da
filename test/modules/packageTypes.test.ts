// The types that the package exports to users' modules, as an editor or compiler finds them: built, installed, imported by name.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const compiler = join(root, "node_modules/typescript/bin/tsc");
const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-types-"));
const installed = join(directory, "node_modules/ocpp-opcua");

async function compile(...args: string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [compiler, ...args], { cwd: directory });
  return run.then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { readonly stdout: string }).stdout,
  );
}

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  expect(await compile("-p", join(root, "tsconfig.build.json"), "--outDir", join(installed, "dist"))).toBe("");
});
afterAll(() => rmSync(directory, { recursive: true }));

const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--types", ""];

test.each([
  ["config/modules/example.ts", undefined, []],
  [
    "one with a status that OCPP does not know",
    'import type { Verdict } from "ocpp-opcua";\nexport const verdict: Verdict = { status: "Fine" };\n',
    [/^wrong\.ts\(2,\d+\): .*"Fine"/u],
  ],
  [
    "one that reads a field of another action",
    'import type { Question } from "ocpp-opcua";\nexport default (question: Question) => question.action === "Authorize" && question.payload.meterStart;\n',
    [/^wrong\.ts\(2,\d+\): .*'meterStart' does not exist/u],
  ],
])("a module is checked against them: %s", async (_, text, faults) => {
  const name = text === undefined ? "example.ts" : "wrong.ts";
  if (text === undefined) cpSync(join(root, "config/modules/example.ts"), join(directory, name));
  else writeFileSync(join(directory, name), text);
  const said = (await compile(...flags, name)).split("\n").filter((line) => line !== "" && !line.startsWith(" "));
  expect(said).toEqual(faults.map((fault) => expect.stringMatching(fault)));
});
