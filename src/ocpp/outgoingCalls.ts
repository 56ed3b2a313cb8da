// Our own calls on one link: one outstanding (OCPP-J 1.6 §4.1.1), the others wait in a bounded queue; each is sent at most once.
// It knows no sockets; what it sends goes through `send`.
import { randomUUID } from "node:crypto";
import type { Clock, Timer } from "../std/clock.ts";
import { encodeCall, type ErrorFrame, type ResultFrame } from "./frame.ts";

/** What became of a call of ours. */
export type CallOutcome =
  | { readonly kind: "answered"; readonly payload: unknown }
  /** The charge point answered with a CALLERROR. */
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly description: string;
      readonly details: unknown;
    }
  /** Sent, but the link ended or the time ran out before an answer: the outcome is unknown. */
  | { readonly kind: "timedOut" }
  /** Sent; what came then was a frame longer than this, in bytes, which was not read: the outcome is unknown. */
  | { readonly kind: "tooLarge"; readonly maxFrameBytes: number }
  /** Certainly not sent. */
  | { readonly kind: "offline" }
  /** Not sent: too many calls wait already. */
  | { readonly kind: "queueFull" }
  /** Not sent: it has waited too long behind others. */
  | { readonly kind: "expired" };

export interface OutgoingCallsOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** How long nothing is sent after the charge point's first call has been answered, where it needs more than others. */
  readonly settleMs?: number | undefined;
  /** Calls that may wait behind the outstanding one. */
  readonly maxQueued: number;
  readonly send: (text: string) => void;
  /** A call that went out has come to its end; `answer` is the frame. */
  readonly ended: (call: EndedCall, answer: string | undefined) => void;
}

/** A call of ours that is over. */
export interface EndedCall {
  readonly action: string;
  readonly text: string;
  /** On the monotonic clock. */
  readonly sentAt: number;
  readonly outcome: CallOutcome;
}

interface OwnCall {
  readonly id: string;
  readonly action: string;
  readonly text: string;
  readonly sent: () => void;
  readonly settle: (outcome: CallOutcome) => void;
  /** Ends it when it has waited for too long; none while it need not wait. */
  expiry?: Timer;
}

/** Chargers drop what is sent to them while they digest the answer to their first call. */
const SETTLE_MS = 100;
/** A charge point that has said nothing for so long after connecting has nothing to digest. */
const SILENT_MS = 1000;

/** Longer than it takes until a silent charge point is called. */
const LEAST_PATIENCE_MS = 2 * SILENT_MS;

const offline: CallOutcome = { kind: "offline" };
const timedOut: CallOutcome = { kind: "timedOut" };

export class OutgoingCalls {
  readonly #options: OutgoingCallsOptions;
  readonly #waiting: OwnCall[] = [];
  #outstanding: OwnCall | undefined;
  #sentAt = 0;
  #timeout: Timer | undefined;
  #settling: Timer | undefined;
  /** On the monotonic clock: nothing is sent before; undefined while there is no telling. */
  #readyAt: number | undefined;
  #isEnded = false;

  constructor(options: OutgoingCallsOptions) {
    this.#options = options;
  }

  /** The link is open: from now on a silent charge point may be called after a while. */
  opened(): void {
    this.#settleFor(Math.max(SILENT_MS, this.#settleMs));
  }

  /** The charge point has sent a call: nothing is sent before it has been answered. */
  firstCallReceived(): void {
    this.#readyAt = undefined;
  }

  firstCallAnswered(): void {
    this.#settleFor(this.#settleMs);
  }

  /** `sent` is called once, when it goes out; never for one that waits until the link has ended. */
  call(action: string, payload: object, sent: () => void = () => {}): Promise<CallOutcome> {
    if (this.#isEnded) return Promise.resolve(offline);
    if (this.#waiting.length >= this.#options.maxQueued) return Promise.resolve({ kind: "queueFull" });
    const id = randomUUID();
    const text = encodeCall(id, action, payload);
    return new Promise((settle) => {
      const own: OwnCall = { id, action, text, sent, settle };
      this.#waiting.push(own);
      this.#sendNext();
      // Whoever wanted it may have given up by then: what is done late is worse than what is not done.
      if (this.#waiting.includes(own))
        own.expiry = this.#options.clock.after(this.#patienceMs, () => this.#expire(own));
    });
  }

  /** An answer came in; false for one that nobody waits for, which is ignored (OCPP-J 1.6 §4.1.4 leaves no other use). */
  answered(frame: ResultFrame | ErrorFrame, text: string): boolean {
    const own = this.#outstanding;
    if (own === undefined || own.id !== frame.id) return false;
    this.#finish(own, outcomeOf(frame), text);
    return true;
  }

  /** The link is gone; `outcome` is that of the outstanding call. */
  end(outcome: CallOutcome = timedOut): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#settling?.cancel();
    const own = this.#outstanding;
    if (own !== undefined) this.#finish(own, outcome);
    for (const { settle, expiry } of this.#waiting.splice(0)) {
      expiry?.cancel();
      settle(offline);
    }
  }

  get #settleMs(): number {
    return this.#options.settleMs ?? SETTLE_MS;
  }

  /** Half of what an answer may take: when one call ends unanswered, those that were wanted with it do not go out any more. */
  get #patienceMs(): number {
    return Math.max(this.#options.timeoutMs / 2, (this.#options.settleMs ?? 0) + LEAST_PATIENCE_MS);
  }

  #expire(own: OwnCall): void {
    this.#waiting.splice(this.#waiting.indexOf(own), 1);
    own.settle({ kind: "expired" });
  }

  #settleFor(delayMs: number): void {
    this.#readyAt = this.#options.clock.monotonic() + delayMs;
    this.#sendNext();
  }

  /** Most links never have a call of ours: a timer runs only while one waits. */
  #sendNext(): void {
    this.#settling?.cancel();
    if (this.#isEnded || this.#readyAt === undefined || this.#outstanding !== undefined) return;
    const [own] = this.#waiting;
    if (own === undefined) return;
    const leftMs = this.#readyAt - this.#options.clock.monotonic();
    if (leftMs > 0) {
      this.#settling = this.#options.clock.after(leftMs, () => this.#sendNext());
      return;
    }
    this.#waiting.shift();
    own.expiry?.cancel();
    this.#outstanding = own;
    this.#timeout = this.#options.clock.after(this.#options.timeoutMs, () => this.#finish(own, timedOut));
    this.#sentAt = this.#options.clock.monotonic();
    own.sent();
    this.#options.send(own.text);
  }

  #finish(own: OwnCall, outcome: CallOutcome, answer?: string): void {
    this.#timeout?.cancel();
    this.#outstanding = undefined;
    this.#options.ended({ action: own.action, text: own.text, sentAt: this.#sentAt, outcome }, answer);
    own.settle(outcome);
    this.#sendNext();
  }
}

function outcomeOf(frame: ResultFrame | ErrorFrame): CallOutcome {
  if (frame.kind === "result") return { kind: "answered", payload: frame.payload };
  const { code, description, details } = frame;
  return { kind: "refused", code, description, details };
}
