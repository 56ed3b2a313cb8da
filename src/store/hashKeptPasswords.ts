// A step of state.db: passwords of the register, which stood there in clear, become salted hashes, and their bytes are wiped from the file.
import type Database from "better-sqlite3";
import { hashedBytes } from "../settings/password.ts";
import { isObject } from "../std/isObject.ts";
import { costOfChargePointsPasswords, hashPasswordNow } from "../std/passwordHash.ts";

interface Row {
  readonly charge_point: string;
  readonly entry: string;
}

export function hashKeptPasswords(database: Database.Database): void {
  database.pragma("secure_delete = ON");
  const rows = database.prepare<[], Row>("SELECT charge_point, entry FROM register").all();
  const update = database.prepare("UPDATE register SET entry = ? WHERE charge_point = ?");
  for (const { charge_point, entry } of rows) {
    const hashed = withoutPasswords(entry);
    if (hashed !== undefined) update.run(hashed, charge_point);
  }
}

/** Undefined where there is none in it. */
function withoutPasswords(text: string): string | undefined {
  const entry = parse(text);
  if (!isObject(entry)) return undefined;
  const { password, passwordBefore, ...others } = entry;
  if (password === undefined && passwordBefore === undefined) return undefined;
  return JSON.stringify({
    ...others,
    ...(typeof password === "string"
      ? { passwordHash: hashPasswordNow(hashedBytes(password), costOfChargePointsPasswords) }
      : {}),
    // Such an entry was kept only beside the settings.
    ...(typeof passwordBefore === "string"
      ? {
          passwordBeforeHash: hashPasswordNow(hashedBytes(passwordBefore), costOfChargePointsPasswords),
          isSettled: true,
        }
      : {}),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
