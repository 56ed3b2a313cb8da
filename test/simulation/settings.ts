// The settings of the bridge in every world: those of the product, with shorter times, so that a world need not last long.
import { accept } from "../settings/settingsInTest.ts";

export const chargePointIds = ["CP1", "CP2", "CP3"] as const;

export const settings = accept(`
ocpp:
  callTimeoutSeconds: 8
  pendingRetrySeconds: 5
  resynchronisation: { afterSeconds: 3 }
limits:
  pingIntervalSeconds: 10
  pingTimeoutSeconds: 5
  takeOverProbeSeconds: 2
chargePoints:
${chargePointIds.map((id) => `  - id: ${id}\n`).join("")}`);
