// Accounts on disk: the same after a restart, also from a file that a version without accounts has written.
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, it } from "vitest";
import { accountsIn, openAccountsFile } from "../../src/store/accountsFile.ts";
import { migrations } from "../../src/store/migrations.ts";
import type { Account } from "../../src/twin/accounts.ts";
import { NOON, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
afterEach(() => stores.clean());

const anna: Account = {
  name: "Anna",
  role: "administrator",
  isEnabled: true,
  passwordHash: "$scrypt$ln=15,r=8,p=3$a$b",
  hasOneTimePassword: true,
  createdAt: NOON,
  changedAt: NOON + 1,
};
const bert: Account = {
  name: "bert",
  role: "observer",
  isEnabled: false,
  certificate: "bb",
  createdAt: 1,
  changedAt: 2,
};

it("are there after a restart, as they were, until they are taken away", async () => {
  const directory = await stores.folder();
  const store = await stores.open(directory);
  expect(store.restored.accounts).toEqual([]);
  for (const account of [bert, anna]) await store.account({ kind: "account", name: account.name, account });
  expect(accountsIn(directory)).toEqual([anna, bert]);
  await stores.close(store);
  const again = await stores.open(directory);
  expect(again.restored.accounts).toEqual([anna, bert]);
  expect(await again.account({ kind: "account", name: "ANNA", account: undefined })).toBe(true);
  expect(accountsIn(directory)).toEqual([bert]);
});

it("can be changed in the file where no bridge runs, and only there", async () => {
  const directory = await stores.folder();
  const file = openAccountsFile(directory, NOON);
  await file.keep({ kind: "account", name: anna.name, account: anna });
  await expect(stores.open(directory)).rejects.toThrow("a bridge is running on this data directory already");
  file.close();
  const store = await stores.open(directory);
  expect(store.restored.accounts).toEqual([anna]);
  expect(() => openAccountsFile(directory, NOON)).toThrow("a bridge is running on this data directory already");
});

it("are none in the file of a version that had none, which is brought up to date", async () => {
  const directory = await stores.folder();
  expect(accountsIn(directory)).toEqual([]);
  const old = new Database(join(directory, "state.db"));
  for (const step of migrations.slice(0, 3)) if (typeof step === "string") old.exec(step);
  old.pragma("user_version = 3");
  old.close();
  expect(accountsIn(directory)).toEqual([]);
  const file = openAccountsFile(directory, NOON);
  await file.keep({ kind: "account", name: bert.name, account: bert });
  file.close();
  expect(accountsIn(directory)).toEqual([bert]);
});

it("that somebody has spoilt by hand are not there", async () => {
  const directory = await stores.folder();
  openAccountsFile(directory, NOON).close();
  const database = new Database(join(directory, "state.db"));
  database.pragma("ignore_check_constraints = ON");
  const insert = database.prepare("INSERT INTO accounts VALUES (?, ?, ?, 1, NULL, 0, ?, 0, 0)");
  insert.run("eve", "mallory", "administrator", "1");
  insert.run("root", "root", "root", "2");
  insert.run("anonymous", "anonymous", "administrator", "3");
  insert.run("ok", "OK", "observer", "4");
  database.close();
  expect(accountsIn(directory).map(({ name }) => name)).toEqual(["OK"]);
});
