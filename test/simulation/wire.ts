// One WebSocket connection between a charge point and the bridge, as the network makes it: it delays, keeps order, is cut without a word,
// and tells of an end late. The bridge's end is what its Link holds.
import type { LinkSocket } from "../../src/ocpp/link.ts";
import type { Heap } from "./heap.ts";
import type { Random } from "./random.ts";

/** What the charge point is told of its end. */
export interface Ears {
  received(text: string): void;
  closed(): void;
}

const QUICKEST_MS = 2;
const SLOWEST_MS = 80;
/** How long it may take until one end hears that the other one has closed. */
const LATEST_CLOSE_MS = 20_000;
const NORMAL = 1000;
const ABNORMAL = 1006;

export class Wire {
  readonly identity: string;
  readonly bridgeEnd: BridgeEnd;
  /** CALLs in the order in which the charge point has sent them, by message id. */
  readonly sent: string[] = [];
  readonly #heap: Heap;
  readonly #random: Random;
  #ears: Ears | undefined;
  #isCut = false;
  readonly #arrival = { bridge: 0, chargePoint: 0 };

  constructor(identity: string, heap: Heap, random: Random) {
    this.identity = identity;
    this.#heap = heap;
    this.#random = random;
    this.bridgeEnd = new BridgeEnd(this, heap);
  }

  /** Half-open: nothing arrives at either end any more, and nobody is told. */
  cut(): void {
    this.#isCut = true;
  }

  /** The charge point takes its end. */
  listen(ears: Ears): void {
    this.#ears = ears;
  }

  get isOpenAtChargePoint(): boolean {
    return this.#ears !== undefined;
  }

  send(text: string): void {
    if (this.#ears !== undefined) this.carry("bridge", () => this.bridgeEnd.receive(text));
  }

  /** The charge point closes; the bridge may hear of it much later. */
  close(): void {
    if (this.#ears === undefined) return;
    this.#ears = undefined;
    const delayMs = this.#random.isLucky(0.4) ? this.#random.between(1000, LATEST_CLOSE_MS) : QUICKEST_MS;
    this.#heap.after(delayMs, () => this.carry("bridge", () => this.bridgeEnd.closedByPeer()));
  }

  /** The charge point has lost its power: nobody closes anything. */
  vanish(): void {
    this.#ears = undefined;
    this.cut();
  }

  toChargePoint(deliver: (ears: Ears) => void): void {
    this.carry("chargePoint", () => {
      if (this.#ears !== undefined) deliver(this.#ears);
    });
  }

  /** The bridge's end has closed. */
  closeAtChargePoint(): void {
    this.carry("chargePoint", () => {
      const ears = this.#ears;
      this.#ears = undefined;
      ears?.closed();
    });
  }

  /** In order, whatever the delays are. */
  carry(to: "bridge" | "chargePoint", deliver: () => void): void {
    const { now } = this.#heap;
    const at = Math.max(this.#arrival[to], now + this.#random.between(QUICKEST_MS, SLOWEST_MS));
    this.#arrival[to] = at;
    this.#heap.after(at - now, () => {
      if (!this.#isCut) deliver();
    });
  }

  /** How long an end in order takes from here. */
  closingMs(): number {
    return this.#random.between(20, 2000);
  }
}

type Heard = (told: never) => void;

export class BridgeEnd implements LinkSocket {
  readonly bufferedAmount = 0;
  readonly #wire: Wire;
  readonly #heap: Heap;
  readonly #listeners = new Map<string, Heard[]>();
  #isOpen = true;
  #isPaused = false;
  readonly #unread: string[] = [];
  #heardAt: number;
  #hasProcess = true;

  constructor(wire: Wire, heap: Heap) {
    this.#wire = wire;
    this.#heap = heap;
    this.#heardAt = heap.now;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** When anything came from the charge point last, ms. */
  get heardAt(): number {
    return this.#heardAt;
  }

  on(event: string, listener: Heard): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  send(text: string): void {
    if (this.#isOpen) this.#wire.toChargePoint((ears) => ears.received(text));
  }

  ping(): void {
    if (this.#isOpen) this.#wire.toChargePoint(() => this.#wire.carry("bridge", () => this.#heard("pong")));
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const text of this.#unread.splice(0)) this.receive(text);
  }

  close(): void {
    this.#end(this.#wire.closingMs());
  }

  terminate(): void {
    this.#end(0);
  }

  receive(text: string): void {
    if (this.#isPaused) this.#unread.push(text);
    else this.#heard("message", Buffer.from(text));
  }

  closedByPeer(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#emit("close", NORMAL);
  }

  /** The process is gone: kill -9 lets the operating system close the socket, a power failure does not. */
  abandon(isPowerGone: boolean): void {
    this.#hasProcess = false;
    if (isPowerGone) this.#wire.cut();
    else if (this.#isOpen) this.#wire.closeAtChargePoint();
    this.#isOpen = false;
  }

  #end(untilClosedMs: number): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#wire.closeAtChargePoint();
    this.#heap.after(untilClosedMs, () => this.#emit("close", ABNORMAL));
  }

  #heard(event: "message" | "pong", told?: Buffer): void {
    if (!this.#isOpen) return;
    this.#heardAt = this.#heap.now;
    this.#emit(event, told);
  }

  #emit(event: string, told?: Buffer | number): void {
    if (!this.#hasProcess) return;
    for (const listener of this.#listeners.get(event) ?? []) listener(told as never);
  }
}
