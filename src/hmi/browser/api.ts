// Questions and orders to the bridge by HTTP. A refusal is a value with its sentence; nothing throws, nothing is tried again.
import type { Refusal } from "../shapes.ts";
import { text } from "./texts.ts";

export type Answer<T> =
  | { readonly kind: "answer"; readonly value: T }
  | ({ readonly kind: "refusal"; /** 0 where the bridge cannot be reached. */ readonly status: number } & Refusal & {
        /** Whatever else was said of it. */
        readonly body?: unknown;
      });

export function get<T>(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>> = {},
  signal?: AbortSignal,
): Promise<Answer<T>> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  const suffix = query.size === 0 ? "" : `?${query}`;
  return ask<T>(path + suffix, { method: "GET", ...(signal !== undefined && { signal }) });
}

export function post<T>(path: string, body: unknown): Promise<Answer<T>> {
  return ask<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** A file as it is. */
export function postFile<T>(path: string, file: Blob, type: string): Promise<Answer<T>> {
  return ask<T>(path, { method: "POST", headers: { "Content-Type": type }, body: file });
}

async function ask<T>(path: string, request: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { ...request, credentials: "same-origin", cache: "no-store" });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return { kind: "answer", value: body as T };
    return { kind: "refusal", status: response.status, ...refusalIn(body, response.status), body };
  } catch {
    return { kind: "refusal", status: 0, error: text("api.unreachable") };
  }
}

function refusalIn(body: unknown, status: number): Refusal {
  if (typeof body !== "object" || body === null || !("error" in body) || typeof body.error !== "string")
    return { error: text("api.failed", { status }) };
  const at = "at" in body && typeof body.at === "string" ? { at: body.at } : {};
  return { error: body.error, ...at };
}
