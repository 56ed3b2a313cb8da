// THE REGISTER: which charge points may connect, and on which terms. Those of the settings, those that have been added while the
// bridge runs, and strangers, who are known only because they have connected. What changes is handed to `keep`; it knows no twins and no links.
import type { ChargePointSettings, Settings } from "../settings/settings.ts";
import type { Origin } from "../twin/ports.ts";

/** What is said of a charge point that is added; anything else is as the settings have it by default. */
export type NewChargePoint = Pick<ChargePointSettings, "id" | "connectors"> & {
  readonly registration: NonNullable<ChargePointSettings["registration"]>;
  readonly password?: string | undefined;
};

/** Writes an entry down, as JSON, or strikes it out; false when the disk refuses. */
export type KeepEntry = (id: string, entry: string | undefined) => Promise<boolean>;

/** Terms as they are kept. */
export interface KeptTerms extends ChargePointSettings {
  /** The password of the settings when the charge point took another one (ChangeConfiguration of AuthorizationKey). */
  readonly passwordBefore?: string;
  /** The highest security profile with which it has connected. */
  readonly highestProfile?: number;
  /** Terms stand in the settings; this is only what was noted beside them. */
  readonly isSettled?: true;
}

/** What a charge point has accepted stands until somebody gives it another password in the settings. */
function withChangedPassword(terms: ChargePointSettings, kept: KeptTerms | undefined): ChargePointSettings {
  const { password, passwordBefore } = kept ?? {};
  const isChanged = password !== undefined && passwordBefore !== undefined && passwordBefore === terms.password;
  return isChanged ? { ...terms, password } : terms;
}

export class Register {
  /** Of those that stand in the settings. */
  readonly #settledPasswords: ReadonlyMap<string, string | undefined>;
  readonly #entries: Map<string, ChargePointSettings>;
  readonly #validation: Settings["ocpp"]["validation"];
  readonly #highestProfiles: Map<string, number>;
  /** Of those that stand in the settings, whose password is another one now. */
  readonly #changedPasswords: Set<string>;
  readonly #strangers = new Set<string>();
  readonly #keep: KeepEntry;

  /** `added` are the entries that were kept; where the settings name the same charge point, they are right. */
  constructor(
    { chargePoints, ocpp }: Pick<Settings, "chargePoints" | "ocpp">,
    added: readonly KeptTerms[] = [],
    keep: KeepEntry = async () => true,
  ) {
    this.#validation = ocpp.validation;
    this.#settledPasswords = new Map(chargePoints.map(({ id, password }) => [id, password]));
    const kept = new Map(added.map((entry) => [entry.id, entry]));
    // One that is kept only for what was noted beside the settings goes with them.
    const others = added.filter(({ passwordBefore, isSettled }) => passwordBefore === undefined && isSettled !== true);
    this.#highestProfiles = new Map(added.map(({ id, highestProfile = 0 }) => [id, highestProfile]));
    const settled = chargePoints.map((terms) => withChangedPassword(terms, kept.get(terms.id)));
    this.#entries = new Map([...others, ...settled].map((chargePoint) => [chargePoint.id, chargePoint]));
    const changed = settled.filter(({ id, password }) => password !== this.#settledPasswords.get(id));
    this.#changedPasswords = new Set(changed.map(({ id }) => id));
    this.#keep = keep;
  }

  /** Every charge point that has terms. */
  all(): Iterable<ChargePointSettings> {
    return this.#entries.values();
  }

  /** Why it is known. */
  originOf(id: string): Origin {
    if (this.#settledPasswords.has(id)) return "settings";
    return this.#entries.has(id) ? "register" : "stranger";
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

  /** Adds a charge point, or changes the terms of one; a stranger is none any more. False when that is not on disk. */
  add({ id, registration, connectors, password }: NewChargePoint): Promise<boolean> {
    this.#strangers.delete(id);
    const terms = { vendorProfile: "auto", ping: true, missingSubprotocol: "refuse" } as const;
    const entry = { ...terms, id, registration, connectors, ...(password === undefined ? {} : { password }) };
    this.#entries.set(id, entry);
    return this.#write(id);
  }

  /** The charge point logs in with another password from now on; the one before is of no use any more. */
  changePassword(id: string, password: string): Promise<boolean> {
    const terms = this.#entries.get(id);
    if (terms === undefined) return Promise.resolve(true);
    this.#entries.set(id, { ...terms, password });
    this.#changedPasswords.add(id);
    return this.#write(id);
  }

  /** The highest security profile with which it has connected since it is known; 0 for one that has not, and for a stranger. */
  highestProfileOf(id: string): number {
    return this.#highestProfiles.get(id) ?? 0;
  }

  /** It has connected with a security profile. False when that should be on disk and is not. */
  noteProfile(id: string, profile: number): Promise<boolean> {
    if (!this.#entries.has(id) || profile <= this.highestProfileOf(id)) return Promise.resolve(true);
    this.#highestProfiles.set(id, profile);
    return this.#write(id);
  }

  /** Nobody knows it any more. False when that is not on disk. */
  remove(id: string): Promise<boolean> {
    this.#strangers.delete(id);
    this.#entries.delete(id);
    this.#highestProfiles.delete(id);
    this.#changedPasswords.delete(id);
    return this.#keep(id, undefined);
  }

  #write(id: string): Promise<boolean> {
    const terms = this.#entries.get(id);
    if (terms === undefined) return Promise.resolve(true);
    const isSettled = this.#settledPasswords.has(id);
    const passwordBefore = this.#changedPasswords.has(id) ? this.#settledPasswords.get(id) : undefined;
    const highestProfile = this.highestProfileOf(id);
    const entry: KeptTerms = {
      ...terms,
      ...(isSettled ? { isSettled } : {}),
      ...(passwordBefore === undefined ? {} : { passwordBefore }),
      ...(highestProfile === 0 ? {} : { highestProfile }),
    };
    return this.#keep(id, JSON.stringify(entry));
  }
}
