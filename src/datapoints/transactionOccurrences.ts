// What the beginning and the end of a transaction are to those who listen. Pure.
import type { TransactionStarted, TransactionStopped } from "../twin/events.ts";
import type { Session } from "../twin/ledger.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import { isLate } from "../twin/timestamps.ts";
import type { Transaction } from "../twin/twin.ts";
import { occurrence, severities } from "./occurrence.ts";
import type { Change } from "./occurrencesOf.ts";

const MS_PER_SECOND = 1000;

/** One that is sent again, because its answer was lost, has been told of. */
export function transactionStarted(event: TransactionStarted, { after }: Change): Occurrence | undefined {
  if (event.isRepeated === true) return undefined;
  const { connector, transactionId, idTag, meterStart, at, reservationId, idTagStatus } = event;
  const isAccepted = idTagStatus === "Accepted";
  return occurrence(isAccepted ? "TransactionStartedEventType" : "TransactionRejectedEventType", event, {
    chargePointId: after.id,
    connector,
    severity: isAccepted ? severities.information : severities.notice,
    message: isAccepted
      ? `Transaction ${transactionId} of ${idTag} has begun`
      : `Transaction ${transactionId} of ${idTag} was answered ${idTagStatus}`,
    fields: {
      TransactionId: transactionId,
      IdTag: idTag,
      MeterStart: meterStart,
      Timestamp: at,
      ReservationId: reservationId,
      IdTagStatus: idTagStatus,
      Offline: isLate(event),
    },
  });
}

/** Of the reasons of OCPP 1.6 §7.36 those that are not everyday. */
const severityOfReason: ReadonlyMap<string, number> = new Map([
  ["EmergencyStop", severities.emergency],
  ["PowerLoss", severities.warning],
  ["HardReset", severities.notice],
  ["SoftReset", severities.notice],
  ["Reboot", severities.notice],
  ["DeAuthorized", severities.notice],
  ["UnlockCommand", severities.notice],
  ["Other", severities.notice],
]);

export function transactionEnded(event: TransactionStopped, { before, after }: Change): Occurrence | undefined {
  if (event.isRepeated === true) return undefined;
  const { transactionId, reason, presumed = false, idTag: stopIdTag, meterStop, at } = event;
  const session = event.session ?? shown(event, before);
  const connector = event.connector ?? session?.connectorId;
  const { energy } = session ?? {};
  const named = energy === undefined ? "" : `, ${energy} Wh`;
  return occurrence("TransactionEndedEventType", event, {
    chargePointId: after.id,
    // Its connector need not be one that is shown.
    connector: connector !== undefined && after.connectors.has(connector) ? connector : undefined,
    severity: severityOfReason.get(reason) ?? severities.information,
    message: presumed
      ? `Transaction ${transactionId} has been lost by the charge point${named}`
      : `Transaction ${transactionId} has ended: ${reason}${named}`,
    fields: {
      TransactionId: transactionId,
      IdTag: session?.idTag,
      StopIdTag: stopIdTag,
      StartTimestamp: session?.startedAt,
      Timestamp: at,
      MeterStart: session?.meterStart,
      MeterStop: meterStop,
      Energy: energy,
      Duration: session === undefined ? undefined : Math.max(0, at - session.startedAt) / MS_PER_SECOND,
      Reason: reason,
      Presumed: presumed,
      Offline: !presumed && isLate(event),
      Flags: flagsOf(event, session),
    },
  });
}

/** The ledger is told of an end that is presumed only afterwards: what the twin shows is all that there is. */
function shown({ connector = 0, transactionId }: TransactionStopped, before: Change["before"]): Session | undefined {
  const transaction: Transaction | undefined = before.connectors.get(connector)?.transaction;
  if (transaction?.transactionId !== transactionId) return undefined;
  const { start, energy } = transaction;
  return {
    connectorId: connector,
    idTag: start.idTag,
    meterStart: start.meterStart,
    startedAt: start.at,
    // As in the ledger: without a sample nothing says that it was nothing.
    ...(energy !== undefined && energy > 0 && { energy }),
    flags: "",
  };
}

function flagsOf({ presumed }: TransactionStopped, session: Session | undefined): string {
  if (presumed === true) return "presumed";
  return session === undefined ? "withoutStart" : session.flags;
}
