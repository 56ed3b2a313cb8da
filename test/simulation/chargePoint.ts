// A charge point as OCPP 1.6 wants it, written without the product's own code, so that it can judge the bridge: it charges, owes messages
// until they are answered, obeys commands, loses power and connections.
import type { Timer } from "../../src/std/clock.ts";
import type { Firmware } from "./firmware.ts";
import type { Heap } from "./heap.ts";
import { BEGIN } from "./machine.ts";
import { Outbox, sampleOwed, startOwed, stopOwed, type Owed, type TrueTransaction } from "./outbox.ts";
import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";
import type { Wire } from "./wire.ts";

export interface ChargePointOptions {
  readonly id: string;
  readonly firmware: Firmware;
  readonly heap: Heap;
  readonly random: Random;
  readonly trace: Trace;
  /** Undefined while the bridge does not listen. */
  readonly dial: (chargePoint: ChargePoint) => Wire | undefined;
  /** Says what an answer has confirmed. */
  readonly confirmed: (chargePoint: ChargePoint, owed: Owed, payload: Answer) => void;
  /** The bridge has answered with what no charge point should ever get. */
  readonly appalled: (what: string) => void;
}

export type Answer = Readonly<Record<string, unknown>>;

interface Call {
  readonly id: string;
  readonly action: string;
  readonly wire: Wire;
  readonly answered: (payload: Answer) => void;
  readonly refused: (code: string) => void;
  readonly timeout: Timer;
}

/** Another message that waits; it is not kept when the power fails. */
interface Passing {
  readonly action: string;
  readonly payload: object;
}

const CONNECTORS = [1, 2] as const;
const HEARTBEAT_MS = 20_000;
const MOST_TRANSACTIONS = 6;
/** More than the bridge lets wait before it stops reading (limits.maxQueuedFrames). */
const HASTY_CALLS = 10;
const LONGEST_REDIAL_MS = 3000;
const LONGEST_LEFT_MS = 15_000;
const REPEAT_MS = 500;
/** After so many calls in a row without any answer its TCP stack has given the connection up as well. */
const MOST_UNANSWERED = 3;

export class ChargePoint {
  readonly id: string;
  readonly firmware: Firmware;
  readonly transactions: TrueTransaction[] = [];
  /** How often each command was carried out, by what it bears. */
  readonly done = new Map<string, number>();
  readonly outbox = new Outbox();
  readonly #options: ChargePointOptions;
  readonly #running = new Map<number, TrueTransaction>();
  readonly #registers = new Map<number, number>(CONNECTORS.map((connector) => [connector, 1000 * connector]));
  #passing: Passing[] = [];
  #wire: Wire | undefined;
  #call: Call | undefined;
  #isAccepted = false;
  #hasBooted = false;
  #isPowered = true;
  #isClosing = false;
  #lastId = 0;
  #pausedUntil = 0;
  #unansweredCalls = 0;

  constructor(options: ChargePointOptions) {
    this.id = options.id;
    this.firmware = options.firmware;
    this.#options = options;
    this.#redial();
    this.#liveOn();
    this.#beat();
  }

  get isAccepted(): boolean {
    return this.#wire !== undefined && this.#isAccepted;
  }

  get wire(): Wire | undefined {
    return this.#wire;
  }

  isCharging(connectorId: number): boolean {
    return this.#running.has(connectorId);
  }

  /** The end of the world is near: whatever runs is stopped, nothing new begins. */
  finish(): void {
    this.#isClosing = true;
    for (const connector of CONNECTORS) this.stop(connector, "Local");
  }

  /** Loses its power for a while, without a word to anybody. */
  failPower(): void {
    if (!this.#isPowered) return;
    const { trace, heap, random } = this.#options;
    trace.note(this.id, "power fails");
    this.#isPowered = false;
    this.#wire?.vanish();
    this.#lost();
    this.#hasBooted = false;
    this.#passing = [];
    if (this.firmware.countsFromBoot) {
      this.#lastId = 0;
      this.outbox.forgetMessageIds();
    }
    if (this.firmware.forgetsAnswers && random.isLucky(0.6)) this.outbox.forgetAnswers();
    const isOver = random.isLucky(0.5);
    heap.after(random.between(500, 8000), () => {
      this.#isPowered = true;
      if (isOver) for (const connector of CONNECTORS) this.stop(connector, "PowerLoss");
    });
  }

  /** Dials anew although the socket from before is still open, and stays so for a while: two live sockets of one identity. */
  dialAgain(): void {
    const { trace, heap, random } = this.#options;
    const left = this.#wire;
    if (left === undefined) return;
    trace.note(this.id, "dials again, and leaves its socket open");
    heap.after(random.between(1000, LONGEST_LEFT_MS), () => left.close());
    this.#lost();
  }

  hangUp(): void {
    this.#options.trace.note(this.id, "hangs up");
    this.#wire?.close();
    this.#lost();
  }

  start(connectorId: number, idTag: string): boolean {
    if (this.#isClosing || !this.#isPowered || this.#running.has(connectorId)) return false;
    if (this.transactions.length >= MOST_TRANSACTIONS) return false;
    const transaction: TrueTransaction = {
      connectorId,
      idTag,
      meterStart: this.#register(connectorId),
      timestamp: this.#time(),
    };
    this.transactions.push(transaction);
    this.#running.set(connectorId, transaction);
    this.#owe(startOwed(transaction));
    this.#tellStatus(connectorId);
    return true;
  }

  stop(connectorId: number, reason: string): boolean {
    const transaction = this.#running.get(connectorId);
    if (transaction === undefined) return false;
    this.#charge(connectorId);
    const end = { meterStop: this.#register(connectorId), timestamp: this.#time(), reason, isConfirmed: false };
    transaction.end = end;
    this.#running.delete(connectorId);
    this.#owe(stopOwed(transaction, end));
    this.#tellStatus(connectorId);
    return true;
  }

  #liveOn(): void {
    const { heap, random } = this.#options;
    heap.after(random.between(500, 6000), () => {
      if (this.#isPowered) this.#live(random.pick(CONNECTORS));
      this.#liveOn();
    });
  }

  #live(connectorId: number): void {
    const { random } = this.#options;
    const transaction = this.#running.get(connectorId);
    if (transaction === undefined) this.start(connectorId, `TAG${random.below(4)}`);
    else if (random.isLucky(0.3)) this.stop(connectorId, "Local");
    else this.#sample(connectorId, transaction);
  }

  #sample(connectorId: number, transaction: TrueTransaction): void {
    this.#charge(connectorId);
    const owed = sampleOwed(transaction, this.#register(connectorId), this.#time());
    if (this.firmware.queuesSamples) this.#owe(owed);
    else if (this.isAccepted) this.#pass(owed.action, owed.payload());
  }

  #charge(connectorId: number): void {
    this.#registers.set(connectorId, this.#register(connectorId) + 1 + this.#options.random.below(500));
  }

  #register(connectorId: number): number {
    return this.#registers.get(connectorId) ?? 0;
  }

  #time(): string {
    return new Date(BEGIN + this.#options.heap.now + this.firmware.clockOffsetMs).toISOString();
  }

  #owe(owed: Owed): void {
    this.outbox.add(owed);
    this.#sendNext();
  }

  #pass(action: string, payload: object): void {
    if (this.#passing.length < 20) this.#passing.push({ action, payload });
    this.#sendNext();
  }

  #tellStatus(connectorId: number): void {
    const status = this.#running.has(connectorId) ? "Charging" : "Available";
    if (this.isAccepted)
      this.#pass("StatusNotification", { connectorId, errorCode: "NoError", status, timestamp: this.#time() });
  }

  #beat(): void {
    this.#options.heap.after(HEARTBEAT_MS, () => {
      if (this.isAccepted) this.#pass("Heartbeat", {});
      this.#beat();
    });
  }

  #redial(): void {
    const { heap, random } = this.#options;
    heap.after(random.between(50, LONGEST_REDIAL_MS), () => {
      const wire = this.#isPowered ? this.#options.dial(this) : undefined;
      if (wire === undefined) return this.#redial();
      this.#wire = wire;
      this.#unansweredCalls = 0;
      this.#isAccepted = this.#hasBooted && !this.firmware.bootsAtConnect;
      wire.listen({
        received: (text) => this.#receive(wire, text),
        closed: () => {
          if (this.#wire === wire) this.#lost();
        },
      });
      this.#sendNext();
    });
  }

  /** The connection counts no more. */
  #lost(): void {
    if (this.#wire === undefined) return;
    this.#call?.timeout.cancel();
    this.#call = undefined;
    this.#wire = undefined;
    this.#redial();
  }

  /** One call at a time (OCPP-J 1.6 §4.1.1): boot, then what passes, then what is owed. */
  #sendNext(): void {
    const { heap } = this.#options;
    const wire = this.#wire;
    if (wire === undefined || this.#call !== undefined || heap.now < this.#pausedUntil) return;
    if (!this.#isAccepted) return this.#boot(wire);
    const passing = this.#passing.shift();
    const nothing = (): void => {};
    if (passing !== undefined) return this.#send(wire, { ...passing, id: this.#nextId(), answered: nothing });
    const owed = this.outbox.first;
    if (owed === undefined) return;
    if (owed.messageId === undefined || !this.firmware.keepsMessageId) owed.messageId = this.#nextId();
    const { action, messageId: id } = owed;
    this.#send(wire, { action, id, payload: owed.payload(), answered: (payload) => this.#confirm(owed, payload) });
    if (this.firmware.isHasty) for (let count = 0; count < HASTY_CALLS; count++) this.#sendHastily(wire);
  }

  /** Whatever is answered. */
  #sendHastily(wire: Wire): void {
    const id = this.#nextId();
    wire.sent.push(id);
    wire.send(JSON.stringify([2, id, "Heartbeat", {}]));
  }

  #boot(wire: Wire): void {
    for (const transaction of this.transactions)
      if (transaction.end?.isConfirmed !== true) transaction.hasBooted = true;
    const payload = { chargePointVendor: "Independent", chargePointModel: "Model" };
    const answered = ({ status, interval }: Answer): void => {
      if (status !== "Accepted") return this.#pause(Number(interval) * 1000);
      this.#isAccepted = true;
      this.#hasBooted = true;
      for (const connector of CONNECTORS) this.#tellStatus(connector);
    };
    this.#send(wire, { action: "BootNotification", id: this.#nextId(), payload, answered });
  }

  #confirm(owed: Owed, payload: Answer): void {
    this.outbox.shift();
    this.#options.confirmed(this, owed, payload);
  }

  #pause(delayMs: number): void {
    const { heap } = this.#options;
    this.#pausedUntil = heap.now + delayMs;
    heap.after(delayMs, () => this.#sendNext());
  }

  #nextId(): string {
    const random = this.#options.random.below(1_000_000);
    return this.firmware.countsFromBoot ? String(++this.#lastId) : `${++this.#lastId}-${random}`;
  }

  #send(wire: Wire, call: Passing & Pick<Call, "id" | "answered">): void {
    const { heap, trace } = this.#options;
    const { id, action, payload, answered } = call;
    const text = JSON.stringify([2, id, action, payload]);
    trace.note(this.id, text);
    const timeout = heap.after(this.firmware.timeoutMs, () => this.#unanswered(action));
    this.#call = { id, action, wire, answered, refused: (code) => this.#refused(action, code), timeout };
    wire.sent.push(id);
    wire.send(text);
  }

  #unanswered(action: string): void {
    this.#options.trace.note(this.id, `${action} was not answered`);
    this.#call = undefined;
    this.#unansweredCalls++;
    const { onTimeout } = this.firmware;
    if (onTimeout === "close" || this.#unansweredCalls >= MOST_UNANSWERED) this.hangUp();
    else if (onTimeout === "abandon") this.dialAgain();
    else this.#pause(REPEAT_MS);
  }

  #refused(action: string, code: string): void {
    // OCPP-J 1.6 errata 3.8: the bridge knows of no boot yet.
    if (code === "SecurityError") this.#isAccepted = false;
    else this.#options.appalled(`${this.id}: ${action} was refused with ${code}`);
    this.#pause(REPEAT_MS);
  }

  #receive(wire: Wire, text: string): void {
    const [type, id, ...rest] = JSON.parse(text) as [number, string, ...unknown[]];
    if (type === 2) return this.#obey(wire, id, rest as [string, Answer]);
    const call = this.#call;
    if (call === undefined || call.id !== id || call.wire !== wire) return;
    call.timeout.cancel();
    this.#call = undefined;
    this.#unansweredCalls = 0;
    this.#options.trace.note(this.id, `${call.action} is answered ${JSON.stringify(rest)}`);
    if (type === 3) call.answered(rest[0] as Answer);
    else call.refused(String(rest[0]));
    this.#sendNext();
  }

  /** Carries a command out at once, and answers soon, late or never. */
  #obey(wire: Wire, id: string, [action, payload]: [string, Answer]): void {
    if (!this.#isPowered) return;
    const { heap, random, trace } = this.#options;
    trace.note(this.id, `is told ${action} ${JSON.stringify(payload)}`);
    const answer = this.#carryOut(action, payload);
    if (!this.#isClosing && random.isLucky(0.1)) return;
    const delayMs = !this.#isClosing && random.isLucky(0.2) ? random.between(1000, 15_000) : random.between(1, 100);
    heap.after(delayMs, () => {
      if (answer === undefined) wire.send(JSON.stringify([4, id, "NotImplemented", "", {}]));
      else wire.send(JSON.stringify([3, id, answer]));
    });
  }

  #carryOut(action: string, payload: Answer): object | undefined {
    switch (action) {
      case "DataTransfer":
        this.#count(String(payload["data"]));
        return { status: "Accepted" };
      case "RemoteStartTransaction": {
        this.#count(String(payload["idTag"]));
        const isStarted = this.start(Number(payload["connectorId"]), String(payload["idTag"]));
        return { status: isStarted ? "Accepted" : "Rejected" };
      }
      case "TriggerMessage":
        return this.#trigger(payload);
      default:
        return undefined;
    }
  }

  #trigger({ requestedMessage, connectorId }: Answer): object | undefined {
    if (!this.firmware.knowsTriggers) return undefined;
    if (requestedMessage !== "StatusNotification") return { status: "NotImplemented" };
    for (const connector of CONNECTORS)
      if (connectorId === undefined || connectorId === connector) this.#tellStatus(connector);
    return { status: "Accepted" };
  }

  #count(token: string): void {
    this.done.set(token, (this.done.get(token) ?? 0) + 1);
  }
}
