// The charge point's own calls: one outstanding at a time (OCPP-J 1.6 §4.1.1), transaction-related ones kept while offline
// and repeated until they are answered (OCPP 1.6 §4.7-4.10). It knows nothing of sockets and of what the messages mean.
import { encodeCall } from "../ocpp/frame.ts";
import type { Clock, Timer } from "../std/clock.ts";

export type Payload = Readonly<Record<string, unknown>>;

/** What became of a call. `noAnswer`: sent, outcome unknown. `notSent`: the charge point was offline or not registered. */
export type CallOutcome =
  | { kind: "result"; payload: Payload }
  | { kind: "error"; code: string; description: string; details: unknown }
  | { kind: "noAnswer" }
  | { kind: "notSent" };

/** `bootOnly`: connected, but BootNotification is not accepted yet, so only urgent calls pass (OCPP 1.6 §4.2). */
export type Gate = "closed" | "bootOnly" | "open";

export interface OutgoingCall {
  action: string;
  /** Made at the moment of sending: the transaction id may only become known through an earlier answer. */
  payload: () => object;
  /** `kept` calls survive being offline and are repeated; `urgent` ones pass before the registration is accepted. */
  way: "plain" | "kept" | "urgent";
  settle: (outcome: CallOutcome) => void;
}

export interface OutboxParts {
  clock: Clock;
  send: (text: string) => boolean;
  newMessageId: () => string;
  callTimeoutMs: number;
  /** Kept calls at most; beyond it the oldest MeterValues go first, then the newcomer. */
  mostKept: number;
  /** Whether a repeated call bears a new message id; the document leaves both open. */
  renewsMessageIds: boolean;
  /** Attempts for a kept call that is refused or not answered, and the pause in s, times the attempts so far (§9.1.29, §9.1.30). */
  retry: () => { attempts: number; intervalSeconds: number };
  problem: (text: string) => void;
}

interface Entry extends OutgoingCall {
  sequence: number;
  attempts: number;
  /** Monotonic ms before which a kept call is not repeated. */
  notBefore: number;
  messageId: string | undefined;
}

/** Plain and urgent calls waiting at most, each; a charge point that waits this long for answers drops what is less important. */
const MOST_WAITING = 200;

export class Outbox {
  readonly #parts: OutboxParts;
  #gate: Gate = "closed";
  #sequence = 0;
  readonly #urgent: Entry[] = [];
  readonly #plain: Entry[] = [];
  readonly #kept: Entry[] = [];
  #inFlight: Entry | undefined;
  #timeout: Timer | undefined;
  #retry: Timer | undefined;
  #idle: (() => void) | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Kept calls that wait for an answer, including the one in flight. */
  get keptCount(): number {
    return this.#kept.length + (this.#inFlight?.way === "kept" ? 1 : 0);
  }

  /** Runs once, as soon as nothing waits and nothing is in flight; a later request replaces an earlier one. */
  whenIdle(run: () => void): void {
    this.#idle = run;
    this.#next();
  }

  push(call: OutgoingCall): void {
    const entry: Entry = {
      ...call,
      sequence: this.#sequence++,
      attempts: 0,
      notBefore: 0,
      messageId: undefined,
    };
    if (call.way === "kept") {
      if (!this.#makeRoom(entry)) return;
      this.#kept.push(entry);
    } else {
      const waiting = call.way === "urgent" ? this.#urgent : this.#plain;
      const isShut = this.#gate === "closed" || (this.#gate === "bootOnly" && call.way === "plain");
      if (isShut || waiting.length >= MOST_WAITING) return call.settle({ kind: "notSent" });
      waiting.push(entry);
    }
    this.#next();
  }

  /** Opens or narrows the way out; closing it also ends the call in flight, whose outcome stays unknown. */
  setGate(gate: Gate): void {
    this.#gate = gate;
    if (gate === "closed") this.#abandon();
    this.#next();
  }

  /** The answer to a call; false when nobody waits for it (too late, or an id never used): it is ignored then. */
  answered(messageId: string, outcome: CallOutcome): boolean {
    const entry = this.#inFlight;
    if (entry === undefined || entry.messageId !== messageId) return false;
    this.#landed();
    if (outcome.kind === "error")
      this.#parts.problem(`${entry.action} refused: ${outcome.code} ${outcome.description}`);
    if (outcome.kind === "result" || !this.#repeatLater(entry)) entry.settle(outcome);
    this.#next();
    return true;
  }

  #next(): void {
    if (this.#inFlight !== undefined) return;
    const idle = this.#idle;
    if (idle !== undefined && this.#urgent.length + this.#plain.length + this.#kept.length === 0) {
      this.#idle = undefined;
      return idle();
    }
    const entry = this.#gate === "closed" ? undefined : this.#take();
    if (entry === undefined) return;
    entry.attempts++;
    if (entry.messageId === undefined || this.#parts.renewsMessageIds) entry.messageId = this.#parts.newMessageId();
    this.#inFlight = entry;
    this.#timeout = this.#parts.clock.after(this.#parts.callTimeoutMs, () => this.#timedOut(entry));
    // When the socket has just gone, its end will be reported and the gate closed: the entry is dealt with there.
    this.#parts.send(encodeCall(entry.messageId, entry.action, entry.payload()));
  }

  /** Urgent ones first, otherwise in the order in which they were pushed; a kept call in its pause lets plain ones pass. */
  #take(): Entry | undefined {
    const urgent = this.#urgent.shift();
    if (urgent !== undefined || this.#gate !== "open") return urgent;
    const [kept] = this.#kept;
    const [plain] = this.#plain;
    const waitMs = kept === undefined ? 0 : kept.notBefore - this.#parts.clock.monotonic();
    if (kept !== undefined && waitMs <= 0 && (plain === undefined || kept.sequence < plain.sequence))
      return this.#kept.shift();
    if (waitMs > 0) {
      this.#retry?.cancel();
      this.#retry = this.#parts.clock.after(waitMs, () => this.#next());
    }
    return this.#plain.shift();
  }

  #timedOut(entry: Entry): void {
    this.#landed();
    this.#parts.problem(`${entry.action} was not answered within ${this.#parts.callTimeoutMs / 1000} s`);
    if (!this.#repeatLater(entry)) entry.settle({ kind: "noAnswer" });
    this.#next();
  }

  #repeatLater(entry: Entry): boolean {
    if (entry.way !== "kept") return false;
    const { attempts, intervalSeconds } = this.#parts.retry();
    if (entry.attempts >= attempts) {
      this.#parts.problem(`${entry.action} given up after ${entry.attempts} attempts`);
      return false;
    }
    entry.notBefore = this.#parts.clock.monotonic() + entry.attempts * intervalSeconds * 1000;
    this.#kept.unshift(entry);
    return true;
  }

  #abandon(): void {
    const entry = this.#inFlight;
    this.#landed();
    this.#retry?.cancel();
    if (entry?.way === "kept") {
      // A lost link is not a refusal: it does not use up an attempt, and the message is the first to go out again.
      entry.attempts--;
      this.#kept.unshift(entry);
    } else entry?.settle({ kind: "noAnswer" });
    for (const waiting of [...this.#urgent.splice(0), ...this.#plain.splice(0)]) waiting.settle({ kind: "notSent" });
  }

  #landed(): void {
    this.#inFlight = undefined;
    this.#timeout?.cancel();
  }

  #makeRoom(entry: Entry): boolean {
    if (this.#kept.length < this.#parts.mostKept) return true;
    const oldest = this.#kept.findIndex((each) => each.action === "MeterValues");
    const lost = oldest < 0 ? entry : this.#kept.splice(oldest, 1)[0];
    this.#parts.problem(`the queue of ${this.#parts.mostKept} transaction messages is full: a ${lost?.action} is lost`);
    lost?.settle({ kind: "notSent" });
    return oldest >= 0;
  }
}
