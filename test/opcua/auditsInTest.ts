// Listening to audit events in tests: what a session receives at the Server object, by the names of the fields.
import {
  AttributeIds,
  EventFilter,
  SimpleAttributeOperand,
  TimestampsToReturn,
  Variant,
  resolveNodeId,
  type ClientSession,
} from "node-opcua";
import { eventually } from "./fixture.ts";

const OF_ALL = ["EventType", "SourceNode", "SourceName", "Message", "Severity"];
/** OPC 10000-5 §6.4.3, §6.4.25, §6.4.27 and §6.4.7 to §6.4.10. */
const OF_AUDITS: Readonly<Record<string, readonly string[]>> = {
  "i=2052": ["ActionTimeStamp", "Status", "ServerId", "ClientAuditEntryId", "ClientUserId"],
  "i=2100": ["AttributeId", "IndexRange", "OldValue", "NewValue"],
  "i=2127": ["MethodId", "InputArguments"],
  "i=2069": ["SessionId"],
  "i=2075": ["UserIdentityToken", "SecureChannelId"],
};
const FIELDS = [
  ...OF_ALL.map((name) => ["i=2041", name] as const),
  ...Object.entries(OF_AUDITS).flatMap(([type, names]) => names.map((name) => [type, name] as const)),
];

export type Audit = Readonly<Record<string, unknown>>;

/** Every event that reaches the session from then on, with the values of its fields. */
export async function listen(session: ClientSession): Promise<Audit[]> {
  const seen: Audit[] = [];
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 20,
    requestedMaxKeepAliveCount: 20,
    requestedLifetimeCount: 500,
    maxNotificationsPerPublish: 10_000,
    publishingEnabled: true,
  });
  const filter = new EventFilter({
    selectClauses: FIELDS.map(
      ([type, name]) =>
        new SimpleAttributeOperand({
          typeDefinitionId: resolveNodeId(type),
          browsePath: [{ name }],
          attributeId: AttributeIds.Value,
        }),
    ),
  });
  const item = await subscription.monitor(
    { nodeId: "i=2253", attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 1000, discardOldest: true, filter },
    TimestampsToReturn.Both,
  );
  item.on("changed", ((values: Variant[]) =>
    seen.push(Object.fromEntries(FIELDS.map(([, name], index) => [name, plain(values[index]!)])))) as never);
  await eventually(() => item.result?.statusCode.name === "Good");
  return seen;
}

/** NodeIds as texts, nested Variants as their values. */
function plain({ value }: Variant): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => (each instanceof Variant ? plain(each) : each));
  const text = (value as { text?: unknown } | null)?.text;
  if (typeof text === "string") return text;
  const isNodeId = (value as object | null)?.constructor.name === "NodeId";
  return isNodeId ? String(value) : (value as unknown);
}
