// The yardstick for commands: a WebSocket server that calls the charge points connected to it and takes their answers, and does
// nothing else. `call(index)` is one round trip.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

export interface BareCaller {
  readonly url: string;
  call(index: number): Promise<void>;
  close(): void;
}

/** Identities end with their number, as load.ts makes them. */
export async function startBareCaller(): Promise<BareCaller> {
  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    perMessageDeflate: false,
    handleProtocols: () => "ocpp1.6",
  });
  const sockets = new Map<number, WebSocket>();
  const waiting = new Map<string, () => void>();
  let last = 0;
  server.on("connection", (socket, request) => {
    sockets.set(Number(/\d+$/u.exec(request.url ?? "")?.[0]), socket);
    socket.on("message", (data: Buffer) => {
      const [kind, id] = JSON.parse(data.toString()) as [number, string];
      if (kind !== 3) return;
      waiting.get(id)?.();
      waiting.delete(id);
    });
  });
  await once(server, "listening");
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    call: (index) =>
      new Promise((resolve) => {
        const id = String(++last);
        waiting.set(id, resolve);
        sockets.get(index)?.send(JSON.stringify([2, id, "Reset", { type: "Soft" }]));
      }),
    close: () => server.close(),
  };
}
