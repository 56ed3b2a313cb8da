// The first start: where nobody could ever log in, one administrator is made, with a password that is shown once and kept nowhere.
import { randomInt } from "node:crypto";
import type { Settings } from "../settings/settings.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { hashPassword } from "../std/passwordHash.ts";
import type { Accounts } from "./accounts.ts";
import { ONE_TIME_WARNING } from "./logins.ts";

export interface FirstLogin {
  readonly name: string;
  readonly password: string;
}

/** Shows it to whoever has started the program; it comes a single time. */
export type ShowFirstLogin = (login: FirstLogin) => void;

export interface FirstAdministratorOptions {
  readonly accounts: Accounts;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
}

const NAME = "administrator";
/** Those that nobody takes for another one when he reads them: 32 of them, so that 20 are 100 bits. */
const CHARACTERS = "abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** Without `show` nobody would know the password, and there is no account. */
export async function makeFirstAdministrator(
  { accounts, settings, clock, log }: FirstAdministratorOptions,
  show: ShowFirstLogin | undefined,
): Promise<void> {
  for (const { name: user, hasOneTimePassword } of accounts.all())
    if (hasOneTimePassword === true) log.warn({ user }, ONE_TIME_WARNING);
  if (show === undefined || accounts.size > 0 || settings.opcua.anonymousRole !== "none") return;
  const password = makePassword();
  const at = clock.now();
  const result = await accounts.add({
    name: NAME,
    role: "administrator",
    isEnabled: true,
    passwordHash: await hashPassword(password),
    hasOneTimePassword: true,
    createdAt: at,
    changedAt: at,
  });
  if (result === "done") show({ name: NAME, password });
  else log.error({ result }, "the first administrator could not be made; it is tried again at the next start");
}

function makePassword(): string {
  const group = (): string =>
    Array.from({ length: GROUP_LENGTH }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}
