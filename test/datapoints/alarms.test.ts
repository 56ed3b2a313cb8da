// The table of alarms over twins: each row finds what it is for, and nothing once that is over.
import type { ShownCertificate } from "../../src/datapoints/certificates.ts";
import { describe, expect, it } from "vitest";
import type { BridgeFacts, ChargePointFacts, ConnectorFacts } from "../../src/datapoints/alarmFindings.ts";
import type { Alarm } from "../../src/datapoints/alarm.ts";
import { bridgeAlarms, chargePointAlarms, connectorAlarms } from "../../src/datapoints/alarms.ts";
import { enumerations } from "../../src/schema/ocpp16.generated.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import { meterPointOf, type PhasePath } from "../../src/twin/measurands.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";
import { calmBridge, thresholds } from "../app/alarmsInTest.ts";

const T0 = Date.UTC(2026, 10, 25, 12);
const DAY = 86_400;
const expiringIn = (seconds: number): BridgeFacts["certificate"] => ({
  name: "server.pem",
  validUntil: T0 + seconds * 1000,
  secondsLeft: seconds,
  der: "MIIB",
});

const stamp = (seconds: number) => ({ at: T0 + seconds * 1000, received: T0 + seconds * 1000 });

function twinAfter(events: readonly TwinEvent[]): Twin {
  const known = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 300 }, T0);
  const begun: TwinEvent[] = [
    { type: "Linked", ...stamp(0) },
    { type: "ConnectorKnown", connector: 1 },
  ];
  return [...begun, ...events].reduce(reduce, known);
}

const status = (connector: number, name: string, errorCode = "NoError", more: object = {}): TwinEvent => ({
  type: "StatusReported",
  connector,
  status: name,
  errorCode,
  ...more,
  ...stamp(connector + 1),
});

const noted = (topic: "firmware" | "signedFirmware" | "diagnostics" | "log", text: string): TwinEvent => ({
  type: "Noted",
  topic,
  text,
  ...stamp(3),
});

const clock = (offsetSeconds: number): TwinEvent => ({ type: "ClockCompared", offsetSeconds, ...stamp(4) });

const started: TwinEvent = {
  type: "TransactionStarted",
  connector: 1,
  transactionId: 7,
  idTag: "TAG",
  meterStart: 0,
  idTagStatus: "Accepted",
  timestamp: new Date(T0 + 5000).toISOString(),
  ...stamp(5),
};
const stopped: TwinEvent = {
  type: "TransactionStopped",
  connector: 1,
  transactionId: 7,
  meterStop: 10,
  reason: "Local",
  ...stamp(90),
};
const limited: TwinEvent = {
  type: "ProfileInstalled",
  connector: 1,
  profileId: 1,
  purpose: "TxDefaultProfile",
  stackLevel: 0,
  text: "{}",
  amperes: 16,
  ...stamp(6),
};

function current(amperes: number, phase: PhasePath, seconds: number): TwinEvent {
  const point = meterPointOf("Current.Import", phase, "Outlet") ?? -1;
  const readings = [{ point, value: amperes, ...stamp(seconds) }];
  return { type: "MeterSampled", connector: 1, readings, telegram: "[]", ...stamp(seconds) };
}

interface Case {
  readonly raise: readonly TwinEvent[];
  readonly clear: readonly TwinEvent[];
  readonly says: RegExp;
  readonly since?: number;
}

const errorCodes = enumerations.ChargePointErrorCode.filter((code) => code !== "NoError");

/** Of a status, which a charge point (connector 0) reports of itself as of its connectors. */
function statusCases(connector: number): Record<string, Case> {
  const at = connector + 1;
  const fine = [{ ...status(connector, "Available"), ...stamp(60) } as TwinEvent];
  return {
    ...Object.fromEntries(
      errorCodes.map((code) => [
        code,
        {
          raise: [status(connector, "Faulted", code, { vendorErrorCode: "E7", info: "left door" })],
          clear: fine,
          says: /; E7; left door$/u,
          since: at,
        },
      ]),
    ),
    Faulted: {
      raise: [status(connector, "Faulted", "NoError", { info: "?" })],
      clear: fine,
      says: /code; \?/u,
      since: at,
    },
    Unavailable: { raise: [status(connector, "Unavailable")], clear: fine, says: /^Out of service$/u, since: at },
  };
}

const chargePointCases: Readonly<Record<string, Case>> = {
  ...statusCases(0),
  Offline: {
    raise: [{ type: "Unlinked", ...stamp(50) }],
    clear: [{ type: "Linked", ...stamp(60) }],
    says: /not connected/u,
    since: 50,
  },
  FirmwareUpdateRunning: {
    raise: [noted("firmware", "Downloading")],
    clear: [noted("firmware", "Installed")],
    says: /: Downloading/u,
    since: 3,
  },
  DiagnosticsRunning: {
    raise: [noted("log", "Uploading")],
    clear: [noted("log", "Uploaded")],
    says: /: Uploading/u,
    since: 3,
  },
  ClockOff: { raise: [clock(-61)], clear: [clock(60)], says: /61 s slow/u, since: 4 },
};

const connectorCases: Readonly<Record<string, Case>> = {
  ...statusCases(1),
  LimitExceeded: {
    raise: [started, limited, current(17.5, "L2", 10)],
    clear: [current(17.2, "L2", 20)],
    says: /17\.5 A where 16\.0 A/u,
  },
  MeterValuesMissing: { raise: [started], clear: [stopped], says: /transaction 7/u, since: 5 },
  ...Object.fromEntries(
    ["Preparing", "Finishing", "SuspendedEVSE"].map((name) => [
      `StuckIn${name}`,
      {
        raise: [status(1, name)],
        clear: [{ ...status(1, "Charging"), ...stamp(60) }],
        says: /too long/u,
        since: 2,
      },
    ]),
  ),
};

const factsOf = (twin: Twin): ChargePointFacts => ({ twin, missing: undefined });
const connectorFactsOf = (twin: Twin): ConnectorFacts => ({ ...factsOf(twin), connector: twin.connectors.get(1)! });

function check<F>(alarm: Alarm<F>, { raise, clear, says, since }: Case, facts: (twin: Twin) => F): void {
  const find = (events: readonly TwinEvent[]) => alarm.find(facts(twinAfter(events)), thresholds);
  expect(find([]), "before").toBeUndefined();
  const found = find(raise);
  expect(found?.text).toMatch(says);
  expect(found?.since).toBe(since === undefined ? undefined : T0 + since * 1000);
  expect(find([...raise, ...clear]), "after").toBeUndefined();
}

/** The effect of a command is no part of the twin. */
const rowsOfTwins = <F>(rows: readonly Alarm<F>[]) => rows.filter(({ name }) => name !== "CommandEffectMissing");

describe("an alarm of a charge point", () => {
  it.each(rowsOfTwins(chargePointAlarms).map((alarm) => [alarm.name, alarm] as const))(
    "%s comes and goes",
    (name, alarm) => check(alarm, chargePointCases[name]!, factsOf),
  );
});

describe("an alarm of a connector", () => {
  it.each(rowsOfTwins(connectorAlarms).map((alarm) => [alarm.name, alarm] as const))(
    "%s comes and goes",
    (name, alarm) => check(alarm, connectorCases[name]!, connectorFactsOf),
  );

  it("LimitExceeded looks at phases, not at their sum, and not at what is stale", () => {
    const alarm = connectorAlarms.find(({ name }) => name === "LimitExceeded")!;
    const three = (["L1", "L2", "L3"] as const).map((phase) => current(15, phase, 10));
    const find = (twin: Twin) => alarm.find(connectorFactsOf(twin), thresholds);
    expect(find(twinAfter([started, limited, ...three]))).toBeUndefined();
    const above = twinAfter([started, limited, current(20, "L1", 10)]);
    expect(find(above)).toBeDefined();
    const point = meterPointOf("Current.Import", "L1", "Outlet")!;
    const total = meterPointOf("Current.Import", "", "Outlet")!;
    expect(find(reduce(above, { type: "ReadingsStale", connector: 1, points: [point, total] }))).toBeUndefined();
  });

  it("MeterValuesMissing counts from the last telegram, and not while the charge point is away", () => {
    const alarm = connectorAlarms.find(({ name }) => name === "MeterValuesMissing")!;
    const find = (events: readonly TwinEvent[]) => alarm.find(connectorFactsOf(twinAfter(events)), thresholds);
    expect(find([started, current(10, "L1", 30)])?.since).toBe(T0 + 30_000);
    expect(find([started, { type: "Unlinked", ...stamp(40) }])).toBeUndefined();
    expect(find([started, { type: "Unlinked", ...stamp(40) }, { type: "Linked", ...stamp(50) }])?.since).toBe(
      T0 + 50_000,
    );
  });
});

describe("the table", () => {
  it("has a row for each error code of OCPP but NoError, of connectors as of charge points", () => {
    for (const rows of [chargePointAlarms, connectorAlarms])
      expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(errorCodes));
  });

  it("names no condition of a place twice, and grades all from 1 to 1000", () => {
    for (const rows of [chargePointAlarms, connectorAlarms, bridgeAlarms]) {
      expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
      for (const { severity } of rows)
        if (typeof severity === "number") expect(severity).toSatisfy((s: number) => s >= 1 && s <= 1000);
    }
  });

  it("takes an absent charge point more seriously while a transaction runs", () => {
    const { severity } = chargePointAlarms.find(({ name }) => name === "Offline")!;
    const of = severity as (facts: ChargePointFacts) => number;
    expect([twinAfter([]), twinAfter([started])].map((twin) => of(factsOf(twin)))).toEqual([500, 700]);
  });

  it("says who has put a charge point out of service when that was commanded", () => {
    const commanded: TwinEvent = {
      type: "AvailabilityCommanded",
      connector: 1,
      availability: "Inoperative",
      status: "Accepted",
      ...stamp(1),
    };
    const alarm = connectorAlarms.find(({ name }) => name === "Unavailable")!;
    const facts = connectorFactsOf(twinAfter([commanded, status(1, "Unavailable")]));
    expect(alarm.find(facts, thresholds)?.text).toBe("Out of service by command");
  });

  it("finds a command without its effect", () => {
    const alarm = chargePointAlarms.find(({ name }) => name === "CommandEffectMissing")!;
    const missing = { text: "a boot: not seen in time", since: T0 };
    expect(alarm.find({ twin: twinAfter([]), missing: undefined }, thresholds)).toBeUndefined();
    expect(alarm.find({ twin: twinAfter([]), missing }, thresholds)).toEqual(missing);
  });

  const DAY_MS = 86_400_000;
  const panel = (state: ShownCertificate["state"], days: number): ShownCertificate => ({
    state,
    subject: "CN=Panel 7",
    issuer: "CN=Panel 7",
    applicationUri: "urn:panel",
    validFrom: 0,
    validTo: 100 * DAY_MS + days * DAY_MS,
    thumbprint: "AB",
    der: `days ${days}`,
  });

  it.each<[string, ShownCertificate[], number | undefined, RegExp | undefined]>([
    ["the own one, next week", [panel("own", 300), panel("own", 7)], 300, /of CN=Panel 7 expires at 1970.*\(AB\)$/u],
    ["the own one, today", [panel("own", 7), panel("own", -0.1)], 700, /has expired at 1970/u],
    ["the own one, in two weeks and a bit", [panel("own", 14.1)], undefined, undefined],
    ["one that is not trusted", [panel("rejected", 7), panel("trusted", 7)], undefined, undefined],
  ])("finds that certificates expire (OPC 10000-9 §5.8.24.7): %s", (_, certificates, severity, text) => {
    const alarm = bridgeAlarms.find(({ name }) => name === "OpcUaCertificateExpiring")!;
    const facts = { ...calmBridge, certificates, now: 100 * DAY_MS };
    const found = alarm.find(facts, thresholds);
    expect(found?.text ?? "").toMatch(text ?? /^$/u);
    const { der, validTo: expiresAt } = certificates.toSorted((a, b) => a.validTo - b.validTo)[0]!;
    if (found !== undefined) expect(found.certificate).toEqual({ der, expiresAt, expirationLimitMs: 14 * DAY_MS });
    if (found !== undefined && typeof alarm.severity === "function") expect(alarm.severity(facts)).toBe(severity);
    expect(typeof alarm.severity).toBe("function");
  });

  it("finds that the certificate of a client expires that is trusted", () => {
    const alarm = bridgeAlarms.find(({ name }) => name === "OpcUaClientCertificateExpiring")!;
    const facts = { ...calmBridge, certificates: [panel("own", 1), panel("rejected", 1)], now: 100 * DAY_MS };
    expect(alarm.find(facts, thresholds)).toBeUndefined();
    const trusted = { ...facts, certificates: [panel("trusted", 1)] };
    expect(alarm.find(trusted, thresholds)).toMatchObject({ since: 87 * DAY_MS });
  });

  it.each<[string, Partial<BridgeFacts>, RegExp]>([
    ["StoreFailing", { storeState: "failing" }, /cannot write/u],
    ["RulesRefused", { rulesError: "rules.yaml:3:1 wrong" }, /not in use: rules\.yaml:3:1 wrong/u],
    ["DecisionFailing", { decisionFault: "Authorize of CP001: too late" }, /Authorize of CP001: too late/u],
    ["ConnectionsRefused", { refusals: { count: 10, last: "CP1 from ::1, unknown" } }, /10 .* CP1 from ::1, unknown/u],
    ["DuplicateIdentity", { duplicate: "CP1, the second one from ::1" }, /CP1, the second one from ::1/u],
    ["CertificateExpiring", { certificate: expiringIn(30 * DAY) }, /until 2026-12-25T12:00:00.000Z: server.pem/u],
  ])("finds %s of the bridge", (name, facts, text) => {
    const alarm = bridgeAlarms.find((each) => each.name === name)!;
    expect(alarm.find(calmBridge, thresholds)).toBeUndefined();
    expect(alarm.find({ ...calmBridge, ...facts }, thresholds)?.text).toMatch(text);
  });

  it.each<[string, Partial<BridgeFacts>]>([
    ["ConnectionsRefused", { refusals: { count: 9, last: "CP1" } }],
    ["CertificateExpiring", { certificate: expiringIn(31 * DAY) }],
  ])("does not find %s before its threshold", (name, facts) => {
    const alarm = bridgeAlarms.find((each) => each.name === name)!;
    expect(alarm.find({ ...calmBridge, ...facts }, thresholds)).toBeUndefined();
  });

  it("names the certificate of a listener with the limit of the settings", () => {
    const alarm = bridgeAlarms.find(({ name }) => name === "CertificateExpiring")!;
    const found = alarm.find(
      { ...calmBridge, certificate: expiringIn(DAY) },
      { ...thresholds, certificateExpiryDays: 3 },
    );
    const expiresAt = T0 + DAY_MS;
    expect(found?.certificate).toEqual({ der: "MIIB", expiresAt, expirationLimitMs: 3 * DAY_MS });
  });

  it("takes a certificate more seriously the less time is left", () => {
    const { severity } = bridgeAlarms.find(({ name }) => name === "CertificateExpiring")!;
    const of = severity as (facts: BridgeFacts) => number;
    const left = [30 * DAY, 7 * DAY, 1, 0, -DAY];
    expect(left.map((seconds) => of({ ...calmBridge, certificate: expiringIn(seconds) }))).toEqual([
      300, 500, 500, 700, 700,
    ]);
  });
});
