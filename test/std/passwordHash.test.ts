// Passwords as they are kept: right ones are known again, and nothing that stands in the file by mistake or malice lets anybody in.
import { scryptSync } from "node:crypto";
import { stat } from "node:fs/promises";
import { expect, it, test } from "vitest";
import { costOfChargePointsPasswords, hashPassword, hashPasswordNow, isPassword } from "../../src/std/passwordHash.ts";

it("knows a password again, and no other one", async () => {
  const kept = await hashPassword("correct horse");
  expect(kept).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/u);
  expect(kept).not.toContain("horse");
  expect(await isPassword("correct horse", kept)).toBe(true);
  for (const wrong of ["correct horsE", "correct horse ", "", kept]) expect(await isPassword(wrong, kept)).toBe(false);
});

it("keeps the same password in another way each time", async () => {
  expect(await hashPassword("correct horse")).not.toBe(await hashPassword("correct horse"));
});

it("takes an accent for the same however it was typed", async () => {
  expect(await isPassword("cafe\u0301 au lait", await hashPassword("caf\u00e9 au lait"))).toBe(true);
});

it("is scrypt as RFC 7914 has it, with the parameters that stand beside the hash", async () => {
  const salt = Buffer.from("NaCl of sixteen b");
  const hash = scryptSync("password", salt, 32, { N: 1024, r: 8, p: 2 });
  const text = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
  expect(await isPassword("password", `$scrypt$ln=10,r=8,p=2$${text(salt)}$${text(hash)}`)).toBe(true);
});

const SALT = "A".repeat(22);
const HASH = "A".repeat(43);

test.each([
  "",
  "password",
  `$argon2id$v=19$m=65536,t=3,p=4$${SALT}$${HASH}`,
  `$scrypt$ln=15,r=8,p=3$${SALT}$`,
  `$scrypt$ln=15,r=8,p=3$$${HASH}`,
  `$scrypt$ln=0,r=8,p=1$${SALT}$${HASH}`,
  `$scrypt$ln=15,r=0,p=0$${SALT}$${HASH}`,
  `$scrypt$ln=40,r=8,p=1$${SALT}$${HASH}`,
  `$scrypt$ln=99,r=99,p=99$${SALT}$${HASH}`,
])("lets nobody in by %j", async (kept) => {
  expect(await isPassword("password", kept)).toBe(false);
  expect(await isPassword("", kept)).toBe(false);
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it("is the same for charge points, whichever way it was hashed, and cheaper", async () => {
  const now = hashPasswordNow(bytes("right"), costOfChargePointsPasswords);
  for (const kept of [now, await hashPassword(bytes("right"), costOfChargePointsPasswords)]) {
    expect(kept).toMatch(/^\$scrypt\$ln=12,r=8,p=1\$/u);
    expect(await isPassword(bytes("right"), kept)).toBe(true);
    expect(await isPassword(bytes("wrong"), kept)).toBe(false);
  }
});

it("leaves threads for files and names however many passwords are hashed, and goes on with charge points first", async () => {
  let hashed = 0;
  const count = (): void => void hashed++;
  const people = Array.from({ length: 8 }, () => hashPassword("correct horse").then(count));
  const chargePoints = Array.from({ length: 8 }, () => hashPassword(bytes("x"), costOfChargePointsPasswords));
  await stat(import.meta.filename);
  expect(hashed).toBe(0);
  await Promise.all(chargePoints);
  expect(hashed).toBeLessThan(people.length);
  await Promise.all(people);
});
