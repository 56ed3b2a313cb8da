// What the processes of the load tell their parent.

/** A transaction whose start the bridge has confirmed. */
export interface ConfirmedTransaction {
  readonly transactionId: number;
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly idTag: string;
  readonly meterStartWh: number;
  /** Once the end is confirmed as well. */
  meterStopWh?: number;
}

/** What the bridge has confirmed to the charge points of one process. */
export interface Confirmed {
  readonly transactions: readonly ConfirmedTransaction[];
  /** Energy registers of remembered connectors in the order of their MeterValues, by `connectorPath`. */
  readonly registers: Readonly<Record<string, readonly number[]>>;
}

/** Where the charge points of one process stand. */
export interface Standing {
  readonly connected: number;
  /** Have said all that they say at first, and charge where they should. */
  readonly settled: number;
  /** Classes of Durations: from a call to its answer, since `begin`, by action. */
  readonly answerMs: Readonly<Record<string, readonly number[]>>;
  /** Links that were lost, in all. */
  readonly lost: number;
  readonly problems: number;
  /** The last one in words; empty where there was none. */
  readonly lastProblem: string;
}

/** Where the SCADA client stands. */
export interface Seen {
  /** Notifications of data changes since `begin`. */
  readonly notified: number;
  /** Classes of Durations: from a frame that left its charge point to the notification, since `begin`. */
  readonly notificationMs: readonly number[];
  readonly problem: string;
}
