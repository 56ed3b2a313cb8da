// The decisions behind a transaction, found in the history of what has been announced: it keeps no number of the transaction, so that
// they are found by charge point, id tag, connector and time.
import type { DecisionView } from "../hmi/shapes.ts";
import type { EpochMs } from "../std/clock.ts";
import { isAlarmChange } from "../twin/alarms.ts";
import type { LedgerEntry } from "../twin/keptPages.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { History, OccurrencePlace } from "../twin/ports.ts";

/** An Authorize belongs to the start if it came so long before (OCPP 1.6 §9.1.1: ConnectionTimeOut is mostly shorter). */
const AUTHORIZED_BEFORE_MS = 10 * 60_000;
/** A decision may take as long as SCADA and modules may. */
const DECIDED_WITHIN_MS = 2 * 60_000;
/** Clocks that are read one after the other. */
const TOLERANCE_MS = 1000;
const PER_PAGE = 200;
const MOST_PAGES = 5;

interface Sought {
  readonly action: string;
  readonly idTag: string;
  readonly connectorId?: number;
  readonly from: EpochMs;
  /** Before `from` it looks backwards. */
  readonly to: EpochMs;
}

/** In the order of time; none where no history is kept. Rejects when the history cannot be read. */
export async function decisionsBehind(
  history: Pick<History, "readOccurrences"> | undefined,
  { chargePointId, connectorId, idTag, startReceived, endReceived, stopIdTag }: LedgerEntry,
): Promise<readonly DecisionView[]> {
  if (history === undefined) return [];
  const from = startReceived - TOLERANCE_MS;
  const all: Sought[] = [
    { action: "Authorize", idTag, from: startReceived, to: startReceived - AUTHORIZED_BEFORE_MS },
    { action: "StartTransaction", idTag, connectorId, from, to: startReceived + DECIDED_WITHIN_MS },
  ];
  if (endReceived !== undefined && stopIdTag !== undefined) {
    const stop = { action: "StopTransaction", idTag: stopIdTag };
    all.push({ ...stop, from: endReceived - TOLERANCE_MS, to: endReceived + DECIDED_WITHIN_MS });
  }
  const found = await Promise.all(all.map((sought) => find(history, chargePointId, sought)));
  return found.flatMap((occurrence) => (occurrence === undefined ? [] : [decisionViewOf(occurrence)]));
}

async function find(
  history: Pick<History, "readOccurrences">,
  chargePointId: string,
  sought: Sought,
): Promise<Occurrence | undefined> {
  let after: OccurrencePlace | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { from, to } = sought;
    const query = { chargePointId, from, to, limit: PER_PAGE, ...(after !== undefined && { after }) };
    const { kept, more } = await history.readOccurrences(query);
    for (const { occurrence } of kept) if (!isAlarmChange(occurrence) && fits(occurrence, sought)) return occurrence;
    after = kept.at(-1)?.place;
    if (!more || after === undefined) return undefined;
  }
  return undefined;
}

function fits({ type, fields }: Occurrence, { action, idTag, connectorId }: Sought): boolean {
  return (
    type === "DecisionMadeEventType" &&
    fields["Action"] === action &&
    String(fields["IdTag"]).toLowerCase() === idTag.toLowerCase() &&
    (connectorId === undefined || fields["ConnectorId"] === connectorId)
  );
}

export function decisionViewOf({ at, fields }: Occurrence): DecisionView {
  const textOf = (name: string): string => String(fields[name] ?? "");
  return {
    at,
    action: textOf("Action"),
    source: textOf("Source"),
    rule: textOf("Rule"),
    status: textOf("Status"),
    asked: textOf("Asked"),
    answeredBy: textOf("AnsweredBy"),
    latencyMs: Number(fields["LatencyMs"] ?? 0),
    reason: textOf("Reason"),
  };
}
