// Logging in by name and password, whatever the way (OPC UA, the web page). A right password is not kept out by wrong ones: those of whoever
// fails too often, and of addresses from which many come at once, are looked at one after the other beside all others.
import { AttemptWindow } from "../std/attemptWindow.ts";
import { BoundedWarnings } from "../std/boundedWarnings.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { Lane } from "../std/lane.ts";
import { hashPassword, isPassword } from "../std/passwordHash.ts";
import { accountKey, type Account } from "../twin/accounts.ts";
import type { LoginAttempt, LoginVerdict } from "../twin/ports.ts";
import type { Accounts } from "./accounts.ts";

const MINUTE_MS = 60_000;
const MOST_KEYS = 50_000;
/** Several users behind one router, or one gateway for several clients, share an address. */
const USERS_PER_ADDRESS = 10;
/** Different lines of the log in a minute. */
const MOST_LINES = 100;
/** A hash takes a thread of the pool that files and names are looked up with as well: some are left for those. */
const HASHES_AT_ONCE = 2;
const MOST_WAITING = 200;
/** Of one address, at work or waiting; the others of that address wait with those that have failed too often. */
const MOST_OF_ADDRESS = 2;
/** Of those that have failed too often: one after the other, and only so many of them. */
const MOST_SUSPECTS_WAITING = 20;
/** Longer than any password that an account can have. */
const LONGEST_PASSWORD = 1024;
const LONGEST_SHOWN = 64;

export interface LoginsOptions {
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly log: Log;
  /** limits.failedLoginsPerMinute: of one user from one address; of an address it is ten times as many. */
  readonly failuresPerMinute: number;
}

export class Logins {
  readonly #options: LoginsOptions;
  readonly #warnings: BoundedWarnings;
  readonly #failed: AttemptWindow;
  readonly #failedOfAddress: AttemptWindow;
  readonly #regular = new Lane(HASHES_AT_ONCE, MOST_WAITING);
  readonly #suspects = new Lane(1, MOST_SUSPECTS_WAITING);
  /** How many of an address are in the regular lane. */
  readonly #regularOf = new Map<string, number>();
  /** Of a password that nobody knows: whoever asks for a user that there is not waits as long as for one that there is. */
  #nobodys: Promise<string> | undefined;

  constructor(options: LoginsOptions) {
    const { clock, log, failuresPerMinute: most } = options;
    const minute = { clock, windowMs: MINUTE_MS, mostKeys: MOST_KEYS };
    this.#options = options;
    this.#warnings = new BoundedWarnings(log, clock, { periodMs: MINUTE_MS, lines: MOST_LINES });
    this.#failed = new AttemptWindow({ ...minute, most });
    this.#failedOfAddress = new AttemptWindow({ ...minute, most: most * USERS_PER_ADDRESS });
  }

  async verify({ name, password, from }: LoginAttempt): Promise<LoginVerdict> {
    // All that can be no name are one.
    const pair = `${from} ${accountKey(name) ?? ""}`;
    const isSuspect = this.#failed.isExhausted(pair) || this.#failedOfAddress.isExhausted(from);
    const isRegular = !isSuspect && this.#regular.hasRoom && (this.#regularOf.get(from) ?? 0) < MOST_OF_ADDRESS;
    if (!isRegular && !this.#suspects.hasRoom) return this.#refuse("busy", "too many logins wait", { name, from });
    const account = this.#options.accounts.find(name);
    // Each counts as failed until it has turned out to be right: of many that come at once none would have failed yet.
    this.#failed.add(pair);
    this.#failedOfAddress.add(from);
    const check = (): Promise<boolean> => this.#check(account, password);
    const checked = await (isRegular ? this.#runRegular(from, check) : this.#suspects.run(check));
    // Meanwhile it may have been changed.
    if (!checked || account !== this.#options.accounts.find(name) || account?.isEnabled !== true)
      return this.#refuse("refused", "user name or password is wrong, or the user is not enabled", { name, from });
    this.#failed.takeBack(pair);
    this.#failedOfAddress.takeBack(from);
    return this.#accept(account, from);
  }

  async #runRegular(from: string, check: () => Promise<boolean>): Promise<boolean> {
    this.#regularOf.set(from, (this.#regularOf.get(from) ?? 0) + 1);
    try {
      return await this.#regular.run(check);
    } finally {
      const left = (this.#regularOf.get(from) ?? 1) - 1;
      if (left === 0) this.#regularOf.delete(from);
      else this.#regularOf.set(from, left);
    }
  }

  async #check(account: Account | undefined, password: string): Promise<boolean> {
    const kept = account?.passwordHash;
    const isRight = await isPassword(
      password.slice(0, LONGEST_PASSWORD),
      kept ?? (await (this.#nobodys ??= hashPassword(crypto.randomUUID()))),
    );
    return isRight && kept !== undefined;
  }

  #accept(account: Account, from: string): LoginVerdict {
    const { log } = this.#options;
    const { name: user, role } = account;
    log.info({ user, role, from }, "logged in");
    if (account.hasOneTimePassword === true) log.warn({ user, from }, ONE_TIME_WARNING);
    return { kind: "accepted", account };
  }

  #refuse(kind: "refused" | "busy", why: string, { name, from }: Omit<LoginAttempt, "password">): LoginVerdict {
    const user = name.slice(0, LONGEST_SHOWN);
    this.#warnings.warn({ user, from }, `login refused: ${why}`, `${from} ${user}`);
    return { kind };
  }
}

export const ONE_TIME_WARNING =
  "the password that was printed at the first start is still in use; replace it: ocpp-opcua users password administrator --password-stdin";
