// The asking side of the control socket: finds the bridge that runs on a data directory and asks it one thing.
import type { Socket } from "node:net";
import { isNobody, reach } from "./listen.ts";
import { isTrusted, placesOf } from "./places.ts";
import { readLine } from "./readLine.ts";
import {
  isRefusal,
  readAnswer,
  VERSION,
  type AnswerOf,
  type Refusal,
  type RequestName,
  type RequestOf,
} from "./requests.ts";

export type Asked<Name extends RequestName> =
  | { readonly kind: "answered"; readonly answer: AnswerOf<Name> }
  /** No bridge runs on the data directory. */
  | { readonly kind: "notRunning" }
  /** The system does not let this user reach it; `code` is the system's. */
  | { readonly kind: "unreachable"; readonly code: string }
  /** The bridge did not do it. */
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** Asked, but no answer, or none that can be understood: what came of it is unknown. */
  | { readonly kind: "lost" };

/** Longer than any answer of a charge point. */
const MAX_ANSWER_BYTES = 64 * 1_048_576;

/** Asks the bridge that runs on `dataDirectory`; waits as long as the bridge does, and never rejects. */
export async function ask<Name extends RequestName>(
  dataDirectory: string,
  name: Name,
  request: RequestOf<Name>,
): Promise<Asked<Name>> {
  for (const place of placesOf(dataDirectory)) {
    if (!isTrusted(place, dataDirectory, process.getuid?.())) continue;
    const reached = await reach(place);
    if (typeof reached !== "string") return exchange(reached, name, request);
    if (!isNobody(reached)) return { kind: "unreachable", code: reached };
  }
  return { kind: "notRunning" };
}

async function exchange<Name extends RequestName>(
  socket: Socket,
  name: Name,
  request: RequestOf<Name>,
): Promise<Asked<Name>> {
  // A connection that breaks ends the line.
  socket.on("error", () => {});
  const reading = readLine(socket, MAX_ANSWER_BYTES);
  socket.write(`${JSON.stringify({ version: VERSION, do: name, ...request })}\n`);
  const line = await reading;
  socket.destroy();
  const answer = line.kind === "line" ? readAnswer(name, line.text) : undefined;
  if (answer === undefined) return { kind: "lost" };
  return isRefusal(answer) ? { kind: "refused", refusal: answer } : { kind: "answered", answer };
}
