// Keeps one WebSocket to the central system alive: dials, reconnects with backoff and jitter, and can be broken on purpose.
// It knows nothing of OCPP messages.
import { openClientSocket } from "../ocpp/clientSocket.ts";
import type { ClientSocket, ClientSocketOptions } from "../ocpp/clientSocket.ts";
import type { Clock, Timer } from "../std/clock.ts";
import type { Random } from "./random.ts";

/** How long to wait before dialling again: doubled after each failure, then multiplied by 0.5 to 1.5 at random. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
}

export interface LinkEvents {
  opened(): void;
  text(text: string): void;
  /** The socket is gone; a new one will be dialled unless the link was closed. */
  lost(code: number, reason: string): void;
}

export interface LinkParts {
  /** Asked before every dial: the password may have changed. */
  socket: () => ClientSocketOptions;
  backoff: Backoff;
  clock: Clock;
  random: Random;
  events: LinkEvents;
}

/** How long an orderly close may take before the socket is cut. */
const CLOSE_WITHIN_MS = 2_000;

export class Link {
  readonly #parts: LinkParts;
  #socket: ClientSocket | undefined;
  #isOpen = false;
  #isFrozen = false;
  /** Dials that did not lead to a frame from the central system, in a row. */
  #failures = 0;
  #timer: Timer | undefined;
  #pingTimer: Timer | undefined;
  /** A ping of ours waits for its pong. */
  #unanswered = false;
  readonly #closed: (() => void)[] = [];

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Dials at once, unless a socket is there already. */
  open(): void {
    this.#timer?.cancel();
    if (this.#socket !== undefined) return;
    const socket = openClientSocket(this.#parts.socket(), {
      opened: () => {
        if (socket !== this.#socket) return socket.terminate();
        this.#isOpen = true;
        this.#parts.events.opened();
      },
      text: (text) => {
        if (socket !== this.#socket) return;
        this.#failures = 0;
        this.#parts.events.text(text);
      },
      ponged: () => this.#ponged(socket),
      closed: (code, reason) => {
        if (socket === this.#socket) this.#ended(code, reason, this.#nextDelayMs());
      },
    });
    this.#socket = socket;
  }

  /** False when there is no open socket. A frozen one swallows the frame, as a dead network does. */
  send(text: string): boolean {
    if (!this.#isOpen || this.#socket === undefined) return false;
    return this.#isFrozen || this.#socket.send(text);
  }

  /** The orderly end; resolves when the socket is gone. No reconnect follows. */
  async close(code: number, reason: string): Promise<void> {
    this.#timer?.cancel();
    const socket = this.#socket;
    if (socket === undefined) return;
    const cut = this.#parts.clock.after(CLOSE_WITHIN_MS, () => socket.terminate());
    await new Promise<void>((done) => {
      this.#closed.push(done);
      if (this.#isFrozen) socket.terminate();
      else socket.close(code, reason);
    });
    cut.cancel();
  }

  /** Cuts the connection without a close frame; the next dial is `pauseMs` away, by default as after any failure; Infinity = none. */
  cut(pauseMs?: number): void {
    this.#timer?.cancel();
    const socket = this.#socket;
    this.#ended(1006, "cut by the charge point", pauseMs ?? this.#nextDelayMs());
    socket?.terminate();
  }

  /** Closes in order and dials again at once, as after a change of the password. */
  redial(): void {
    void this.close(1000, "reconnect").then(() => this.open());
  }

  /** Half-open: the peer sees a socket on which nothing moves any more, for `ms`; then it is cut and dialled anew. */
  freeze(ms: number): void {
    if (this.#socket === undefined || !this.#isOpen) return;
    this.#isFrozen = true;
    this.#socket.freeze();
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.after(ms, () => this.cut(0));
  }

  /** Pings every `intervalMs` and cuts a socket that has not answered by the next one; 0 ends that (key WebSocketPingInterval). */
  pingEvery(intervalMs: number): void {
    this.#pingTimer?.cancel();
    this.#pingTimer = undefined;
    if (intervalMs <= 0 || !this.#isOpen) return;
    this.#socket?.ping();
    this.#pingTimer = this.#parts.clock.after(intervalMs, () => {
      if (this.#unanswered) return this.cut();
      this.pingEvery(intervalMs);
    });
    this.#unanswered = true;
  }

  #ponged(socket: ClientSocket): void {
    if (socket === this.#socket) this.#unanswered = false;
  }

  #ended(code: number, reason: string, pauseMs: number): void {
    const hadSocket = this.#socket !== undefined;
    this.#socket = undefined;
    this.#isOpen = false;
    this.#isFrozen = false;
    this.pingEvery(0);
    const closed = this.#closed.splice(0);
    if (closed.length === 0 && pauseMs !== Infinity) this.#timer = this.#parts.clock.after(pauseMs, () => this.open());
    if (hadSocket) this.#parts.events.lost(code, reason);
    for (const done of closed) done();
  }

  #nextDelayMs(): number {
    const { backoff, random } = this.#parts;
    const delayMs = Math.min(backoff.firstMs * 2 ** Math.min(this.#failures, 20), backoff.longestMs);
    this.#failures++;
    return delayMs * random.between(0.5, 1.5);
  }
}
