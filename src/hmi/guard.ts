// Who asks and what of it he may, and whether a request may be looked at at all: by cookie, origin, host and number. It decides nothing about commands.
import type { IncomingMessage } from "node:http";
import { isLoopback } from "../settings/hosts.ts";
import { AttemptWindow } from "../std/attemptWindow.ts";
import type { Clock } from "../std/clock.ts";
import { mayActAs, type Role } from "../twin/commands.ts";
import type { Sessions, Who } from "./sessions.ts";
import type { Refusal } from "./shapes.ts";

const WINDOW_SECONDS = 10;
const MOST_ADDRESSES = 10_000;
const LONGEST_ADDRESS = 64;

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

  /** `isLook`: it does not count as a use of his session. */
  who(request: IncomingMessage, isLook = false): Who {
    const token = tokenOf(request);
    const session = token === undefined ? undefined : this.#sessions.find(token, isLook);
    return session ?? { role: isLocal(request) ? this.#anonymousRole : "none" };
  }
}

/** Why whoever asks may not; undefined where he may. */
export function lackOf(
  { role, user }: Who,
  { role: least }: { readonly role: Role },
): { readonly status: 401 | 403; readonly refusal: Refusal } | undefined {
  if (mayActAs(role, least)) return undefined;
  if (role === "none") return { status: 401, refusal: { error: "log in first" } };
  const error = `this needs the role ${least}; ${user ?? "who has not logged in"} has the role ${role}`;
  return { status: 403, refusal: { error } };
}

/** Where a request comes from: behind a proxy on this machine, which tells it, whoever has asked that one. */
export function addressOf({ socket: { remoteAddress = "" }, headers }: IncomingMessage): string {
  const forwarded = String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .at(-1)
    ?.trim()
    .slice(0, LONGEST_ADDRESS);
  return isLoopback(remoteAddress) && forwarded !== undefined && forwarded !== "" ? forwarded : remoteAddress;
}

/** Whether nobody else can read along: it does not leave this machine, or comes through a proxy that says that it came over TLS. */
export function isPrivate(request: IncomingMessage): boolean {
  if (!isLoopback(request.socket.remoteAddress ?? "")) return false;
  return !isForwarded(request) || request.headers["x-forwarded-proto"] === "https";
}

/** Whether it comes from our own page, or from a program that is no browser: another site's page must not act in the user's name. */
export function isOwnOrigin({ headers: { origin, host, "sec-fetch-site": site } }: IncomingMessage): boolean {
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  return site === undefined || site === "same-origin" || site === "none";
}

/**
 * Who needs no login must sit before this machine: a foreign name that leads here is a trick (DNS rebinding), and whoever comes by a proxy
 * comes from elsewhere.
 */
function isLocal(request: IncomingMessage): boolean {
  const { host } = request.headers;
  if (host === undefined || !URL.canParse(`http://${host}`) || isForwarded(request)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/gu, "");
  return isLoopback(name) || name.endsWith(".localhost");
}

function isForwarded({ headers }: IncomingMessage): boolean {
  return ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"].some((name) => name in headers);
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
