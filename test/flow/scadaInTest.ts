// What the tests of a deciding SCADA share: a bridge with rules, events as a client sees them, the list of questions, and answers.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AttributeIds,
  EventFilter,
  SimpleAttributeOperand,
  TimestampsToReturn,
  resolveNodeId,
  type ClientSession,
  type Variant,
} from "node-opcua";
import { expect } from "vitest";
import { ADDITIONAL_INFO, call, nothing, on, text, type Answer } from "../opcua/callsInTest.ts";
import { connectChargePoint, openSession, read, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";

export const RULE = "the control room decides";
/** Long enough that no test waits for it. */
export const PATIENT = 30;

/** Rules in which SCADA is asked about these actions. */
export function askScada(actions: string, timeoutSeconds = PATIENT, otherwise = "{ status: Blocked }"): string {
  return `version: 1
rules:
  - name: ${RULE}
    on: [${actions}]
    ask: scada
    timeoutSeconds: ${timeoutSeconds}
    otherwise: ${otherwise}
`;
}

export interface Site {
  readonly bridge: BridgeInTest;
  readonly rulesFile: string;
  /** Another client. */
  connect(): Promise<{ readonly session: ClientSession; close(): Promise<void> }>;
  readonly session: ClientSession;
}

/** Starts a bridge with a rules file; `cleanUps` are run after the test, the last first. */
export async function openSite(
  cleanUps: (() => Promise<unknown>)[],
  { rules, yaml = "", role = "operator" }: { readonly rules: string; readonly yaml?: string; readonly role?: string },
): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-test-"));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  const rulesFile = join(folder, "rules.yaml");
  await writeFile(rulesFile, rules);
  const bridge = await startBridgeInTest(`rules: [${JSON.stringify(rulesFile)}]\n${yaml}`, 0, role);
  cleanUps.push(() => bridge.stop());
  const connect: Site["connect"] = async () => {
    const opened = await openSession(bridge.bridge.addresses.opcua);
    cleanUps.push(() => opened.close().catch(() => {}));
    return opened;
  };
  return { bridge, rulesFile, connect, session: (await connect()).session };
}

const FIELDS = {
  EventType: 0,
  SourceNode: 0,
  Severity: 0,
  RequestId: 3,
  Action: 3,
  ChargePointId: 3,
  ConnectorId: 3,
  IdTag: 3,
  Payload: 3,
  Deadline: 3,
  Source: 3,
  Asked: 3,
  Rule: 3,
  Status: 3,
  Answer: 3,
  AnsweredBy: 3,
  LatencyMs: 3,
  Reason: 3,
} as const;

export type Seen = Readonly<Record<keyof typeof FIELDS, unknown>>;

/** Fields of all types of decisions; what an event does not have is null. */
export const fieldFilter = new EventFilter({
  selectClauses: Object.entries(FIELDS).map(
    ([name, namespaceIndex]) =>
      new SimpleAttributeOperand({
        typeDefinitionId: resolveNodeId("i=2041"),
        browsePath: [{ name, namespaceIndex }],
        attributeId: AttributeIds.Value,
      }),
  ),
});

export function seenOf(values: readonly Variant[]): Seen {
  return Object.fromEntries(Object.keys(FIELDS).map((name, index) => [name, values[index]?.value])) as Seen;
}

/** What a client sees at a node from now on. */
export async function watchEvents(session: ClientSession, nodeId: string): Promise<Seen[]> {
  const seen: Seen[] = [];
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 20,
    requestedLifetimeCount: 500,
    requestedMaxKeepAliveCount: 20,
    publishingEnabled: true,
  });
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 1000, discardOldest: true, filter: fieldFilter },
    TimestampsToReturn.Both,
  );
  item.on("changed", ((values: Variant[]) => {
    const event = seenOf(values);
    // Events of charge points and alarms have no action.
    if (event.Action !== undefined && event.Action !== null) seen.push(event);
  }) as never);
  await until(() => item.result?.statusCode.name === "Good");
  return seen;
}

const DEADLINE_MS = 30_000;

/** Waits until it holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface Pending {
  readonly RequestId: string;
  readonly Action: string;
  readonly ChargePointId: string;
  readonly ConnectorId: number;
  readonly IdTag: string;
  readonly Payload: string;
  readonly Deadline: string;
}

/** The list of the questions that wait, as it is read now. */
export async function pending(session: ClientSession): Promise<Pending[]> {
  const { value, statusCode } = await read(session, "/Decisions/Pending");
  expect(statusCode.name).toBe("Good");
  return JSON.parse(String(value.value)) as Pending[];
}

/** The list once it has so many. */
export async function pendingCount(session: ClientSession, count: number): Promise<Pending[]> {
  let list: Pending[] = [];
  await until(async () => (list = await pending(session)).length === count);
  return list;
}

export interface Given {
  readonly expiryDate?: Variant;
  readonly parentIdTag?: Variant;
  readonly data?: Variant;
}

export function answer(session: ClientSession, requestId: string, status: string, given: Given = {}): Promise<Answer> {
  const { expiryDate = nothing, parentIdTag = text(""), data = text("") } = given;
  return call(
    session,
    on("/Decisions", "Answer", [text(requestId), text(status), expiryDate, parentIdTag, data]),
    ADDITIONAL_INFO,
  );
}

type ChargePoint = Awaited<ReturnType<typeof connectChargePoint>>;

/** Settings of these charge points. */
export const known = (...ids: string[]): string => `chargePoints: [${ids.map((id) => `{ id: ${id} }`).join(", ")}]\n`;

/** One that is known, once it has booted. */
export async function bootChargePoint(
  cleanUps: (() => Promise<unknown>)[],
  { bridge }: Site,
  identity: string,
): Promise<ChargePoint> {
  const client = await connectChargePoint(bridge.ocpp, identity);
  cleanUps.push(() => client.close({ force: true }));
  const boot = { chargePointVendor: "V", chargePointModel: "M" };
  expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
  return client;
}
