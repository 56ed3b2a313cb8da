// GetConfiguration in pages: a charge point says how many keys it can be asked for at once (GetConfigurationMaxKeys, OCPP 1.6 §9.1.9),
// and whoever asks for more need not know. One command, several calls; the responses become one. Pure.
import type { Payload } from "../twin/commands.ts";
import type { Twin } from "../twin/twin.ts";
import type { OutgoingRequest } from "./roadOut.ts";

/** The requests that a request becomes: itself alone, unless it asks for more keys than the charge point takes. */
export function pagesOf(twin: Twin | undefined, request: OutgoingRequest): readonly OutgoingRequest[] {
  const { key: keys } = request.payload;
  const most = Number(twin?.configuration?.get("getconfigurationmaxkeys")?.value);
  if (request.action !== "GetConfiguration" || !Array.isArray(keys)) return [request];
  if (!Number.isInteger(most) || most < 1 || keys.length <= most) return [request];
  return Array.from({ length: Math.ceil(keys.length / most) }, (_, page) => ({
    ...request,
    payload: { ...request.payload, key: keys.slice(page * most, (page + 1) * most) as unknown[] },
  }));
}

/** The responses to the pages as the one response; whatever is no list stays as it came, for the check of the response to judge. */
export function mergeResponses(responses: readonly unknown[]): unknown {
  const [only, ...more] = responses;
  if (more.length === 0) return only;
  const merged: Record<string, unknown> = {};
  for (const response of responses) {
    if (!isObject(response)) return response;
    for (const [field, value] of Object.entries(response)) {
      const before = merged[field];
      merged[field] =
        Array.isArray(before) && Array.isArray(value) ? [...(before as unknown[]), ...(value as unknown[])] : value;
    }
  }
  return merged;
}

function isObject(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
