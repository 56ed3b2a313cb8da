// What a server of the benches serves to OPC UA clients alone: variables that change at a rate, without charge points.
// Arguments of their scripts: how many variables, and how many of them change a second.
import { join } from "node:path";
import {
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  type ClientSession,
} from "node-opcua";

/** So many belong to one charge point. */
export const PER_CHARGE_POINT = 10;
const TICK_MS = 20;

export interface Shape {
  readonly variables: number;
  readonly changesPerSecond: number;
}

export function shapeOf(argv: readonly string[]): Shape {
  const [variables = 0, changesPerSecond = 0] = argv.slice(2).map(Number);
  return { variables, changesPerSecond };
}

/** Calls `change` with the place of a charge point whose variables all change, and a value that is new, as often as the rate says. */
export function changeSteadily(
  { variables, changesPerSecond }: Shape,
  change: (chargePoint: number, value: number) => void,
): void {
  if (changesPerSecond === 0) return;
  const chargePoints = Math.floor(variables / PER_CHARGE_POINT);
  const begin = performance.now();
  let done = 0;
  setInterval(() => {
    const due = ((performance.now() - begin) / 1000) * (changesPerSecond / PER_CHARGE_POINT);
    for (; done < due; done++) change(done % chargePoints, done + 1);
  }, TICK_MS);
}

export interface OpenSession {
  readonly session: ClientSession;
  readonly close: () => Promise<void>;
}

/** `folder` keeps the client's certificate. */
export async function openSession(endpointUrl: string, folder: string, isSecure: boolean): Promise<OpenSession> {
  const client = OPCUAClient.create({
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 1 },
    transportTimeout: 300_000,
    securityPolicy: isSecure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
    securityMode: isSecure ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: join(folder, "client"),
      automaticallyAcceptUnknownCertificate: true,
    }),
  });
  await client.connect(endpointUrl);
  const session = await client.createSession();
  return {
    session,
    close: async () => {
      await session.close(true);
      await client.disconnect();
    },
  };
}
