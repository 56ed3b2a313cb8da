// Charge points that answer every call with Accepted, in a process of their own, over bare `ws`: what they cost stays out of the figures.
// Arguments: URL, count. It writes `connected` to its parent once all are there.
import { once } from "node:events";
import WebSocket from "ws";
import { identityOf } from "./load.ts";

const [, , url = "", count = "1"] = process.argv;
const AT_ONCE = 50;
/** Below `limits.acceptsPerSecond` in all. */
const PAUSE_MS = 350;

async function connectOne(index: number): Promise<void> {
  const socket = new WebSocket(`${url}/${identityOf(index)}`, "ocpp1.6", { perMessageDeflate: false });
  socket.on("message", (data: Buffer) => {
    const [kind, id] = JSON.parse(data.toString()) as [number, string];
    if (kind === 2) socket.send(JSON.stringify([3, id, { status: "Accepted" }]));
  });
  await once(socket, "open");
  // A bridge calls a charge point that has said something sooner than one that is silent.
  socket.send(JSON.stringify([2, "boot", "BootNotification", { chargePointVendor: "B", chargePointModel: "B" }]));
}

for (let first = 0; first < Number(count); first += AT_ONCE) {
  const last = Math.min(first + AT_ONCE, Number(count));
  await Promise.all(Array.from({ length: last - first }, (_, index) => connectOne(first + index)));
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
process.send?.("connected");
process.on("disconnect", () => process.exit(0));
