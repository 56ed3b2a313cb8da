// Accounts in SQL. It runs inside the caller's database transaction.
import type Database from "better-sqlite3";
import { accountKey, accountRoles, type Account, type AccountRecord, type AccountRole } from "../twin/accounts.ts";

export class AccountTable {
  readonly #database: Database.Database;
  readonly #set: Database.Statement;
  readonly #remove: Database.Statement;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#set = database.prepare(
      `INSERT OR REPLACE INTO accounts (key, name, role, enabled, password, one_time, certificate, created_at, changed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#remove = database.prepare("DELETE FROM accounts WHERE key = ?");
  }

  write({ name, account }: Omit<AccountRecord, "kind">): void {
    const key = accountKey(name);
    if (account === undefined) {
      this.#remove.run(key);
      return;
    }
    const { role, isEnabled, passwordHash = null, hasOneTimePassword, certificate = null } = account;
    const columns = [role, Number(isEnabled), passwordHash, Number(hasOneTimePassword === true), certificate];
    this.#set.run(key, account.name, ...columns, account.createdAt, account.changedAt);
  }

  kept(): readonly Account[] {
    return keptAccounts(this.#database);
  }
}

/** Whoever has written into the file by hand may have left something that is no account; it is not there. */
export function keptAccounts(database: Database.Database): readonly Account[] {
  const rows = database.prepare<[], AccountRow>("SELECT * FROM accounts ORDER BY key").all();
  return rows.filter(({ key, name, role }) => accountKey(name) === key && accountRoles.includes(role)).map(accountFrom);
}

interface AccountRow {
  readonly key: string;
  readonly name: string;
  readonly role: AccountRole;
  readonly enabled: number;
  readonly password: string | null;
  readonly one_time: number;
  readonly certificate: string | null;
  readonly created_at: number;
  readonly changed_at: number;
}

function accountFrom({ name, role, enabled, password, one_time: oneTime, certificate, ...times }: AccountRow): Account {
  return {
    name,
    role,
    isEnabled: enabled === 1,
    ...(password !== null && { passwordHash: password }),
    ...(oneTime === 1 && { hasOneTimePassword: true as const }),
    ...(certificate !== null && { certificate }),
    createdAt: times.created_at,
    changedAt: times.changed_at,
  };
}
