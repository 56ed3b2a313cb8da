// Events and Alarms & Conditions (OPC 10000-9).
import { elsewhere, claimed, notClaimed, type Unit } from "./unit.ts";

const BY_METHOD = elsewhere(
  "opcua/conditions.test.ts",
  "acknowledge, confirm and comment, by the type's methods as by its own",
);
const REFUSED = elsewhere("opcua/conditions.test.ts", "the methods of a condition");

export const events: readonly Unit[] = [
  claimed(
    "Address Space Events",
    elsewhere("opcua/events.test.ts", "HasNotifier (OPC 10000-3 §7.18)"),
    elsewhere("opcua/typeNodes.test.ts", "charge points, connectors and their folder name the events that they raise"),
  ),
  claimed(
    "Monitor Events",
    elsewhere("opcua/events.test.ts", "an occurrence"),
    elsewhere("opcua/events.test.ts", "a where clause"),
    elsewhere("opcua/requestFaults.test.ts", "the events (OPC 10000-4 §5.13.1)"),
    elsewhere("opcua/hostileRequests.test.ts", "events without a filter"),
  ),
  claimed(
    "Monitor QueueSize_ServerMax",
    elsewhere("opcua/capabilities.test.ts", "name the queue and the sampling interval that are granted"),
    elsewhere(
      "opcua/events.test.ts",
      "in one batch let others have their turn, and are kept only as far as a client's queue goes",
    ),
  ),
];

export const alarms: readonly Unit[] = [
  claimed(
    "A & C Basic",
    elsewhere("opcua/conditions.test.ts", "an event of a condition"),
    elsewhere("opcua/conditionNodes.test.ts", "are told of on change"),
  ),
  claimed("A & C Enable", elsewhere("opcua/conditions.test.ts", "disable and enable"), REFUSED),
  claimed(
    "A & C Instances",
    elsewhere(
      "opcua/conditionNodes.test.ts",
      "are found by browsing from what it is about, and read as its events say",
    ),
  ),
  claimed("A & C Acknowledge", BY_METHOD, REFUSED),
  claimed("A & C Confirm", BY_METHOD, REFUSED),
  claimed("A & C Comment", BY_METHOD, REFUSED),
  claimed(
    "A & C Refresh",
    elsewhere("opcua/conditionRefresh.test.ts", "tells the subscription that asks of what is retained"),
    elsewhere("opcua/conditionRefresh.test.ts", "is refused for a subscription of somebody else"),
    elsewhere(
      "opcua/conditionRefresh.test.ts",
      "asked for again and again is refused, and others are served meanwhile",
    ),
  ),
  claimed("A & C Refresh2", elsewhere("opcua/conditionRefresh.test.ts", "of one item goes to that alone")),
  claimed("A & C Shelving", elsewhere("opcua/conditions.test.ts", "shelve for a time and once, and say so")),
  claimed("A & C Alarm", elsewhere("opcua/conditions.test.ts", "has the fields of its type, each of its own DataType")),
  claimed(
    "A & C OffNormal",
    elsewhere("opcua/conditions.test.ts", "has the fields of its type, each of its own DataType"),
  ),
  claimed(
    "A & C CertificateExpiration",
    elsewhere("flow/connectionAlarms.test.ts", "tells of the certificate of a listener that expires first"),
  ),
  notClaimed("A & C Branch", "an alarm that comes again before it is acknowledged is the same condition"),
  notClaimed("A & C Dialog", "nothing asks a client by a dialog; decisions are methods"),
];
