// On what something is wanted: a charge point or one of its connectors. A plain value.

/** `connectorId` 0 is the charge point itself. */
export interface Target {
  readonly chargePointId: string;
  readonly connectorId: number;
}
