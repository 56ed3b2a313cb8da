// Uploads over FTP, by an independent client where it can do it and by raw sockets where none would.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, expect, it } from "vitest";
import type { TargetChoices, TargetInTest } from "../targetInTest.ts";
import { login, startFtp } from "./ftpInTest.ts";

const targets: TargetInTest[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.stop();
});

async function start(choices: TargetChoices = {}): Promise<TargetInTest> {
  const target = await startFtp(choices);
  targets.push(target);
  return target;
}

/** Bytes of every value, so that nothing may be read as text. */
const binary = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) % 256);

it("an upload is kept as it is, under a name of ours, and told of", async () => {
  const { target, uploads, uploaded, received } = await start();
  const client = await login(target.uploadUrl("CP 1", "diagnostics", "ftp"));
  await client.uploadFrom(Readable.from([binary]), "diag.tar.gz");
  client.close();
  const [name = "", ...others] = await uploaded();
  expect(others).toEqual([]);
  expect(name).toMatch(/^CP%201_\d{8}T\d{6}Z_diag\.tar\.gz$/u);
  expect(await readFile(join(uploads, name))).toEqual(Buffer.from(binary));
  expect(received).toMatchObject([{ chargePointId: "CP 1", kind: "diagnostics", fileName: name, bytes: 300_000 }]);
});
