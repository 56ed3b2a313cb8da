// StartTransaction (OCPP 1.6 §4.8): a transaction has begun. A repeated one gets the same id and nothing happens again.
// A refused one gets an id too: the charge point ends it with a StopTransaction, or may go on (StopTransactionOnInvalidId).
import type { Twin, TransactionStart } from "../../../twin/twin.ts";
import type { IncomingMessage, IncomingRequest } from "../message.ts";
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
  happen: (request, moment) => {
    const violation = connectorViolation(request.connectorId, 1, moment);
    if (violation !== undefined) return [violation];
    if (startedBy(request, moment.twin) !== undefined) return [];
    const { connectorId: connector, idTag, meterStart, timestamp, reservationId } = request;
    const { transactionId, received, verdict } = moment;
    return [
      {
        type: "TransactionStarted",
        connector,
        transactionId,
        idTag,
        meterStart,
        timestamp,
        idTagStatus: idTagInfoOf(verdict).status,
        ...stampOf(timestamp, received),
        ...(isInt32(reservationId) && { reservationId }),
      },
    ];
  },
  reply: (request, moment, twin) => ({
    transactionId: startedBy(request, twin)?.transactionId ?? moment.transactionId,
    // On connector 0, -1 or 1.5 nobody can charge, so nothing is kept and nothing permitted, whatever was decided about the id
    // tag. It is answered all the same, with an id: a charge point repeats what gets a CALLERROR (OCPP 1.6 §3.7.1), while
    // after Invalid it stops, and its StopTransaction is answered like any other.
    idTagInfo: isKept(request.connectorId, 1, moment) ? idTagInfoOf(moment.verdict) : { status: "Invalid" },
  }),
};

/** The current or last transaction of the connector, when this very request started it. Message ids are no key: they are reused. */
function startedBy(request: Request, twin: Twin): TransactionStart | undefined {
  const transaction = twin.connectors.get(request.connectorId)?.transaction;
  const start = transaction?.start;
  const isSame =
    start?.idTag === request.idTag && start.timestamp === request.timestamp && start.meterStart === request.meterStart;
  // Without a clock, and with a register that begins at 0 each time, the next transaction looks like the last one.
  return isSame && (transaction?.active === true || start.assumed !== true) ? start : undefined;
}
