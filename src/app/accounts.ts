// THE ACCOUNTS in memory, where they are asked at once, and what changes them: first on disk, then here. It knows no passwords in clear
// and no way of logging in (logins.ts).
import { accountKey, type Account, type AccountRecord } from "../twin/accounts.ts";

/** Writes an account down, or takes it away; false when the disk refuses, and then nothing of it is there. */
export type KeepAccount = (record: AccountRecord) => Promise<boolean>;

/**
 * `exists`: one of that name is there; `taken`: the certificate is another's; `last`: there would be no administrator any more; `full`: there
 * is no room; `failing`: the disk refuses. Nothing has been done on any but `done`.
 */
export type AccountResult = "done" | "unknown" | "exists" | "taken" | "last" | "full" | "failing";

/** A site has some dozens. */
export const MOST_ACCOUNTS = 1000;

export class Accounts {
  /** By key. */
  readonly #accounts: Map<string, Account>;
  readonly #keep: KeepAccount;
  readonly #watchers: (() => void)[] = [];
  #last: Promise<unknown> = Promise.resolve();

  /** Accounts that were kept before are there, however many. */
  constructor(kept: readonly Account[] = [], keep: KeepAccount = async () => true) {
    this.#accounts = new Map(kept.map((account) => [accountKey(account.name) ?? account.name, account]));
    this.#keep = keep;
  }

  all(): Iterable<Account> {
    return this.#accounts.values();
  }

  get size(): number {
    return this.#accounts.size;
  }

  find(name: string): Account | undefined {
    const key = accountKey(name);
    return key === undefined ? undefined : this.#accounts.get(key);
  }

  /** Calls `changed` after every change; whoever waits for the change hears of it afterwards. */
  watch(changed: () => void): void {
    this.#watchers.push(changed);
  }

  add(account: Account): Promise<AccountResult> {
    return this.#afterOthers(async () => {
      if (this.find(account.name) !== undefined) return "exists";
      if (this.size >= MOST_ACCOUNTS) return "full";
      return this.#change(account.name, undefined, account);
    });
  }

  /** Makes another of the account of that name; undefined takes it away. */
  change(name: string, wanted: (before: Account) => Account | undefined): Promise<AccountResult> {
    return this.#afterOthers(async () => {
      const before = this.find(name);
      return before === undefined ? "unknown" : this.#change(before.name, before, wanted(before));
    });
  }

  async #change(name: string, before: Account | undefined, account: Account | undefined): Promise<AccountResult> {
    const others = [...this.#accounts.values()].filter((each) => each !== before);
    const certificate = account?.certificate;
    if (certificate !== undefined && others.some((each) => each.certificate === certificate)) return "taken";
    // Whoever came in over the network could not undo it.
    if (isAdministrator(before) && !isAdministrator(account) && !others.some(isAdministrator)) return "last";
    if (!(await this.#keep({ kind: "account", name, account }))) return "failing";
    const key = accountKey(name) ?? name;
    if (account === undefined) this.#accounts.delete(key);
    else this.#accounts.set(key, account);
    for (const changed of this.#watchers) changed();
    return "done";
  }

  /** What is judged must still be so when it is done. */
  #afterOthers(work: () => Promise<AccountResult>): Promise<AccountResult> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

function isAdministrator(account: Account | undefined): boolean {
  return account?.role === "administrator" && account.isEnabled;
}
