// The accounts of a data directory on which no bridge runs: reads them, and changes them while it holds the directory.
import type { EpochMs } from "../std/clock.ts";
import type { Account, AccountRecord } from "../twin/accounts.ts";
import { AccountTable, keptAccounts } from "./accountTable.ts";
import { lockDirectory, openDatabase, stateLayout } from "./database.ts";
import { sentenceOf, StoreFault } from "./faults.ts";
import { openReadOnly, reading } from "./readOnly.ts";
import { leaveToOwner } from "./restore.ts";

/** In the order of the alphabet, whether or not a bridge runs. Throws a StoreFault where the file cannot be read. */
export function accountsIn(directory: string): readonly Account[] {
  const database = openReadOnly(directory, stateLayout);
  if (database === undefined) return [];
  try {
    return reading(directory, stateLayout, () => {
      // A version without accounts has written it.
      const table = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'accounts'").get();
      return table === undefined ? [] : keptAccounts(database);
    });
  } finally {
    database.close();
  }
}

export interface AccountsFile {
  readonly accounts: readonly Account[];
  /** Throws a StoreFault when the disk refuses. */
  readonly keep: (record: AccountRecord) => Promise<boolean>;
  readonly close: () => void;
}

/** Holds the directory until it is closed. Throws a StoreFault where a bridge has it, or where the file cannot be used. */
export function openAccountsFile(directory: string, now: EpochMs): AccountsFile {
  const lock = lockDirectory(directory);
  try {
    const { database } = openDatabase({ directory, now }, stateLayout);
    const table = new AccountTable(database);
    return {
      accounts: table.kept(),
      keep: async (record) => {
        try {
          table.write(record);
          return true;
        } catch (error) {
          throw new StoreFault(`${stateLayout.fileName} cannot be written: ${sentenceOf(error)}`);
        }
      },
      close: () => {
        database.close();
        for (const path of [lock.name, database.name]) leaveToOwner(path, directory);
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}
