// What an expression can ask about: a question and the twin it came from, read when it is asked for. Numbers that count are BigInt,
// as CEL has its integers; what is not there is "", 0 or false, so that only the payload can lack something.
import type { EpochMs } from "../../std/clock.ts";
import type { Question } from "../../twin/questions.ts";
import type { Connector, Transaction, Twin } from "../../twin/twin.ts";

/** What a question is decided by, beside itself. */
export interface Circumstances {
  /** The charge point before its call. */
  readonly twin: Twin;
  readonly now: EpochMs;
}

/** What expressions know of the installation. */
export class SiteFacts {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class TransactionFacts {
  readonly #transaction: Transaction | undefined;
  constructor(transaction: Transaction | undefined) {
    this.#transaction = transaction;
  }
  get active(): boolean {
    return this.#transaction?.active ?? false;
  }
  get id(): bigint {
    return whole(this.#transaction?.transactionId);
  }
  get idTag(): string {
    return this.#transaction?.idTag ?? "";
  }
  /** Wh */
  get energy(): number {
    return this.#transaction?.energy ?? 0;
  }
  /** Seconds */
  get duration(): number {
    return this.#transaction?.durationSeconds ?? 0;
  }
  get started(): Date {
    return new Date(this.#transaction?.start.at ?? 0);
  }
}

export class ConnectorFacts {
  readonly #connector: Connector | undefined;
  readonly #id: number;
  constructor(id: number, connector: Connector | undefined) {
    this.#id = id;
    this.#connector = connector;
  }
  get id(): bigint {
    return whole(this.#id);
  }
  get status(): string {
    return this.#connector?.status?.status ?? "";
  }
  get errorCode(): string {
    return this.#connector?.status?.errorCode ?? "";
  }
  /** Operative or Inoperative, as it was commanded; "" when it never was. */
  get availability(): string {
    return this.#connector?.availability?.type ?? "";
  }
  /** For whom it is reserved. */
  get reservedFor(): string {
    return this.#connector?.reservation?.idTag ?? "";
  }
  get transaction(): TransactionFacts {
    return new TransactionFacts(this.#connector?.transaction);
  }
}

export class ChargePointFacts {
  readonly #twin: Twin;
  constructor(twin: Twin) {
    this.#twin = twin;
  }
  get id(): string {
    return this.#twin.id;
  }
  get vendor(): string {
    return this.#twin.identification?.vendor ?? "";
  }
  get model(): string {
    return this.#twin.identification?.model ?? "";
  }
  get serialNumber(): string {
    return this.#twin.identification?.serialNumber ?? "";
  }
  get firmwareVersion(): string {
    return this.#twin.identification?.firmwareVersion ?? "";
  }
  get registrationStatus(): string {
    return this.#twin.registration.status;
  }
  get securityProfile(): bigint {
    return whole(this.#twin.link.securityProfile);
  }
  get status(): string {
    return this.#twin.status?.status ?? "";
  }
  get errorCode(): string {
    return this.#twin.status?.errorCode ?? "";
  }
  get connectors(): readonly ConnectorFacts[] {
    return Array.from(this.#twin.connectors.values(), (connector) => new ConnectorFacts(connector.id, connector));
  }
  /** How many transactions run. */
  get activeTransactions(): bigint {
    let count = 0;
    for (const { transaction } of this.#twin.connectors.values()) if (transaction?.active === true) count++;
    return BigInt(count);
  }
}

/** The variables of expressions, for one question. */
export class Facts {
  readonly #question: Question;
  readonly #circumstances: Circumstances;
  readonly #isPayloadBounded: () => boolean;
  readonly site: SiteFacts;

  constructor(question: Question, circumstances: Circumstances, site: SiteFacts) {
    this.#question = question;
    this.#circumstances = circumstances;
    this.#isPayloadBounded = once(() => isBounded(question.payload));
    this.site = site;
  }
  get action(): string {
    return this.#question.action;
  }
  /** Throws for one that is longer than the cost of expressions is reckoned for. */
  get idTag(): string {
    const { idTag = "" } = this.#question;
    if (idTag.length > LONGEST_ID_TAG) throw new Error(`the id tag has more than ${LONGEST_ID_TAG} characters`);
    return idTag;
  }
  get connectorId(): bigint {
    return whole(this.#question.connectorId);
  }
  get chargePoint(): ChargePointFacts {
    return new ChargePointFacts(this.#circumstances.twin);
  }
  get connector(): ConnectorFacts {
    const id = this.#question.connectorId ?? 0;
    return new ConnectorFacts(id, this.#circumstances.twin.connectors.get(id));
  }
  /** The current or last one of the connector. */
  get transaction(): TransactionFacts {
    return this.connector.transaction;
  }
  get now(): Date {
    return new Date(this.#circumstances.now);
  }
  /** Throws for one that is larger than the cost of expressions is reckoned for. */
  get payload(): unknown {
    if (!this.#isPayloadBounded()) throw new Error("the payload is too large for rules");
    return this.#question.payload;
  }
}

/** Elements of a list or object of a payload, and characters of a text; expressions are reckoned with them. */
export const MOST_ELEMENTS = 1000;
export const LONGEST_TEXT = 65_536;
export const MOST_PARTS = 5000;
/** OCPP 1.6 §7.28 allows 20; a tolerant check lets longer ones pass. */
export const LONGEST_ID_TAG = 255;
const MAX_DEPTH = 64;

/** Whether a value from outside is within what the cost of expressions is reckoned with. */
export function isBounded(value: unknown): boolean {
  let parts = 0;
  const fits = (part: unknown, depth: number): boolean => {
    if (typeof part === "string") return part.length <= LONGEST_TEXT;
    if (typeof part !== "object" || part === null) return true;
    const inner: readonly unknown[] = Object.values(part);
    parts += inner.length;
    if (inner.length > MOST_ELEMENTS || parts > MOST_PARTS || depth === 0) return false;
    return inner.every((each) => fits(each, depth - 1));
  };
  return fits(value, MAX_DEPTH);
}

function once<T>(compute: () => T): () => T {
  let computed: { readonly value: T } | undefined;
  return () => (computed ??= { value: compute() }).value;
}

/** 0 for what is no whole number: a charge point may send anything. */
function whole(value: number | undefined): bigint {
  return value !== undefined && Number.isSafeInteger(value) ? BigInt(value) : 0n;
}
