// What the tests of conditions share: a server whose alarms a test moves by hand, and events as an independent client reads them.
import {
  AttributeIds,
  ContentFilter,
  DataType,
  EventFilter,
  LocalizedText,
  SimpleAttributeOperand,
  TimestampsToReturn,
  Variant,
  resolveNodeId,
  type CallMethodResult,
  type ClientSession,
  type ClientSubscription,
  type ContentFilterElementOptions,
} from "node-opcua";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import {
  calm,
  isCalm,
  isTold,
  sense,
  actOn,
  type AlarmPlace,
  type AlarmState,
  type KeptAlarm,
} from "../../src/twin/alarms.ts";
import { roles } from "../../src/twin/commands.ts";
import type { ActOnAlarm } from "../../src/twin/ports.ts";
import type { Kept } from "./historyInTest.ts";
import {
  connect,
  endpointOptions,
  eventually,
  noCommands,
  site,
  startFed,
  temporaryFolder,
  twinOf,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

/** The alarms of a test: the real machine, without the twins. */
export class AlarmsByHand {
  readonly #states = new Map<string, KeptAlarm>();
  #now = Date.UTC(2026, 10, 25, 12);
  fed: Fed | undefined;
  /** What keeps it. */
  kept: Kept | undefined;

  /** What the server asks. */
  readonly act: ActOnAlarm = async (place, act, { user, role }) => {
    if (roles.indexOf(role) < roles.indexOf("operator")) return "Denied";
    const after = actOn(this.at(place), act, {
      now: this.#tick(),
      user,
      needsConfirmation: place.name === "GroundFailure",
    });
    if (typeof after === "string") return after;
    this.#show([{ ...place, state: after }]);
    return "Done";
  };

  raise(...places: readonly AlarmPlace[]): void {
    this.#sense(places, { text: "It is so", severity: 700 });
  }

  clear(...places: readonly AlarmPlace[]): void {
    this.#sense(places, undefined);
  }

  suppress(place: AlarmPlace, isSuppressed: boolean): void {
    const finding = { text: "It is so", severity: 700 };
    const sensed = { finding, isSuppressed, onDelayMs: 0, offDelayMs: 0, moves: false };
    this.#show([{ ...place, state: sense(this.at(place), sensed, this.#tick()) }]);
  }

  at(place: AlarmPlace): AlarmState {
    return this.#states.get(keyOf(place))?.state ?? calm;
  }

  #sense(places: readonly AlarmPlace[], finding: { text: string; severity: number } | undefined): void {
    const sensed = { finding, isSuppressed: false, onDelayMs: 0, offDelayMs: 0, moves: false };
    this.#show(places.map((place) => ({ ...place, state: sense(this.at(place), sensed, this.#tick()) })));
  }

  #show(alarms: readonly KeptAlarm[]): void {
    const told = alarms.filter((alarm) => isTold(this.at(alarm), alarm.state));
    for (const alarm of alarms)
      if (isCalm(alarm.state)) this.#states.delete(keyOf(alarm));
      else this.#states.set(keyOf(alarm), alarm);
    this.kept?.announce(told.map((alarm) => ({ ...alarm, isConnected: true })));
    this.fed?.show(told);
  }

  #tick(): number {
    this.#now += 1000;
    return this.#now;
  }
}

const keyOf = ({ chargePointId, connector, name }: AlarmPlace): string => `${chargePointId}/${connector}/${name}`;

export const FIELDS = [
  "EventId EventType SourceNode SourceName Time ReceiveTime Message Severity ConditionClassId",
  "ConditionClassName ConditionName BranchId Retain EnabledState EnabledState.Id Quality LastSeverity",
  "Comment ClientUserId AckedState AckedState.Id ConfirmedState.Id ActiveState ActiveState.Id",
  "ActiveState.TransitionTime InputNode SuppressedState.Id ShelvingState.CurrentState",
  "ShelvingState.CurrentState.Id ShelvingState.UnshelveTime SuppressedOrShelved NormalState",
  "ExpirationDate ExpirationLimit CertificateType Certificate",
].flatMap((line) => line.split(" "));

export type Seen = Readonly<Record<string, Variant>>;

export function operandOf(path: string): SimpleAttributeOperand {
  if (path === "ConditionId")
    return new SimpleAttributeOperand({
      typeDefinitionId: resolveNodeId("ConditionType"),
      browsePath: [],
      attributeId: AttributeIds.NodeId,
    });
  return new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId("BaseEventType"),
    browsePath: path.split(".").map((name) => ({ name })),
    attributeId: AttributeIds.Value,
  });
}

export interface Watch {
  readonly seen: Seen[];
  readonly monitoredItemId: number;
}

/** What is seen at a node by who asks for all fields and, with `elements`, only for some events. */
export async function watch(
  subscription: ClientSubscription,
  nodeId: string,
  elements: ContentFilterElementOptions[] = [],
  queueSize = 1000,
): Promise<Watch> {
  const seen: Seen[] = [];
  const names = [...FIELDS, "ConditionId"];
  const filter = new EventFilter({
    selectClauses: names.map(operandOf),
    whereClause: new ContentFilter({ elements }),
  });
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize, discardOldest: true, filter },
    TimestampsToReturn.Both,
  );
  item.on("changed", ((values: Variant[]) =>
    seen.push(Object.fromEntries(names.map((name, index) => [name, values[index]!])))) as never);
  await eventually(() => item.result?.statusCode.name === "Good");
  return { seen, monitoredItemId: item.monitoredItemId ?? -1 };
}

export function open(session: ClientSession): Promise<ClientSubscription> {
  return session.createSubscription2({
    requestedPublishingInterval: 20,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 500,
    maxNotificationsPerPublish: 1000,
    publishingEnabled: true,
  });
}

export const METHODS = {
  Acknowledge: "i=9111",
  Confirm: "i=9113",
  AddComment: "i=9029",
  Enable: "i=9027",
  Disable: "i=9028",
  TimedShelve: "i=9213",
  OneShotShelve: "i=9212",
  Unshelve: "i=9211",
} as const;

/** A call by the type's method NodeId, or by another. */
export async function call(
  session: ClientSession,
  objectId: string,
  methodId: string,
  inputArguments: Variant[] = [],
): Promise<CallMethodResult> {
  return session.call({ objectId, methodId, inputArguments });
}

export const marked = (eventId: Buffer, text = "noted", locale = "en"): Variant[] => [
  new Variant({ dataType: DataType.ByteString, value: eventId }),
  new Variant({ dataType: DataType.LocalizedText, value: new LocalizedText({ text, locale }) }),
];

export const conditionOf = ({ chargePointId, connector, name }: AlarmPlace): string => {
  const owner = connector === 0 ? chargePointId : `${chargePointId}/Connector${connector}`;
  return site(`${chargePointId === "" ? "/Bridge" : owner}/Alarms/${name}`);
};

export const ground: AlarmPlace = { chargePointId: "A1", connector: 1, name: "GroundFailure" };
export const offline: AlarmPlace = { chargePointId: "A1", connector: 0, name: "Offline" };
export const store: AlarmPlace = { chargePointId: "", connector: 0, name: "StoreFailing" };

export interface OpenedConditions {
  readonly folder: Awaited<ReturnType<typeof temporaryFolder>>;
  readonly fed: Fed;
  readonly client: Connected;
  readonly session: ClientSession;
  /** Of one test. */
  readonly subscription: ClientSubscription;
}

/** A server with two charge points and a client for the tests of a file; `opened` is told of them before each test. */
export function useConditions(opened: (conditions: OpenedConditions) => void, kept?: Kept): AlarmsByHand {
  const alarms = new AlarmsByHand();
  let all: Omit<OpenedConditions, "subscription">;
  let subscription: ClientSubscription;

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const options = endpointOptions(folder.path, { anonymousRole: "operator" });
    const fed = await startFed(options, noCommands, kept, alarms.act);
    alarms.fed = fed;
    alarms.kept = kept;
    for (const id of ["A1", "A2"]) fed.publish(undefined, withState(twinOf(id, [1, 2]), "Connected"));
    const client = await connect(fed.ua.endpointUrl, folder.path);
    all = { folder, fed, client, session: client.session };
  }, 60_000);

  afterAll(async () => {
    await all.client.close();
    await all.fed.ua.stop();
    await all.folder.clean();
  });

  beforeEach(async () => {
    subscription = await open(all.session);
    opened({ ...all, subscription });
  });

  /** Nothing is left of the alarms of a test. */
  afterEach(async () => {
    const operator = { via: "method", role: "operator", user: "", isPrivate: true } as const;
    for (const place of [ground, offline, store]) {
      if (!alarms.at(place).enabled) await call(all.session, conditionOf(place), METHODS.Enable);
      alarms.clear(place);
      const { sequence } = alarms.at(place);
      for (const kind of ["acknowledge", "confirm"] as const) await alarms.act(place, { kind, sequence }, operator);
      await alarms.act(place, { kind: "unshelve" }, operator);
    }
    await subscription.terminate();
  });
  return alarms;
}
