// What has been wanted of charge points since the page was opened: request, answer, effect. Sent once: nothing is tried again by itself.
import { effect, signal } from "@preact/signals";
import type { Payload } from "../../../twin/commands.ts";
import type { OccurrenceEvent } from "../../shapes.ts";
import type { Answer } from "../api.ts";
import { occurrences, watched } from "../chargePoint.ts";
import { connection } from "../live.ts";
import { newReference, sendOrder } from "../orders.ts";
import { connectorOfOrder, nameOfOrder, payloadOfOrder, type FaceplateOrder } from "./destructive.ts";

export interface LoggedCommand {
  readonly number: number;
  readonly chargePointId: string;
  readonly connectorId: number | undefined;
  readonly name: string;
  /** JSON of what was wanted; at the end, of the OCPP request that it became. */
  readonly request: string;
  /** Epoch ms */
  readonly wantedAt: number;
  /** Of one that this page has sent; undefined until there is an answer. */
  readonly answer?: Answer<{ readonly response: Payload }>;
  /** From the click to the answer, ms. */
  readonly answeredAfterMs?: number;
  /** How it has ended, as the bridge tells everybody. */
  readonly finished?: OccurrenceEvent;
  /** Meanwhile the bridge could not tell this page how it ended. */
  readonly isUnfollowed?: true;
  /** By which its end is known; undefined for one that this page has not sent: others come by OPC UA or from other pages. */
  readonly reference?: string;
}

const MOST_KEPT = 100;

/** Newest first. */
export const commandLog = signal<readonly LoggedCommand[]>([]);
let last = 0;
const seen = new WeakSet<OccurrenceEvent>();

/** So long after its answer the second click of a double click may come. */
const DOUBLE_CLICK_MS = 1_000;

/** What waits for its answer, or has had it just now. */
const underWay = signal<readonly FaceplateOrder[]>([]);

/** Whether a command of this name is on its way there. */
export function isUnderWay(name: string, chargePointId: string, connectorId?: number): boolean {
  return underWay.value.some(
    (order) =>
      order.chargePointId === chargePointId &&
      nameOfOrder(order) === name &&
      (connectorId === undefined || connectorOfOrder(order) === connectorId),
  );
}

/** Sends it, unless the same one is on its way. */
export async function give(order: FaceplateOrder): Promise<void> {
  const written = JSON.stringify(order);
  if (underWay.peek().some((each) => JSON.stringify(each) === written)) return;
  underWay.value = [...underWay.peek(), order];
  const number = ++last;
  const begunAt = performance.now();
  const reference = newReference();
  const entry: LoggedCommand = {
    number,
    chargePointId: order.chargePointId,
    connectorId: connectorOfOrder(order),
    name: nameOfOrder(order),
    request: JSON.stringify(shownOf(order)),
    wantedAt: Date.now(),
    reference,
  };
  commandLog.value = [entry, ...commandLog.peek()].slice(0, MOST_KEPT);
  const answer = await sendOrder(order, reference);
  change(number, { answer, answeredAfterMs: performance.now() - begunAt });
  setTimeout(() => {
    underWay.value = underWay.peek().filter((each) => each !== order);
  }, DOUBLE_CLICK_MS);
}

/** Texts that are never a secret; of others, such as the value of a key or a URL, only the bridge knows. */
const plainFields: ReadonlySet<string> = new Set([
  "action",
  "idTag",
  "key",
  "messageId",
  "parentIdTag",
  "requestedMessage",
  "status",
  "type",
  "updateType",
  "vendorId",
]);

/** Until the bridge tells at the end what was wanted, without its secrets, what may be one is not shown. */
function shownOf(order: FaceplateOrder): unknown {
  const isPlain = (name: string, value: unknown) =>
    typeof value === "number" || typeof value === "boolean" || plainFields.has(name);
  return Object.fromEntries(
    Object.entries(payloadOfOrder(order)).map(([name, value]) => [name, isPlain(name, value) ? value : "***"]),
  );
}

effect(() => {
  for (const occurrence of occurrences.value)
    if (occurrence.type === "CommandFinishedEventType" && !seen.has(occurrence)) {
      seen.add(occurrence);
      finish(occurrence);
    }
});

/** What is told while nobody listens is not told again. */
effect(() => {
  const told = connection.value === "lost" ? undefined : watched.value;
  const log = commandLog.peek();
  const isMissed = (entry: LoggedCommand) => entry.finished === undefined && entry.chargePointId !== told;
  if (log.some(isMissed))
    commandLog.value = log.map((entry) => (isMissed(entry) ? { ...entry, isUnfollowed: true } : entry));
});

/** Ours, or one of somebody else. */
function finish(occurrence: OccurrenceEvent): void {
  const { reference } = occurrence;
  const own = reference === undefined ? undefined : commandLog.peek().find((entry) => entry.reference === reference);
  if (own !== undefined) {
    const sent = textOf(occurrence.fields["Payload"]);
    change(own.number, { finished: occurrence, ...(sent !== "" && { request: sent }) });
    return;
  }
  const { chargePointId, connectorId, at, fields } = occurrence;
  const entry: LoggedCommand = {
    number: ++last,
    chargePointId,
    connectorId,
    name: textOf(fields["Action"]),
    request: textOf(fields["Payload"]),
    wantedAt: timeOf(fields["SentAt"]) ?? at,
    finished: occurrence,
  };
  commandLog.value = [entry, ...commandLog.peek()].slice(0, MOST_KEPT);
}

function change(number: number, changes: Partial<LoggedCommand>): void {
  commandLog.value = commandLog.peek().map((entry) => (entry.number === number ? { ...entry, ...changes } : entry));
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function timeOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
