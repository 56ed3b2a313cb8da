// What the conformance units are checked against: a server with one charge point, independent clients, and requests as they go over the wire.
import {
  AttributeIds,
  MonitoringMode,
  RequestHeader,
  TimestampsToReturn,
  CreateMonitoredItemsRequest,
  CreateSubscriptionRequest,
  coerceNodeId,
  type ClientSession,
  type CreateMonitoredItemsResponse,
  type CreateSubscriptionResponse,
  type MonitoringParametersOptions,
  type NodeId,
  type StatusCode,
} from "node-opcua";
import type { Twin } from "../../../src/twin/twin.ts";
import { Kept } from "../../opcua/callsInTest.ts";
import {
  connect,
  endpointOptions,
  startFed,
  temporaryFolder,
  trustClient,
  twinOf,
  withSamples,
  withState,
  type Connected,
  type Fed,
  type Security,
} from "../../opcua/fixture.ts";

export const CHARGE_POINT = "ns=4;s=U1";
export const CONNECTED = `${CHARGE_POINT}/State/Connected`;
export const CLIENT_ID = `${CHARGE_POINT}/ClientId`;
export const HEARTBEAT_INTERVAL = `${CHARGE_POINT}/Config/HeartbeatInterval`;
export const LIMIT = `${CHARGE_POINT}/Connector1/Limit`;
export const POWER = `${CHARGE_POINT}/Connector1/MeterValues/Power.Active.Import`;
export const CURRENT = `${CHARGE_POINT}/Connector1/MeterValues/Current.Import`;
export const NOWHERE = `${CHARGE_POINT}/Nowhere`;
export const SERVER = "i=2253";

/** A NodeId of the standard's namespace that no node has. */
export const NOBODY = "i=4294967294";
/** A number that no subscription, item or continuation point has. */
export const NO_ID = 0x7fff_fff0;

export class Site {
  readonly fed: Fed;
  readonly folder: string;
  /** Of an anonymous engineer. */
  readonly session: ClientSession;
  readonly #close: () => Promise<void>;
  #twin: Twin;

  private constructor(fed: Fed, folder: string, session: ClientSession, close: () => Promise<void>) {
    this.fed = fed;
    this.folder = folder;
    this.session = session;
    this.#close = close;
    this.#twin = withState(twinOf("U1", [1, 2]), "Connected");
    fed.publish(undefined, this.#twin);
    this.change("Power.Active.Import", 1000);
    this.change("Current.Import", 10);
  }

  static async open(): Promise<Site> {
    const folder = await temporaryFolder();
    const fed = await startFed(endpointOptions(folder.path, { anonymousRole: "engineer" }), new Kept().command);
    await trustClient(fed, folder.path);
    const client = await connect(fed.ua.endpointUrl, folder.path);
    return new Site(fed, folder.path, client.session, async () => {
      await client.close();
      await fed.ua.stop();
      await folder.clean();
    });
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** Another client with a session of its own, closed when `use` is done. */
  async with(use: (client: Connected) => Promise<void>, security: Security = "None"): Promise<void> {
    const client = await connect(this.fed.ua.endpointUrl, this.folder, security);
    try {
      await use(client);
    } finally {
      await client.close().catch(() => {});
    }
  }

  change(measurand: string, value: number): void {
    const after = withSamples(this.#twin, 1, [{ measurand, value }]);
    this.fed.publish(this.#twin, after);
    this.#twin = after;
  }

  ask<Response>(request: object, session = this.session): Promise<Response> {
    return transact<Response>(session, request);
  }

  /** The code of the service itself: Good when it has answered. */
  codeOf(request: object, session = this.session): Promise<string> {
    return codeOf(transact(session, request));
  }

  /** A subscription of which the client's own bookkeeping knows nothing: its publish requests are those of the test. */
  async subscribe(session = this.session, publishingEnabled = true): Promise<number> {
    const { subscriptionId } = await transact<CreateSubscriptionResponse>(
      session,
      new CreateSubscriptionRequest({
        requestedPublishingInterval: 20,
        requestedLifetimeCount: 3000,
        requestedMaxKeepAliveCount: 1000,
        maxNotificationsPerPublish: 0,
        publishingEnabled,
        priority: 1,
      }),
    );
    return subscriptionId;
  }

  /** Items on the values of nodes; the client handle of each is its place. */
  async monitor(
    subscriptionId: number,
    nodeIds: readonly string[],
    requested: Partial<MonitoringParametersOptions> = {},
    session = this.session,
  ): Promise<{ readonly statuses: string[]; readonly ids: number[]; readonly queueSizes: number[] }> {
    const { results } = await transact<CreateMonitoredItemsResponse>(
      session,
      new CreateMonitoredItemsRequest({
        subscriptionId,
        timestampsToReturn: TimestampsToReturn.Both,
        itemsToCreate: nodeIds.map((nodeId, clientHandle) => ({
          itemToMonitor: { nodeId: coerceNodeId(nodeId), attributeId: AttributeIds.Value },
          monitoringMode: MonitoringMode.Reporting,
          requestedParameters: { clientHandle, samplingInterval: 0, queueSize: 10, discardOldest: true, ...requested },
        })),
      }),
    );
    return {
      statuses: (results ?? []).map(({ statusCode }) => statusCode.name),
      ids: (results ?? []).map(({ monitoredItemId }) => monitoredItemId),
      queueSizes: (results ?? []).map(({ revisedQueueSize }) => revisedQueueSize),
    };
  }
}

/** A service that the client does not wrap, or would not let ask such a thing. */
export function transact<Response>(session: ClientSession, request: object): Promise<Response> {
  const raw = session as unknown as { performMessageTransaction(asked: object): Promise<Response> };
  return raw.performMessageTransaction(request);
}

/** Good, or the name of the code with which it was refused. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(() => "Good", nameIn);
}

const nameIn = (error: unknown): string => /Bad[A-Za-z0-9]+/u.exec(String(error))?.[0] ?? String(error);

interface HasChannel {
  readonly _secureChannel: {
    performMessageTransaction(asked: object, done: (error: Error | null, response?: HasHeader) => void): void;
  };
}

interface HasHeader {
  readonly responseHeader: { readonly serviceResult: StatusCode };
}

/** The code of a service that a client asks for with that token; its session would hide it behind a new session. */
export function codeOfToken({ client }: Connected, authenticationToken: NodeId, request: object): Promise<string> {
  const asked = Object.assign(request, { requestHeader: new RequestHeader({ authenticationToken }) });
  const { _secureChannel: channel } = client as unknown as HasChannel;
  return new Promise((resolve) => {
    channel.performMessageTransaction(asked, (error, response) =>
      resolve(response?.responseHeader.serviceResult.name ?? nameIn(error)),
    );
  });
}

export const node = (nodeId: string): NodeId => coerceNodeId(nodeId);
