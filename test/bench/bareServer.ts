// The yardstick: a WebSocket server that parses each frame and answers it, and does nothing else.
// Run as a child process; speaks the protocol of serverUnderTest.ts.
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

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
  process.send?.({ ready: { ocpp: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` } });
});
process.on("message", () => process.send?.({ usage: { cpu: process.cpuUsage(), memory: process.memoryUsage() } }));
process.on("disconnect", () => process.exit(0));
