// What has been wanted of charge points since the page was opened: request, answer, effect. Sent once: nothing is tried again by itself.
import { effect, signal } from "@preact/signals";
import type { Payload } from "../../../twin/commands.ts";
import type { OccurrenceEvent } from "../../shapes.ts";
import type { Answer } from "../api.ts";
import { datapointOf, occurrences, watched } from "../chargePoint.ts";
import { whenUserChanges } from "../formerUser.ts";
import { connection } from "../live.ts";
import { sendOrder } from "../orders.ts";
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
  /** This page has sent it; others may come by OPC UA or from other pages. */
  readonly isOwn: boolean;
}

const MOST_KEPT = 100;

/** Newest first. */
export const commandLog = signal<readonly LoggedCommand[]>([]);
let last = 0;
const seen = new WeakSet<OccurrenceEvent>();

whenUserChanges(() => {
  commandLog.value = [];
});

export async function give(order: FaceplateOrder): Promise<Answer<{ readonly response: Payload }>> {
  const number = ++last;
  const begunAt = performance.now();
  const entry: LoggedCommand = {
    number,
    chargePointId: order.chargePointId,
    connectorId: connectorOfOrder(order),
    name: nameOfOrder(order),
    request: JSON.stringify(shownOf(order)),
    wantedAt: Date.now(),
    isOwn: true,
  };
  commandLog.value = [entry, ...commandLog.peek()].slice(0, MOST_KEPT);
  const answer = await sendOrder(order);
  change(number, { answer, answeredAfterMs: performance.now() - begunAt });
  return answer;
}

/** Without what must not be read over a shoulder; what the bridge tells at the end has no secret at all. */
function shownOf(order: FaceplateOrder): unknown {
  const payload = payloadOfOrder(order);
  const isSecretKey = datapointOf(0, `Configuration/${String(payload["key"])}`)?.isSecret === true;
  return isSecretKey ? { ...payload, value: "***" } : payload;
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

/** The oldest of ours that it can be about, or else one of somebody else. */
function finish(occurrence: OccurrenceEvent): void {
  const own = commandLog.peek().findLast((entry) => fits(entry, occurrence));
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
    isOwn: false,
  };
  commandLog.value = [entry, ...commandLog.peek()].slice(0, MOST_KEPT);
}

/** No number connects a request with what is told of its end: way, place and name do, and the answer where there is one. */
function fits(entry: LoggedCommand, { chargePointId, connectorId, fields }: OccurrenceEvent): boolean {
  if (!entry.isOwn || entry.finished !== undefined || entry.chargePointId !== chargePointId) return false;
  if (fields["RequestedVia"] !== "http" || fields["Action"] !== entry.name) return false;
  if (connectorId !== undefined && connectorId !== entry.connectorId) return false;
  const isRefused = entry.answer?.kind === "refusal";
  return entry.answer === undefined || isRefused === (fields["Result"] !== "Good");
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
