import { describe, expect, it } from "vitest";
import { membersOf } from "../../src/datapoints/enumerations.ts";
import { occurrencesOf } from "../../src/datapoints/occurrencesOf.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import type { Occurrence } from "../../src/twin/occurrences.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";

const NOON = Date.UTC(2026, 10, 25, 12);
const HOUR_MS = 3_600_000;
const fresh = createTwin("CP1", { status: "Accepted", heartbeatIntervalSeconds: 60 }, NOON - HOUR_MS);

/** What each batch of events is to those who listen, one after the other. */
function tell(before: Twin, ...batches: (readonly TwinEvent[])[]): (readonly Occurrence[])[] {
  let twin = before;
  return batches.map((events) => {
    const known = twin;
    twin = events.reduce(reduce, known);
    return occurrencesOf(known, twin, events);
  });
}

const counts = (told: readonly (readonly Occurrence[])[]): number[] => told.map(({ length }) => length);
const stamp = (at = NOON) => ({ at, received: NOON });
const heard: TwinEvent = { type: "Heard", ...stamp() };
const status = (text: string, more: object = {}): TwinEvent => ({
  type: "StatusReported",
  connector: 1,
  status: text,
  errorCode: "NoError",
  ...stamp(),
  ...more,
});
const noted = (topic: Extract<TwinEvent, { type: "Noted" }>["topic"], text: string, more: object = {}): TwinEvent => ({
  type: "Noted",
  topic,
  text,
  ...stamp(),
  ...more,
});
const boot = (more: object = {}): TwinEvent => ({ type: "Booted", vendor: "ACME", model: "One", ...stamp(), ...more });
const registered = (text: "Accepted" | "Pending" | "Rejected"): TwinEvent => ({
  type: "RegistrationSet",
  status: text,
  ...stamp(),
});
const started = (more: object = {}): TwinEvent => ({
  type: "TransactionStarted",
  connector: 1,
  transactionId: 7,
  idTag: "TAG",
  meterStart: 1000,
  idTagStatus: "Accepted",
  timestamp: "2026-11-25T12:00:00Z",
  ...stamp(),
  ...more,
});
const stopped = (more: object = {}): TwinEvent => ({
  type: "TransactionStopped",
  connector: 1,
  transactionId: 7,
  reason: "Local",
  ...stamp(NOON + 60_000),
  ...more,
});

it("nothing is told of samples and signs of life, and nothing is made for it", () => {
  const sampled: TwinEvent = { type: "MeterSampled", connector: 1, readings: [], ...stamp() };
  const [first, second] = tell(fresh, [heard, sampled], [heard]);
  expect(first).toEqual([]);
  expect(first).toBe(second);
});

describe("a status (OCPP 1.6 §4.9)", () => {
  it.each<[string, TwinEvent, boolean]>([
    ["the same again", status("Available", { at: NOON + 5000, timestamp: NOON + 5000 }), false],
    ["another status", status("Preparing"), true],
    ["another error", status("Available", { errorCode: "WeakSignal" }), true],
    ["other words", status("Available", { info: "warm" }), true],
    ["another error of the vendor", status("Available", { vendorErrorCode: "E1" }), true],
    ["another vendor", status("Available", { vendorId: "com.acme" }), true],
    ["that of another connector", status("Available", { connector: 2 }), true],
    ["that of the charge point", status("Available", { connector: 0 }), true],
    ["another one of before, queued while offline", status("Charging", { at: NOON - HOUR_MS }), true],
  ])("%s is told: %o %s", (_, event, isTold) => {
    const known = tell(fresh, [status("Available")], [heard, event]);
    expect(counts(known)).toEqual([1, isTold ? 1 : 0]);
  });

  it.each([
    ["Available", "NoError", 100],
    ["Unavailable", "NoError", 300],
    ["Available", "WeakSignal", 500],
    ["Faulted", "NoError", 700],
    ["Faulted", "GroundFailure", 700],
  ])("%s with %s has severity %i (OPC 10000-5 §6.4.2)", (text, errorCode, severity) =>
    expect(tell(fresh, [status(text, { errorCode })])).toMatchObject([[{ severity }]]),
  );

  it("that OCPP does not know is named in the message", () => {
    const [[told] = []] = tell(fresh, [status("Sleeping")]);
    expect(told).toMatchObject({ message: "Status Sleeping", connectorId: 1, fields: { Status: "Sleeping" } });
    expect(membersOf("ChargePointStatus")).not.toContain("Sleeping");
  });
});

describe("a boot (OCPP 1.6 §4.2)", () => {
  it("is told each time when it is accepted, and with its answer", () => {
    const told = tell(fresh, [boot()], [boot()]);
    expect(told).toMatchObject(
      [1, 2].map(() => [{ severity: 100, fields: { Vendor: "ACME", RegistrationStatus: "Accepted" } }]),
    );
  });

  it("that is only the next attempt of one who waits is not", () => {
    const told = tell(
      fresh,
      [registered("Pending"), boot()],
      [boot()],
      [boot({ firmwareVersion: "2" })],
      [registered("Rejected"), boot({ firmwareVersion: "2" })],
      [boot({ firmwareVersion: "2" })],
      [registered("Accepted"), boot({ firmwareVersion: "2" })],
    );
    expect(told.map(([each]) => each?.fields["RegistrationStatus"])).toEqual([
      "Pending",
      undefined,
      "Pending",
      "Rejected",
      undefined,
      "Accepted",
    ]);
    expect(told[0]?.[0]?.severity).toBe(300);
  });

  it("is told with what was answered, which need not be what is wished", () => {
    const withheld: TwinEvent = { type: "RegistrationSet", answered: "Pending", ...stamp() };
    expect(tell(fresh, [boot(), withheld], [boot(), withheld])).toMatchObject([
      [{ fields: { RegistrationStatus: "Pending" } }],
      [],
    ]);
  });
});

describe("a progress (OCPP 1.6 §4.4, §4.5)", () => {
  it("is told when it has gone on, and once more when another file was commanded since", () => {
    const commanded: TwinEvent = {
      type: "TransferCommanded",
      topic: "diagnostics",
      location: "ftp://files.example/",
      at: NOON + 1,
      received: NOON + 1,
    };
    const failed = noted("diagnostics", "UploadFailed");
    const later = noted("diagnostics", "UploadFailed", { at: NOON + 2, received: NOON + 2 });
    expect(
      counts(tell(fresh, [noted("diagnostics", "Uploading")], [failed], [failed], [commanded], [later], [later])),
    ).toEqual([1, 1, 0, 0, 1, 0]);
  });

  it.each([
    ["firmware", "FirmwareStatus"],
    ["signedFirmware", "FirmwareStatusEnumType"],
    ["diagnostics", "DiagnosticsStatus"],
    ["log", "UploadLogStatusEnumType"],
  ] as const)("of %s is a warning where it says that it cannot go on", (topic, enumeration) => {
    const bad = membersOf(enumeration).filter((text) => tell(fresh, [noted(topic, text)])[0]?.[0]?.severity === 500);
    expect(bad).toEqual(
      {
        FirmwareStatus: ["DownloadFailed", "InstallationFailed"],
        FirmwareStatusEnumType: [
          "DownloadFailed",
          "InstallationFailed",
          "InstallVerificationFailed",
          "InvalidSignature",
        ],
        DiagnosticsStatus: ["UploadFailed"],
        UploadLogStatusEnumType: ["BadMessage", "NotSupportedOperation", "PermissionDenied", "UploadFailure"],
      }[enumeration],
    );
  });
});

describe("a text", () => {
  const security = (type: string, more: object = {}): TwinEvent =>
    noted("securityEvent", JSON.stringify({ type, timestamp: "2026-11-25T12:00:00Z" }), more);

  it("of a security event is told once for each time, or each time where it bears none", () => {
    const assumed = security("Tampered", { assumed: true });
    expect(
      counts(tell(fresh, [security("Tampered")], [security("Tampered")], [security("Other")], [assumed], [assumed])),
    ).toEqual([1, 0, 1, 1, 1]);
    expect(tell(fresh, [security("StartupOfTheDevice")], [security("TamperDetectionActivated")])).toMatchObject([
      [{ severity: 300, fields: { Type: "StartupOfTheDevice" } }],
      [{ severity: 700 }],
    ]);
  });

  it("that was too long to be kept says so in its event", () => {
    const leftOut = '{"leftOut":"70000 characters, more than limits.maxKeptCharacters"}';
    expect(tell(fresh, [noted("dataTransfer", leftOut)], [noted("securityEvent", leftOut)])).toMatchObject([
      [{ message: "DataTransfer of a vendor", fields: { Data: leftOut } }],
      [{ fields: { TechInfo: leftOut } }],
    ]);
  });

  it("may hold data that are no text", () =>
    expect(tell(fresh, [noted("dataTransfer", '{"vendorId":"V","data":{"a":[1]}}')])).toMatchObject([
      [{ fields: { VendorId: "V", MessageId: undefined, Data: '{"a":[1]}' } }],
    ]));
});

describe("a transaction", () => {
  const running = [started()].reduce(reduce, fresh);

  it("is told once, whatever is sent again", () => {
    expect(counts(tell(fresh, [started({ isRepeated: true })], [stopped({ isRepeated: true })]))).toEqual([0, 0]);
  });

  it("that another one supersedes ends before it begins, with what its samples have shown", () => {
    const told = tell(running, [stopped({ presumed: true, reason: "Other" }), started({ transactionId: 8 })]);
    expect(told).toMatchObject([
      [
        {
          type: "TransactionEndedEventType",
          fields: {
            TransactionId: 7,
            MeterStart: 1000,
            Duration: 60,
            Energy: undefined,
            Presumed: true,
            Flags: "presumed",
          },
        },
        { type: "TransactionStartedEventType", fields: { TransactionId: 8 } },
      ],
    ]);
  });

  it("of an offline session that no connector shows is told from the ledger, at its connector", () => {
    const session = {
      connectorId: 1,
      idTag: "OLD",
      meterStart: 10,
      startedAt: NOON - HOUR_MS,
      energy: 5,
      flags: "offline",
    };
    const later = stopped({ connector: undefined, transactionId: 3, session });
    expect(tell(running, [later], [stopped({ ...later, session: { ...session, connectorId: 9 } })])).toMatchObject([
      [{ connectorId: 1, fields: { IdTag: "OLD", Energy: 5, Duration: 3660, Flags: "offline" } }],
      [{ fields: { TransactionId: 3 } }],
    ]);
    expect(tell(running, [stopped({ ...later, session: { ...session, connectorId: 9 } })])[0]?.[0]).not.toHaveProperty(
      "connectorId",
    );
  });

  it("bears nothing in the twin of how it came", () => {
    const twin = [started({ isRepeated: true }), stopped({ isRepeated: true, session: {} })].reduce(reduce, fresh);
    expect(JSON.stringify(twin.connectors.get(1)?.transaction)).not.toMatch(/isRepeated|session/u);
  });
});
