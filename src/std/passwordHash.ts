// Salted hashes of passwords (scrypt, RFC 7914), computed off the calling thread, so many at a time. It knows no users and keeps nothing.
import { randomBytes, scrypt, scryptSync, timingSafeEqual } from "node:crypto";

/**
 * 10 ms a hash: two thousand charge points that log in after a restart must not take minutes. Most of these passwords are random keys of 16
 * to 20 bytes, which nobody guesses at any cost.
 */
const COST = 4096;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const LONGEST_HASH = 512;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const HASH = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/u;

/** A hash with a salt of its own, as text. Blocks for its 10 ms. */
export function hashPasswordNow(password: Uint8Array): string {
  const salt = randomBytes(SALT_BYTES);
  return textOf(salt, scryptSync(password, salt, HASH_BYTES, { N: COST, r: BLOCK_SIZE, p: PARALLELISM }));
}

/** Hashes and compares; at most `mostAtWork` at a time, the others wait in the order in which they came. */
export class PasswordHasher {
  readonly #mostAtWork: number;
  readonly #waiting: (() => void)[] = [];
  #atWork = 0;

  constructor(mostAtWork: number) {
    this.#mostAtWork = mostAtWork;
  }

  /** How many have not begun yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  async hash(password: Uint8Array): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return textOf(salt, await this.#derive(password, salt, { N: COST, r: BLOCK_SIZE, p: PARALLELISM }));
  }

  /** Whether `hash` is one of the password; false for a text that is no hash. */
  async fits(password: Uint8Array, hash: string): Promise<boolean> {
    const [, N, r, p, salt = "", expected = ""] = HASH.exec(hash.slice(0, LONGEST_HASH)) ?? [];
    if (N === undefined) return false;
    const options = { N: Number(N), r: Number(r), p: Number(p) };
    const found = await this.#derive(password, Buffer.from(salt, "base64url"), options).catch(() => undefined);
    return found !== undefined && timingSafeEqual(found, Buffer.from(expected, "base64url"));
  }

  async #derive(password: Uint8Array, salt: Buffer, options: { N: number; r: number; p: number }): Promise<Buffer> {
    if (this.#atWork >= this.#mostAtWork) await new Promise<void>((begin) => this.#waiting.push(begin));
    else this.#atWork++;
    try {
      return await new Promise((resolve, reject) => {
        scrypt(password, salt, HASH_BYTES, options, (error, found) =>
          error === null ? resolve(found) : reject(error),
        );
      });
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#atWork--;
      else next();
    }
  }
}

function textOf(salt: Buffer, hash: Buffer): string {
  const parameters = [COST, BLOCK_SIZE, PARALLELISM].join("$");
  return `scrypt$${parameters}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}
