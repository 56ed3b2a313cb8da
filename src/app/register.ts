// THE REGISTER: which charge points may connect, and on which terms. Those of the settings, those that have been added while the
// bridge runs, and strangers, who are known only because they have connected. What changes is handed to `keep`; it knows no twins and no links.
import type { HashedPassword } from "../ocpp/door.ts";
import { hashedBytes } from "../settings/password.ts";
import type { ChargePointSettings, Settings } from "../settings/settings.ts";
import { Lane } from "../std/lane.ts";
import { costOfChargePointsPasswords, hashPassword } from "../std/passwordHash.ts";
import type { Origin } from "../twin/ports.ts";

/** What is said of a charge point that is added; anything else is as the settings have it by default. */
export type NewChargePoint = Pick<ChargePointSettings, "id" | "connectors"> & {
  readonly registration: NonNullable<ChargePointSettings["registration"]>;
  readonly password?: string | undefined;
};

/** Writes an entry down, as JSON, or strikes it out; false when the disk refuses. */
export type KeepEntry = (id: string, entry: string | undefined) => Promise<boolean>;

/** On which a charge point may connect; its password is not among them. */
export type Terms = Omit<ChargePointSettings, "password">;

/** Terms as they are kept: never with a password, only with its hash. */
export interface KeptTerms extends Terms {
  readonly passwordHash?: string;
  /** Hash of the password of the settings when the charge point took another one (ChangeConfiguration of AuthorizationKey). */
  readonly passwordBeforeHash?: string;
  /** Passwords that it was sent and may have taken. */
  readonly offeredHashes?: readonly HashedPassword[];
  /** The highest security profile with which it has connected. */
  readonly highestProfile?: number;
  /** Its terms stand in the settings; this is only what was noted beside them. */
  readonly isSettled?: true;
}

/** What proves who it is; empty where nothing does. */
export interface Secret {
  readonly password?: string | undefined;
  readonly hashed?: HashedPassword | undefined;
  /** What it was sent and may have taken; each counts as well. */
  readonly offered?: readonly HashedPassword[];
}

/** A password that a charge point is about to be sent. */
export interface Offer {
  readonly hash: string;
  /** False when it is not on disk; then it does not count. */
  readonly isKept: boolean;
}

/** Of one charge point: each is a change that was sent and not answered. */
const MOST_OFFERED = 4;
const MOST_HASHES_AT_WORK = 1;

export class Register {
  /** Of those that stand in the settings. */
  readonly #settledPasswords: ReadonlyMap<string, string | undefined>;
  readonly #entries: Map<string, Terms>;
  readonly #ocpp: Pick<Settings["ocpp"], "validation" | "beforeAccepted">;
  /** Passwords that are not those of the settings: in clear those of this process, hashed those from before. */
  readonly #secrets: Map<string, Secret>;
  /** Passwords that charge points may have taken, the newest last. */
  readonly #offered: Map<string, readonly HashedPassword[]>;
  readonly #highestProfiles: Map<string, number>;
  /** Of whom the disk does not have the last state. */
  readonly #unwritten = new Set<string>();
  readonly #strangers = new Set<string>();
  readonly #keep: KeepEntry;
  readonly #hashing = new Lane(MOST_HASHES_AT_WORK);
  /** The last write of each identity: the next one follows it. */
  readonly #writing = new Map<string, Promise<boolean>>();

  /** `added` are the entries that were kept; where the settings name the same charge point, they are right. */
  constructor(
    { chargePoints, ocpp }: Pick<Settings, "chargePoints" | "ocpp">,
    added: readonly KeptTerms[] = [],
    keep: KeepEntry = async () => true,
  ) {
    this.#ocpp = ocpp;
    this.#settledPasswords = new Map(chargePoints.map(({ id, password }) => [id, password]));
    // What is kept only because it was noted beside the settings goes with them.
    const known = added.filter(({ id, isSettled }) => isSettled !== true || this.#settledPasswords.has(id));
    this.#entries = new Map([...known.map(termsOf), ...chargePoints.map(termsOf)].map((terms) => [terms.id, terms]));
    this.#highestProfiles = new Map(known.map(({ id, highestProfile = 0 }) => [id, highestProfile]));
    this.#secrets = new Map(
      known.flatMap(({ id, passwordHash: hash, passwordBeforeHash: replaces }) =>
        hash === undefined ? [] : [[id, { hashed: { hash, replaces } }]],
      ),
    );
    this.#offered = new Map(known.map(({ id, offeredHashes = [] }) => [id, offeredHashes]));
    this.#keep = keep;
  }

  /** Every charge point that has terms. */
  all(): Iterable<Terms> {
    return this.#entries.values();
  }

  /** Why it is known. */
  originOf(id: string): Origin {
    if (this.#settledPasswords.has(id)) return "settings";
    return this.#entries.has(id) ? "register" : "stranger";
  }

  /** The terms of a charge point; undefined for a stranger and for one that nobody knows. */
  get(id: string): Terms | undefined {
    return this.#entries.get(id);
  }

  /** By what it proves who it is. */
  secretOf(id: string): Secret {
    const settled = this.#settledPasswords.get(id);
    const secret = this.#secrets.get(id);
    const offered = this.#offered.get(id) ?? [];
    if (secret?.hashed === undefined || settled === undefined) return { ...(secret ?? { password: settled }), offered };
    return { ...secret, password: settled, offered };
  }

  /** What may stand in its certificate instead of its identity: what the settings say, and never the identity of another charge point. */
  serialNumberOf(id: string): string | undefined {
    const serialNumber = this.#entries.get(id)?.serialNumber;
    return serialNumber === undefined || this.#entries.has(serialNumber) ? undefined : serialNumber;
  }

  /** Which other charge point has `id` for its serial number. */
  ownerOfSerialNumber(id: string): string | undefined {
    return [...this.all()].find(({ id: other, serialNumber }) => serialNumber === id && other !== id)?.id;
  }

  /** How strictly the messages of a charge point are checked. */
  validationOf(id: string): Settings["ocpp"]["validation"] {
    return this.#entries.get(id)?.validation ?? this.#ocpp.validation;
  }

  /** What becomes of its Heartbeats and StatusNotifications while its registration is not Accepted. */
  beforeAcceptedOf(id: string): Settings["ocpp"]["beforeAccepted"] {
    return this.#entries.get(id)?.beforeAccepted ?? this.#ocpp.beforeAccepted;
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
    this.#entries.set(id, { ...terms, id, registration, connectors });
    this.#offered.delete(id);
    if (password === undefined) this.#secrets.delete(id);
    else this.#secrets.set(id, { password });
    return this.#write(id);
  }

  /**
   * Before the charge point is sent another password: from now on it can log in with that one, too. Undefined where it has no terms, so that
   * its password does not matter.
   */
  async offerPassword(id: string, password: string): Promise<Offer | undefined> {
    if (!this.#entries.has(id)) return undefined;
    const offer = await this.#hashesOf(id, password);
    if (!this.#entries.has(id)) return undefined;
    this.#offered.set(id, [...(this.#offered.get(id) ?? []), offer].slice(-MOST_OFFERED));
    const isKept = await this.#write(id);
    if (!isKept) this.#dropOffered(id, offer.hash);
    return { hash: offer.hash, isKept };
  }

  /** It has taken what it was offered; what it had before, and was offered before, is of no use any more. False when that is not on disk. */
  takeOffered(id: string, hash: string): Promise<boolean> {
    const offered = this.#offered.get(id) ?? [];
    const index = offered.findIndex((each) => each.hash === hash);
    if (index < 0) return Promise.resolve(true);
    this.#secrets.set(id, { hashed: offered[index] });
    this.#offered.set(id, offered.slice(index + 1));
    return this.#write(id);
  }

  /** It has not taken what it was offered. False when that is not on disk. */
  withdrawOffered(id: string, hash: string): Promise<boolean> {
    return this.#dropOffered(id, hash) ? this.#write(id) : Promise.resolve(true);
  }

  #dropOffered(id: string, hash: string): boolean {
    const offered = this.#offered.get(id) ?? [];
    const others = offered.filter((each) => each.hash !== hash);
    if (others.length === offered.length) return false;
    this.#offered.set(id, others);
    return true;
  }

  /** The highest security profile with which it has connected since it is known; 0 for one that has not, and for a stranger. */
  highestProfileOf(id: string): number {
    return this.#highestProfiles.get(id) ?? 0;
  }

  /** It has connected with a security profile; what the disk has refused before is written again. False when that should be on disk and is not. */
  noteProfile(id: string, profile: number): Promise<boolean> {
    const highest = this.highestProfileOf(id);
    if (!this.#entries.has(id) || (profile <= highest && !this.#unwritten.has(id))) return Promise.resolve(true);
    this.#highestProfiles.set(id, Math.max(profile, highest));
    return this.#write(id);
  }

  /** Nobody knows it any more. False when that is not on disk. */
  remove(id: string): Promise<boolean> {
    this.#strangers.delete(id);
    this.#entries.delete(id);
    this.#secrets.delete(id);
    this.#offered.delete(id);
    this.#highestProfiles.delete(id);
    return this.#write(id);
  }

  /** Hashing takes its time: what is written last must be what is so last. */
  #write(id: string): Promise<boolean> {
    const before = this.#writing.get(id) ?? Promise.resolve(true);
    const writing = before.then(async () => {
      const isKept = await this.#writeNow(id);
      if (isKept) this.#unwritten.delete(id);
      else this.#unwritten.add(id);
      return isKept;
    });
    this.#writing.set(id, writing);
    void writing.then(() => this.#writing.get(id) === writing && this.#writing.delete(id));
    return writing;
  }

  async #writeNow(id: string): Promise<boolean> {
    const hashed = await this.#hashed(id);
    const terms = this.#entries.get(id);
    if (terms === undefined) return this.#keep(id, undefined);
    const highestProfile = this.highestProfileOf(id);
    const offeredHashes = this.#offered.get(id) ?? [];
    const entry: KeptTerms = {
      ...terms,
      ...(this.#settledPasswords.has(id) ? { isSettled: true } : {}),
      ...(hashed === undefined ? {} : { passwordHash: hashed.hash }),
      ...(hashed?.replaces === undefined ? {} : { passwordBeforeHash: hashed.replaces }),
      ...(offeredHashes.length === 0 ? {} : { offeredHashes }),
      ...(highestProfile === 0 ? {} : { highestProfile }),
    };
    return this.#keep(id, JSON.stringify(entry));
  }

  /** The hashes of a password that the settings do not have. */
  async #hashed(id: string): Promise<HashedPassword | undefined> {
    const { password, hashed } = this.#secrets.get(id) ?? {};
    if (password === undefined) return hashed;
    return this.#hashesOf(id, password);
  }

  async #hashesOf(id: string, password: string): Promise<HashedPassword> {
    const settled = this.#settledPasswords.get(id);
    const [hash, replaces] = await Promise.all([
      this.#hash(password),
      settled === undefined ? undefined : this.#hash(settled),
    ]);
    return { hash, replaces };
  }

  #hash(password: string): Promise<string> {
    return this.#hashing.run(() => hashPassword(hashedBytes(password), costOfChargePointsPasswords));
  }
}

/** What is noted beside the terms has a place of its own. */
function termsOf(entry: KeptTerms | ChargePointSettings): Terms {
  const {
    password: _password,
    passwordHash: _hash,
    passwordBeforeHash: _before,
    offeredHashes: _offered,
    highestProfile: _highest,
    isSettled: _isSettled,
    ...terms
  } = entry as KeptTerms & ChargePointSettings;
  return terms;
}
