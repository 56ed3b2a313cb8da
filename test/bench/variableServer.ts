// The bridge's OPC UA server alone, whose twins change at a rate. Runs as a child process; arguments as in variables.ts.
import type { OPCUACertificateManager } from "node-opcua";
import { endpointOptions, startFed, temporaryFolder, twinOf, withSamples, withState } from "../opcua/fixture.ts";
import { serveParent } from "./usage.ts";
import { PER_CHARGE_POINT, changeSteadily, shapeOf } from "./variables.ts";
import { MEASURANDS } from "./variableNodes.ts";

const shape = shapeOf(process.argv);
const folder = await temporaryFolder();
const options = endpointOptions(folder.path);
const most = { maxMonitoredItems: 1_000_000, maxMonitoredItemsPerSession: 1_000_000 };
const fed = await startFed({ ...options, limits: { ...options.limits, ...most } });
(fed.ua.server.serverCertificateManager as OPCUACertificateManager).automaticallyAcceptUnknownCertificate = true;
const twins = Array.from({ length: shape.variables / PER_CHARGE_POINT }, (_, index) => {
  const twin = withState(twinOf(`B${index}`), "Connected");
  return withSamples(
    twin,
    1,
    MEASURANDS.map((measurand) => ({ measurand, value: 0 })),
  );
});
fed.publishTogether(twins.map((twin) => [undefined, twin] as const));
changeSteadily(shape, (chargePoint, value) => {
  const before = twins[chargePoint];
  if (before === undefined) return;
  const after = withSamples(
    before,
    1,
    MEASURANDS.map((measurand) => ({ measurand, value })),
  );
  twins[chargePoint] = after;
  fed.publish(before, after);
});
serveParent({ ocpp: "", opcua: fed.ua.endpointUrl }, async () => {
  await fed.ua.stop();
  await folder.clean();
});
