// Whom each session has logged in as, and what that lets it do now: the account is looked up whenever rights are asked for, so that an account
// that is changed or gone counts at once. Passwords are judged on the main thread.
import {
  AnonymousIdentityToken,
  StatusCodes,
  UserNameIdentityToken,
  X509IdentityToken,
  type ServerSession,
  type StatusCode,
  type UserIdentityToken,
} from "node-opcua";
import { accountKey, type LoginAccount } from "../twin/accounts.ts";
import type { Role } from "../twin/commands.ts";
import type { VerifyLogin } from "../twin/ports.ts";
import type { Admission, Identity } from "./libraryLogins.ts";
import { rolesOfAnonymous, rolesOfUser } from "./roles.ts";
import { thumbprintOf } from "./userTrustList.ts";

/** What a session stands on: `credential` is the password or the certificate that has opened it. */
type Login =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly name: string; readonly credential: string };

const anonymous: Login = { kind: "anonymous" };
const nobody: Identity = { user: "unknown", roles: [] };

/** One session in eleven is kept free for users, so that those who need no login cannot keep them out. */
const SESSIONS_PER_RESERVED = 11;

export interface SessionLoginsOptions {
  readonly anonymousRole: Role;
  readonly maxSessions: number;
  readonly verify: VerifyLogin;
  readonly accounts: readonly LoginAccount[];
}

export class SessionLogins implements Admission {
  readonly #verify: VerifyLogin;
  readonly #anonymous: Identity;
  readonly #mostAnonymous: number;
  /** Of sessions that are activated, and of closed ones as long as a subscription has outlived them. */
  readonly #logins = new WeakMap<ServerSession, Login>();
  /** Sessions whose password was not looked at, for too many waited. */
  readonly #busy = new WeakSet<ServerSession>();
  #accounts: ReadonlyMap<string, LoginAccount> = new Map();
  #byCertificate: ReadonlyMap<string, LoginAccount> = new Map();

  constructor({ anonymousRole, maxSessions, verify, accounts }: SessionLoginsOptions) {
    this.#verify = verify;
    this.#anonymous = { user: "anonymous", roles: rolesOfAnonymous(anonymousRole) };
    this.#mostAnonymous = Math.max(1, maxSessions - Math.max(1, Math.floor(maxSessions / SESSIONS_PER_RESERVED)));
    this.setAccounts(accounts);
  }

  /** Those that may log in; sessions of others have lost their rights. */
  setAccounts(accounts: readonly LoginAccount[]): void {
    this.#accounts = new Map(accounts.map((account) => [accountKey(account.name) ?? "", account]));
    this.#byCertificate = new Map(
      accounts.flatMap((account) => (account.certificate === undefined ? [] : [[account.certificate, account]])),
    );
  }

  /** Whether the account of a session is not what it was any more. */
  hasLostAccount(session: ServerSession): boolean {
    const login = this.#logins.get(session);
    return login?.kind === "user" && this.#accountOf(login) === undefined;
  }

  isCertificateKnown(thumbprint: string): boolean {
    return this.#byCertificate.has(thumbprint);
  }

  async isPassword(session: ServerSession, name: string, password: string): Promise<boolean> {
    const from = session.channel?.remoteAddress ?? "";
    const { kind } = await this.#verify({ name, password, from });
    if (kind === "busy") this.#busy.add(session);
    else this.#busy.delete(session);
    return kind === "accepted";
  }

  /** A client that is told that its password is wrong asks its user for another one. */
  whyRefused(session: ServerSession): StatusCode | undefined {
    return this.#busy.has(session) ? StatusCodes.BadServerTooBusy : undefined;
  }

  spellingOf(userName: string): string {
    return this.#accounts.get(accountKey(userName) ?? "")?.name ?? userName;
  }

  admit(session: ServerSession, token: UserIdentityToken, open: readonly ServerSession[]): StatusCode | undefined {
    const login = this.#loginOf(token);
    if (login === undefined) return StatusCodes.BadUserAccessDenied;
    const isOneMore = login === anonymous && this.#logins.get(session) !== anonymous;
    if (isOneMore && open.filter((each) => this.#logins.get(each) === anonymous).length >= this.#mostAnonymous)
      return StatusCodes.BadTooManySessions;
    this.#logins.set(session, login);
    return undefined;
  }

  identityOf(session: ServerSession): Identity {
    const login = this.#logins.get(session);
    if (login === undefined) return nobody;
    if (login.kind === "anonymous") return this.#anonymous;
    const account = this.#accountOf(login);
    return account === undefined ? nobody : { user: account.name, roles: rolesOfUser(account.role) };
  }

  #loginOf(token: UserIdentityToken): Login | undefined {
    if (token instanceof AnonymousIdentityToken) return anonymous;
    if (token instanceof UserNameIdentityToken) {
      const account = this.#accounts.get(accountKey(token.userName ?? "") ?? "");
      return loginAs(account, account?.passwordId);
    }
    if (!(token instanceof X509IdentityToken)) return undefined;
    const thumbprint = thumbprintOf(token.certificateData);
    return loginAs(this.#byCertificate.get(thumbprint), thumbprint);
  }

  #accountOf({ name, credential }: Extract<Login, { kind: "user" }>): LoginAccount | undefined {
    const account = this.#accounts.get(accountKey(name) ?? "");
    return account?.passwordId === credential || account?.certificate === credential ? account : undefined;
  }
}

function loginAs(account: LoginAccount | undefined, credential: string | undefined): Login | undefined {
  if (account === undefined || credential === undefined) return undefined;
  return { kind: "user", name: account.name, credential };
}
