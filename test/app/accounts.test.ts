// The accounts and what changes them: first on disk, then here; never without an administrator; never a password in clear.
import { describe, expect, it, test } from "vitest";
import { Accounts, MOST_ACCOUNTS } from "../../src/app/accounts.ts";
import { changeAccounts } from "../../src/app/changeAccounts.ts";
import { isPassword } from "../../src/std/passwordHash.ts";
import { loginAccountOf, type Account, type AccountRecord } from "../../src/twin/accounts.ts";
import type { AccountCommand, CommandOutcome } from "../../src/twin/commands.ts";

const NOW = Date.UTC(2026, 5, 1);
const anna: Account = {
  name: "Anna",
  role: "administrator",
  isEnabled: true,
  certificate: "aa",
  createdAt: NOW - 1000,
  changedAt: NOW - 1000,
};
const bert: Account = { ...anna, name: "bert", role: "operator", certificate: "bb" };

type Wish = AccountCommand extends infer Each
  ? Each extends AccountCommand
    ? Omit<Each, "chargePointId">
    : never
  : never;

function change(accounts: Accounts, wish: Wish): Promise<CommandOutcome> {
  return changeAccounts(accounts, { chargePointId: "", ...wish }, NOW);
}

const names = (accounts: Accounts): string[] => Array.from(accounts.all(), ({ name }) => name);

describe("an account", () => {
  it("is on disk before it is here, as what scrypt has made of its password", async () => {
    const kept: AccountRecord[] = [];
    const accounts = new Accounts([], async (record) => {
      expect(accounts.find("carla")).toBeUndefined();
      kept.push(record);
      return true;
    });
    const added = await change(accounts, {
      kind: "addAccount",
      name: "carla",
      role: "engineer",
      password: "longenough",
    });
    expect(added).toEqual({ kind: "answered", response: {} });
    const account = accounts.find("CARLA");
    expect(kept).toEqual([{ kind: "account", name: "carla", account }]);
    expect(account).toMatchObject({ name: "carla", role: "engineer", isEnabled: true, createdAt: NOW, changedAt: NOW });
    expect(JSON.stringify(kept)).not.toContain("longenough");
    expect(await isPassword("longenough", account?.passwordHash ?? "")).toBe(true);
  });

  it("is not here when the disk refuses", async () => {
    const accounts = new Accounts([anna, bert], async () => false);
    const refused = { kind: "conflict", text: expect.stringContaining("the store cannot write it down") };
    expect(await change(accounts, { kind: "addAccount", name: "c", role: "observer", password: "longenough" })).toEqual(
      refused,
    );
    expect(await change(accounts, { kind: "removeAccount", name: "bert" })).toEqual(refused);
    expect(await change(accounts, { kind: "setAccountRole", name: "bert", role: "engineer" })).toEqual(refused);
    expect(Array.from(accounts.all())).toEqual([anna, bert]);
  });

  it("has another identity for sessions once its password is replaced, and its one-time password is none any more", async () => {
    const accounts = new Accounts([{ ...anna, hasOneTimePassword: true }]);
    await change(accounts, { kind: "setAccountRole", name: "anna", role: "administrator" });
    expect(accounts.find("anna")?.hasOneTimePassword).toBe(true);
    await change(accounts, { kind: "setAccountPassword", name: "anna", password: "the first one" });
    const first = accounts.find("anna") as Account;
    expect(first.hasOneTimePassword).toBeUndefined();
    await change(accounts, { kind: "setAccountPassword", name: "anna", password: "the first one" });
    const second = accounts.find("anna") as Account;
    expect(loginAccountOf(first)?.passwordId).toMatch(/^[\w+/]{22}$/u);
    expect(loginAccountOf(second)?.passwordId).not.toBe(loginAccountOf(first)?.passwordId);
  });

  it("tells whoever watches of every change, once it is there", async () => {
    const accounts = new Accounts([anna, bert]);
    const seen: (boolean | undefined)[] = [];
    accounts.watch(() => seen.push(accounts.find("bert")?.isEnabled));
    await change(accounts, { kind: "enableAccount", name: "BERT", isEnabled: false });
    await change(accounts, { kind: "enableAccount", name: "bert", isEnabled: true });
    await change(accounts, { kind: "removeAccount", name: "bert" });
    await change(accounts, { kind: "removeAccount", name: "bert" });
    expect(seen).toEqual([false, true, undefined]);
  });

  it("of one name is made once, however many want it at once", async () => {
    const accounts = new Accounts();
    const wish = { kind: "addAccount", name: "carla", role: "observer", password: "longenough" } as const;
    const outcomes = await Promise.all([change(accounts, wish), change(accounts, { ...wish, name: "Carla" })]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["answered", "exists"]);
    expect(names(accounts)).toHaveLength(1);
  });
});

describe("the last administrator", () => {
  test.each<Wish>([
    { kind: "removeAccount", name: "anna" },
    { kind: "setAccountRole", name: "anna", role: "engineer" },
    { kind: "enableAccount", name: "anna", isEnabled: false },
  ])("stays: $kind is refused", async (wish) => {
    const accounts = new Accounts([anna, { ...bert, role: "administrator", isEnabled: false }]);
    expect(await change(accounts, wish)).toEqual({
      kind: "conflict",
      text: '"anna" is the last administrator that can log in; add another one first',
    });
    expect(accounts.find("anna")).toEqual(anna);
  });

  it("may go once there is another one, and two that go at once do not both", async () => {
    const accounts = new Accounts([anna, { ...bert, role: "administrator" }]);
    const outcomes = await Promise.all(
      ["anna", "bert"].map((name) => change(accounts, { kind: "removeAccount", name })),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(["answered", "conflict"]);
    expect(names(accounts)).toEqual(["bert"]);
  });
});

const password = "longenough";

test.each<[Wish, string, string]>([
  [{ kind: "addAccount", name: "", role: "observer", password }, "name", "1 to 64 letters"],
  [{ kind: "addAccount", name: "a b", role: "observer", password }, "name", "1 to 64 letters"],
  [{ kind: "addAccount", name: "a\u0007", role: "observer", password }, "name", "1 to 64 letters"],
  [{ kind: "addAccount", name: "x".repeat(65), role: "observer", password }, "name", "1 to 64 letters"],
  [{ kind: "addAccount", name: "Anonymous", role: "observer", password }, "name", "anonymous is who has not"],
  [{ kind: "addAccount", name: "c", role: "none", password }, "role", "must be one of observer, operator"],
  [{ kind: "addAccount", name: "c", role: "root", password }, "role", "must be one of observer, operator"],
  [{ kind: "addAccount", name: "c", role: "observer" }, "", "needs a password or a certificate"],
  [{ kind: "addAccount", name: "c", role: "observer", password: "" }, "password", "8 to 256 characters"],
  [{ kind: "addAccount", name: "c", role: "observer", password: "1234567" }, "password", "8 to 256 characters"],
  [{ kind: "setAccountPassword", name: "anna", password: "x".repeat(257) }, "password", "8 to 256 characters"],
  [{ kind: "setAccountRole", name: "anna", role: "Administrator" }, "role", "must be one of"],
  [{ kind: "setAccountCertificate", name: "anna", certificate: "" }, "certificate", "no X.509 certificate"],
  [{ kind: "setAccountCertificate", name: "anna", certificate: "bm9uZQ==" }, "certificate", "no X.509 certificate"],
])("%j is refused with field and rule", async (wish, path, text) => {
  const accounts = new Accounts([anna]);
  expect(await change(accounts, wish)).toEqual({ kind: "invalid", path, text: expect.stringContaining(text) });
  expect(Array.from(accounts.all())).toEqual([anna]);
});

test("there is an end to how many there are", async () => {
  const many = Array.from({ length: MOST_ACCOUNTS }, (_, index) => ({
    ...bert,
    name: `u${index}`,
    certificate: `${index}`,
  }));
  const accounts = new Accounts(many);
  const added = await change(accounts, { kind: "addAccount", name: "one", role: "observer", password });
  expect(added).toEqual({ kind: "conflict", text: `there is no room: there are at most ${MOST_ACCOUNTS} users` });
});

test("who is not there cannot be changed", async () => {
  const nobody = { kind: "unknown", text: 'there is no user "nobody"' };
  expect(await change(new Accounts(), { kind: "removeAccount", name: "nobody" })).toEqual(nobody);
  expect(await change(new Accounts(), { kind: "enableAccount", name: "nobody", isEnabled: true })).toEqual(nobody);
});
