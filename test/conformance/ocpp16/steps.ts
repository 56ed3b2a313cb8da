// The steps that the published test cases are made of. Each does what the charge point or the operator does, and checks the answer on
// the wire and what the datapoints show.
import { expect } from "vitest";
import type { OutgoingAction } from "../../../src/ocpp/v16/message.ts";
import type { Datapoints, Payload, SecurityProfile, Station } from "./station.ts";

export type Step = (station: Station) => Promise<void>;

/** What is only known while a case is played. */
export type Known<T> = T | ((station: Station) => T);

const knownTo = <T extends object>(station: Station, known: Known<T>): T =>
  typeof known === "function" ? known(station) : known;

/** Id tags as the rules of the test judge them. */
export const VALID = "04VALID0";
export const INVALID = "04INVALID";
export const EXPIRED = "04EXPIRED";
export const BLOCKED = "04BLOCKED";
/** Another one of the same holder as `VALID`. */
export const SIBLING = "04SIBLING";
export const PARENT = "FAMILY";

/** Whose charge points they are: the O of their certificates. */
export const ORGANIZATION = "Operator";

/** Now in whole seconds, as times are sent (OCPP 1.6 §3.14). */
export const secondsFromNow = (seconds: number): string =>
  new Date(Math.floor(Date.now() / 1000 + seconds) * 1000).toISOString().replace(".000", "");

/** The charge point sends a call, gets this answer, at least, and the datapoints show it. */
export function sends(action: string, payload: Known<Payload>, answer: Payload = {}, shown: Datapoints = {}): Step {
  return async (station) => {
    expect(await station.call(action, knownTo(station, payload)), action).toMatchObject(answer);
    await station.shows(shown);
  };
}

/** An operator calls the method; the charge point is asked for it, answers, and the datapoints show it. */
export function isCommanded(
  action: OutgoingAction,
  request: Known<Payload>,
  response: Known<Payload>,
  shown: Known<Datapoints> = {},
): Step {
  return async (station) => {
    await station.isCommanded(action, knownTo(station, request), knownTo(station, response));
    await station.shows(knownTo(station, shown));
  };
}

const identification = { chargePointVendor: "OCTT", chargePointModel: "Played", firmwareVersion: "1.0" };
const isTime = (value: unknown): boolean => !Number.isNaN(Date.parse(String(value)));

export const HEARTBEAT_SECONDS = 77;

/** BootNotification, and StatusNotification of the charge point and its connectors. */
export function boots(connectors: Readonly<Record<number, string>> = { 0: "Available", 1: "Available" }): Step {
  return async (station) => {
    const conf = (await station.call("BootNotification", identification)) as Record<string, unknown>;
    expect(conf).toEqual({ status: "Accepted", interval: HEARTBEAT_SECONDS, currentTime: expect.any(String) });
    expect(conf["currentTime"]).toSatisfy(isTime);
    await station.shows({
      "State/Connected": true,
      "Config/RegistrationStatus": "Accepted",
      "Identification/Vendor": identification.chargePointVendor,
      "Identification/Model": identification.chargePointModel,
      "Identification/FirmwareVersion": identification.firmwareVersion,
    });
    for (const [connectorId, status] of Object.entries(connectors))
      await reports(status, { connectorId: Number(connectorId) })(station);
  };
}

/** StatusNotification. */
export function reports(status: string, { connectorId = 1, errorCode = "NoError" } = {}): Step {
  const path = connectorId === 0 ? "State" : `Connector${connectorId}/Status`;
  const request = { connectorId, status, errorCode };
  return async (station) => {
    expect(await station.call("StatusNotification", { ...request, timestamp: new Date().toISOString() })).toEqual({});
    await station.shows({ [`${path}/Status`]: status, [`${path}/ErrorCode`]: errorCode });
  };
}

export function authorizes(idTag: string, status = "Accepted"): Step {
  return async (station) => {
    expect(await station.call("Authorize", { idTag })).toMatchObject({ idTagInfo: { status } });
  };
}

const METER_START = 1000;

/** StartTransaction on connector 1. */
export function starts({ idTag = VALID, status = "Accepted", secondsAgo = 0, more = {} } = {}): Step {
  return async (station) => {
    const timestamp = secondsFromNow(-secondsAgo);
    const request = { connectorId: 1, idTag, meterStart: METER_START, timestamp, ...more };
    const conf = (await station.call("StartTransaction", request)) as { transactionId: number };
    expect(conf).toMatchObject({ idTagInfo: { status } });
    // Errata 3.54: a positive number, also where the id tag is refused.
    expect(conf.transactionId).toBeGreaterThan(0);
    station.transactionId = conf.transactionId;
    await station.shows({
      "Connector1/Transaction/TransactionId": conf.transactionId,
      "Connector1/Transaction/IdTag": idTag,
      "Connector1/Transaction/Start/IdTagStatus": status,
      "Connector1/Transaction/Start/MeterStart": METER_START,
      "Connector1/Transaction/Start/Timestamp": new Date(timestamp).toISOString(),
    });
  };
}

/** StopTransaction of the transaction that `starts` has begun; `idTag` is who has ended it, where anybody has (OCPP 1.6 §6.49). */
export function stops(reason: string, idTag?: string): Step {
  return async (station) => {
    const { transactionId } = station;
    const request = { transactionId, meterStop: METER_START + 500, timestamp: new Date().toISOString(), reason };
    const conf = await station.call("StopTransaction", { ...request, ...(idTag !== undefined && { idTag }) });
    expect(conf).toMatchObject(idTag === undefined ? {} : { idTagInfo: { status: "Accepted" } });
    await station.shows({
      "Connector1/Transaction/Active": false,
      "Connector1/Transaction/Stop/TransactionId": transactionId,
      "Connector1/Transaction/Stop/Reason": reason,
      "Connector1/Transaction/Stop/MeterStop": METER_START + 500,
      "Connector1/Transaction/Energy": 500,
    });
  };
}

/** Connector 1 is charging for `VALID`. */
export const charging: readonly Step[] = [
  authorizes(VALID),
  reports("Preparing"),
  starts(),
  shows({ "Connector1/Transaction/Active": true }),
  reports("Charging"),
];

export function shows(datapoints: Datapoints): Step {
  return (station) => station.shows(datapoints);
}

export function disconnects(): Step {
  return (station) => station.disconnect();
}

export function connects(options: object = {}, securityProfile: SecurityProfile = 0): Step {
  return (station) => station.connect(options, securityProfile);
}

/** The link ends and comes back, as after a reboot or an outage. */
export const reconnects = (): readonly Step[] => [disconnects(), connects()];
