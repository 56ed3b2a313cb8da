// A charge point of the load: a socket, one call in flight (OCPP-J 1.6 §4.1.1), two connectors. It keeps as little as it can, so that
// thousands fit into a process; what a real one does, src/simulator does.
import WebSocket from "ws";
import { identityOf, meterValues } from "../bench/load.ts";
import { Connector } from "./connector.ts";
import { sinceEpoch } from "./durations.ts";
import { CONNECTORS, spread, type Share } from "./plan.ts";

/** What all charge points of a process tell it. */
export interface Watcher {
  opened(): void;
  settled(): void;
  answered(action: string, milliseconds: number): void;
  started(transaction: {
    readonly transactionId: number;
    readonly chargePointId: string;
    readonly connectorId: number;
    readonly idTag: string;
    readonly meterStartWh: number;
  }): void;
  stopped(transactionId: number, meterStopWh: number): void;
  measured(chargePoint: number, connectorId: number, register: number): void;
  lost(): void;
  problem(text: string): void;
}

export type AnswerPayload = Readonly<Record<string, unknown>>;

interface Call {
  readonly action: string;
  /** Made when it is sent, so that what it says of the time is true. */
  readonly frame: (id: string) => string;
  readonly whenAnswered: (payload: AnswerPayload) => void;
}

const RETRY_MS = 5000;
const MOST_ATTEMPTS = 20;

export class ChargePoint {
  readonly id: string;
  readonly #number: number;
  readonly #share: Share;
  readonly #watcher: Watcher;
  readonly #connectors: readonly Connector[];
  readonly #queue: Call[] = [];
  #socket: WebSocket | undefined;
  #inFlight: Call | undefined;
  #sentAt = 0;
  #lastId = 0;
  #attempts = 0;
  #isEnding = false;

  constructor(number: number, share: Share, watcher: Watcher) {
    this.id = identityOf(number);
    this.#number = number;
    this.#share = share;
    this.#watcher = watcher;
    this.#connectors = Array.from(
      { length: CONNECTORS },
      (_, index) => new Connector(this, { number, connectorId: index + 1, share, watcher }),
    );
  }

  /** Connects and begins its life; a bridge that says "later" is asked again, a bounded number of times. */
  connect(): void {
    if (this.#isEnding) return;
    this.#attempts++;
    const socket = new WebSocket(`${this.#share.url}/${this.id}`, "ocpp1.6", { perMessageDeflate: false });
    let isOpen = false;
    socket.on("open", () => {
      isOpen = true;
      this.#socket = socket;
      this.#watcher.opened();
      this.#begin();
    });
    socket.on("message", (data: Buffer) => this.#receive(data.toString()));
    socket.on("error", (error) => {
      if (this.#attempts >= MOST_ATTEMPTS) this.#watcher.problem(`${this.id} cannot connect: ${error.message}`);
    });
    socket.on("close", () => {
      if (this.#isEnding) return;
      if (isOpen) this.#watcher.lost();
      else if (this.#attempts < MOST_ATTEMPTS) setTimeout(() => this.connect(), RETRY_MS);
    });
  }

  call(action: string, payload: object, whenAnswered: (answer: AnswerPayload) => void = () => {}): void {
    this.#enqueue({ action, frame: (id) => JSON.stringify([2, id, action, payload]), whenAnswered });
  }

  /** Says that a connector has this status. */
  report(connectorId: number, status: string): void {
    this.call("StatusNotification", {
      connectorId,
      errorCode: "NoError",
      status,
      timestamp: new Date().toISOString(),
    });
  }

  /** The energy register carries when the frame leaves. */
  measure(connectorId: number, transactionId: number | undefined): void {
    let register = 0;
    this.#enqueue({
      action: "MeterValues",
      frame: (id) => {
        register = this.register();
        return meterValues(id, register, new Date().toISOString(), { connectorId, transactionId });
      },
      whenAnswered: () => this.#watcher.measured(this.#number, connectorId, register),
    });
  }

  /** Milliseconds since the beginning of the load, as Wh, to the hundredth. */
  register(): number {
    return Math.round(sinceEpoch(this.#share.epoch) * 100) / 100;
  }

  get isBusy(): boolean {
    return this.#inFlight !== undefined || this.#queue.length > 0;
  }

  /** Says nothing more than what it has begun to say. */
  endLife(): void {
    this.#isEnding = true;
    for (const connector of this.#connectors) connector.end();
  }

  disconnect(): void {
    this.endLife();
    this.#socket?.terminate();
  }

  #begin(): void {
    this.call("BootNotification", { chargePointVendor: "Load", chargePointModel: "Light", firmwareVersion: "1" });
    // What was never measured is no node that could be monitored; and of a connector that is available only what it said before counts.
    for (let connectorId = 1; connectorId <= CONNECTORS; connectorId++) this.measure(connectorId, undefined);
    for (let connectorId = 0; connectorId <= CONNECTORS; connectorId++) this.report(connectorId, "Available");
    for (const connector of this.#connectors) connector.begin();
    this.call("Heartbeat", {}, () => this.#watcher.settled());
    const { heartbeatSeconds } = this.#share;
    setTimeout(() => this.#beat(heartbeatSeconds), spread(this.#number) * heartbeatSeconds * 1000);
  }

  #beat(seconds: number): void {
    if (this.#isEnding) return;
    this.call("Heartbeat", {});
    setTimeout(() => this.#beat(seconds), seconds * 1000);
  }

  #enqueue(call: Call): void {
    if (this.#isEnding) return;
    this.#queue.push(call);
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#inFlight !== undefined || this.#socket?.readyState !== WebSocket.OPEN) return;
    const call = this.#queue.shift();
    if (call === undefined) return;
    this.#inFlight = call;
    const frame = call.frame(String(++this.#lastId));
    this.#sentAt = performance.now();
    this.#socket.send(frame);
  }

  #receive(text: string): void {
    const [kind, id, payload, ...rest] = JSON.parse(text) as [number, string, unknown, ...unknown[]];
    if (kind === 2) return this.#answer(id, String(payload));
    const call = this.#inFlight;
    if (call === undefined || id !== String(this.#lastId))
      return this.#watcher.problem(`${this.id}: an answer to nothing`);
    this.#watcher.answered(call.action, performance.now() - this.#sentAt);
    this.#inFlight = undefined;
    if (kind === 3) call.whenAnswered(payload as AnswerPayload);
    else this.#watcher.problem(`${this.id}: ${call.action} was answered with ${String(payload)} ${String(rest[0])}`);
    this.#sendNext();
  }

  /** What a bridge asks of those that come back (src/app/resynchronise.ts): no key, and nothing more to say. */
  #answer(id: string, action: string): void {
    const payload = action === "GetConfiguration" ? {} : { status: "Rejected" };
    this.#socket?.send(JSON.stringify([3, id, payload]));
  }
}
