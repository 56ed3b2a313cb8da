// Settings files for the benches: loopback, free ports, security profile 0, OPC UA policy None.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identityOf } from "./load.ts";

export interface BridgeShape {
  /** Charge points in the register, with two connectors each. */
  readonly chargePoints: number;
  /** One more. */
  readonly chargePoint?: string;
  readonly anonymousRole?: "observer" | "operator";
  /** Text of a rules file; without it nothing is asked. */
  readonly rules?: string;
}

/** Writes a settings file and returns its path. */
export async function bridgeSettings(shape: BridgeShape): Promise<string> {
  const { chargePoints, anonymousRole = "observer", rules } = shape;
  const directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  const file = join(directory, "bridge.yaml");
  const ids = Array.from({ length: chargePoints }, (_, index) => identityOf(index));
  const register = [...ids, ...(shape.chargePoint === undefined ? [] : [shape.chargePoint])].map(
    (id) => `  - { id: ${id}, connectors: 2 }`,
  );
  if (rules !== undefined) await writeFile(join(directory, "rules.yaml"), rules);
  await writeFile(
    file,
    `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
opcua: { host: 127.0.0.1, port: 0, securityPolicies: [None], anonymousRole: ${anonymousRole} }
hmi: { host: 127.0.0.1, port: 0, anonymousRole: observer }
store: { directory: data }
rules: [${rules === undefined ? "" : "rules.yaml"}]
limits: { maxDecisionEventsPerHour: 100000 }
chargePoints:${register.length === 0 ? " []" : `\n${register.join("\n")}`}
`,
  );
  return file;
}
