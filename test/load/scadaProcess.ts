// The SCADA client of the load, in a process of its own: one session, one subscription with all items. It counts what comes and, where an
// energy register carries when its frame left, how long that took.
import { join } from "node:path";
import {
  DataChangeNotification,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  UserTokenType,
  type ClientSession,
  type HistoryData,
  type UserIdentityInfo,
} from "node-opcua";
import { setTimeout as delay } from "node:timers/promises";
import { createItems } from "../bench/createItems.ts";
import { answerParent } from "./childProcess.ts";
import { Durations, sinceEpoch } from "./durations.ts";
import type { Seen } from "./records.ts";
import { itemsOf, registerNode, registersIn } from "./scadaItems.ts";

export interface ScadaClientOptions {
  /** For its certificate. */
  readonly folder: string;
  readonly policy: "None" | "Basic256Sha256";
}

export interface ScadaSessionOptions {
  readonly endpointUrl: string;
  readonly user?: { readonly name: string; readonly password: string } | undefined;
}

export interface ScadaItems {
  readonly chargePoints: number;
  readonly items: number;
  readonly publishingIntervalMs: number;
  readonly epoch: number;
}

const PAUSE_MS = 20;
/** Longer than the server takes for the largest request of a large load. */
const REQUEST_TIMEOUT_MS = 300_000;
const FIRST_VALUES_MS = 300_000;

let client: OPCUAClient;
let session: ClientSession;
let notified = 0;
let notificationMs = new Durations();
let isMeasuring = false;
let problem = "";

/** Makes the client and its certificate; answers the file of it, for the bridge has to trust it. */
async function prepare({ folder, policy }: ScadaClientOptions): Promise<string> {
  const isSecure = policy !== "None";
  const clientCertificateManager = new OPCUACertificateManager({
    rootFolder: join(folder, "client"),
    automaticallyAcceptUnknownCertificate: true,
  });
  await clientCertificateManager.initialize();
  client = OPCUAClient.create({
    applicationName: "LoadOfScada",
    clientName: "load",
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 1 },
    transportTimeout: REQUEST_TIMEOUT_MS,
    securityPolicy: isSecure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
    securityMode: isSecure ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
    clientCertificateManager,
  });
  await client.createDefaultCertificate();
  return client.certificateFile;
}

async function open({ endpointUrl, user }: ScadaSessionOptions): Promise<void> {
  await client.connect(endpointUrl);
  client.on("connection_lost", () => (problem = "the connection was lost"));
  const identity: UserIdentityInfo =
    user === undefined
      ? { type: UserTokenType.Anonymous }
      : { type: UserTokenType.UserName, userName: user.name, password: user.password };
  session = await client.createSession(identity);
}

/** Resolves with seconds once all items are there and the first value of each has come. */
async function subscribe({ chargePoints, items, publishingIntervalMs, epoch }: ScadaItems): Promise<number> {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: publishingIntervalMs,
    requestedLifetimeCount: 10_000,
    requestedMaxKeepAliveCount: 20,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
  });
  const registers = registersIn(chargePoints, items);
  subscription.on("raw_notification", ({ notificationData }) => {
    const now = sinceEpoch(epoch);
    for (const data of notificationData ?? []) {
      if (!(data instanceof DataChangeNotification)) continue;
      notified += data.monitoredItems?.length ?? 0;
      if (!isMeasuring) continue;
      for (const { clientHandle, value } of data.monitoredItems ?? [])
        if (clientHandle < registers && typeof value.value.value === "number")
          notificationMs.add(now - value.value.value);
    }
  });
  subscription.on("terminated", () => (problem = "the subscription has ended"));
  const begin = performance.now();
  await createItems(session, subscription.subscriptionId, itemsOf(chargePoints, items));
  const deadline = performance.now() + FIRST_VALUES_MS;
  for (;;) {
    if (notified >= items) return (performance.now() - begin) / 1000;
    if (performance.now() > deadline) throw new Error(`only ${notified} of ${items} first values have come`);
    await delay(PAUSE_MS);
  }
}

/** What the history has of the energy registers of these connectors since `epoch`. */
async function history({
  connectors,
  epoch,
}: {
  readonly connectors: readonly string[];
  readonly epoch: number;
}): Promise<Record<string, number[]>> {
  const kept: Record<string, number[]> = {};
  const end = new Date(Date.now() + 60_000);
  for (const connector of connectors) {
    const read = await session.readHistoryValue(registerNode(connector), new Date(epoch - 1000), end);
    if (!read.statusCode.isGood()) throw new Error(`history of ${connector}: ${read.statusCode.name}`);
    const { dataValues } = read.historyData as HistoryData;
    kept[connector] = (dataValues ?? []).map(({ value }) => Number(value.value));
  }
  return kept;
}

answerParent({
  prepare,
  open,
  subscribe,
  begin: () => {
    isMeasuring = true;
    notified = 0;
    notificationMs = new Durations();
  },
  seen: (): Seen => ({ notified, notificationMs: notificationMs.counts, problem }),
  history,
  close: async () => {
    await session.close(true);
    await client.disconnect();
  },
});
