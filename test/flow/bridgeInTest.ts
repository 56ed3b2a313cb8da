// A whole bridge in the test's own process, on loopback and free ports, with the clients that tests drive it with.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AttributeIds, OPCUAClient, StatusCodes, type ClientSession, type DataValue } from "node-opcua";
import { RPCClient } from "ocpp-rpc";
import { startBridge, type Bridge } from "../../src/app/start.ts";
import { loadSettings } from "../../src/settings/load.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog, type Log } from "../../src/std/log.ts";

export interface BridgeInTest {
  readonly bridge: Bridge;
  /** URL of the first OCPP listener. */
  readonly ocpp: string;
  /** Where its settings file lies, to which paths in the settings are relative. */
  readonly directory: string;
  stop(): Promise<void>;
}

interface BridgeSurroundings {
  readonly data: string;
  readonly files: Readonly<Record<string, string>>;
  readonly log: Log;
  /** Further keys of the section opcua, as YAML. */
  readonly opcua: string;
  /** The same of the section hmi. */
  readonly hmi: string;
}

/**
 * Starts a bridge; `yaml` is added to settings that listen on free ports of loopback, `role` is that of OPC UA clients, `data` the folder
 * of the store, `files` are further files beside the settings, by their names.
 */
export async function startBridgeInTest(
  yaml = "",
  profile = 0,
  role = "observer",
  { data = "data", files = {}, log = silentLog, opcua = "", hmi = "" }: Partial<BridgeSurroundings> = {},
): Promise<BridgeInTest> {
  const directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-test-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const file = join(directory, "bridge.yaml");
  await writeFile(
    file,
    `opcua: { host: 127.0.0.1, port: 0, securityPolicies: [None, Basic256Sha256], anonymousRole: ${role}${opcua === "" ? "" : `, ${opcua}`} }
hmi: { host: 127.0.0.1, port: 0, metricsOpen: true${hmi === "" ? "" : `, ${hmi}`} }
${yaml.includes("store:") ? "" : `store: { directory: ${data} }\n`}${yaml.includes("ocpp:") ? "" : `ocpp:\n  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: ${profile} }]\n`}${yaml}
`,
  );
  const loaded = loadSettings(file, {});
  if (!("settings" in loaded)) throw new Error(JSON.stringify(loaded));
  const bridge = await startBridge({ settings: loaded.settings, clock: systemClock, log });
  return {
    bridge,
    ocpp: bridge.addresses.ocpp[0] ?? "",
    directory,
    stop: async () => {
      await bridge.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The independent charge point: strict, so that it refuses answers that break the OCPP schema. */
export async function connectChargePoint(endpoint: string, identity: string, options: object = {}): Promise<RPCClient> {
  const asked = { endpoint, identity, protocols: ["ocpp1.6"], strictMode: true, reconnect: false, ...options };
  // The client's types demand what its code has defaults for.
  const client = new RPCClient(asked as unknown as ConstructorParameters<typeof RPCClient>[0]);
  await client.connect();
  return client;
}

/** An OPC UA client's session over security policy None. */
export async function openSession(endpointUrl: string): Promise<{ session: ClientSession; close(): Promise<void> }> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 1 } });
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

/** The value of a node by the string part of its NodeId in namespace 4. */
export function read(session: ClientSession, path: string): Promise<DataValue> {
  return session.read({ nodeId: `ns=4;s=${path}`, attributeId: AttributeIds.Value });
}

const DEADLINE_MS = 30_000;
const PAUSE_MS = 10;

/** Reads `path` until `fits` holds; throws with the last value when the deadline has passed. */
export async function readUntil(
  session: ClientSession,
  path: string,
  fits: (dataValue: DataValue) => boolean,
): Promise<DataValue> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const dataValue = await read(session, path);
    if (fits(dataValue)) return dataValue;
    if (performance.now() > deadline) throw new Error(`${path} stayed ${dataValue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Reads `path` until it is Good and has `value`. */
export function readValue(session: ClientSession, path: string, value: unknown): Promise<DataValue> {
  return readUntil(
    session,
    path,
    (dataValue) => dataValue.statusCode === StatusCodes.Good && equal(dataValue.value.value, value),
  );
}

function equal(actual: unknown, expected: unknown): boolean {
  if (actual instanceof Date && expected instanceof Date) return actual.getTime() === expected.getTime();
  return actual === expected;
}
