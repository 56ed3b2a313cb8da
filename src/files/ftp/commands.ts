// The commands that the door knows, each with what it does: the part of RFC 959, 2389, 2428 and 3659 that moves one file.
// There is no listing, and nobody is dialled (PORT, EPRT).
import { isIPv6 } from "node:net";
import { reply, type Conversation, type Login, type Reply } from "./conversation.ts";
import { takePassword, takeUser } from "./login.ts";
import { plainAddress } from "../plainAddress.ts";
import { Passive } from "./passive.ts";
import { publicAddress } from "./publicAddress.ts";
import { placeOf, retrieve, store, tellSize, tellTime } from "./transferCommands.ts";

type Answer = Reply | Promise<Reply>;

const ok = reply(200, "OK.");
const unknownParameter = reply(504, "Not in this way.");
const malformed = reply(501, "The parameter is malformed.");
const noPort = reply(425, "No port is free for a data connection.");
const extendedOnly = reply(503, "EPSV only, as you said.");

/** Those that anybody may use. */
const ofAnybody: Readonly<Record<string, (conversation: Conversation, argument: string) => Answer>> = {
  USER: takeUser,
  PASS: takePassword,
  QUIT: () => reply(221, "Goodbye."),
  NOOP: () => ok,
  SYST: () => reply(215, "UNIX Type: L8"),
  FEAT: () => reply(211, ["Features:", "EPSV", "MDTM", "REST STREAM", "SIZE", "UTF8", "End"]),
  OPTS: (_, option) => (/^UTF-?8(?: ON)?$/iu.test(option) ? ok : reply(501, "No such option.")),
};

type OfLogin = (conversation: Conversation, login: Login, argument: string) => Answer;

/** Those that need a login. */
const ofLogin: Readonly<Record<string, OfLogin>> = {
  // Nothing is converted: files are bytes, as most servers have it.
  TYPE: (_, __, type) => (/^(?:A(?: N)?|I|L ?8)$/iu.test(type) ? ok : unknownParameter),
  MODE: (_, __, mode) => (mode.toUpperCase() === "S" ? ok : unknownParameter),
  STRU: (_, __, structure) => (structure.toUpperCase() === "F" ? ok : unknownParameter),
  PWD: () => reply(257, '"/" is the only folder.'),
  CWD: (_, __, path) => (placeOf(path) === "/" ? reply(250, "OK.") : reply(550, "There is no such folder.")),
  CDUP: () => reply(250, "OK."),
  PASV: passive,
  EPSV: extendedPassive,
  ALLO: (conversation, _, size) => allocate(conversation, size),
  REST: (conversation, _, offset) => restart(conversation, offset),
  STOR: store,
  APPE: store,
  RETR: retrieve,
  SIZE: tellSize,
  MDTM: tellTime,
  // While a transfer is under way the session has ended it before this is run.
  ABOR: () => reply(226, "No transfer is under way."),
};

/** Runs one line; commands without effect are refused, never passed over. */
export function run(conversation: Conversation, line: string): Answer {
  if (/\p{Cc}/u.test(line)) return reply(501, "There are control characters in the command.");
  const { verb, argument } = partsOf(line);
  if (Object.hasOwn(ofAnybody, verb)) return ofAnybody[verb]?.(conversation, argument) ?? malformed;
  if (!Object.hasOwn(ofLogin, verb)) return verb === "" ? reply(500, "No command.") : reply(502, "Not implemented.");
  const { login } = conversation;
  if (login === undefined) return reply(530, "Log in first.");
  return ofLogin[verb]?.(conversation, login, argument) ?? malformed;
}

export function partsOf(line: string): { readonly verb: string; readonly argument: string } {
  const [, verb = "", argument = ""] = /^([a-z]{3,4})(?: (.*))?$/isu.exec(line) ?? [];
  return { verb: verb.toUpperCase(), argument };
}

/** Commands after which the data connection is closed and REST forgotten. */
export function isTransfer(line: string): boolean {
  return ["STOR", "APPE", "RETR"].includes(partsOf(line).verb);
}

function allocate({ parts }: Conversation, size: string): Reply {
  const bytes = /^\d{1,15}/u.exec(size)?.[0];
  if (bytes === undefined) return malformed;
  return Number(bytes) > parts.maxUploadBytes ? reply(552, "The file is too large.") : ok;
}

function restart(conversation: Conversation, offset: string): Reply {
  if (!/^\d{1,15}$/u.test(offset)) return malformed;
  conversation.offset = Number(offset);
  return reply(350, "The next download begins there.");
}

async function passive(conversation: Conversation): Promise<Reply> {
  const { parts, socket, isExtendedOnly } = conversation;
  if (isExtendedOnly) return extendedOnly;
  const address = await publicAddress(parts.clock, parts.publicHost, socket.localAddress);
  if (address === undefined) return reply(425, "By IPv6 only EPSV will do.");
  const port = await openPort(conversation);
  if (port === undefined) return noPort;
  const numbers = [...address.split("."), port >> 8, port & 0xff].join(",");
  return reply(227, `Entering Passive Mode (${numbers}).`);
}

/** RFC 2428 §3. */
async function extendedPassive(conversation: Conversation, _: Login, argument: string): Promise<Reply> {
  const [wanted, other] = isIPv6(plainAddress(conversation.socket.localAddress)) ? ["2", "1"] : ["1", "2"];
  if (argument.toUpperCase() === "ALL") {
    conversation.isExtendedOnly = true;
    return ok;
  }
  if (argument === other) return reply(522, `Use (${wanted}), by which you have come.`);
  if (argument !== "" && argument !== wanted) return malformed;
  const port = await openPort(conversation);
  return port === undefined ? noPort : reply(229, `Entering Extended Passive Mode (|||${port}|)`);
}

/** A new port in the place of the one before. */
async function openPort(conversation: Conversation): Promise<number | undefined> {
  const { parts, socket, remoteAddress, over } = conversation;
  conversation.passive?.close();
  conversation.passive = undefined;
  const host = socket.localAddress;
  if (host === undefined) return undefined;
  const opened = await Passive.open({ host, remoteAddress, ports: parts.passivePorts });
  if (over.aborted) opened?.close();
  else conversation.passive = opened;
  return opened?.port;
}
