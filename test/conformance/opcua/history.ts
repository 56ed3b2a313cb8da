// Historical Access (OPC 10000-11) and aggregates (OPC 10000-13): claimed where a history is kept.
import { claimed, elsewhere, notClaimed, type Unit } from "./unit.ts";

export const history: readonly Unit[] = [
  claimed(
    "Attribute Historical Read",
    elsewhere("opcua/historyPages.test.ts", "continuation points (OPC 10000-4 §7.9)"),
    elsewhere("opcua/historyNodes.test.ts", "what cannot be read"),
  ),
  claimed(
    "Historical Access Read Raw",
    elsewhere("opcua/historyRaw.test.ts", "raw, by the examples of OPC 10000-11 §4.4, Table 1"),
    elsewhere("opcua/historyRaw.test.ts", "values"),
  ),
  claimed(
    "Historical Access Data Max Nodes Read Continuation Point",
    elsewhere("opcua/historyPages.test.ts", "each node of the longest request can be gone on with"),
  ),
  claimed(
    "Historical Access ServerTimestamp",
    elsewhere("opcua/historyRaw.test.ts", "bear value, status and both times as they were kept"),
  ),
  claimed("Historical Access Time Instance", elsewhere("opcua/historyRaw.test.ts", "at times (OPC 10000-11 §6.5.5)")),
  claimed(
    "Historical Access Aggregates",
    elsewhere("opcua/historyProcessed.test.ts", "processed (OPC 10000-13)"),
    elsewhere("opcua/aggregates.test.ts", "Interpolative (OPC 10000-13 A.2.2)"),
    elsewhere("opcua/aggregates.test.ts", "TimeAverage and Total (§5.4.3.6, §5.4.3.8)"),
  ),
  claimed(
    "Historical Access Events",
    elsewhere("opcua/historyEvents.test.ts", "an event in the history"),
    elsewhere("opcua/historyEvents.test.ts", "ranges (OPC 10000-11 §6.5.2.2)"),
    elsewhere("opcua/historyEvents.test.ts", "filters"),
  ),
  notClaimed("Historical Access Modified Values", "what has been kept is not changed"),
  notClaimed("Historical Access Insert Value", "what has been kept is not changed"),
];
