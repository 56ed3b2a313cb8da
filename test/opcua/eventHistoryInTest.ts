// What the tests of the history of events share: occurrences, the details of requests for them, and what is read back.
import {
  AttributeIds,
  ReadEventDetails,
  SimpleAttributeOperand,
  resolveNodeId,
  type EventFilterOptions,
} from "node-opcua";
import type { Occurrence } from "../../src/twin/occurrences.ts";
import { site } from "./fixture.ts";
import { at, type Answer } from "./historyInTest.ts";

export const SERVER = "i=2253";
export const FOLDER = site("/ChargePoints");
export const BASE_EVENT = "i=2041";
export const OWN = 3;
const BASE = [
  "EventId",
  "EventType",
  "SourceNode",
  "SourceName",
  "Time",
  "ReceiveTime",
  "LocalTime",
  "Message",
  "Severity",
];
const OWN_FIELDS = ["ChargePointId", "ConnectorId", "Action", "Result", "SentAt", "AnsweredAt", "EffectAt", "Payload"];
export const FIELDS = [...BASE, ...OWN_FIELDS];

export function operandOf(name: string, more: object = {}): SimpleAttributeOperand {
  return new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId(BASE_EVENT),
    browsePath: [{ name, namespaceIndex: OWN_FIELDS.includes(name) ? OWN : 0 }],
    attributeId: AttributeIds.Value,
    ...more,
  });
}

export interface Wanted extends EventFilterOptions {
  readonly start?: string | null;
  readonly end?: string | null;
  readonly count?: number;
  readonly fields?: readonly string[];
}

export function wanted({
  start = "5:00",
  end = "6:00",
  count = 0,
  fields = ["Action"],
  ...filter
}: Wanted = {}): ReadEventDetails {
  return new ReadEventDetails({
    startTime: start === null ? null : new Date(at(start)),
    endTime: end === null ? null : new Date(at(end)),
    numValuesPerNode: count,
    filter: { selectClauses: fields.map((name) => operandOf(name)), ...filter },
  });
}

/** Of connector 1 at a minute; its Action is its name. */
export function occurrence(name: string, minute: string, more: Partial<Occurrence> = {}): Occurrence {
  const time = at(minute);
  return {
    type: "CommandFinishedEventType",
    chargePointId: "H1",
    severity: 100,
    message: `${name} was done`,
    at: time,
    received: time + 250,
    ...more,
    fields: {
      Action: name,
      Result: "Good",
      SentAt: time - 1000,
      AnsweredAt: undefined,
      EffectAt: time,
      ...more.fields,
    },
  };
}

export const names = ({ events }: Answer): string => (events ?? []).map(([action]) => String(action?.value)).join(" ");
