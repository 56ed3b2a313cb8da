// What the bridge asks before it answers a charge point, and what comes back. Pure values.

/** The actions that are decided, not just acknowledged. */
export const decidedActions = [
  "Authorize",
  "StartTransaction",
  "StopTransaction",
  "DataTransfer",
  "BootNotification",
] as const;
export type DecidedAction = (typeof decidedActions)[number];

export interface Question {
  readonly action: DecidedAction;
  readonly chargePointId: string;
  readonly connectorId?: number;
  readonly idTag?: string;
  /** The request as the charge point sent it. */
  readonly payload: unknown;
  /** Of a DataTransfer: a vendor file knows what its data mean. */
  readonly isUnderstood?: true;
}

/** The answer to a question; which fields matter depends on the action. */
export interface Verdict {
  /** AuthorizationStatus, DataTransferStatus or RegistrationStatus, as OCPP spells them. */
  readonly status: string;
  /** RFC 3339 */
  readonly expiryDate?: string;
  readonly parentIdTag?: string;
  /** DataTransfer: text handed back. */
  readonly data?: string;
  /** Who decided: `default` or the name of a rule, list or client. */
  readonly source: string;
}
