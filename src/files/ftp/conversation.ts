// What the commands of one control connection share, and how a reply looks. It runs no command.
import type { Socket } from "node:net";
import type { AttemptWindow } from "../../std/attemptWindow.ts";
import type { DoorParts } from "../parts.ts";
import type { Transfer } from "../transfers.ts";
import type { Passive } from "./passive.ts";

export interface FtpParts extends DoorParts {
  /** What PASV tells; the address at which the client has come in where absent. */
  readonly publicHost: string | undefined;
  readonly passivePorts: readonly [number, number];
  /** By address; they slow down whoever guesses and never keep out who knows. */
  readonly failedLogins: AttemptWindow;
  /** How long anybody may stay between transfers. */
  readonly sessionMs: number;
}

export interface Login {
  readonly token: string;
  readonly transfer: Transfer;
}

export interface Conversation {
  readonly parts: FtpParts;
  readonly socket: Socket;
  readonly remoteAddress: string;
  /** Aborted when the connection is over. */
  readonly over: AbortSignal;
  /** Sends a reply that is not the last one of its command. */
  readonly say: (reply: Reply) => void;
  /** As USER has told it. */
  user: string | undefined;
  login: Login | undefined;
  failures: number;
  passive: Passive | undefined;
  /** RFC 2428 §4: after EPSV ALL there is no other way to a data connection. */
  isExtendedOnly: boolean;
  /** Where the next RETR begins (RFC 3659 §5). */
  offset: number;
}

export interface Reply {
  readonly code: number;
  /** Several lines make one reply of several lines (RFC 959 §4.2). */
  readonly text: string | readonly string[];
}

export function reply(code: number, text: Reply["text"]): Reply {
  return { code, text };
}

/** The connection is closed after it: service not available, or goodbye. */
export function isLast({ code }: Reply): boolean {
  return code === 421 || code === 221;
}

export function textOf({ code, text }: Reply): string {
  if (typeof text === "string") return `${code} ${text}\r\n`;
  const [first = "", ...rest] = text;
  return [`${code}-${first}`, ...rest.slice(0, -1).map((line) => ` ${line}`), `${code} ${rest.at(-1) ?? ""}`, ""].join(
    "\r\n",
  );
}
