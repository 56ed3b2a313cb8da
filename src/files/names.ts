// Names of files: what a charge point's upload is called on disk, whatever it calls itself. Pure.
import { createHash } from "node:crypto";
import type { EpochMs } from "../std/clock.ts";

const LONGEST_IDENTITY = 80;
const LONGEST_ORIGINAL = 100;
const HASH_DIGITS = 16;

/** What stands between the identity and the original name: UTC, to the second. */
const TIME = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z_/u;

/** `<charge point>_<20261128T041500Z>_<original>`; at most 255 bytes, ASCII, never beginning with a dot. */
export function nameOfUpload(chargePointId: string, at: EpochMs, original: string): string {
  return `${safeIdentity(chargePointId)}_${timeOf(at)}_${original}`;
}

/** The time in the name of an upload; undefined for what is none. */
export function timeInName(name: string): EpochMs | undefined {
  if (name.startsWith(".")) return undefined;
  const [, year, month, day, hour, minute, second] = TIME.exec(name) ?? [];
  if (year === undefined) return undefined;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** Two charge points never get the same one: what a file system could not bear is percent-encoded, what is long is hashed. */
export function safeIdentity(chargePointId: string): string {
  const safe = [...Buffer.from(chargePointId)]
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      const isSafe = /[A-Za-z0-9_-]/u.test(character) || (character === "." && index > 0);
      return isSafe ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
  if (safe.length <= LONGEST_IDENTITY) return safe;
  const hash = createHash("sha256").update(chargePointId).digest("hex").slice(0, HASH_DIGITS);
  return `${safe.slice(0, LONGEST_IDENTITY - HASH_DIGITS - 1)}-${hash}`;
}

/** The last part of a path from outside as a plain name with its extension; `otherwise` where nothing is left of it. */
export function cleanOriginal(path: string, otherwise: string): string {
  const last = path.split(/[/\\]/u).at(-1) ?? "";
  const plain = last
    .replaceAll(/[^A-Za-z0-9._-]+/gu, "_")
    .replace(/^[._-]+/u, "")
    .replace(/[._]+$/u, "");
  if (plain === "") return otherwise;
  if (plain.length <= LONGEST_ORIGINAL) return plain;
  const extension = /(?:\.[A-Za-z0-9]{1,8}){1,2}$/u.exec(plain)?.[0] ?? "";
  return plain.slice(0, LONGEST_ORIGINAL - extension.length) + extension;
}

/** `name`, then `name-2`, `name-3`, …, the number before the extension. */
export function numbered(name: string, count: number): string {
  if (count < 2) return name;
  const { stem, extension } = /^(?<stem>.+?)(?<extension>(?:\.[A-Za-z0-9]{1,8}){0,2})$/u.exec(name)?.groups ?? {};
  return `${stem ?? name}-${count}${extension ?? ""}`;
}

function timeOf(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/gu, "")}Z`;
}
