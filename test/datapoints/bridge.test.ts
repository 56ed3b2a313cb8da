// The rows of the site itself: every fact of a status is shown, under its own name, in a type that can hold it.
import { describe, expect, it } from "vitest";
import {
  bridgeDatapoints,
  certificateDatapoints,
  folderDatapoints,
  idTagDatapoints,
  type BridgeStatus,
} from "../../src/datapoints/bridge.ts";

/** Every number differs, so that no row can show another's. */
const status: BridgeStatus = {
  at: Date.UTC(2026, 10, 25, 12),
  version: "1.2.3",
  startedAt: Date.UTC(2026, 10, 25, 11),
  knownChargePoints: 50,
  connectedChargePoints: 40,
  registeredChargePoints: 30,
  pendingChargePoints: 20,
  activeTransactions: 10,
  messagesReceivedPerSecond: 2.5,
  messagesSentPerSecond: 1.5,
  storeState: "failing",
  scadaMethodState: "unreachable",
  idTags: 7,
  serviceLevel: 100,
  serviceLevelReasons: '["why"]',
  certificates: "[1]",
  rulesInUse: 70,
  rulesLoadedAt: Date.UTC(2026, 10, 25, 11, 30),
  rulesError: "rules.yaml:1:1 wrong",
  decisionLatencyMilliseconds: 0.5,
};

describe("the point list of the site", () => {
  it("shows every fact of the status", () => {
    const shown = bridgeDatapoints.map(({ path, row }) => [path, row.type, row.read(status)]);
    expect(shown).toEqual([
      ["Version", "String", "1.2.3"],
      ["StartTime", "DateTime", status.startedAt],
      ["KnownChargePoints", "UInt32", 50],
      ["ConnectedChargePoints", "UInt32", 40],
      ["RegisteredChargePoints", "UInt32", 30],
      ["PendingChargePoints", "UInt32", 20],
      ["ActiveTransactions", "UInt32", 10],
      ["MessagesReceivedPerSecond", "Double", 2.5],
      ["MessagesSentPerSecond", "Double", 1.5],
      ["StoreState", "String", "failing"],
      ["RulesInUse", "UInt32", 70],
      ["RulesLoadedAt", "DateTime", status.rulesLoadedAt],
      ["RulesError", "String", "rules.yaml:1:1 wrong"],
      ["ScadaMethodState", "String", "unreachable"],
      ["DecisionLatency", "Double", 0.5],
      ["ServiceLevelReasons", "String", '["why"]'],
    ]);
  });

  it("shows below the folder of charge points how many are pending", () => {
    expect(folderDatapoints.map(({ path, row }) => [path, row.type, row.read(status)])).toEqual([
      ["PendingCount", "UInt32", 20],
    ]);
  });

  it("shows at the list of id tags how many there are", () => {
    expect(idTagDatapoints.map(({ path, row }) => [path, row.type, row.read(status)])).toEqual([
      ["Count", "UInt32", 7],
    ]);
  });

  it("shows administrators the certificates", () => {
    expect(certificateDatapoints.map(({ path, row }) => [path, row.type, row.read(status)])).toEqual([
      ["Certificates", "String", "[1]"],
    ]);
  });

  it("holds only facts of the bridge's own, each described and in its own column", () => {
    for (const datapoints of [bridgeDatapoints, certificateDatapoints, folderDatapoints, idTagDatapoints]) {
      expect(datapoints.map(({ column }) => column)).toEqual([...datapoints.keys()]);
      for (const { path, row, meterPoint } of datapoints)
        expect([path, row.own, meterPoint, row.description !== ""]).toEqual([path, true, undefined, true]);
    }
  });
});
