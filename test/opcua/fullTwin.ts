// A charge point of which every fixed row of the point list has a value.
import { emptyMeter, type Commanded, type Twin } from "../../src/twin/twin.ts";
import { RECEIVED_AT, SAMPLED_AT, twinOf, withConnector, withSamples, withState } from "./fixture.ts";

const STAMP = { at: SAMPLED_AT, received: RECEIVED_AT };

/** A charge point that has reported everything. */
export function full(): Twin {
  const connected = withState(twinOf("CP001", [1, 2]), "Connected");
  const start = {
    transactionId: 7,
    idTag: "04A1",
    meterStart: 1000,
    reservationId: 3,
    idTagStatus: "Accepted",
    timestamp: "2026-03-01T10:00:00Z",
    ...STAMP,
  };
  const stop = {
    transactionId: 7,
    idTag: "04A1",
    meterStop: 9000,
    reason: "EVDisconnected",
    transactionData: "[]",
    ...STAMP,
  };
  const telegram = { text: "{}", ...STAMP };
  const note = (text: string): { text: string; at: number; received: number } => ({ text, ...STAMP });
  const status = {
    status: "Charging",
    errorCode: "NoError",
    info: "i",
    vendorId: "v",
    vendorErrorCode: "e",
    timestamp: SAMPLED_AT,
    ...STAMP,
  };
  const commanded: Commanded = {
    reservation: { reservationId: 3, idTag: "04A1", expiry: SAMPLED_AT, ...STAMP },
    availability: { type: "Operative", status: "Scheduled", ...STAMP },
    profiles: [{ id: 1, purpose: "TxDefaultProfile", stackLevel: 0, text: "{}", amperes: 16, ...STAMP }],
    profilesChanged: STAMP,
    compositeSchedule: {
      text: "{}",
      durationSeconds: 60,
      start: SAMPLED_AT,
      rateUnit: "A",
      limit: 16,
      scheduleConnector: 1,
      ...STAMP,
    },
  };
  const whole: Twin = {
    ...connected,
    link: { ...connected.link, securityProfile: 1, ocppVersion: "1.6" },
    lastHeartbeat: STAMP,
    lastMessage: STAMP,
    identification: {
      vendor: "V",
      model: "M",
      serialNumber: "S",
      chargeBoxSerialNumber: "B",
      firmwareVersion: "F",
      iccid: "I",
      imsi: "J",
      meterType: "T",
      meterSerialNumber: "N",
      ...STAMP,
    },
    status: { ...status, status: "Available" },
    diagnostics: note("Uploading"),
    firmware: note("Installing"),
    signedFirmware: note("Downloaded"),
    log: note("Uploading"),
    securityEvent: note("{}"),
    dataTransfer: note("{}"),
    clockOffset: { value: -1.5, ...STAMP },
    violations: { count: 2, last: "Heartbeat: x", recent: ["Heartbeat: x"], kinds: { Heartbeat: 2 }, ...STAMP },
    meter: { ...emptyMeter, telegram },
    configuration: new Map([["key", { key: "Key", value: "1", readonly: false, rebootRequired: true, ...STAMP }]]),
    localList: { version: 3, updateType: "Full", status: "Accepted", ...STAMP },
    transfers: {
      diagnostics: { location: "ftp://host/", fileName: "d.zip", ...STAMP },
      firmware: { location: "ftp://host/f.bin", ...STAMP },
      log: { location: "ftp://host/", fileName: "l.zip", requestId: 1, ...STAMP },
    },
    installedCertificates: note("[]"),
    ...commanded,
  };
  const connector = {
    id: 1,
    status,
    meter: { ...emptyMeter, telegram },
    transaction: {
      active: false,
      transactionId: 7,
      idTag: "04A1",
      energy: 8000,
      durationSeconds: 60,
      start,
      stop,
      ...STAMP,
    },
    ...commanded,
  };
  return withSamples(withConnector(whole, connector), 1, [
    { measurand: "Energy.Active.Import.Register", value: 9000 },
    { measurand: "Current.Import", value: 48 },
    { measurand: "Current.Import", phase: "L1", value: 16 },
    { measurand: "Voltage", phase: "L1-L2", value: 400 },
    { measurand: "Current.Offered", value: 32 },
    { measurand: "Temperature", location: "Inlet", value: 41 },
  ]);
}
