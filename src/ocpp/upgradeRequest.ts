// What the headers of a WebSocket handshake offer (RFC 6455 §4.2.1; OCPP-J 1.6 §3.1.2). Pure; knows no identities.
import type { IncomingMessage } from "node:http";

export const SUBPROTOCOL = "ocpp1.6";

/** A key is 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const VERSIONS: ReadonlySet<string | undefined> = new Set(["8", "13"]);

/** Whether it is complete, so that the WebSocket library will not refuse it. */
export function isComplete({ method, headers }: Pick<IncomingMessage, "method" | "headers">): boolean {
  return (
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    KEY.test(headers["sec-websocket-key"] ?? "") &&
    VERSIONS.has(headers["sec-websocket-version"])
  );
}

/** Whether Sec-WebSocket-Protocol offers ours. */
export function offersSubprotocol({ headers }: Pick<IncomingMessage, "headers">): boolean {
  const offered = headers["sec-websocket-protocol"] ?? "";
  return findSubprotocol(offered.split(",").map((name) => name.trim())) !== undefined;
}

/** Our subprotocol in the spelling in which it was offered, for that is how it has to be answered. */
export function findSubprotocol(offered: Iterable<string>): string | undefined {
  for (const name of offered) if (name.toLowerCase() === SUBPROTOCOL) return name;
  return undefined;
}
