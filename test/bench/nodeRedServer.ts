// The yardstick of a SCADA user: Node-RED with the flow of nodeRed/flow.json, embedded into a child process so that its CPU time can be asked
// for. It has no editor and no pages, which would only cost more.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { Server, type AddressInfo, type ListenOptions } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeRedFolder } from "./nodeRedPackages.ts";
import { serveParent } from "./usage.ts";

/** What is used of it. */
interface NodeRed {
  init(server: null, settings: object): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const OCPP_THEN_OPCUA = 2;
const flow = new URL("./nodeRed/flow.json", import.meta.url);
const userDir = mkdtempSync(join(tmpdir(), "ocpp-opcua-bench-"));
process.once("exit", () => rmSync(userDir, { recursive: true, force: true }));
// Where the OPC UA node keeps its certificates.
process.env["XDG_CONFIG_HOME"] = userDir;

/** Neither server can be told an address, and both are to be reached from this machine only. */
const listening: Server[] = [];
// oxlint-disable-next-line typescript/unbound-method -- it is called with its server below
const listen = Server.prototype.listen as (this: Server, options: ListenOptions, done?: () => void) => Server;
Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
  const done = args.find((arg) => typeof arg === "function") as (() => void) | undefined;
  listening.push(this);
  return listen.call(this, { host: "127.0.0.1", port: 0 }, done);
} as typeof Server.prototype.listen;

const red = createRequire(nodeRedFolder)("node-red") as NodeRed;
red.init(null, {
  userDir,
  flowFile: fileURLToPath(flow),
  readOnly: true,
  httpAdminRoot: false,
  httpNodeRoot: false,
  logging: { console: { level: "warn", metrics: false, audit: false } },
});
await red.start();
while (listening.filter((server) => server.listening).length < OCPP_THEN_OPCUA)
  await new Promise((resolve) => setTimeout(resolve, 10));
const ports = listening.map((server) => (server.address() as AddressInfo).port);
serveParent({ ocpp: `ws://127.0.0.1:${ports[0]}/ocpp`, opcua: `opc.tcp://127.0.0.1:${ports[1]}` }, () => red.stop());
