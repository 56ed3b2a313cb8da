// What a charge point owes its central system: messages of transactions, kept over power failures, delivered in order, each until it is
// answered (OCPP 1.6 §4.7, §4.8, §4.10; errata 3.18). And what really happened at its connectors, by which the bridge is judged.

/** A transaction as it really was. */
export interface TrueTransaction {
  readonly connectorId: number;
  readonly idTag: string;
  readonly meterStart: number;
  readonly timestamp: string;
  /** As the bridge has confirmed it. */
  transactionId?: number;
  end?: TrueEnd;
  /** The charge point has sent a BootNotification before the end was confirmed. */
  hasBooted?: true;
}

interface TrueEnd {
  readonly meterStop: number;
  readonly timestamp: string;
  readonly reason: string;
  isConfirmed: boolean;
}

export interface Owed {
  readonly action: "StartTransaction" | "StopTransaction" | "MeterValues";
  readonly transaction: TrueTransaction;
  /** Made when it is sent: only then is the id of the transaction known. */
  readonly payload: () => object;
  messageId?: string;
}

/** Of those that were answered, how many a careless firmware may send once more. */
const REMEMBERED = 2;

export class Outbox {
  readonly #waiting: Owed[] = [];
  #answered: Owed[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  get first(): Owed | undefined {
    return this.#waiting[0];
  }

  add(owed: Owed): void {
    this.#waiting.push(owed);
  }

  /** The first has been answered. */
  shift(): void {
    const owed = this.#waiting.shift();
    if (owed !== undefined && owed.action !== "MeterValues")
      this.#answered = [...this.#answered, owed].slice(-REMEMBERED);
  }

  /** Ids are counted anew, and may not meet those from before. */
  forgetMessageIds(): void {
    for (const owed of this.#waiting) delete owed.messageId;
  }

  /** The power failed before it was written down that these were answered. */
  forgetAnswers(): void {
    this.#waiting.unshift(...this.#answered.splice(0).map(({ messageId: _, ...owed }) => owed));
  }
}

export function startOwed(transaction: TrueTransaction): Owed {
  const { connectorId, idTag, meterStart, timestamp } = transaction;
  return { action: "StartTransaction", transaction, payload: () => ({ connectorId, idTag, meterStart, timestamp }) };
}

export function stopOwed(transaction: TrueTransaction, end: TrueEnd): Owed {
  const { meterStop, timestamp, reason } = end;
  const payload = (): object => ({ transactionId: transaction.transactionId, meterStop, timestamp, reason });
  return { action: "StopTransaction", transaction, payload };
}

export function sampleOwed(transaction: TrueTransaction, register: number, timestamp: string): Owed {
  const sampledValue = [{ value: String(register), measurand: "Energy.Active.Import.Register", unit: "Wh" }];
  return {
    action: "MeterValues",
    transaction,
    payload: () => ({
      connectorId: transaction.connectorId,
      ...(transaction.transactionId !== undefined && { transactionId: transaction.transactionId }),
      meterValue: [{ timestamp, sampledValue }],
    }),
  };
}
