// THE REGISTER: which charge points may connect, and on which terms. Those of the settings, those that have been added while the
// bridge runs, and strangers, who are known only because they have connected. Kept in memory; it knows no twins and no links.
import type { ChargePointSettings, Settings } from "../settings/settings.ts";

/** What is said of a charge point that is added; anything else is as the settings have it by default. */
export type NewChargePoint = Pick<ChargePointSettings, "id" | "registration" | "connectors"> & {
  readonly password?: string | undefined;
};

export class Register {
  readonly #entries: Map<string, ChargePointSettings>;
  readonly #validation: Settings["ocpp"]["validation"];
  readonly #strangers = new Set<string>();

  constructor({ chargePoints, ocpp }: Pick<Settings, "chargePoints" | "ocpp">) {
    this.#validation = ocpp.validation;
    this.#entries = new Map(chargePoints.map((chargePoint) => [chargePoint.id, chargePoint]));
  }

  /** The terms of a charge point; undefined for a stranger and for one that nobody knows. */
  get(id: string): ChargePointSettings | undefined {
    return this.#entries.get(id);
  }

  /** How strictly the messages of a charge point are checked. */
  validationOf(id: string): Settings["ocpp"]["validation"] {
    return this.#entries.get(id)?.validation ?? this.#validation;
  }

  /** Known only because it has connected. */
  isStranger(id: string): boolean {
    return this.#strangers.has(id);
  }

  get strangers(): number {
    return this.#strangers.size;
  }

  /** A stranger has connected. */
  meet(id: string): void {
    this.#strangers.add(id);
  }

  /** Adds a charge point, or changes the terms of one; a stranger is none any more. */
  add({ id, registration, connectors, password }: NewChargePoint): void {
    this.#strangers.delete(id);
    const terms = { vendorProfile: "auto", ping: true, missingSubprotocol: "refuse" } as const;
    this.#entries.set(id, { ...terms, id, registration, connectors, ...(password === undefined ? {} : { password }) });
  }

  /** The charge point logs in with another password from now on; the one before is of no use any more. */
  changePassword(id: string, password: string): void {
    const terms = this.#entries.get(id);
    if (terms !== undefined) this.#entries.set(id, { ...terms, password });
  }

  /** Nobody knows it any more. */
  remove(id: string): void {
    this.#strangers.delete(id);
    this.#entries.delete(id);
  }
}
