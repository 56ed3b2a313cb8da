// Why a server could not be reached or has not answered, as one short sentence of what the library throws.
import type { StatusCode } from "node-opcua";
import { lineOf } from "../libraryLog.ts";

const LONGEST_REASON = 160;

interface OfService {
  readonly response?: { readonly responseHeader?: { readonly serviceResult?: StatusCode } };
}

/** The name of the status code with which a server has refused a service; undefined when it has not answered at all. */
export function refusalIn(error: unknown): string | undefined {
  return (error as OfService | undefined)?.response?.responseHeader?.serviceResult?.name;
}

/** What the library says around the cause of an error. */
const WRAPPED = /Err = \((.*)\)\s*$/isu;

/** The library numbers connections; a reason that differs each time would be news each time. */
const NUMBERED = /\b\w*Transport\d+:\s*/gu;

export function reasonOf(error: unknown): string {
  const name = refusalIn(error);
  if (name !== undefined) return `it has answered ${name}`;
  if (isLate(error)) return "it has not answered in time";
  const said = error instanceof Error ? error.message : String(error);
  const line = lineOf([(WRAPPED.exec(said)?.[1] ?? said).replaceAll(NUMBERED, "")]);
  return line.length <= LONGEST_REASON ? line : `${line.slice(0, LONGEST_REASON)}…`;
}

function isLate(error: unknown): boolean {
  return error instanceof Error && error.message.includes("Transaction has timed out");
}

/** Status codes after which a session or its channel is of no more use (OPC 10000-4 §7.38). */
const ENDINGS =
  /^Bad(?:Session|SecureChannel|ConnectionClosed|TcpSecureChannel|NotConnected|CommunicationError|Server)/u;

export function endsSession(error: unknown): boolean {
  const name = refusalIn(error);
  return name === undefined || ENDINGS.test(name);
}
