// The yardstick for a method call's way over OPC UA: a server of the library as it comes, with one method that answers at once and no
// charge point behind it. Runs as a child process.
import { mkdtemp } from "node:fs/promises";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataType, MessageSecurityMode, OPCUACertificateManager, OPCUAServer, SecurityPolicy } from "node-opcua";
import { serveParent } from "./usage.ts";

const rootFolder = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
const server = new OPCUAServer({
  host: "127.0.0.1",
  port: 0,
  securityModes: [MessageSecurityMode.None],
  securityPolicies: [SecurityPolicy.None],
  serverCertificateManager: new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true }),
});
await server.initialize();
const { addressSpace } = server.engine;
if (addressSpace === null) throw new Error("the server has no address space");
const namespace = addressSpace.registerNamespace("urn:ocpp-opcua:bench");
const chargePoint = namespace.addObject({
  browseName: "ChargePoint",
  nodeId: "s=ChargePoint",
  organizedBy: addressSpace.rootFolder.objects,
});
const method = namespace.addMethod(chargePoint, {
  browseName: "Reset",
  nodeId: "s=ChargePoint/Reset",
  inputArguments: [{ name: "Type", dataType: DataType.Int32 }],
  outputArguments: [{ name: "Status", dataType: DataType.Int32 }],
});
method.bindMethod((_inputs, _context, done) =>
  done(null, { outputArguments: [{ dataType: DataType.Int32, value: 1 }] }),
);
await server.start();
const [endpoint] = server.endpoints;
const { port } = (Reflect.get(endpoint ?? {}, "_server") as Server).address() as AddressInfo;
serveParent({ ocpp: "", opcua: `opc.tcp://127.0.0.1:${port}` }, () => server.shutdown());
