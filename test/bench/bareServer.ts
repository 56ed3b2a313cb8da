// The yardstick: a WebSocket server that parses each frame and answers it, and does nothing else.
// Runs as a child process.
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { serveParent } from "./usage.ts";

const server = new WebSocketServer({
  port: 0,
  host: "127.0.0.1",
  perMessageDeflate: false,
  handleProtocols: () => "ocpp1.6",
});
server.on("connection", (socket) => {
  socket.on("message", (data: Buffer) => {
    const [, id] = JSON.parse(data.toString()) as [number, string];
    socket.send(JSON.stringify([3, id, {}]));
  });
});
server.on("listening", () => {
  const { port } = server.address() as AddressInfo;
  serveParent({ ocpp: `ws://127.0.0.1:${port}` }, async () => {});
});
