// A state.db from before passwords were hashed: after it has been opened no password is in it, or in the files beside it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, it } from "vitest";
import { hashedBytes } from "../../src/settings/password.ts";
import { isPassword } from "../../src/std/passwordHash.ts";
import { lockDirectory, openDatabase, stateLayout } from "../../src/store/database.ts";
import { migrations } from "../../src/store/migrations.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** With the layout of version 3. */
function writeOld(entries: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-passwords-"));
  folders.push(directory);
  const old = new Database(join(directory, "state.db"));
  for (const step of migrations.slice(0, 3)) old.exec(String(step));
  old.pragma("user_version = 3");
  const insert = old.prepare("INSERT INTO register (charge_point, entry) VALUES (?, ?)");
  for (const [id, entry] of Object.entries(entries)) insert.run(id, entry);
  old.close();
  return directory;
}

function register(directory: string): ReadonlyMap<string, any> {
  const lock = lockDirectory(directory);
  const { database } = openDatabase({ directory, now: 0 }, stateLayout);
  const rows = database.prepare<[], { charge_point: string; entry: string }>("SELECT * FROM register").all();
  database.close();
  lock.close();
  return new Map(
    rows.map(({ charge_point, entry }) => [charge_point, entry.startsWith("{") ? JSON.parse(entry) : entry]),
  );
}

const everything = (directory: string): string =>
  readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), "latin1"))
    .join("");

it("has hashes that the passwords fit, and everything else as it was", async () => {
  const terms = { connectors: 2, vendorProfile: "auto", ping: true, missingSubprotocol: "refuse" };
  const directory = writeOld({
    A: JSON.stringify({ ...terms, id: "A", registration: "Pending", password: "clear-password-of-A" }),
    B: JSON.stringify({ ...terms, id: "B", password: "clear-new-of-B", passwordBefore: "clear-old-of-B" }),
    C: JSON.stringify({ ...terms, id: "C" }),
    D: "no JSON",
  });
  expect(everything(directory)).toContain("clear-password-of-A");
  const entries = register(directory);
  expect(everything(directory)).not.toMatch(/clear-/u);
  expect(entries.get("A")).toEqual({ ...terms, id: "A", registration: "Pending", passwordHash: expect.any(String) });
  expect(entries.get("C")).toEqual({ ...terms, id: "C" });
  expect(entries.get("D")).toBe("no JSON");
  const { passwordHash, passwordBeforeHash, ...others } = entries.get("B");
  expect(others).toEqual({ ...terms, id: "B", isSettled: true });
  expect(await isPassword(hashedBytes("clear-new-of-B"), passwordHash)).toBe(true);
  expect(await isPassword(hashedBytes("clear-old-of-B"), passwordBeforeHash)).toBe(true);
  expect(register(directory).get("B")).toMatchObject({ passwordHash });
});
