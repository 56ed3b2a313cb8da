// `ocpp-opcua users …`: has the running bridge change its accounts, or changes the file itself where none runs.
import { readFileSync } from "node:fs";
import { Accounts } from "../app/accounts.ts";
import { changeAccounts } from "../app/changeAccounts.ts";
import { ask } from "../control/ask.ts";
import { accountsIn, openAccountsFile } from "../store/accountsFile.ts";
import type { Account } from "../twin/accounts.ts";
import type { AccountCommand, CommandOutcome } from "../twin/commands.ts";
import { exitCodeOf, exitCodes } from "./exitCodes.ts";
import { harmless } from "./outcomeText.ts";
import { say, sayOutcome } from "./say.ts";
import { explainSilence } from "./send.ts";
import type { SettingsPlace } from "./settingsOptions.ts";
import { inDataDirectory, writeTo, type Surroundings } from "./storeReading.ts";

export interface ChangeOptions extends SettingsPlace {
  readonly passwordStdin?: boolean;
  /** Name of a file. */
  readonly certificate?: string;
}

interface UsersSurroundings extends Surroundings {
  readonly in: AsyncIterable<Buffer | string>;
}

/** Resolves with the exit code, as all of these do. */
export function listUsers(place: SettingsPlace, surroundings: Surroundings): Promise<number> {
  return inDataDirectory(place, surroundings, async (directory) => {
    await writeTo(surroundings.out, accountsIn(directory).map(renderLine).join(""));
    return exitCodes.ok;
  });
}

function renderLine({ name, role, isEnabled, ...ways }: Account): string {
  const { passwordHash, hasOneTimePassword, certificate } = ways;
  const how = [
    ...(passwordHash === undefined ? [] : [hasOneTimePassword === true ? "one-time password" : "password"]),
    ...(certificate === undefined ? [] : [`certificate ${certificate}`]),
  ];
  return `${harmless(name).padEnd(20)}  ${role.padEnd(13)}  ${isEnabled ? "enabled " : "disabled"}  ${how.join(", ")}\n`;
}

/** What stands in `options` is read and put into the command before it is handed over. */
export function changeUsers(
  command: AccountCommand,
  options: ChangeOptions,
  surroundings: UsersSurroundings,
): Promise<number> {
  return inDataDirectory(options, surroundings, async (directory) => {
    const secrets = await readSecrets(options, surroundings);
    if (typeof secrets === "string") return say(surroundings, secrets, exitCodeOf.invalid);
    const wanted = { ...command, ...secrets };
    const asked = await ask(directory, "command", { command: wanted });
    if (asked.kind === "notRunning") return sayOutcome(await changeFile(directory, wanted, surroundings), surroundings);
    if (asked.kind !== "answered") return say(surroundings, ...explainSilence(asked, directory));
    return sayOutcome(asked.answer.outcome, surroundings);
  });
}

/** Nobody else can start a bridge there meanwhile. */
async function changeFile(
  directory: string,
  command: AccountCommand,
  { clock }: Surroundings,
): Promise<CommandOutcome> {
  const file = openAccountsFile(directory, clock.now());
  try {
    return await changeAccounts(new Accounts(file.accounts, file.keep), command, clock.now());
  } finally {
    file.close();
  }
}

/** The fields; a text says why they cannot be read. */
async function readSecrets(
  { passwordStdin, certificate }: ChangeOptions,
  surroundings: UsersSurroundings,
): Promise<string | { readonly password?: string; readonly certificate?: string }> {
  const read = certificate === undefined ? undefined : readCertificate(certificate);
  if (typeof read === "string") return read;
  const password = passwordStdin === true ? await readLine(surroundings.in) : undefined;
  return { ...(password !== undefined && { password }), ...read };
}

const LONGEST_INPUT = 4096;

async function readLine(input: UsersSurroundings["in"]): Promise<string> {
  let text = "";
  for await (const chunk of input) {
    text += chunk.toString();
    if (text.includes("\n") || text.length > LONGEST_INPUT) break;
  }
  return text.split("\n")[0]?.replace(/\r$/u, "") ?? "";
}

const PEM = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/u;
/** Larger than any certificate with its chain. */
const LARGEST_FILE = 65_536;

/** DER in base64. */
function readCertificate(file: string): string | { readonly certificate: string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
  }
  if (bytes.length > LARGEST_FILE) return `${file} is too large for a certificate`;
  const [, pem] = PEM.exec(bytes.toString("latin1")) ?? [];
  return { certificate: (pem === undefined ? bytes : Buffer.from(pem, "base64")).toString("base64") };
}
