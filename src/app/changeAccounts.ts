// Commands that change the accounts: what they hold is judged and made into an account. Whoever is told that it is done finds it on disk.
import { X509Certificate } from "node:crypto";
import type { EpochMs } from "../std/clock.ts";
import { hashPassword } from "../std/passwordHash.ts";
import { accountKey, accountRoles, type Account } from "../twin/accounts.ts";
import type { AccountCommand, CommandOutcome } from "../twin/commands.ts";
import { MOST_ACCOUNTS, type AccountResult, type Accounts } from "./accounts.ts";

/** NIST SP 800-63B §3.1.1.2: the length is what counts; no rule on what a password is made of. */
const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 256;
/** OPC 10000-7, SecurityPolicy Basic256Sha256: the shortest RSA key of a certificate. */
const LEAST_KEY_BITS = 2048;
const LONGEST_SHOWN = 64;

type Flaw = Extract<CommandOutcome, { kind: "invalid" }>;
type Fields = Pick<Account, "role" | "passwordHash" | "certificate">;

export async function changeAccounts(
  accounts: Accounts,
  command: AccountCommand,
  now: EpochMs,
): Promise<CommandOutcome> {
  const { name } = command;
  if (command.kind === "removeAccount") return outcomeOf(await accounts.change(name, () => undefined), name);
  if (command.kind === "addAccount") return add(accounts, command, now);
  const fields = await fieldsOf(command, now);
  if ("kind" in fields) return fields;
  const wanted = (before: Account): Account => ({ ...withoutOneTime(before, fields), ...fields, changedAt: now });
  return outcomeOf(await accounts.change(name, wanted), name);
}

async function add(
  accounts: Accounts,
  command: Extract<AccountCommand, { kind: "addAccount" }>,
  now: EpochMs,
): Promise<CommandOutcome> {
  const { name, password, certificate } = command;
  if (accountKey(name) === undefined) return invalid("name", NAME_RULE);
  if (password === undefined && certificate === undefined)
    return invalid("", "an account needs a password or a certificate to log in with");
  // What cannot be is said before a password is hashed in vain.
  if (accounts.find(name) !== undefined) return outcomeOf("exists", name);
  const fields = await fieldsOf(command, now);
  if ("kind" in fields) return fields;
  const account = { name, isEnabled: true, createdAt: now, changedAt: now, role: "observer" as const, ...fields };
  return outcomeOf(await accounts.add(account), name);
}

const NAME_RULE =
  "must have 1 to 64 letters, digits and . _ @ -, the first a letter or digit; anonymous is who has not logged in";

/** The fields of an account that a command sets, or the first flaw. */
async function fieldsOf(
  command: AccountCommand,
  now: EpochMs,
): Promise<Partial<Fields & Pick<Account, "isEnabled">> | Flaw> {
  const role = "role" in command ? accountRoles.find((known) => known === command.role) : undefined;
  if ("role" in command && role === undefined) return invalid("role", `must be one of ${accountRoles.join(", ")}`);
  const certificate = "certificate" in command ? thumbprintOf(command.certificate, now) : undefined;
  if (typeof certificate === "object") return certificate;
  const password = "password" in command ? command.password : undefined;
  const flaw = password === undefined ? undefined : flawOf(password);
  if (flaw !== undefined) return flaw;
  return {
    ...(role !== undefined && { role }),
    ...(certificate !== undefined && { certificate }),
    ...(password !== undefined && { passwordHash: await hashPassword(password) }),
    ...("isEnabled" in command && { isEnabled: command.isEnabled }),
  };
}

function flawOf(password: string): Flaw | undefined {
  const count = [...password].length;
  if (count >= SHORTEST_PASSWORD && count <= LONGEST_PASSWORD) return undefined;
  return invalid("password", `must have ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`);
}

/** SHA-256 in lower hexadecimal of a certificate that users can log in with. */
function thumbprintOf(base64: string | undefined, now: EpochMs): string | undefined | Flaw {
  if (base64 === undefined) return undefined;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(base64, "base64"));
  } catch {
    return invalid("certificate", "is no X.509 certificate in PEM or DER");
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_KEY_BITS)
    return invalid("certificate", `must have an RSA key of ${LEAST_KEY_BITS} bits or more`);
  if (Date.parse(certificate.validTo) < now) return invalid("certificate", `has expired: ${certificate.validTo}`);
  return certificate.fingerprint256.replaceAll(":", "").toLowerCase();
}

/** One that has been replaced is no one-time password any more. */
function withoutOneTime({ hasOneTimePassword, ...account }: Account, { passwordHash }: Partial<Fields>): Account {
  return passwordHash === undefined && hasOneTimePassword === true ? { ...account, hasOneTimePassword } : account;
}

function invalid(path: string, text: string): Flaw {
  return { kind: "invalid", path, text };
}

function outcomeOf(result: AccountResult, name: string): CommandOutcome {
  const shown = JSON.stringify(name.slice(0, LONGEST_SHOWN));
  switch (result) {
    case "done":
      return { kind: "answered", response: {} };
    case "unknown":
      return { kind: "unknown", text: `there is no user ${shown}` };
    case "exists":
      return { kind: "exists", text: `there is a user ${shown} already; case does not matter` };
    case "taken":
      return { kind: "conflict", text: "another user has that certificate: it would not tell the two apart" };
    case "last":
      return { kind: "conflict", text: `${shown} is the last administrator that can log in; add another one first` };
    case "full":
      return { kind: "conflict", text: `there is no room: there are at most ${MOST_ACCOUNTS} users` };
    case "failing":
      return { kind: "conflict", text: "not done: the store cannot write it down; repeat it once the store can" };
  }
}
