// Questions and orders to the bridge by HTTP. A refusal is a value with its sentence; nothing throws, nothing is tried again, and nothing is
// done late: an order that the browser or the way holds back too long is refused by the bridge.
import type { Refused } from "./refused.ts";
import { text } from "./texts.ts";

export type Answer<T> =
  | { readonly kind: "answer"; readonly value: T }
  | ({ readonly kind: "refusal"; /** 0 where the bridge cannot be reached. */ readonly status: number } & Refused & {
        /** Whatever else was said of it. */
        readonly body?: unknown;
      });

type Parameters = Readonly<Record<string, string | number | undefined>>;

const ANSWER_TIMEOUT_MS = 30_000;
/** A charge point may take its time. The bridge itself ends what it has not answered for 120 s. */
export const SLOW_ANSWER_TIMEOUT_MS = 125_000;

/** As long as it takes the page to say that the way is dead (live.ts). */
const LATEST_MS = 8_000;
/** So long the bridge lets a request come in. */
const LONGEST_UPLOAD_MS = 30_000;

/** From the page's own clock, which nobody sets, to the bridge's, ms; undefined until the bridge has told its time. */
let toBridgeMs: number | undefined;

/** What time it is at the bridge, epoch ms, as it has just told. */
export function keepBridgeTime(at: number): void {
  toBridgeMs = at - performance.now();
}

/** Now by the bridge's clock, epoch ms; by the browser's until the bridge has told its time. */
export function bridgeNow(): number {
  return toBridgeMs === undefined ? Date.now() : Math.round(toBridgeMs + performance.now());
}

/** `ended`: nobody waits for the answer any more. */
export function get<T>(path: string, parameters: Parameters = {}, ended?: AbortSignal): Promise<Answer<T>> {
  const request = { method: "GET", ...(ended !== undefined && { signal: ended }) };
  return ask<T>(withQuery(path, parameters), request, ANSWER_TIMEOUT_MS);
}

/** What arrives only when nobody expects it any more is not done. */
export function post<T>(
  path: string,
  body: unknown,
  parameters: Parameters = {},
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<Answer<T>> {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  return ask<T>(withQuery(path, { ...parameters, notAfter: afterNow(LATEST_MS) }), request, timeoutMs);
}

/** A file as it is. It has the time that it may take to come in, and is not done later either. */
export function postFile<T>(path: string, file: Blob, type: string, parameters: Parameters = {}): Promise<Answer<T>> {
  const query = { ...parameters, notAfter: afterNow(LATEST_MS + LONGEST_UPLOAD_MS) };
  const request = { method: "POST", headers: { "Content-Type": type }, body: file };
  return ask<T>(withQuery(path, query), request, SLOW_ANSWER_TIMEOUT_MS);
}

/** By the bridge's clock; undefined while that is not known. */
function afterNow(milliseconds: number): number | undefined {
  return toBridgeMs === undefined ? undefined : Math.round(toBridgeMs + performance.now() + milliseconds);
}

function withQuery(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query}`;
}

async function ask<T>(path: string, request: RequestInit, timeoutMs: number): Promise<Answer<T>> {
  const late = AbortSignal.timeout(timeoutMs);
  const signal = request.signal ? AbortSignal.any([late, request.signal]) : late;
  try {
    const response = await fetch(path, { ...request, signal, credentials: "same-origin", cache: "no-store" });
    if (response.ok) return { kind: "answer", value: (await response.json()) as T };
    const body: unknown = await response.json().catch(() => undefined);
    return { kind: "refusal", status: response.status, ...refusalIn(body, response.status), body };
  } catch {
    const error = late.aborted ? text("api.timedOut", { seconds: timeoutMs / 1000 }) : text("api.unreachable");
    return { kind: "refusal", status: 0, error };
  }
}

function refusalIn(body: unknown, status: number): Refused {
  if (typeof body !== "object" || body === null || !("error" in body) || typeof body.error !== "string")
    return { error: text("api.failed", { status }) };
  const at = "at" in body && typeof body.at === "string" ? { at: body.at } : {};
  const isOfChargePoint = "kind" in body && body.kind === "callError";
  return { error: body.error, ...(!isOfChargePoint && { isOfBridge: true }), ...at };
}
