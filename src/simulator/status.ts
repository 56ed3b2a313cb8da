// StatusNotification: says what has changed, once, with the time of the change, also when that was while offline (OCPP 1.6 §4.9).
import type { ChargePointErrorCode, Requests } from "../schema/ocpp16.generated.ts";
import { statusOf } from "./connector.ts";
import type { ChargePointStatus, Connector, ConnectorFault, StatusNotice } from "./connector.ts";
import { ownTime, post } from "./core.ts";
import type { ChargePointCore } from "./core.ts";

interface Subject {
  connectorId: number;
  status: ChargePointStatus;
  fault: ConnectorFault | undefined;
  notice: StatusNotice;
}

/** To be called after every change of a connector: reports its status if that is another one now. */
export function refreshStatus(core: ChargePointCore, connector: Connector): void {
  update(core, {
    connectorId: connector.id,
    status: statusOf(connector),
    fault: connector.fault,
    notice: connector.notice,
  });
}

/** The charge point's own status, connector 0: Available or Unavailable (§7.7). */
export function refreshOwnStatus(core: ChargePointCore): void {
  update(core, ownSubject(core));
}

/** Reports everything that the central system does not know yet: after BootNotification all, after a reconnect the changes. */
export function reportUnreported(core: ChargePointCore): void {
  refreshOwnStatus(core);
  for (const connector of core.connectors) refreshStatus(core, connector);
}

/** The central system is to be told everything again, as after a restart. */
export function forgetReported(core: ChargePointCore): void {
  for (const { notice } of [core, ...core.connectors]) notice.reported = "";
}

/** Sends the present status whether it has changed or not (TriggerMessage). */
export function sendStatus(core: ChargePointCore, connector: Connector | undefined): void {
  const subject =
    connector === undefined
      ? ownSubject(core)
      : {
          connectorId: connector.id,
          status: statusOf(connector),
          fault: connector.fault,
          notice: connector.notice,
        };
  send(core, subject, "urgent");
}

function ownSubject(core: ChargePointCore): Subject {
  return {
    connectorId: 0,
    status: core.isOperative ? "Available" : "Unavailable",
    fault: undefined,
    notice: core.notice,
  };
}

function update(core: ChargePointCore, subject: Subject): void {
  const { notice, fault, status, connectorId } = subject;
  const current = [status, fault?.errorCode, fault?.info, fault?.vendorErrorCode].join("|");
  if (current !== notice.current) {
    notice.current = current;
    notice.since = ownTime(core);
    core.plan.listener.statusChanged?.(core.self, connectorId, status, fault?.errorCode ?? "NoError");
  }
  if (current !== notice.reported && core.registration === "Accepted" && core.link.isOpen) send(core, subject, "plain");
}

function send(core: ChargePointCore, subject: Subject, way: "plain" | "urgent"): void {
  const { notice } = subject;
  const { current } = notice;
  notice.reported = current;
  post(core, {
    action: "StatusNotification",
    payload: notification(subject),
    way,
    settle: (response) => {
      // Not known to have arrived: say it again at the next occasion.
      if (response === undefined && notice.reported === current) notice.reported = "";
    },
  });
}

function notification({ connectorId, status, fault, notice }: Subject): Requests["StatusNotification"] {
  const errorCode: ChargePointErrorCode = fault?.errorCode ?? "NoError";
  return {
    connectorId,
    status,
    errorCode,
    timestamp: new Date(notice.since).toISOString(),
    ...(fault?.info === undefined ? {} : { info: fault.info }),
    ...(fault?.vendorId === undefined ? {} : { vendorId: fault.vendorId }),
    ...(fault?.vendorErrorCode === undefined ? {} : { vendorErrorCode: fault.vendorErrorCode }),
  };
}
