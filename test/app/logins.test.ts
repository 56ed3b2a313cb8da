// Logging in by name and password: who gets in, who does not, and what wrong passwords cost those who have the right one.
import { beforeAll, describe, expect, it, test } from "vitest";
import { Accounts } from "../../src/app/accounts.ts";
import { Logins } from "../../src/app/logins.ts";
import { systemClock } from "../../src/std/clock.ts";
import type { Log, LogFields } from "../../src/std/log.ts";
import { silentLog } from "../../src/std/log.ts";
import { hashPassword } from "../../src/std/passwordHash.ts";
import type { Account } from "../../src/twin/accounts.ts";
import type { LoginVerdict } from "../../src/twin/ports.ts";

const PASSWORD = "correct horse";
let anna: Account;

beforeAll(async () => {
  const passwordHash = await hashPassword(PASSWORD);
  anna = { name: "Anna", role: "operator", isEnabled: true, passwordHash, createdAt: 0, changedAt: 0 };
});

interface Line {
  readonly fields: LogFields;
  readonly message: string;
}

function loginsOf(accounts: Accounts, lines: Line[] = [], failuresPerMinute = 10): Logins {
  const write = (fields: LogFields, message: string): void => void lines.push({ fields, message });
  const log: Log = { ...silentLog, info: write, warn: write };
  return new Logins({ accounts, clock: systemClock, log, failuresPerMinute });
}

const from = "192.0.2.7";
const refused: LoginVerdict = { kind: "refused" };

describe("a login", () => {
  it("is accepted with the right password, however the name is written", async () => {
    const lines: Line[] = [];
    const logins = loginsOf(new Accounts([anna]), lines);
    expect(await logins.verify({ name: "aNNA", password: PASSWORD, from })).toEqual({
      kind: "accepted",
      account: anna,
    });
    expect(lines).toEqual([{ fields: { user: "Anna", role: "operator", from }, message: "logged in" }]);
  });

  test.each([
    ["a wrong password", "anna", "correct horsf", {}],
    ["no password", "anna", "", {}],
    ["the hash itself", "anna", "hash", {}],
    ["an unknown user", "otto", PASSWORD, {}],
    ["no user", "", PASSWORD, {}],
    ["the name of who has not logged in", "anonymous", PASSWORD, {}],
    ["a user that is not enabled", "anna", PASSWORD, { isEnabled: false }],
    ["a user that has a certificate alone", "anna", PASSWORD, { passwordHash: undefined }],
    ["a hash that was spoilt", "anna", PASSWORD, { passwordHash: "$scrypt$" }],
    ["a very long password", "anna", PASSWORD.repeat(100_000), {}],
  ] as const)("is refused with %s, and is not told why", async (_, name, given, changed) => {
    const lines: Line[] = [];
    const logins = loginsOf(new Accounts([{ ...anna, ...changed } as Account]), lines);
    const password = given === "hash" ? (anna.passwordHash ?? "") : given;
    expect(await logins.verify({ name, password, from })).toEqual(refused);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.message).toBe("login refused: user name or password is wrong, or the user is not enabled");
    expect(JSON.stringify(lines)).not.toContain("correct");
  });

  it("is refused when the account was changed while its password was looked at", async () => {
    const accounts = new Accounts([anna]);
    const verdict = loginsOf(accounts).verify({ name: "anna", password: PASSWORD, from });
    await accounts.change("anna", (before) => ({ ...before, isEnabled: false }));
    expect(await verdict).toEqual(refused);
  });

  it("with the one-time password is accepted, and the log asks to replace it", async () => {
    const lines: Line[] = [];
    const logins = loginsOf(new Accounts([{ ...anna, hasOneTimePassword: true }]), lines);
    expect((await logins.verify({ name: "anna", password: PASSWORD, from })).kind).toBe("accepted");
    expect(lines.map(({ message }) => message)).toEqual(["logged in", expect.stringContaining("is still in use")]);
  });
});

describe("wrong passwords", () => {
  it("never keep the right one out, neither from elsewhere nor from where they come", async () => {
    const logins = loginsOf(new Accounts([anna]), [], 2);
    for (let attempt = 0; attempt < 4; attempt++)
      expect(await logins.verify({ name: "anna", password: `wrong ${attempt}`, from })).toEqual(refused);
    for (const address of [from, "192.0.2.8"])
      expect((await logins.verify({ name: "anna", password: PASSWORD, from: address })).kind).toBe("accepted");
  });

  it("in a flood wait in a lane of their own, where there is room for few", async () => {
    const logins = loginsOf(new Accounts([anna]), [], 1);
    await logins.verify({ name: "anna", password: "wrong", from });
    const flood = Array.from({ length: 500 }, () => logins.verify({ name: "anna", password: "wrong", from }));
    const other = await logins.verify({ name: "anna", password: PASSWORD, from: "192.0.2.8" });
    expect(other.kind).toBe("accepted");
    const kinds = (await Promise.all(flood)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "busy")).toHaveLength(500 - 21);
    expect(kinds.filter((kind) => kind === "refused")).toHaveLength(21);
  }, 60_000);

  it("that come at once count before they are judged, and leave room for the right one from elsewhere", async () => {
    const logins = loginsOf(new Accounts([anna]));
    const burst = Array.from({ length: 300 }, (_, index) => ({ name: "anna", password: `wrong ${index}`, from }));
    const judged = burst.map((attempt) => logins.verify(attempt));
    const right = await logins.verify({ name: "anna", password: PASSWORD, from: "192.0.2.8" });
    expect(right.kind).toBe("accepted");
    const kinds = (await Promise.all(judged)).map(({ kind }) => kind);
    // Two beside all others, one at work and twenty waiting in the lane of those that are looked at one after the other.
    expect(kinds.filter((kind) => kind === "refused")).toHaveLength(23);
    expect(kinds.filter((kind) => kind === "busy")).toHaveLength(300 - 23);
  }, 60_000);

  it("are not what right ones are counted as", async () => {
    const logins = loginsOf(new Accounts([anna]), [], 1);
    expect((await logins.verify({ name: "anna", password: PASSWORD, from })).kind).toBe("accepted");
    const crowd = Array.from({ length: 22 }, () => logins.verify({ name: "otto", password: "x", from: "192.0.2.9" }));
    // In the lane of those that have failed there is no room left.
    expect((await logins.verify({ name: "anna", password: PASSWORD, from })).kind).toBe("accepted");
    expect((await Promise.all(crowd)).every(({ kind }) => kind === "refused")).toBe(true);
  }, 60_000);

  it("are told by as many lines as there are users and addresses, and no more than a log can hold", async () => {
    const lines: Line[] = [];
    const logins = loginsOf(new Accounts([anna]), lines, 1);
    const names = ["anna", "anna", "a\nb", "x".repeat(1000)];
    for (const name of names) await logins.verify({ name, password: "wrong", from });
    expect(lines.map(({ fields }) => String(fields["user"]).length)).toEqual([4, 3, 64]);
  });
});
