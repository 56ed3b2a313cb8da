// EventIds of conditions, the same after every restart and on every node of a cluster: made of the condition and the number of the change.
import { hash } from "node:crypto";

const PLACE_BYTES = 10;
const NUMBER_BYTES = 6;

/** The EventId of a change; `condition` is the string of the condition's NodeId. */
export function conditionEventIdOf(condition: string, sequence: number): Buffer {
  const id = Buffer.alloc(PLACE_BYTES + NUMBER_BYTES);
  placeOf(condition).copy(id);
  id.writeUIntBE(sequence, PLACE_BYTES, NUMBER_BYTES);
  return id;
}

/** The number of the change; undefined when the EventId is none of this condition. */
export function sequenceOf(condition: string, eventId: unknown): number | undefined {
  if (!Buffer.isBuffer(eventId) || eventId.length !== PLACE_BYTES + NUMBER_BYTES) return undefined;
  if (!eventId.subarray(0, PLACE_BYTES).equals(placeOf(condition))) return undefined;
  return eventId.readUIntBE(PLACE_BYTES, NUMBER_BYTES);
}

function placeOf(condition: string): Buffer {
  return hash("sha1", condition, "buffer").subarray(0, PLACE_BYTES);
}
