// The yardstick of a library that is used for OCPP: the server of `ocpp-rpc`, which checks each message and each answer against the schemas,
// and does nothing else. Runs as a child process.
import type { AddressInfo } from "node:net";
import { RPCServer } from "ocpp-rpc";
import { serveParent } from "./usage.ts";

const server = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true, wssOptions: { perMessageDeflate: false } });
server.auth((accept) => accept());
server.on("client", (client) => client.handle("MeterValues", () => ({})));
const http = await server.listen(0, "127.0.0.1");
const { port } = http.address() as AddressInfo;
serveParent({ ocpp: `ws://127.0.0.1:${port}` }, () => server.close({ force: true }));
