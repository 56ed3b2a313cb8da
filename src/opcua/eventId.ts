// The EventId of an occurrence (OPC 10000-5 §6.4.2): made of what it says and of nothing else, so that it is the same whenever and from
// wherever the event is read, live or from the history, also after a restart.
import { createHash } from "node:crypto";
import type { Occurrence } from "../twin/occurrences.ts";

const BYTES = 16;

export function eventIdOf(occurrence: Occurrence): Buffer {
  const { type, chargePointId, connectorId, at, received, severity, message, sequence, fields } = occurrence;
  const named = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const said = [type, chargePointId, connectorId ?? 0, at, received, sequence ?? 0, severity, message, named];
  // As JSON no text runs into the next.
  return createHash("sha256").update(JSON.stringify(said)).digest().subarray(0, BYTES);
}
