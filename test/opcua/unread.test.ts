// A client that asks and does not read: it is disconnected when too much waits for it, and the others do not notice.
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  startFed,
  temporaryFolder,
  twinOf,
  type Fed,
} from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;

beforeAll(async () => {
  folder = await temporaryFolder();
  const options = endpointOptions(folder.path, { securityPolicies: ["None"] });
  fed = await startFed({ ...options, limits: { ...options.limits, maxUnsentOpcUaBytes: 1_000_000 } });
  for (let index = 0; index < 2000; index++) fed.publish(undefined, twinOf(`U${index}`));
}, 60_000);

afterAll(async () => {
  await fed.ua.stop();
  await folder.clean();
});

/** Stands between a client and the server, and can stop taking what the server sends. */
async function startGate(endpointUrl: string): Promise<{ url: string; toServer: Socket[]; close: () => void }> {
  const { hostname, port } = new URL(endpointUrl);
  const toServer: Socket[] = [];
  const gate = createServer((client) => {
    const server = createConnection({ host: hostname, port: Number(port) });
    toServer.push(server);
    for (const socket of [client, server]) socket.on("error", () => {});
    client.pipe(server);
    server.pipe(client);
    server.once("close", () => client.destroy());
  });
  await new Promise<void>((done) => gate.listen(0, "127.0.0.1", done));
  const { port: own } = gate.address() as AddressInfo;
  return { url: `opc.tcp://127.0.0.1:${own}`, toServer, close: () => gate.close() };
}

test("who leaves too much unread is disconnected", async () => {
  const gate = await startGate(fed.ua.endpointUrl);
  const lazy = await connect(gate.url, folder.path);
  const other = await connect(fed.ua.endpointUrl, folder.path);
  const [socket] = gate.toServer;
  socket!.unpipe();
  socket!.pause();
  let isClosed = false;
  socket!.once("close", () => {
    isClosed = true;
  });
  // Each answer is some 200 kB; the machine's own buffers take the first megabytes.
  const asked = Array.from({ length: 200 }, () => lazy.session.browse("ns=4;s=/ChargePoints").catch(() => undefined));
  await eventually(() => fed.ua.connections.size === 1, 15_000);
  // A paused socket only learns of it when it reads on.
  socket!.resume();
  await eventually(() => isClosed);
  expect((await readValue(other.session, "U7/ClientId")).value.value).toBe("U7");
  await other.close();
  await lazy.client.disconnect().catch(() => {});
  await Promise.all(asked);
  gate.close();
}, 40_000);
