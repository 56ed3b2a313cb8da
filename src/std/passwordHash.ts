// Passwords as scrypt (RFC 7914) makes them, in the form of a PHC string: $scrypt$ln=15,r=8,p=3$SALT$HASH. Runs beside the event loop.
import { randomBytes, scrypt, scryptSync, timingSafeEqual, type ScryptOptions } from "node:crypto";
import { Lane } from "./lane.ts";

export interface Cost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** N = 2^15 with three passes: 32 MiB and some 0.2 s, the least that OWASP's Password Storage Cheat Sheet holds to be safe. */
export const costOfPeoplesPasswords: Cost = { log2N: 15, r: 8, p: 3 };
/**
 * Some 10 ms: two thousand charge points that log in after a restart must not take minutes. Most of these passwords are random keys of 16 to
 * 20 bytes, which nobody guesses at any cost.
 */
export const costOfChargePointsPasswords: Cost = { log2N: 12, r: 8, p: 1 };

/**
 * Of the whole program: each takes one of the four threads that Node looks files and host names up with as well, and two are left for those
 * (libuv, UV_THREADPOOL_SIZE). What is cheap goes first: that is the passwords of charge points, of
 * which thousands may come at once.
 */
const hashing = new Lane(2);

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Whoever has written a greater cost into the file by hand must not exhaust the memory with it. */
const MOST_BYTES = 256 * 1024 * 1024;

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]{16,64})\$([\w+/]{32,128})$/u;

/** What is kept of a password. */
export async function hashPassword(password: string | Uint8Array, cost = costOfPeoplesPasswords): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return textOf(cost, salt, await derive(password, salt, HASH_BYTES, cost));
}

/** The same, for who cannot wait for it: blocks for as long as it takes. */
export function hashPasswordNow(password: string | Uint8Array, cost: Cost): string {
  const salt = randomBytes(SALT_BYTES);
  return textOf(cost, salt, scryptSync(bytesOf(password), salt, HASH_BYTES, optionsOf(cost)));
}

/** Whether it is the password of which `kept` was made; false as well when `kept` cannot be read. */
export async function isPassword(password: string | Uint8Array, kept: string): Promise<boolean> {
  const [, log2N, r, p, salt = "", hash = ""] = FORM.exec(kept) ?? [];
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  if (!(128 * 2 ** cost.log2N * cost.r <= MOST_BYTES)) return false;
  const expected = Buffer.from(hash, "base64");
  const found = await derive(password, Buffer.from(salt, "base64"), expected.length, cost).catch(() => undefined);
  return found !== undefined && timingSafeEqual(found, expected);
}

function derive(password: string | Uint8Array, salt: Buffer, bytes: number, cost: Cost): Promise<Buffer> {
  const isCheap = cost.log2N <= costOfChargePointsPasswords.log2N;
  const work = (): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      scrypt(bytesOf(password), salt, bytes, optionsOf(cost), (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      });
    });
  return hashing.run(work, isCheap);
}

function optionsOf({ log2N, r, p }: Cost): ScryptOptions {
  return { N: 2 ** log2N, r, p, maxmem: 2 * MOST_BYTES };
}

/** Two ways to type a letter with an accent are one password. */
function bytesOf(password: string | Uint8Array): string | Uint8Array {
  return typeof password === "string" ? password.normalize("NFC") : password;
}

function textOf({ log2N, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  return `$scrypt$ln=${log2N},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** RFC 4648 §4 without its padding, as PHC strings have it. */
function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
