// The yardstick: a server of the library as it comes, whose variables change at a rate. Runs as a child process; arguments as in variables.ts.
import { mkdtemp } from "node:fs/promises";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  StatusCodes,
} from "node-opcua";
import { serveParent } from "./usage.ts";
import { PER_CHARGE_POINT, changeSteadily, shapeOf } from "./variables.ts";

const shape = shapeOf(process.argv);
const rootFolder = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
const server = new OPCUAServer({
  host: "127.0.0.1",
  port: 0,
  securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
  securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
  serverCertificateManager: new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true }),
});
await server.initialize();
const { addressSpace } = server.engine;
if (addressSpace === null) throw new Error("the server has no address space");
const namespace = addressSpace.registerNamespace("urn:ocpp-opcua:bench");
const folders = Array.from({ length: shape.variables / PER_CHARGE_POINT }, (_, index) =>
  namespace.addObject({ browseName: `B${index}`, nodeId: `s=B${index}`, organizedBy: addressSpace.rootFolder.objects }),
);
const variables = Array.from({ length: shape.variables }, (_, index) =>
  namespace.addVariable({
    browseName: `V${index}`,
    nodeId: `s=V${index}`,
    componentOf: folders[Math.floor(index / PER_CHARGE_POINT)] ?? addressSpace.rootFolder.objects,
    dataType: "Double",
    minimumSamplingInterval: 0,
    value: { dataType: DataType.Double, value: 0 },
  }),
);
changeSteadily(shape, (chargePoint, value) => {
  for (let index = 0; index < PER_CHARGE_POINT; index++)
    variables[chargePoint * PER_CHARGE_POINT + index]?.setValueFromSource(
      { dataType: DataType.Double, value },
      StatusCodes.Good,
      new Date(),
    );
});
await server.start();
const [endpoint] = server.endpoints;
const { port } = (Reflect.get(endpoint ?? {}, "_server") as Server).address() as AddressInfo;
serveParent({ ocpp: "", opcua: `opc.tcp://127.0.0.1:${port}` }, () => server.shutdown());
