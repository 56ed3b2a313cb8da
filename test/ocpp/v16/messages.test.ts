// Each message of a charge point: what it asks, what it makes happen to the twin, what it is answered.
import { describe, expect, test } from "vitest";
import { incomingMessages } from "../../../src/ocpp/v16/messages/table.ts";
import type { Moment } from "../../../src/ocpp/v16/message.ts";
import { actionsFromChargePoint } from "../../../src/schema/ocpp16.generated.ts";
import { createTwin, readingAt, type Twin } from "../../../src/twin/twin.ts";
import { energyRegisterPoint } from "../../../src/twin/measurands.ts";
import { requests } from "../calls.ts";
import { NOW, accepted, send } from "./messagesInTest.ts";

const start = (twin: Twin, transactionId: number, request: object = {}, extra: Partial<Moment> = {}) =>
  send(
    twin,
    "StartTransaction",
    { ...requests.StartTransaction, ...request },
    { receipt: { kind: "started", transactionId, isRepeated: false, isOpen: true }, ...extra },
  );

describe("every action", () => {
  test.each(actionsFromChargePoint)("is answered as its schema demands: %s", (action) => {
    send(accepted, action, requests[action]);
  });

  test("is refused before the registration is accepted, except BootNotification, and what the settings let through (OCPP 1.6 §4.2)", () => {
    const early = (when: "always" | "ifSet") =>
      actionsFromChargePoint.filter((action) => incomingMessages[action].beforeAccepted === when);
    expect(early("always")).toEqual(["BootNotification"]);
    expect(early("ifSet")).toEqual(["Heartbeat", "StatusNotification"]);
  });
});

describe("BootNotification", () => {
  const identity = {
    chargePointVendor: "Vendor",
    chargePointModel: "Model",
    chargePointSerialNumber: "S1",
    chargeBoxSerialNumber: "B1",
    firmwareVersion: "1.0",
    iccid: "I1",
    imsi: "M1",
    meterType: "T1",
    meterSerialNumber: "N1",
  };

  test("fills the identification", () => {
    expect(send(accepted, "BootNotification", identity).twin.identification).toEqual({
      vendor: "Vendor",
      model: "Model",
      serialNumber: "S1",
      chargeBoxSerialNumber: "B1",
      firmwareVersion: "1.0",
      iccid: "I1",
      imsi: "M1",
      meterType: "T1",
      meterSerialNumber: "N1",
      at: NOW,
      received: NOW,
    });
  });

  test.each([
    ["Accepted", 300],
    ["Pending", 30],
    ["Rejected", 30],
  ] as const)("is answered %s with an interval of %i s, and a time without a fraction", (status, interval) => {
    const twin = createTwin("CP001", { status, heartbeatIntervalSeconds: 300 }, NOW);
    expect(send(twin, "BootNotification", identity).answer).toEqual({
      status,
      interval,
      currentTime: "2026-03-01T12:00:30Z",
    });
  });
});

test("Heartbeat is a sign of life and gets the time", () => {
  const { twin, answer } = send(accepted, "Heartbeat", {});
  expect(twin.lastHeartbeat).toEqual({ at: NOW, received: NOW });
  expect(answer).toEqual({ currentTime: "2026-03-01T12:00:30Z" });
});

describe("StatusNotification", () => {
  const { StatusNotification } = requests;

  test("behaviour 19: makes its connector appear; connector 0 is the charge point", () => {
    const one = send(accepted, "StatusNotification", { ...StatusNotification, connectorId: 2, info: "ok" }).twin;
    expect(one.connectors.get(2)?.status).toMatchObject({ status: "Available", errorCode: "NoError", info: "ok" });
    const zero = send(one, "StatusNotification", { ...StatusNotification, connectorId: 0, status: "Unavailable" }).twin;
    expect(zero.status?.status).toBe("Unavailable");
    expect([...zero.connectors.keys()]).toEqual([2]);
  });

  test.each([-1, 1.5, 9, 2_147_483_648, 1e308])("of connector %d is answered, counted and not kept", (connectorId) => {
    const { twin, answer } = send(accepted, "StatusNotification", { ...StatusNotification, connectorId });
    expect(answer).toEqual({});
    expect(twin.connectors.size).toBe(0);
    expect(twin.violations).toMatchObject({ count: 1, last: expect.stringContaining("only 0 to 8") });
  });

  test.each([
    ["2026-03-01T12:00:20Z", Date.UTC(2026, 2, 1, 12, 0, 20)],
    ["2026-03-01T12:00:20", Date.UTC(2026, 2, 1, 12, 0, 20)],
    ["2026-03-01T14:00:20+02", Date.UTC(2026, 2, 1, 12, 0, 20)],
    ["2026-03-01T14:00:20.5+0200", Date.UTC(2026, 2, 1, 12, 0, 20, 500)],
    ["2026-02-01T12:00:00Z", Date.UTC(2026, 1, 1, 12)],
    ["1970-01-01T00:00:00Z", NOW],
    ["9999-12-31T23:59:59Z", NOW],
    ["2026-03-01T13:00:20Z", NOW],
    ["now", NOW],
    ["", NOW],
  ])("behaviour 5: with timestamp %s has a source time that can be believed", (timestamp, at) => {
    const { twin } = send(accepted, "StatusNotification", { ...StatusNotification, timestamp });
    expect(twin.connectors.get(1)?.status).toMatchObject({ at, received: NOW });
  });

  test("tells the clock's offset, but not when it is a replay or nothing new", () => {
    const at = (twin: Twin, timestamp: string) =>
      send(twin, "StatusNotification", { ...StatusNotification, timestamp });
    const first = at(accepted, "2026-03-01T12:00:10Z").twin;
    expect(first.clockOffset?.value).toBe(-20.25);
    expect(at(first, "2026-03-01T12:00:10.5Z").events).toHaveLength(1);
    expect(at(first, "2026-03-01T11:00:00Z").events).toHaveLength(1);
    expect(at(first, "2026-03-01T12:00:30Z").twin.clockOffset?.value).toBe(-0.25);
  });
});

describe("MeterValues", () => {
  const { MeterValues } = requests;

  test("of a connector and of the main meter are kept, with the telegram as it came", () => {
    const text =
      '{ "connectorId": 1, "meterValue": [{"timestamp":"2026-03-01T12:00:00Z","sampledValue":[{"value":"1.50","unit":"kWh"}]}] }';
    const one = send(accepted, "MeterValues", text).twin.connectors.get(1)?.meter;
    expect(one && readingAt(one, energyRegisterPoint)).toMatchObject({ value: 1500, at: Date.UTC(2026, 2, 1, 12) });
    expect(one?.telegram?.text).toBe(text);
    const main = send(accepted, "MeterValues", { ...MeterValues, connectorId: 0 }).twin;
    expect(readingAt(main.meter, energyRegisterPoint)?.value).toBe(1000);
    expect(main.connectors.size).toBe(0);
  });

  test.each(["0", "-1", "9223372036854775807", "1e308", "17", '"abc"', "null"])(
    "behaviour 1: are kept and answered with transactionId %s, which reaches no Int32",
    (id) => {
      const text = JSON.stringify({ ...MeterValues, transactionId: "ID" }).replace('"ID"', id);
      const { answer, events, twin } = send(accepted, "MeterValues", text);
      expect(answer).toEqual({});
      expect(twin.connectors.get(1)?.meter.readings.length).toBe(1);
      expect(events[0]).toHaveProperty("type", "MeterSampled");
      if (id === "17") expect(events[0]).toHaveProperty("transactionId", 17);
      else expect(events[0]).not.toHaveProperty("transactionId");
    },
  );

  test("behaviour 15: refused samples are counted as violations", () => {
    const sampledValue = [{ value: "1", unit: "VA", measurand: "Power.Active.Import" }, { value: "x" }, { value: "2" }];
    const { twin } = send(accepted, "MeterValues", {
      connectorId: 1,
      meterValue: [{ timestamp: "2026-03-01T12:00:00Z", sampledValue }],
    });
    expect(twin.violations).toMatchObject({ count: 2, last: 'MeterValues meterValue[0]: "x" is no number' });
    expect(twin.connectors.get(1)?.meter.readings.length).toBe(1);
  });

  test("of a connector that is not kept are answered and counted", () => {
    const { answer, twin } = send(accepted, "MeterValues", { ...MeterValues, connectorId: 9 });
    expect(answer).toEqual({});
    expect(twin.connectors.size).toBe(0);
    expect(twin.violations).toMatchObject({ count: 1, kinds: { "MeterValues connectorId": 1 } });
  });
});

describe("Authorize", () => {
  test("asks, and answers what was decided", () => {
    const { question, answer } = send(
      accepted,
      "Authorize",
      { idTag: "04A1" },
      {
        verdict: { status: "Blocked", expiryDate: "2027-01-01T00:00:00Z", parentIdTag: "STAFF", source: "rule" },
      },
    );
    expect(question).toMatchObject({ action: "Authorize", chargePointId: "CP001", idTag: "04A1" });
    expect(answer).toEqual({
      idTagInfo: { status: "Blocked", expiryDate: "2027-01-01T00:00:00Z", parentIdTag: "STAFF" },
    });
  });

  test("a verdict that OCPP does not know is no permission", () => {
    const verdict = { status: "Sure", parentIdTag: "x".repeat(21), source: "rule" };
    expect(send(accepted, "Authorize", { idTag: "04A1" }, { verdict }).answer).toEqual({
      idTagInfo: { status: "Invalid" },
    });
  });
});

describe("StartTransaction", () => {
  test("begins a transaction with the drawn id", () => {
    const { answer, twin, question } = start(accepted, 7, { reservationId: 3 });
    expect(question).toMatchObject({ action: "StartTransaction", connectorId: 1, idTag: "04A1B2C3" });
    expect(answer).toEqual({ transactionId: 7, idTagInfo: { status: "Accepted" } });
    expect(twin.connectors.get(1)?.transaction).toMatchObject({
      active: true,
      transactionId: 7,
      idTag: "04A1B2C3",
      start: { meterStart: 1000, reservationId: 3, idTagStatus: "Accepted", at: Date.UTC(2026, 2, 1, 12) },
    });
  });

  test("behaviour 2: repeated, it gets the same id and nothing happens", () => {
    const { twin } = start(accepted, 7);
    const repeated = { kind: "started", transactionId: 7, isRepeated: true } as const;
    const again = start(twin, 7, {}, { receipt: { ...repeated, isOpen: true } });
    expect(again.answer).toEqual({ transactionId: 7, idTagInfo: { status: "Accepted" } });
    expect(again.twin).toBe(twin);
    const ended = send(twin, "StopTransaction", { ...requests.StopTransaction, transactionId: 7 }).twin;
    const late = start(ended, 7, {}, { receipt: { ...repeated, isOpen: false } });
    expect(late.answer).toMatchObject({ transactionId: 7 });
    expect(late.twin).toBe(ended);
  });

  test.each([{ idTag: "OTHER" }, { meterStart: 1001 }, { timestamp: "2026-03-01T12:00:01Z" }, { connectorId: 2 }])(
    "behaviour 2: with %o it is another one",
    (request) => {
      expect(start(start(accepted, 7).twin, 8, request).answer).toMatchObject({ transactionId: 8 });
    },
  );

  test("refused, it has an id all the same, and the twin shows the refusal", () => {
    const { answer, twin } = start(accepted, 7, {}, { verdict: { status: "Blocked", source: "rule" } });
    expect(answer).toEqual({ transactionId: 7, idTagInfo: { status: "Blocked" } });
    expect(twin.connectors.get(1)?.transaction?.start.idTagStatus).toBe("Blocked");
  });

  test.each([0, -1, 1.5, 9, 1e308])(
    "of connector %d is answered Invalid with an id, counted and not kept",
    (connectorId) => {
      const { answer, events, twin } = start(
        accepted,
        7,
        { connectorId },
        { verdict: { status: "Accepted", source: "rule", parentIdTag: "STAFF" } },
      );
      expect(answer).toEqual({ transactionId: 7, idTagInfo: { status: "Invalid" } });
      expect(events.map(({ type }) => type)).toEqual(["Violated"]);
      expect(twin.connectors.size).toBe(0);
      expect(twin.violations?.count).toBe(1);
      // What a charge point does next must not make it loop either.
      const stop = { ...requests.StopTransaction, transactionId: 7 };
      expect(send(twin, "StopTransaction", stop).answer).toEqual({});
    },
  );

  test("behaviour 1: a reservationId that is no Int32 reaches no Int32", () => {
    const { twin } = start(accepted, 7, { reservationId: 2 ** 53 });
    expect(twin.connectors.get(1)?.transaction?.start).not.toHaveProperty("reservationId");
  });
});

describe("StopTransaction", () => {
  const running = start(accepted, 7).twin;
  const { StopTransaction } = requests;

  test("ends the transaction of the connector that runs it", () => {
    const { answer, question, twin } = send(running, "StopTransaction", {
      ...StopTransaction,
      timestamp: "2026-03-01T12:00:20Z",
      transactionId: 7,
      idTag: "OTHER",
      reason: "Remote",
    });
    expect(question).toMatchObject({ action: "StopTransaction", connectorId: 1, idTag: "OTHER" });
    expect(answer).toEqual({ idTagInfo: { status: "Accepted" } });
    expect(twin.connectors.get(1)?.transaction).toMatchObject({
      active: false,
      energy: 1000,
      durationSeconds: 20,
      stop: { transactionId: 7, idTag: "OTHER", meterStop: 2000, reason: "Remote" },
    });
  });

  test("without an id tag has no idTagInfo, without a reason ended locally (§6.49)", () => {
    const { answer, twin } = send(running, "StopTransaction", { ...StopTransaction, transactionId: 7 });
    expect(answer).toEqual({});
    expect(twin.connectors.get(1)?.transaction?.stop).toMatchObject({ reason: "Local" });
  });

  test.each(["0", "-1", "8", "9223372036854775807", "-9223372036854775808", "1e308", '"abc"', "null"])(
    "behaviour 1: with the unknown transactionId %s is answered and changes no connector",
    (id) => {
      const text = JSON.stringify({ ...StopTransaction, idTag: "A", transactionId: "ID" }).replace('"ID"', id);
      const { answer, twin } = send(running, "StopTransaction", text);
      expect(answer).toEqual({ idTagInfo: { status: "Accepted" } });
      expect(twin.connectors).toEqual(running.connectors);
    },
  );

  test.each([-1, undefined, null])("with meterStop %s leaves the register unknown", (meterStop) => {
    const { twin } = send(running, "StopTransaction", { ...StopTransaction, transactionId: 7, meterStop });
    expect(twin.connectors.get(1)?.transaction?.active).toBe(false);
    expect(twin.connectors.get(1)?.transaction?.stop).not.toHaveProperty("meterStop");
  });

  test("transactionData are samples, those that are no numbers are counted there, and power falls to zero after them", () => {
    const power = { value: "11", measurand: "Power.Active.Import", unit: "kW" };
    const sampledValue = [{ value: "1500" }, power, { value: "x" }];
    const transactionData = [{ timestamp: "2026-03-01T12:00:20Z", sampledValue }];
    const { events, twin } = send(running, "StopTransaction", {
      ...StopTransaction,
      timestamp: "2026-03-01T12:00:25Z",
      transactionId: 7,
      transactionData,
    });
    expect(events.map(({ type }) => type)).toEqual(["MeterSampled", "Violated", "TransactionStopped"]);
    expect(twin.violations?.kinds).toEqual({ "StopTransaction transactionData": 1 });
    const connector = twin.connectors.get(1);
    expect([...(connector?.meter.readings.values() ?? [])].map(({ value }) => value)).toEqual([1500, 0]);
    expect(connector?.meter.telegram).toBeUndefined();
    expect(connector?.transaction?.stop?.transactionData).toBe(JSON.stringify(transactionData));
  });
});

describe("DataTransfer", () => {
  const payload = '{"vendorId":"com.vendor","messageId":"m","data":"{\\"a\\":1}"}';

  test("is kept as it came; without a verdict nobody knows the vendor", () => {
    const { answer, question, twin } = send(accepted, "DataTransfer", payload);
    expect(question).toMatchObject({ action: "DataTransfer", chargePointId: "CP001" });
    expect(answer).toEqual({ status: "UnknownVendorId" });
    expect(twin.dataTransfer?.text).toBe(payload);
  });

  test("is answered what was decided", () => {
    const verdict = { status: "Accepted", data: "yes", source: "rule" };
    expect(send(accepted, "DataTransfer", payload, { verdict }).answer).toEqual({ status: "Accepted", data: "yes" });
    expect(send(accepted, "DataTransfer", payload, { verdict: { status: "Sure", source: "rule" } }).answer).toEqual({
      status: "Rejected",
    });
  });
});

test.each([
  ["DiagnosticsStatusNotification", "diagnostics"],
  ["FirmwareStatusNotification", "firmware"],
  ["LogStatusNotification", "log"],
  ["SignedFirmwareStatusNotification", "signedFirmware"],
] as const)("%s is noted", (action, topic) => {
  const { twin, answer } = send(accepted, action, requests[action]);
  expect(twin[topic]).toEqual({ text: requests[action].status, at: NOW, received: NOW });
  expect(answer).toEqual({});
});

test("behaviour 24: security messages get a proper answer", () => {
  const { twin, answer } = send(accepted, "SecurityEventNotification", requests.SecurityEventNotification);
  expect(answer).toEqual({});
  expect(twin.securityEvent).toEqual({
    text: JSON.stringify(requests.SecurityEventNotification),
    at: Date.UTC(2026, 2, 1, 12),
    received: NOW,
  });
  expect(send(accepted, "SignCertificate", requests.SignCertificate).answer).toEqual({ status: "Rejected" });
});
