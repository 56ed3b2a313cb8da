// Passwords as scrypt (RFC 7914) makes them, in the form of a PHC string: $scrypt$ln=15,r=8,p=3$SALT$HASH. Runs beside the event loop.
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** N = 2^15 with three passes: 32 MiB and some 0.2 s, the least that OWASP's Password Storage Cheat Sheet holds to be safe. */
const COST = { log2N: 15, r: 8, p: 3 };
/** Whoever has written a greater cost into the file by hand must not exhaust the memory with it. */
const MOST_BYTES = 256 * 1024 * 1024;

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]{16,64})\$([\w+/]{32,128})$/u;

/** What is kept of a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, COST);
  const { log2N, r, p } = COST;
  return `$scrypt$ln=${log2N},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether it is the password of which `kept` was made; false as well when `kept` cannot be read. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [, log2N, r, p, salt = "", hash = ""] = FORM.exec(kept) ?? [];
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  if (!(128 * 2 ** cost.log2N * cost.r <= MOST_BYTES)) return false;
  const expected = Buffer.from(hash, "base64");
  const found = await derive(password, Buffer.from(salt, "base64"), expected.length, cost).catch(() => undefined);
  return found !== undefined && timingSafeEqual(found, expected);
}

type Cost = typeof COST;

function derive(password: string, salt: Buffer, bytes: number, { log2N, r, p }: Cost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** log2N, r, p, maxmem: 2 * MOST_BYTES };
  return new Promise((resolve, reject) => {
    // Two ways to type a letter with an accent are one password.
    scrypt(password.normalize("NFC"), salt, bytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** RFC 4648 §4 without its padding, as PHC strings have it. */
function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
