// StopTransaction (OCPP 1.6 §4.10): a transaction has ended. Answered whatever the transactionId is: a charge point repeats
// a refused one for ever. The transactionData are samples like any others.
import type { TwinEvent } from "../../../twin/events.ts";
import type { Connector, TransactionStop, Twin } from "../../../twin/twin.ts";
import { sampledEnergyOf } from "../lostTransaction.ts";
import type { IncomingMessage, IncomingRequest, Moment } from "../message.ts";
import { readSamples } from "../meterValues.ts";
import { idTagInfoOf, keptText, stampOf, violated } from "../values.ts";

type Request = IncomingRequest<"StopTransaction">;

export const StopTransaction: IncomingMessage<"StopTransaction"> = {
  ask: (request, { twin }) => {
    const connector = connectorOf(request, twin);
    return {
      action: "StopTransaction",
      chargePointId: twin.id,
      payload: request,
      ...(connector !== undefined && { connectorId: connector.id }),
      ...(request.idTag !== undefined && { idTag: request.idTag }),
    };
  },
  keep: (request, moment) => {
    const running = connectorOf(request, moment.twin)?.transaction;
    return {
      kind: "stop",
      chargePointId: moment.twin.id,
      stop: stopOf(request, moment),
      timestamp: request.timestamp,
      ...(running !== undefined && sampledEnergyOf(running)),
    };
  },
  happen: (sent, moment) => {
    const { receipt } = moment;
    // A charge point that never got an id sends 0 or -1; the ledger knows which transaction it means.
    const kept = receipt?.kind === "stopped" ? receipt : undefined;
    const transactionId = kept === undefined ? sent.transactionId : kept.transactionId;
    const request = { ...sent, ...(transactionId !== undefined && { transactionId }) };
    const connector = connectorOf(request, moment.twin);
    const stopped: TwinEvent = {
      type: "TransactionStopped",
      connector: connector?.id,
      ...(kept?.isRepeated && { isRepeated: true }),
      ...(kept?.session && { session: kept.session }),
      ...stopOf(request, moment),
    };
    // Of an offline session the connector may show a later transaction already; the ledger knows which one it was.
    const known = kept?.session?.connectorId;
    const sampledAt = connector?.id ?? (moment.twin.connectors.has(known ?? 0) ? known : undefined);
    return [...sampled(request, sampledAt, moment), stopped];
  },
  reply: ({ idTag }, { verdict }) => (idTag === undefined ? {} : { idTagInfo: idTagInfoOf(verdict) }),
};

/** The connector whose current or last transaction has this id; a charge point repeats a stop whose answer it missed. */
function connectorOf({ transactionId }: Request, twin: Twin): Connector | undefined {
  for (const connector of twin.connectors.values())
    if (connector.transaction !== undefined && connector.transaction.transactionId === transactionId) return connector;
  return undefined;
}

/** Before the end, so that power and current fall to zero after the last sample. */
function sampled(request: Request, connector: number | undefined, moment: Moment): TwinEvent[] {
  const { transactionData, transactionId } = request;
  if (connector === undefined || transactionData === undefined || transactionData.length === 0) return [];
  const { readings, at, assumed, refused, lastRefusal = "" } = readSamples(transactionData, moment.received);
  const events: TwinEvent[] = [
    {
      type: "MeterSampled",
      connector,
      readings,
      at,
      received: moment.received,
      ...(assumed && { assumed: true as const }),
      ...(transactionId !== undefined && { transactionId }),
    },
  ];
  if (refused > 0) events.push(violated(refused, `StopTransaction transactionData${lastRefusal}`, moment));
  return events;
}

function stopOf(request: Request, moment: Moment): TransactionStop {
  const { transactionId = 0, idTag, meterStop, reason = "Local", timestamp, transactionData } = request;
  return {
    transactionId,
    // OCPP 1.6 §6.49: the reason may be left out when it is Local.
    reason,
    ...stampOf(timestamp, moment.received),
    ...(idTag !== undefined && { idTag }),
    // A register is never negative; some firmware sends -1 when it could not read it.
    ...(meterStop !== undefined && meterStop >= 0 && { meterStop }),
    ...(transactionData !== undefined && {
      transactionData: keptText(JSON.stringify(transactionData), moment),
    }),
  };
}
