// Who is logged in, by the cookie of his browser. What a session may do is looked up in the accounts at each request.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../std/clock.ts";
import type { LoginAccount } from "../twin/accounts.ts";
import type { SessionView } from "./shapes.ts";

/** Whoever asks. */
export interface Who extends SessionView {
  /** Undefined without login. */
  readonly token?: string;
}

/** Nobody uses it for so long: it is over. */
const IDLE_MS = 12 * 3_600_000;
/** However much it is used. */
const LONGEST_MS = 7 * 24 * 3_600_000;
/** Beyond it the one that has not been used for the longest time is over. */
const MOST_SESSIONS = 1000;
/** So that nobody logs others out by logging in again and again. */
const MOST_OF_USER = 20;
const TOKEN_BYTES = 32;

interface Session {
  readonly user: string;
  /** What the login stood on: another password has another one. */
  readonly passwordId: string | undefined;
  readonly hasOneTimePassword: boolean;
  readonly openedAt: number;
  usedAt: number;
}

export class Sessions {
  readonly #clock: Clock;
  #accounts: ReadonlyMap<string, LoginAccount> = new Map();
  /** By the digest of the token: whoever reads the memory has no cookie. In the order of their last use. */
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock, accounts: readonly LoginAccount[]) {
    this.#clock = clock;
    this.setAccounts(accounts);
  }

  setAccounts(accounts: readonly LoginAccount[]): void {
    this.#accounts = new Map(accounts.map((account) => [account.name, account]));
  }

  /** The token that the browser is to keep. */
  open({ name, passwordId }: LoginAccount, hasOneTimePassword: boolean): string {
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    const now = this.#clock.monotonic();
    const own = [...this.#sessions].filter(([, session]) => session.user === name).map(([key]) => key);
    const oldest = own.length >= MOST_OF_USER ? own[0] : this.#sessions.keys().next().value;
    if (own.length >= MOST_OF_USER || this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(oldest ?? "");
    this.#sessions.set(digestOf(token), {
      user: name,
      passwordId,
      hasOneTimePassword,
      openedAt: now,
      usedAt: now,
    });
    return token;
  }

  /** Undefined where it is over, or its user may not log in like this any more. `isLook`: it does not count as a use. */
  find(token: string, isLook = false): Who | undefined {
    const key = digestOf(token);
    const session = this.#sessions.get(key);
    if (session === undefined) return undefined;
    const now = this.#clock.monotonic();
    const account = this.#accounts.get(session.user);
    const isOver = now - session.usedAt > IDLE_MS || now - session.openedAt > LONGEST_MS;
    if (isOver || account === undefined || account.passwordId !== session.passwordId) {
      this.#sessions.delete(key);
      return undefined;
    }
    if (!isLook) {
      session.usedAt = now;
      this.#sessions.delete(key);
      this.#sessions.set(key, session);
    }
    const { user, hasOneTimePassword } = session;
    return { user, role: account.role, token, ...(hasOneTimePassword && { hasOneTimePassword: true }) };
  }

  end(token: string): void {
    this.#sessions.delete(digestOf(token));
  }
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
