// A client that asks and does not read: it is disconnected when too much waits for it, and the others do not notice.
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
import { Gate } from "./gate.ts";

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

test("who leaves too much unread is disconnected", async () => {
  const gate = await Gate.open(fed.ua.endpointUrl);
  const lazy = await connect(gate.url, folder.path);
  const other = await connect(fed.ua.endpointUrl, folder.path);
  const [socket] = gate.toServer;
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
