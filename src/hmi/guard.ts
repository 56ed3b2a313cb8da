// Who asks, and whether a request may be looked at at all: by cookie, origin, host and number. It decides nothing about commands.
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { AttemptWindow } from "../std/attemptWindow.ts";
import type { Clock } from "../std/clock.ts";
import type { Role } from "../twin/commands.ts";
import type { Sessions, Who } from "./sessions.ts";

const WINDOW_SECONDS = 10;
const MOST_ADDRESSES = 10_000;

export interface GuardOptions {
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly anonymousRole: Role;
  readonly requestsPerSecond: number;
}

export class Guard {
  readonly #sessions: Sessions;
  readonly #anonymousRole: Role;
  readonly #requests: AttemptWindow;

  constructor({ clock, sessions, anonymousRole, requestsPerSecond }: GuardOptions) {
    this.#sessions = sessions;
    this.#anonymousRole = anonymousRole;
    this.#requests = new AttemptWindow({
      clock,
      windowMs: WINDOW_SECONDS * 1000,
      most: requestsPerSecond * WINDOW_SECONDS,
      mostKeys: MOST_ADDRESSES,
    });
  }

  /** Seconds to wait where an address has asked too often; counts this request. */
  throttled(from: string): number | undefined {
    if (this.#requests.isExhausted(from)) return this.#requests.secondsLeft();
    this.#requests.add(from);
    return undefined;
  }

  who(request: IncomingMessage): Who {
    const token = tokenOf(request);
    const session = token === undefined ? undefined : this.#sessions.find(token);
    return session ?? { role: isOwnName(request.headers.host) ? this.#anonymousRole : "none" };
  }
}

/** Whether it comes from our own page, or from a program that is no browser: another site's page must not act in the user's name. */
export function isOwnOrigin({ headers: { origin, host, "sec-fetch-site": site } }: IncomingMessage): boolean {
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  return site === undefined || site === "same-origin" || site === "none";
}

/** A foreign name that leads here is a trick (DNS rebinding): who needs no login must have come by an address or by this machine's name. */
function isOwnName(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/gu, "");
  return isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost") || name === hostname().toLowerCase();
}

/** Cookies of one host are shared by all its ports, so the port is part of the name. */
function cookieName({ socket }: IncomingMessage): string {
  return `ocpp_opcua_${socket.localPort}`;
}

function tokenOf(request: IncomingMessage): string | undefined {
  const name = `${cookieName(request)}=`;
  const cookies = request.headers.cookie?.split(";").map((cookie) => cookie.trim()) ?? [];
  return cookies.find((cookie) => cookie.startsWith(name))?.slice(name.length);
}

/** The header that keeps a token in the browser, or takes it away where there is none. */
export function cookieOf(request: IncomingMessage, token: string | undefined): string {
  const isSecure = request.headers["x-forwarded-proto"] === "https";
  const value = token === undefined ? "; Max-Age=0" : token;
  return `${cookieName(request)}=${value}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
}

/** Whether nobody else can read along: it does not leave this machine. */
export function isPrivate({ socket: { remoteAddress = "" } }: IncomingMessage): boolean {
  return /^(?:::ffff:)?127\.|^::1$/u.test(remoteAddress);
}
