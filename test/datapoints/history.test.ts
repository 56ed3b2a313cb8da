import { describe, expect, it } from "vitest";
import { historize, historizeNew, type KeptSample } from "../../src/datapoints/history.ts";
import { tableFor } from "../../src/datapoints/table.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import { meterPoints } from "../../src/twin/measurands.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { restoreTwin } from "../../src/twin/restore.ts";
import { createTwin, type Reading, type Twin } from "../../src/twin/twin.ts";

const NOON = Date.UTC(2026, 10, 25, 12);
const HOUR_MS = 3_600_000;

/** `connector/path value`, with the time in seconds from noon, and `?` for an uncertain one. */
function kept(before: Twin | undefined, after: Twin, events: readonly TwinEvent[] = []): string[] {
  const lines: string[] = [];
  historize(before, after, events, {
    keep: (connector: number, column: number, { value, at, isUncertain }: KeptSample) => {
      const path = tableFor(connector).datapoints[column]?.path;
      lines.push(`${connector}/${path} ${value} @${(at - NOON) / 1000}${isUncertain ? "?" : ""}`);
    },
  });
  return lines;
}

function happen(before: Twin, ...events: readonly TwinEvent[]): { twin: Twin; lines: string[] } {
  const twin = events.reduce(reduce, before);
  return { twin, lines: kept(before, twin, events) };
}

const pointOf = (path: string): number => meterPoints.findIndex((point) => point.path === path);
const reading = (path: string, value: number, at = NOON, more: Partial<Reading> = {}): Reading => ({
  point: pointOf(path),
  value,
  at,
  received: NOON,
  ...more,
});
const sampled = (readings: readonly Reading[], connector = 1): TwinEvent => ({
  type: "MeterSampled",
  connector,
  readings,
  at: NOON,
  received: NOON,
});
const status = (text: string, at = NOON, more = {}): TwinEvent => ({
  type: "StatusReported",
  connector: 1,
  status: text,
  errorCode: "NoError",
  at,
  received: NOON,
  ...more,
});
const linked: TwinEvent = {
  type: "Linked",
  remoteAddress: "127.0.0.1",
  securityProfile: 0,
  ocppVersion: "1.6",
  at: NOON,
  received: NOON,
};
const fresh = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, NOON - HOUR_MS);
const twin = [linked, { type: "ConnectorKnown", connector: 1 } as const].reduce(reduce, fresh);

describe("what is kept of a change", () => {
  it("is connecting and disconnecting, and no sign of life between", () => {
    expect(happen(fresh, linked).lines).toEqual(["0/State/Connected true @0"]);
    const alive = happen(twin, { type: "HeartbeatReceived", at: NOON + 5000, received: NOON + 5000 });
    expect(alive.lines).toEqual([]);
    const gone = happen(alive.twin, { type: "Unlinked", at: NOON + 9000, received: NOON + 9000 });
    expect(gone.lines).toEqual(["0/State/Connected false @9"]);
  });

  it("of a twin that is new is what the bridge knows itself: the rest is in the history already", () => {
    const known = [status("Charging"), sampled([reading("SoC", 50)])].reduce(reduce, twin);
    expect(kept(undefined, known)).toEqual(["0/State/Connected true @0"]);
  });

  it.each([
    ["a connector", 1, ["1/Status/Status Charging @0", "1/Status/ErrorCode NoError @0"]],
    ["the charge point", 0, ["0/State/Status Charging @0", "0/State/ErrorCode NoError @0"]],
  ])("is the status of %s, once", (_, connector, lines) => {
    const first = happen(twin, status("Charging", NOON, { connector }));
    expect(first.lines).toEqual(lines);
    expect(happen(first.twin, status("Charging", NOON + 1000, { connector, received: NOON + 1000 })).lines).toEqual([]);
  });

  it("is a status too that is older than the one known", () => {
    const { twin: known } = happen(twin, status("Available"));
    expect(happen(known, status("Charging", NOON - 60_000)).lines).toEqual([
      "1/Status/Status Charging @-60",
      "1/Status/ErrorCode NoError @-60",
    ]);
  });

  it.each([
    ["firmware", "FirmwareStatusNotification"],
    ["signedFirmware", "SignedFirmwareStatusNotification"],
    ["diagnostics", "DiagnosticsStatusNotification"],
    ["log", "LogStatusNotification"],
  ] as const)("is each step of a transfer: %s", (topic, name) => {
    let known = twin;
    const steps = ["Downloading", "Downloading", "Downloaded", "Installing", "Installed"].flatMap((text, second) => {
      const at = NOON + second * 1000;
      const { twin: after, lines } = happen(known, { type: "Noted", topic, text, at, received: at });
      known = after;
      return lines;
    });
    const told = ["Downloading @0", "Downloaded @2", "Installing @3", "Installed @4"];
    expect(steps).toEqual(told.map((step) => `0/State/${name} ${step}`));
  });

  it("is every reading, older ones and repeated values among them, each once", () => {
    const first = happen(twin, sampled([reading("Voltage", 230), reading("SoC", 50)]));
    expect(first.lines).toEqual(["1/MeterValues/Voltage 230 @0", "1/MeterValues/SoC 50 @0"]);
    const later = happen(
      first.twin,
      sampled([
        reading("Voltage", 230, NOON + 10_000),
        reading("SoC", 49, NOON - HOUR_MS),
        reading("SoC", 48, NOON - 2 * HOUR_MS),
      ]),
    );
    expect(later.lines).toEqual([
      "1/MeterValues/Voltage 230 @10",
      "1/MeterValues/SoC 49 @-3600",
      "1/MeterValues/SoC 48 @-7200",
    ]);
  });

  it("is what follows from readings: the total of phases", () => {
    const { lines } = happen(
      twin,
      sampled(["L1", "L2", "L3"].map((phase) => reading(`Power.Active.Import/${phase}`, 1000))),
    );
    expect(lines).toHaveLength(4);
    expect(lines).toContain("1/MeterValues/Power.Active.Import 3000 @0");
  });

  it("is that nothing flows any more when a transaction ends", () => {
    const started: TwinEvent = {
      type: "TransactionStarted",
      connector: 1,
      transactionId: 7,
      idTag: "TAG",
      meterStart: 1000,
      idTagStatus: "Accepted",
      timestamp: new Date(NOON - 60_000).toISOString(),
      at: NOON - 60_000,
      received: NOON,
    };
    const begun = happen(twin, started);
    expect(begun.lines).toEqual(["1/Transaction/TransactionId 7 @-60", "1/Transaction/Energy 0 @-60"]);
    const running = happen(
      begun.twin,
      sampled([reading("Power.Active.Import", 7000), reading("Energy.Active.Import.Register", 1500)]),
    );
    expect(running.lines).toEqual([
      "1/MeterValues/Power.Active.Import 7000 @0",
      "1/MeterValues/Energy.Active.Import.Register 1500 @0",
      "1/Transaction/Energy 500 @0",
    ]);
    const stop = { transactionId: 7, reason: "Local", meterStop: 1600, at: NOON + 30_000, received: NOON + 30_000 };
    expect(happen(running.twin, { type: "TransactionStopped", connector: 1, ...stop }).lines).toEqual([
      "1/Transaction/Energy 600 @30",
      "1/MeterValues/Power.Active.Import 0 @30",
    ]);
  });

  it("is uncertain where the charge point gave no time", () => {
    expect(happen(twin, sampled([reading("SoC", 50, NOON, { assumed: true })])).lines).toEqual([
      "1/MeterValues/SoC 50 @0?",
    ]);
  });

  it("is not that a reading is no longer fresh", () => {
    const { twin: known } = happen(twin, sampled([reading("SoC", 50)]));
    expect(happen(known, { type: "ReadingsStale", connector: 1, points: [pointOf("SoC")] }).lines).toEqual([]);
    expect(happen(known, linked).lines).toEqual([]);
  });

  it("is the main meter as well", () => {
    expect(happen(twin, sampled([reading("SoC", 50)], 0)).lines).toEqual(["0/MeterValues/SoC 50 @0"]);
  });
});

describe("what is kept of a twin that is put into the house", () => {
  const keptAt = (of: Twin, now: number): string[] => {
    const lines: string[] = [];
    historizeNew(of, now, {
      keep: (connector: number, column: number, { value, at }: KeptSample) =>
        void lines.push(`${connector}/${tableFor(connector).datapoints[column]?.path} ${value} @${(at - NOON) / 1000}`),
    });
    return lines;
  };

  it("is that it is not connected now, whatever was kept while the bridge last ran", () =>
    expect(keptAt(restoreTwin(twin, [], NOON + HOUR_MS), NOON + HOUR_MS)).toEqual(["0/State/Connected false @3600"]));

  it("is nothing more of one that has never been connected", () => expect(keptAt(fresh, NOON)).toEqual([]));
});
