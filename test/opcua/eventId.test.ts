import { expect, test } from "vitest";
import { eventIdOf } from "../../src/opcua/eventId.ts";
import type { Occurrence } from "../../src/twin/occurrences.ts";

const said: Occurrence = {
  type: "CommandFinishedEventType",
  chargePointId: "CP1",
  connectorId: 1,
  severity: 100,
  message: "done",
  at: 1000,
  received: 2000,
  fields: { Action: "Reset", Result: "Good", SentAt: undefined },
};
const idOf = (occurrence: Occurrence): string => eventIdOf(occurrence).toString("hex");

test("an EventId is pinned: a client that has seen an event knows it again after an update of the bridge", () => {
  expect(idOf(said)).toMatchInlineSnapshot(`"9cb28c17e156b0cb0be4dca5dbcd5dc5"`);
});

test("an EventId is the same for what comes back from a file, and whatever order the fields have", () => {
  expect(idOf(JSON.parse(JSON.stringify(said)) as Occurrence)).toBe(idOf(said));
  expect(idOf({ ...said, fields: { Result: "Good", Action: "Reset" } })).toBe(idOf(said));
});

test.each<[string, Partial<Occurrence>]>([
  ["type", { type: "Other" }],
  ["charge point", { chargePointId: "CP2" }],
  ["connector", { connectorId: 2 }],
  ["time", { at: 1001 }],
  ["time of receipt", { received: 2001 }],
  ["severity", { severity: 101 }],
  ["message", { message: "" }],
  ["sequence", { sequence: 1 }],
  ["value of a field", { fields: { ...said.fields, Result: "Bad" } }],
  ["further field", { fields: { ...said.fields, SentAt: 5 } }],
  ["text that runs into the next", { type: 'CommandFinishedEventType","CP1' }],
])("an EventId changes with %s", (_, changed) => {
  expect(idOf({ ...said, ...changed })).not.toBe(idOf(said));
});
