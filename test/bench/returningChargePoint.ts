// A charge point that comes back after an outage: it connects, again when it is told to come later, boots and tells its status. For the
// test and for the bench of a storm of them; it judges no answer.
import type { IncomingMessage } from "node:http";
import { setTimeout as after } from "node:timers/promises";
import WebSocket from "ws";

export interface Returned {
  readonly socket: WebSocket;
  /** How often it was told to come later. */
  readonly refusals: number;
  /** The payloads of the answers: of BootNotification, and of StatusNotification of the charge point and its connector. */
  readonly answers: readonly unknown[];
}

/** A socket, or in how many seconds to try again. */
type Attempt = WebSocket | { readonly retrySeconds: number };

/** As if a connection that was refused or lost had told it so. */
const RETRY_SECONDS = 1;
const MOST_ATTEMPTS = 20;

const status = (connectorId: number): object => ({
  connectorId,
  status: "Available",
  errorCode: "NoError",
  timestamp: new Date().toISOString(),
});

/** Resolves when all that it has said is answered. */
export async function comeBack(url: string): Promise<Returned> {
  for (let refusals = 0; refusals < MOST_ATTEMPTS; refusals++) {
    const attempt = await tryToConnect(url);
    if (attempt instanceof WebSocket) {
      const boot = await ask(attempt, "BootNotification", { chargePointVendor: "ACME", chargePointModel: "One" });
      const statuses = [0, 1].map((connectorId) => ask(attempt, "StatusNotification", status(connectorId)));
      return { socket: attempt, refusals, answers: [boot, ...(await Promise.all(statuses))] };
    }
    await after(attempt.retrySeconds * 1000);
  }
  throw new Error(`${url} lets nobody in`);
}

function tryToConnect(url: string): Promise<Attempt> {
  const socket = new WebSocket(url, "ocpp1.6", { perMessageDeflate: false });
  return new Promise((resolve) => {
    socket.once("open", () => resolve(socket));
    socket.once("unexpected-response", (_request, { headers }: IncomingMessage) => {
      socket.terminate();
      resolve({ retrySeconds: Number(headers["retry-after"] ?? RETRY_SECONDS) });
    });
    socket.on("error", () => resolve({ retrySeconds: RETRY_SECONDS }));
  });
}

let asked = 0;

/** The payload of the CALLRESULT; rejects on anything else, and when the link ends before. */
export function ask(socket: WebSocket, action: string, payload: object): Promise<unknown> {
  const id = `m${++asked}`;
  return new Promise((resolve, reject) => {
    const lost = (): void => reject(new Error(`the link ended before ${action} was answered`));
    const take = (data: Buffer): void => {
      const [type, answered, result] = JSON.parse(data.toString()) as [number, string, unknown];
      if (answered !== id) return;
      socket.off("message", take).off("close", lost);
      if (type === 3) resolve(result);
      else reject(new Error(data.toString()));
    };
    socket.on("message", take).once("close", lost);
    socket.send(JSON.stringify([2, id, action, payload]));
  });
}
