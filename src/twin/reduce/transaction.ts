// StartTransaction, StopTransaction, and what the meter says of the running transaction.
// Register and transaction energy are kept apart: the register may be lifetime, per transaction or per reboot.
import type { MeterSampled, TransactionStarted, TransactionStopped } from "../events.ts";
import { energyRegisterPoint } from "../measurands.ts";
import { isOlder, sinceBoot } from "../timestamps.ts";
import { readingAt, type Connector, type Meter, type Transaction, type Twin } from "../twin.ts";
import { settleAvailability, settleWhole } from "./availability.ts";
import { changeConnector } from "./connector.ts";
import { endTxProfiles, keepTxProfilesOf } from "./profiles.ts";
import { endReservation } from "./reservation.ts";
import { silence, unsilence } from "./silence.ts";

export function startTransaction(twin: Twin, event: TransactionStarted): Twin {
  const { type: _type, connector, isRepeated: _isRepeated, ...start } = event;
  const { reservationId } = start;
  // OCPP 1.6 §5.13: a reservation ends when it is used, also one of the charge point itself by a transaction on any connector.
  const rest = reservationId === undefined ? twin : endReservation(twin, reservationId, start);
  return changeConnector(rest, connector, (before) => {
    // A start that was queued while offline must not hide a transaction that began later.
    if (isOlder(start, sinceBoot(twin, before.transaction?.start))) return before;
    const { transactionId, idTag, at, received } = start;
    const transaction: Transaction = {
      active: true,
      transactionId,
      idTag,
      energy: 0,
      durationSeconds: 0,
      start,
      at,
      received,
    };
    // Distances between samples of another transaction, and the gap before this one, say nothing of its sample interval.
    const { sampledAt: _sampledAt, ...meter } = before.meter;
    const own = keepTxProfilesOf(before, transactionId, start);
    return { ...own, transaction, meter: unsilence({ ...meter, distancesMs: [] }) };
  });
}

export function stopTransaction(twin: Twin, event: TransactionStopped): Twin {
  const { type: _type, connector, isRepeated: _isRepeated, session: _session, ...stop } = event;
  if (connector === undefined) return twin;
  const after = changeConnector(twin, connector, (before) => {
    const running = before.transaction;
    if (running === undefined || running.transactionId !== stop.transactionId) return before;
    // Repeated, because its answer was lost: what the meter has said since then stands.
    if (running.stop !== undefined && running.stop.presumed !== true) return before;
    const { at, received } = stop;
    const energy = energyAtEnd(running, stop.meterStop);
    const durationSeconds = Math.max(0, (at - running.start.at) / 1000);
    const transaction = {
      ...running,
      active: false,
      durationSeconds,
      stop,
      at,
      received,
      ...(energy !== undefined && { energy }),
    };
    const free = settleAvailability(endTxProfiles(before, stop.transactionId, stop), stop);
    return { ...free, transaction, meter: silence(before.meter, stop) };
  });
  return after === twin ? twin : settleWhole(after, stop);
}

/** The running transaction after a meter sample: energy from the register, duration up to the newest sample. */
export function meterTransaction(connector: Connector, event: MeterSampled, isSessionRegister: boolean): Connector {
  const { transactionId, received } = event;
  const running = connector.transaction;
  if (running?.active !== true) return connector;
  // Errata 3.16: transactionId is that of the moment of sampling; another one's samples say nothing of this one.
  if (transactionId !== undefined && transactionId !== running.transactionId) return connector;
  const at = connector.meter.sampledAt ?? running.at;
  if (at < running.at) return connector;
  const energy = isSessionRegister ? energyOfSession(running, event) : energyByMeter(running, connector.meter);
  const durationSeconds = Math.max(0, (at - running.start.at) / 1000);
  return {
    ...connector,
    transaction: {
      ...running,
      durationSeconds,
      at,
      received,
      ...(energy !== undefined && { energy }),
    },
  };
}

function energyByMeter(running: Transaction, meter: Meter): number | undefined {
  const register = readingAt(meter, energyRegisterPoint);
  return register === undefined || isOlder(register, running.start)
    ? running.energy
    : energySince(running, register.value);
}

/** A register that counts from the start of the transaction bears its id; what comes without one is another register, the lifetime's. */
function energyOfSession({ energy = 0 }: Transaction, { transactionId, readings }: MeterSampled): number {
  const register = readings.findLast(({ point }) => point === energyRegisterPoint);
  return transactionId === undefined || register === undefined ? energy : Math.max(energy, register.value);
}

/** Energy since the start, Wh; a register below the start (a new meter, a reset) or missing leaves what is known. */
function energySince(running: Transaction, register: number | undefined): number | undefined {
  if (register === undefined) return running.energy;
  const energy = register - running.start.meterStart;
  return energy >= (running.energy ?? 0) ? energy : running.energy;
}

/**
 * Energy of the whole transaction, Wh, as the ledger keeps it: what the charge point says at the end counts, also against a sample that
 * was taken after it; one below the start, or none, leaves what the samples have shown.
 */
function energyAtEnd({ start, energy }: Transaction, meterStop: number | undefined): number | undefined {
  return meterStop === undefined || meterStop < start.meterStart ? energy : meterStop - start.meterStart;
}
