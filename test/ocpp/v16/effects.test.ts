// What shows that a charge point does what it has agreed to: behaviour 25, "Accepted" is not "done".
import { describe, expect, test } from "vitest";
import type { actionsFromCentralSystem } from "../../../src/schema/ocpp16.generated.ts";
import type { TwinEvent } from "../../../src/twin/events.ts";
import type { Twin } from "../../../src/twin/twin.ts";
import {
  ANSWERED,
  configured,
  exchange,
  exchanges,
  happened,
  LATER,
  profileOf,
  SENT,
  stamp,
  started,
  status,
  stopped,
  twinAfter,
} from "./exchanges.ts";

type Action = (typeof actionsFromCentralSystem)[number];

const BEFORE = SENT - 60_000;
const booted = (received: number): TwinEvent => ({ type: "Booted", vendor: "Vendor", ...stamp(received) });
const noted = (topic: "diagnostics" | "firmware" | "signedFirmware" | "log", text: string): TwinEvent => ({
  type: "Noted",
  topic,
  text,
  ...stamp(LATER),
});
const metered = (connector: number, received: number): TwinEvent => ({
  type: "MeterSampled",
  connector,
  readings: [],
  telegram: "{}",
  ...stamp(received),
});

/** What is seen after these events, of which nothing may be seen before the last. */
function sightOf(action: Action, request: object, twin: Twin, ...events: readonly TwinEvent[]): string | undefined {
  const { twin: answered, effect } = exchange(action, request, exchanges[action][1], twin);
  if (effect === undefined) throw new Error("nothing is awaited");
  expect(effect.awaited).toMatch(/\w/);
  let after = answered;
  for (const event of events) {
    expect(effect.seen(after, SENT)).toBeUndefined();
    after = happened(after, event);
  }
  return effect.seen(after, SENT);
}

const charging = twinAfter(status(1, "Charging", BEFORE), status(2, "Available", BEFORE), started(1, 11, BEFORE));

describe("the effect is seen when it comes", () => {
  const trigger = (requestedMessage: string, connectorId?: number) => ({
    requestedMessage,
    ...(connectorId !== undefined && { connectorId }),
  });
  test.each<[Action, object, Twin, readonly TwinEvent[], string]>([
    [
      "RemoteStartTransaction",
      { idTag: "tag" },
      charging,
      [started(2, 12, LATER, "OTHER"), started(2, 13, LATER)],
      "transaction 13 started on connector 2",
    ],
    [
      "RemoteStartTransaction",
      { idTag: "TAG", connectorId: 2 },
      charging,
      [stopped(1, 11, LATER), started(1, 12, LATER), started(2, 13, LATER)],
      "transaction 13 started on connector 2",
    ],
    [
      "RemoteStopTransaction",
      { transactionId: 11 },
      charging,
      [status(1, "SuspendedEVSE", LATER), stopped(1, 11, LATER)],
      "transaction 11 ended (Remote)",
    ],
    [
      "RemoteStopTransaction",
      { transactionId: 11 },
      charging,
      [started(1, 12, LATER)],
      "transaction 12 has taken its place",
    ],
    ["Reset", { type: "Hard" }, twinAfter(booted(BEFORE)), [booted(LATER)], "BootNotification received"],
    ["UnlockConnector", { connectorId: 1 }, charging, [stopped(1, 11, LATER)], "transaction 11 ended (Remote)"],
    [
      "UnlockConnector",
      { connectorId: 1 },
      charging,
      [status(2, "Finishing", LATER), status(1, "Finishing", LATER)],
      "connector 1 is Finishing",
    ],
    [
      "UnlockConnector",
      { connectorId: 1 },
      happened(charging, status(1, "Finishing", BEFORE + 1)),
      [stopped(1, 11, LATER)],
      "transaction 11 ended (Remote)",
    ],
    [
      "UnlockConnector",
      { connectorId: 1 },
      twinAfter(status(1, "Preparing", BEFORE)),
      [status(1, "SuspendedEV", LATER), status(1, "Available", LATER + 1)],
      "connector 1 is Available",
    ],
    [
      "ChangeAvailability",
      { connectorId: 0, type: "Operative" },
      twinAfter(status(0, "Available", BEFORE), status(1, "Available", BEFORE), status(2, "Unavailable", BEFORE)),
      [status(2, "Available", LATER)],
      "connector 1 was Available before, connector 2 is Available",
    ],
    [
      "ChangeAvailability",
      { connectorId: 0, type: "Inoperative" },
      twinAfter(status(1, "Unavailable", BEFORE), status(2, "Available", BEFORE)),
      [status(1, "Available", LATER), status(2, "Unavailable", LATER), status(1, "Unavailable", LATER + 1)],
      "connector 1 is Unavailable, connector 2 is Unavailable",
    ],
    [
      "RemoteStartTransaction",
      { idTag: "TAG", connectorId: 1 },
      twinAfter(started(1, 11, BEFORE)),
      [metered(1, LATER), stopped(1, 11, LATER), started(1, 12, LATER)],
      "transaction 12 started on connector 1",
    ],
    [
      "ChangeAvailability",
      { connectorId: 2, type: "Inoperative" },
      charging,
      [status(1, "Unavailable", LATER), status(2, "Unavailable", LATER)],
      "connector 2 is Unavailable",
    ],
    [
      "ChangeAvailability",
      { connectorId: 0, type: "Inoperative" },
      charging,
      [status(0, "Available", LATER), status(0, "Unavailable", LATER)],
      "the charge point is Unavailable",
    ],
    [
      "ChangeAvailability",
      { connectorId: 0, type: "Inoperative" },
      charging,
      [status(1, "Unavailable", LATER), status(2, "Unavailable", LATER)],
      "connector 1 is Unavailable, connector 2 is Unavailable",
    ],
    [
      "ChangeAvailability",
      { connectorId: 1, type: "Operative" },
      twinAfter(status(1, "Unavailable", BEFORE)),
      [status(1, "Faulted", LATER)],
      "connector 1 is Faulted",
    ],
    [
      "ReserveNow",
      exchanges.ReserveNow[0],
      twinAfter(status(1, "Available", BEFORE)),
      [status(2, "Reserved", LATER), status(1, "Reserved", LATER)],
      "connector 1 is Reserved",
    ],
    [
      "TriggerMessage",
      trigger("BootNotification"),
      twinAfter(booted(BEFORE)),
      [booted(LATER)],
      "BootNotification received",
    ],
    [
      "TriggerMessage",
      trigger("Heartbeat"),
      charging,
      [
        { type: "Heard", ...stamp(LATER) },
        { type: "HeartbeatReceived", ...stamp(LATER) },
      ],
      "Heartbeat received",
    ],
    [
      "TriggerMessage",
      trigger("StatusNotification", 2),
      charging,
      [status(1, "Charging", LATER), status(2, "Available", LATER)],
      "StatusNotification of connector 2: Available",
    ],
    [
      "TriggerMessage",
      trigger("StatusNotification"),
      charging,
      [status(0, "Available", LATER)],
      "StatusNotification: Available",
    ],
    [
      "TriggerMessage",
      trigger("MeterValues", 2),
      charging,
      [metered(0, LATER), metered(1, LATER), metered(2, LATER)],
      "MeterValues of connector 2 received",
    ],
    ["TriggerMessage", trigger("MeterValues"), charging, [metered(0, LATER)], "MeterValues received"],
    [
      "TriggerMessage",
      trigger("DiagnosticsStatusNotification"),
      charging,
      [noted("log", "Idle"), noted("diagnostics", "Idle")],
      "DiagnosticsStatusNotification: Idle",
    ],
    [
      "TriggerMessage",
      trigger("FirmwareStatusNotification"),
      charging,
      [noted("firmware", "Idle")],
      "FirmwareStatusNotification: Idle",
    ],
    [
      "ExtendedTriggerMessage",
      trigger("FirmwareStatusNotification"),
      charging,
      [noted("signedFirmware", "Idle")],
      "FirmwareStatusNotification: Idle",
    ],
    [
      "ExtendedTriggerMessage",
      trigger("LogStatusNotification"),
      charging,
      [noted("diagnostics", "Idle"), noted("log", "Idle")],
      "LogStatusNotification: Idle",
    ],
    [
      "GetDiagnostics",
      exchanges.GetDiagnostics[0],
      charging,
      [noted("diagnostics", "Uploading")],
      "DiagnosticsStatusNotification: Uploading",
    ],
    ["GetLog", exchanges.GetLog[0], charging, [noted("log", "Uploading")], "LogStatusNotification: Uploading"],
    [
      "UpdateFirmware",
      exchanges.UpdateFirmware[0],
      charging,
      [noted("signedFirmware", "Downloading"), noted("firmware", "Downloading")],
      "FirmwareStatusNotification: Downloading",
    ],
    [
      "SignedUpdateFirmware",
      exchanges.SignedUpdateFirmware[0],
      charging,
      [noted("signedFirmware", "DownloadScheduled")],
      "SignedFirmwareStatusNotification: DownloadScheduled",
    ],
  ])("%s %j", (action, request, twin, events, sight) => {
    expect(sightOf(action, request, twin, ...events)).toBe(sight);
  });

  test("CancelReservation", () => {
    const reserved = exchange("ReserveNow", exchanges.ReserveNow[0], { status: "Accepted" }).twin;
    const twin = happened(reserved, status(1, "Reserved", ANSWERED));
    expect(sightOf("CancelReservation", { reservationId: 4 }, twin, status(1, "Available", LATER))).toBe(
      "connector 1 is Available",
    );
  });
});

describe("only times of receipt count", () => {
  const withClock = (event: TwinEvent, at: number): TwinEvent => ({ ...event, at }) as TwinEvent;

  test("a charge point whose clock is an hour behind is seen all the same", () => {
    const start = withClock(started(2, 13, LATER), LATER - 3_600_000);
    expect(sightOf("RemoteStartTransaction", { idTag: "TAG" }, charging, start)).toMatch(/13/);
    const shown = withClock(status(2, "Unavailable", LATER), LATER - 3_600_000);
    const twin = twinAfter(withClock(status(2, "Available", BEFORE), BEFORE - 3_600_000));
    expect(sightOf("ChangeAvailability", { connectorId: 2, type: "Inoperative" }, twin, shown)).toMatch(/Unavailable/);
  });

  test("what came before the command is not its effect, though its clock is ahead", () => {
    const twin = twinAfter(withClock(started(2, 13, BEFORE), BEFORE + 120_000), booted(BEFORE));
    expect(sightOf("RemoteStartTransaction", { idTag: "TAG" }, twin)).toBeUndefined();
    expect(sightOf("Reset", { type: "Soft" }, twin)).toBeUndefined();
  });

  test("what comes before the answer is: calls may cross (OCPP-J 1.6 §4.1.1)", () => {
    const twin = happened(charging, stopped(1, 11, SENT + 50));
    expect(sightOf("RemoteStopTransaction", { transactionId: 11 }, twin)).toBe("transaction 11 ended (Remote)");
    const freed = happened(charging, status(2, "Unavailable", SENT));
    expect(sightOf("ChangeAvailability", { connectorId: 2, type: "Inoperative" }, freed)).toMatch(/Unavailable/);
    expect(sightOf("UnlockConnector", { connectorId: 1 }, twin)).toBe("transaction 11 ended (Remote)");
  });

  test("but a Reset comes after its answer (OCPP 1.6 §5.14): a boot that crosses it has another reason", () => {
    const twin = twinAfter(booted(SENT));
    expect(sightOf("Reset", { type: "Soft" }, twin)).toBeUndefined();
    expect(sightOf("Reset", { type: "Soft" }, twinAfter(booted(ANSWERED)))).toBeUndefined();
    expect(sightOf("Reset", { type: "Soft" }, twin, booted(ANSWERED))).toBe("BootNotification received");
  });

  test("nor is it a Reset that a charge point connects again without a boot", () => {
    const linked: TwinEvent = {
      type: "Linked",
      remoteAddress: "::1",
      securityProfile: 0,
      ocppVersion: "1.6",
      ...stamp(LATER),
    };
    const twin = twinAfter(booted(BEFORE));
    const events: readonly TwinEvent[] = [{ type: "Unlinked", ...stamp(LATER) }, linked, status(1, "Available", LATER)];
    expect(sightOf("Reset", { type: "Hard" }, twin, ...events)).toBeUndefined();
  });
});

describe("nothing is awaited", () => {
  test.each<[Action, object, object, Twin]>([
    ["RemoteStartTransaction", { idTag: "TAG" }, { status: "Rejected" }, charging],
    ["RemoteStopTransaction", { transactionId: 11 }, { status: "Rejected" }, charging],
    ["RemoteStopTransaction", { transactionId: 99 }, { status: "Accepted" }, charging],
    [
      "RemoteStopTransaction",
      { transactionId: 11 },
      { status: "Accepted" },
      happened(charging, stopped(1, 11, BEFORE)),
    ],
    ["Reset", { type: "Soft" }, { status: "Rejected" }, charging],
    ["Reset", { type: "Soft" }, { status: "Perhaps" }, charging],
    ["UnlockConnector", { connectorId: 1 }, { status: "NotSupported" }, charging],
    ["ChangeAvailability", { connectorId: 1, type: "Operative" }, { status: "Rejected" }, charging],
    ["ReserveNow", { ...exchanges.ReserveNow[0], connectorId: 0 }, { status: "Accepted" }, charging],
    ["ReserveNow", exchanges.ReserveNow[0], { status: "Faulted" }, charging],
    ["CancelReservation", { reservationId: 99 }, { status: "Accepted" }, charging],
    ["TriggerMessage", { requestedMessage: "Heartbeat" }, { status: "NotImplemented" }, charging],
    ["ExtendedTriggerMessage", { requestedMessage: "SignChargePointCertificate" }, { status: "Accepted" }, charging],
    ["GetDiagnostics", exchanges.GetDiagnostics[0], {}, charging],
    ["GetDiagnostics", exchanges.GetDiagnostics[0], { fileName: "" }, charging],
    ["GetLog", exchanges.GetLog[0], { status: "Rejected" }, charging],
    ["SignedUpdateFirmware", exchanges.SignedUpdateFirmware[0], { status: "RevokedCertificate" }, charging],
    ["SetChargingProfile", { connectorId: 1, csChargingProfiles: profileOf() }, { status: "Rejected" }, charging],
    ["ClearCache", {}, { status: "Accepted" }, charging],
    ["ChangeConfiguration", exchanges.ChangeConfiguration[0], { status: "Accepted" }, charging],
  ])("%s %j answered %j", (action, request, response, twin) => {
    expect(exchange(action, request, response, twin).effect).toBeUndefined();
  });
});

describe("how long it may take", () => {
  const within = (action: Action, request: object, response: object = exchanges[action][1], twin: Twin = charging) =>
    exchange(action, request, response, twin).effect?.withinSeconds;
  const firmware = (retrieveDate: string) => ({ location: "ftp://host/firmware", retrieveDate });

  test("is as long as the settings say, mostly", () => {
    expect(within("Reset", { type: "Soft" })).toBeUndefined();
    expect(within("RemoteStartTransaction", { idTag: "TAG" })).toBeUndefined();
    expect(within("UpdateFirmware", firmware("2020-01-01T00:00:00Z"))).toBeUndefined();
  });

  test("is longer than any transaction when availability is Scheduled (OCPP 1.6 §5.2)", () => {
    const request = { connectorId: 1, type: "Inoperative" };
    expect(within("ChangeAvailability", request)).toBeUndefined();
    expect(within("ChangeAvailability", request, { status: "Scheduled" })).toBe(604_800);
  });

  test("is the time to plug in, and a little more, when the charge point has told it (§9.1.6)", () => {
    const twin = (value: string) => happened(charging, configured({ ConnectionTimeOut: value }));
    const start = (value: string) =>
      within("RemoteStartTransaction", { idTag: "TAG" }, { status: "Accepted" }, twin(value));
    expect(["120", "1e308", "0", "-5", "soon", ""].map(start)).toEqual([
      150,
      604_800,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("begins when firmware is to be fetched, a week ahead at most", () => {
    expect(within("UpdateFirmware", firmware("2026-03-01T13:00:00Z"))).toBe(3600 + 300);
    expect(within("UpdateFirmware", firmware("2099-01-01T00:00:00Z"))).toBe(604_800);
    expect(within("SignedUpdateFirmware", exchanges.SignedUpdateFirmware[0])).toBe(3600 + 300);
  });
});
