// Commands about the charge point's settings and small talk: configuration keys, cache, vendor data, triggered messages (OCPP 1.6 §5).
import type { Action, KeyValue } from "../../schema/ocpp16.generated.ts";
import { requestCertificate } from "../certificates.ts";
import { connectorOf, post } from "../core.ts";
import type { ChargePointCore } from "../core.ts";
import { scheduleHeartbeat, sendBootNotification, sendHeartbeat } from "../registration.ts";
import { sendMeterValues, startAlignedSampling, startSampling } from "../sampling.ts";
import { sendStatus } from "../status.ts";
import { sendDiagnosticsStatus, sendFirmwareStatus, sendLogStatus, sendSignedFirmwareStatus } from "../transfers.ts";
import type { Handler } from "./answer.ts";

/** §5.3: the new value takes effect at once where that is possible. */
export const changeConfiguration: Handler<"ChangeConfiguration"> = (core, { key, value }) => {
  const status = core.keys.change(key, value);
  return {
    conf: { status },
    ...(status === "Accepted" ? { effect: () => takeEffect(core, key.toLowerCase(), value) } : {}),
  };
};

function takeEffect(core: ChargePointCore, key: string, value: string): void {
  if (key === "heartbeatinterval") scheduleHeartbeat(core);
  if (key === "clockaligneddatainterval") startAlignedSampling(core);
  if (key === "websocketpinginterval") core.link.pingEvery(Number(value) * 1000);
  if (key === "metervaluesampleinterval") for (const connector of core.connectors) startSampling(core, connector);
  // Security extension §3.3.2: the new key is used from the next connection on, which is made at once.
  if (key !== "authorizationkey") return;
  core.password = value;
  core.link.redial();
}

/** §5.8: without names all keys; never more than GetConfigurationMaxKeys. */
export const getConfiguration: Handler<"GetConfiguration"> = (core, { key: names = [] }) => {
  const most = core.keys.number("GetConfigurationMaxKeys");
  if (names.length === 0) return { conf: { configurationKey: core.keys.showAll().slice(0, most), unknownKey: [] } };
  const configurationKey: KeyValue[] = [];
  const unknownKey: string[] = [];
  for (const name of names.slice(0, most)) {
    const shown = core.keys.show(name);
    if (shown === undefined) unknownKey.push(name);
    else configurationKey.push(shown);
  }
  return { conf: { configurationKey, unknownKey } };
};

export const clearCache: Handler<"ClearCache"> = (core) => {
  if (!core.keys.flag("AuthorizationCacheEnabled")) return { conf: { status: "Rejected" } };
  core.authorizations.cache.clear();
  return { conf: { status: "Accepted" } };
};

/** It understands one message of its own vendor, `Echo`, which returns the data. */
export const dataTransfer: Handler<"DataTransfer"> = (core, { vendorId, messageId, data }) => {
  if (vendorId !== core.plan.nameplate.chargePointVendor) return { conf: { status: "UnknownVendorId" } };
  if (messageId !== "Echo") return { conf: { status: "UnknownMessageId" } };
  return { conf: { status: "Accepted", ...(data === undefined ? {} : { data }) } };
};

/** §5.17: the message follows the answer; one about a connector that is not there is Rejected. */
export const triggerMessage: Handler<"TriggerMessage"> = (core, { requestedMessage, connectorId }) => {
  if (!isPossible(core, requestedMessage, connectorId)) return { conf: { status: "Rejected" } };
  return { conf: { status: "Accepted" }, effect: () => send(core, requestedMessage, connectorId) };
};

/** Security extension §A05 and errata: the same with the messages of the extension. */
export const extendedTriggerMessage: Handler<"ExtendedTriggerMessage"> = (core, { requestedMessage, connectorId }) => {
  if (!isPossible(core, requestedMessage, connectorId)) return { conf: { status: "Rejected" } };
  const effect = (): void => {
    if (requestedMessage === "SignChargePointCertificate") return requestOwnCertificate(core);
    // The security extension's firmware message is the signed one.
    if (requestedMessage === "FirmwareStatusNotification") return sendSignedFirmwareStatus(core);
    send(core, requestedMessage, connectorId);
  };
  return { conf: { status: "Accepted" }, effect };
};

/** There is no main meter, so connector 0 has a status but no meter values. */
function isPossible(core: ChargePointCore, message: string, connectorId: number | undefined): boolean {
  if (connectorId === 0) return message !== "MeterValues";
  return connectorId === undefined || connectorOf(core, connectorId) !== undefined;
}

function send(core: ChargePointCore, message: Action, connectorId: number | undefined): void {
  const connectors = core.connectors.filter((each) => connectorId === undefined || each.id === connectorId);
  if (message === "BootNotification") sendBootNotification(core);
  if (message === "Heartbeat") sendHeartbeat(core);
  if (message === "DiagnosticsStatusNotification") sendDiagnosticsStatus(core);
  if (message === "FirmwareStatusNotification") sendFirmwareStatus(core);
  if (message === "LogStatusNotification") sendLogStatus(core);
  if (message === "MeterValues") for (const each of connectors) sendMeterValues(core, each, "Trigger");
  if (message !== "StatusNotification") return;
  if (connectorId === undefined || connectorId === 0) sendStatus(core, undefined);
  for (const each of connectors) sendStatus(core, each);
}

function requestOwnCertificate(core: ChargePointCore): void {
  const { chargePointVendor, chargePointSerialNumber } = core.plan.nameplate;
  const csr = requestCertificate(core.certificates, {
    commonName: chargePointSerialNumber ?? core.plan.id,
    organization: core.keys.text("CpoName") || chargePointVendor,
  });
  post(core, { action: "SignCertificate", payload: { csr }, way: "urgent" });
}
