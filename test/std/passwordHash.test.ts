// Salted hashes of passwords (RFC 7914), so many at a time.
import { expect, test } from "vitest";
import { hashPasswordNow, PasswordHasher } from "../../src/std/passwordHash.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a password fits its hash and no other, whichever way it was hashed; each hash has a salt of its own", async () => {
  const hasher = new PasswordHasher(2);
  const hashes = [
    hashPasswordNow(bytes("right")),
    await hasher.hash(bytes("right")),
    await hasher.hash(bytes("right")),
  ];
  expect(new Set(hashes).size).toBe(3);
  for (const hash of hashes) {
    expect(await hasher.fits(bytes("right"), hash)).toBe(true);
    expect(await hasher.fits(bytes("wrong"), hash)).toBe(false);
    expect(await hasher.fits(bytes(""), hash)).toBe(false);
  }
});

test.each([
  "",
  "scrypt",
  "scrypt$4096$8$1$$",
  "scrypt$0$8$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  "scrypt$9999999$99$99$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  "x".repeat(100_000),
])("what is no hash, or one that would take all memory, fits nothing: %#", async (hash) => {
  expect(await new PasswordHasher(1).fits(bytes("x"), hash)).toBe(false);
});

test("no more are at work than may be, and all come to their end", async () => {
  const hasher = new PasswordHasher(2);
  const all = Array.from({ length: 10 }, () => hasher.hash(bytes("x")));
  expect(hasher.waiting).toBe(8);
  expect(new Set(await Promise.all(all)).size).toBe(10);
  expect(hasher.waiting).toBe(0);
});
