// TriggerMessage and ExtendedTriggerMessage: the message that was asked for has come.
import type { MessageTrigger, MessageTriggerEnumType } from "../../schema/ocpp16.generated.ts";
import type { Effect } from "../../twin/commands.ts";
import type { Meter, Stamp, Status, Twin } from "../../twin/twin.ts";
import { nameOf, noticeEffect } from "./effects.ts";

/** Finds what the message leaves in the twin; undefined for one that leaves nothing. */
type NoticeOf = (twin: Twin, connectorId: number | undefined) => (Stamp & { readonly text?: string }) | undefined;

const noticeOf: Readonly<Record<MessageTrigger | MessageTriggerEnumType, NoticeOf | undefined>> = {
  BootNotification: ({ identification }) => stampOf(identification),
  DiagnosticsStatusNotification: ({ diagnostics }) => diagnostics,
  // The security extension has two: its own message answers the extended trigger, some firmware sends the old one.
  FirmwareStatusNotification: ({ firmware, signedFirmware }) => latest([firmware, signedFirmware]),
  Heartbeat: ({ lastHeartbeat }) => lastHeartbeat,
  LogStatusNotification: ({ log }) => log,
  MeterValues: (twin, connectorId) => stampOf(latest(metersOf(twin, connectorId).map(({ telegram }) => telegram))),
  SignChargePointCertificate: undefined,
  StatusNotification: (twin, connectorId) => textOf(latest(statusesOf(twin, connectorId))),
};

/** Without a connector that of any will do (OCPP 1.6 §5.17: the charge point may send one for each). */
export function triggerEffect(
  message: MessageTrigger | MessageTriggerEnumType,
  connectorId: number | undefined,
): Effect | undefined {
  const find = Object.hasOwn(noticeOf, message) ? noticeOf[message] : undefined;
  if (find === undefined) return undefined;
  const isOfConnector = message === "MeterValues" || message === "StatusNotification";
  const where = isOfConnector && connectorId !== undefined ? ` of ${nameOf(connectorId)}` : "";
  return noticeEffect(`${message}${where}`, (twin) => find(twin, connectorId));
}

function latest<Known extends Stamp>(all: readonly (Known | undefined)[]): Known | undefined {
  let newest: Known | undefined;
  for (const each of all) if (each !== undefined && each.received >= (newest?.received ?? 0)) newest = each;
  return newest;
}

function statusesOf(twin: Twin, connectorId: number | undefined): readonly (Status | undefined)[] {
  if (connectorId !== undefined) return [twin.connectors.get(connectorId)?.status];
  return [twin.status, ...Array.from(twin.connectors.values(), ({ status }) => status)];
}

function metersOf(twin: Twin, connectorId: number | undefined): readonly Meter[] {
  const connectors = [...twin.connectors.values()];
  if (connectorId !== undefined) return connectors.filter(({ id }) => id === connectorId).map(({ meter }) => meter);
  return [twin.meter, ...connectors.map(({ meter }) => meter)];
}

function textOf(status: Status | undefined): (Stamp & { readonly text: string }) | undefined {
  if (status === undefined) return undefined;
  return { at: status.at, received: status.received, text: status.status };
}

/** Its times alone: the rest is too long for a sentence. */
function stampOf(known: Stamp | undefined): Stamp | undefined {
  return known === undefined ? undefined : { at: known.at, received: known.received };
}
