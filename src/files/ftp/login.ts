// USER and PASS: the token of a transfer in two halves. Who fails waits; who knows a token gets in, whoever else fails (RFC 2577 §5).
import type { Clock } from "../../std/clock.ts";
import { reply, type Conversation, type Reply } from "./conversation.ts";

/** Both halves of a token are needed to know anything, and each is short enough for the clients of old charge points. */
export interface Credentials {
  readonly user: string;
  readonly secret: string;
}

const HALF_DIGITS = 16;
/** One second more for each failure of a connection, which ends with the last one. */
const WAIT_MS = 1000;
const MOST_FAILURES = 3;

export function credentialsOf(token: string): Credentials {
  return { user: token.slice(0, HALF_DIGITS), secret: token.slice(HALF_DIGITS) };
}

export function takeUser(conversation: Conversation, user: string): Reply {
  if (user === "") return reply(501, "A user name is missing.");
  conversation.user = user;
  conversation.login = undefined;
  conversation.offset = 0;
  conversation.passive?.close();
  conversation.passive = undefined;
  return reply(331, "And the password?");
}

export async function takePassword(conversation: Conversation, secret: string): Promise<Reply> {
  const { user, parts } = conversation;
  if (user === undefined) return reply(503, "USER comes first.");
  conversation.user = undefined;
  const token = user + secret;
  const transfer = user.length === HALF_DIGITS ? parts.transfers.find(token) : undefined;
  if (transfer === undefined) return refuse(conversation);
  conversation.login = { token, transfer };
  return reply(230, "Welcome.");
}

async function refuse(conversation: Conversation): Promise<Reply> {
  const { parts, remoteAddress, over } = conversation;
  const { failedLogins, clock, log } = parts;
  const tooMany = reply(421, "Too many failed logins.");
  if (failedLogins.isExhausted(remoteAddress)) return tooMany;
  failedLogins.add(remoteAddress);
  log.warn({ remoteAddress }, "a login for files has failed: the URL is wrong, used or too old");
  conversation.failures++;
  await pause(clock, conversation.failures * WAIT_MS, over);
  return conversation.failures < MOST_FAILURES ? reply(530, "Login incorrect.") : tooMany;
}

function pause(clock: Clock, waitMs: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(waitMs, resolve);
    over.addEventListener("abort", () => {
      timer.cancel();
      resolve();
    });
  });
}
