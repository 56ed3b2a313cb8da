// StartTransaction (OCPP 1.6 §4.8): a transaction has begun. A repeated one gets the same id and nothing happens again.
// A refused one gets an id too: the charge point ends it with a StopTransaction, or may go on (StopTransactionOnInvalidId).
import type { TwinEvent } from "../../../twin/events.ts";
import { isOlder, sinceBoot } from "../../../twin/timestamps.ts";
import type { Transaction, TransactionStart } from "../../../twin/twin.ts";
import type { IncomingMessage, IncomingRequest, Moment } from "../message.ts";
import { presumedStop, sampledEnergyOf } from "../lostTransaction.ts";
import { connectorViolation, idTagInfoOf, isInt32, isKept, stampOf } from "../values.ts";

type Request = IncomingRequest<"StartTransaction">;

export const StartTransaction: IncomingMessage<"StartTransaction"> = {
  ask: (request, { twin }) => ({
    action: "StartTransaction",
    chargePointId: twin.id,
    connectorId: request.connectorId,
    idTag: request.idTag,
    payload: request,
  }),
  keep: (request, moment) => {
    const lost = lostBy(request, moment);
    return {
      kind: "start",
      chargePointId: moment.twin.id,
      connectorId: request.connectorId,
      isKept: isKept(request.connectorId, 1, moment),
      start: startOf(request, moment),
      ...(lost !== undefined && { supersedes: { transactionId: lost.transactionId, ...sampledEnergyOf(lost) } }),
    };
  },
  happen: (request, moment) => {
    const violation = connectorViolation({ action: "StartTransaction", connectorId: request.connectorId }, 1, moment);
    if (violation !== undefined) return [violation];
    const { connectorId: connector } = request;
    const transactionId = idOf(moment);
    const { receipt, received, twin } = moment;
    // Repeated, because its answer was lost. One that the twin does not know has not been shown before the bridge was restarted.
    const isKnown = twin.connectors.get(connector)?.transaction?.transactionId === transactionId;
    const isRepeated = receipt?.kind === "started" && receipt.isRepeated;
    if (isRepeated && (isKnown || !receipt.isOpen)) return [];
    const started: TwinEvent = {
      type: "TransactionStarted",
      ...(isRepeated && { isRepeated }),
      connector,
      transactionId,
      ...startOf(request, moment),
    };
    const lost = lostBy(request, moment);
    if (lost === undefined) return [started];
    return [presumedStop(connector, lost, stampOf(request.timestamp, received)), started];
  },
  reply: (request, moment) => ({
    transactionId: idOf(moment),
    // On connector 0, -1 or 1.5 nobody can charge, so nothing is kept and nothing permitted, whatever was decided about the id
    // tag. It is answered all the same, with an id: a charge point repeats what gets a CALLERROR (OCPP 1.6 §3.7.1), while
    // after Invalid it stops, and its StopTransaction is answered like any other.
    idTagInfo: isKept(request.connectorId, 1, moment) ? idTagInfoOf(moment.verdict) : { status: "Invalid" },
  }),
};

/** The ledger gives every start its id, and a repeated one the id that it has. */
function idOf({ receipt }: Moment): number {
  if (receipt?.kind !== "started") throw new Error("a StartTransaction is answered only once the ledger has it");
  return receipt.transactionId;
}

function startOf(request: Request, { received, verdict }: Moment): Omit<TransactionStart, "transactionId"> {
  const { idTag, meterStart, timestamp, reservationId } = request;
  return {
    idTag,
    meterStart,
    timestamp,
    idTagStatus: idTagInfoOf(verdict).status,
    ...stampOf(timestamp, received),
    ...(isInt32(reservationId) && { reservationId }),
  };
}

/** The transaction of the connector that the charge point has lost: another one begins, and this one has not ended. */
function lostBy(request: Request, { twin, received }: Moment): Transaction | undefined {
  const running = twin.connectors.get(request.connectorId)?.transaction;
  if (running?.active !== true) return undefined;
  const { idTag, timestamp, meterStart } = running.start;
  const isSame = idTag === request.idTag && timestamp === request.timestamp && meterStart === request.meterStart;
  // A start that was queued while offline may be older than what runs: its own stop comes later.
  return isSame || isOlder(stampOf(request.timestamp, received), sinceBoot(twin, running.start)) ? undefined : running;
}
