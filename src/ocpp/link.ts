// One WebSocket of one charge point: frames in and out, in order, within bounds. It knows no action and no twin.
// Every frame passes here: no promise, closure or copy is made for a call that is answered at once.
import type { Clock } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Log } from "../std/log.ts";
import type { Limits } from "../settings/settings.ts";
import type { Exchange, MessageLog } from "../twin/ports.ts";
import type { Answer, Call, CallError } from "./door.ts";
import { encodeError, encodeResult, parseFrame, type FrameProblem } from "./frame.ts";
import { Liveness } from "./liveness.ts";
import { OutgoingCalls, type CallOutcome, type EndedCall } from "./outgoingCalls.ts";

/** What a link needs of the WebSocket below it; those of `ws` have it. */
export interface LinkSocket {
  /** Bytes that are sent and not yet taken by the network. */
  readonly bufferedAmount: number;
  on(event: "message", listener: (data: Buffer) => void): unknown;
  on(event: "ping" | "pong", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "close", listener: (code: number) => void): unknown;
  send(text: string): void;
  ping(): void;
  /** Reads no more until it is resumed. */
  pause(): void;
  resume(): void;
  /** In order: a close frame first (RFC 6455 §7.1.2). */
  close(code: number, reason: string): void;
  /** At once. */
  terminate(): void;
}

export interface LinkOptions {
  readonly identity: string;
  readonly remoteAddress: string;
  /** 0 none, 1 Basic, 2 TLS + Basic, 3 mutual TLS. */
  readonly securityProfile: number;
  /** Whether the charge point has shown the password of its identity; possible with every profile. */
  readonly isProven: boolean;
  /** SHA-256 of the certificate that it has shown, hexadecimal with colons. */
  readonly certificate?: string | undefined;
  readonly socket: LinkSocket;
  /** Whether the charge point answers pings. */
  readonly pings: boolean;
  /** How long nothing is sent after its first call has been answered, s; undefined: as long as chargers need mostly. */
  readonly settleSeconds?: number | undefined;
  readonly handleCall: (link: Link, call: Call) => Answer | Promise<Answer>;
  /** Told of each frame that is no message of OCPP-J, from the release of the link on. */
  readonly misread: (link: Link, problem: string) => void;
  /** Called once, when the link is closed from either side. */
  readonly ended: (link: Link) => void;
  readonly shared: LinkShared;
}

/** What all links have in common. */
export interface LinkShared {
  readonly limits: Limits;
  readonly callTimeoutSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: Counts;
  /** Undefined where no messages are kept. */
  readonly messages: MessageLog | undefined;
}

/** RFC 6455 §7.4.1 */
const POLICY_VIOLATION = 1008;
/** By which `ws` tells of a frame beyond `maxPayload`. */
const TOO_LONG = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
/** Bad frames of one link that are written into the log; the counters see every one. */
const BAD_FRAMES_LOGGED = 5;

/** A call, and when it came on the monotonic clock. */
interface Received {
  readonly call: Call;
  readonly at: number;
}

const internalError: CallError = {
  kind: "error",
  code: "InternalError",
  description: "the message could not be handled; the log of the central system says why",
  details: {},
};

export class Link {
  readonly identity: string;
  readonly remoteAddress: string;
  readonly securityProfile: number;
  readonly ocppVersion = "1.6";
  /** Whether the charge point has shown the password of its identity. */
  readonly isProven: boolean;
  /** SHA-256 of the certificate that it has shown, hexadecimal with colons; undefined below security profile 3. */
  readonly certificate: string | undefined;
  /** Whether the charge point answers pings. */
  readonly pings: boolean;
  readonly #options: LinkOptions;
  readonly #socket: LinkSocket;
  readonly #shared: LinkShared;
  readonly #liveness: Liveness;
  readonly #own: OutgoingCalls;
  readonly #queue: Received[] = [];
  #queuedBytes = 0;
  #badFrames = 0;
  /** Until it is released, and while an answer is being made, calls wait in the queue. */
  #isBusy = true;
  /** Before, nobody knows yet whether it is the link of its identity. */
  #isReleased = false;
  #isFirstCall = true;
  #isPaused = false;
  #isOpen = true;

  constructor(options: LinkOptions) {
    const { shared, socket } = options;
    this.identity = options.identity;
    this.remoteAddress = options.remoteAddress;
    this.securityProfile = options.securityProfile;
    this.isProven = options.isProven;
    this.certificate = options.certificate;
    this.pings = options.pings;
    this.#options = options;
    this.#socket = socket;
    this.#shared = shared;
    this.#own = new OutgoingCalls({
      clock: shared.clock,
      timeoutMs: shared.callTimeoutSeconds * 1000,
      settleMs: options.settleSeconds === undefined ? undefined : options.settleSeconds * 1000,
      maxQueued: shared.limits.maxQueuedCalls,
      send: (text) => this.#send(text),
      ended: (call, answer) => this.#keepOwn(call, answer),
    });
    this.#liveness = new Liveness({
      clock: shared.clock,
      intervalMs: shared.limits.pingIntervalSeconds * 1000,
      timeoutMs: shared.limits.pingTimeoutSeconds * 1000,
      ping: () => this.#isOpen && socket.ping(),
      isPaused: () => this.#isPaused,
      dead: () => this.terminate("the charge point is silent and does not answer pings"),
    });
    this.#listen();
  }

  /** False as soon as it is closed from either side. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Begins to handle calls; until then they wait, bounded, in order. */
  release(): void {
    if (this.pings) this.#liveness.watch();
    this.#own.opened();
    this.#isReleased = true;
    this.#isBusy = false;
    this.#drain();
  }

  /** Sends a call at most once; never rejects. `sent` is called when it goes out, which may be long after. */
  call(action: string, payload: object, sent?: () => void): Promise<CallOutcome> {
    return this.#own.call(action, payload, sent);
  }

  /** Whether the other end is there now: pinged, and anything that comes in within `timeoutMs` counts as an answer. */
  probe(timeoutMs: number): Promise<boolean> {
    return this.#liveness.probe(timeoutMs);
  }

  /** Ends the link in order: close frame first, then the socket. */
  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#resume();
    this.#socket.close(code, reason);
    this.#end(reason);
  }

  /** Ends the link at once, without a close frame. */
  terminate(reason: string): void {
    if (!this.#isOpen) return;
    this.#socket.terminate();
    this.#end(reason);
  }

  #listen(): void {
    const socket = this.#socket;
    // `ws` gives one Buffer a message; text and binary frames are read alike, for some firmware confuses the opcodes.
    socket.on("message", (data: Buffer) => this.#receive(data));
    socket.on("pong", () => this.#liveness.heard());
    socket.on("ping", () => this.#liveness.heard());
    socket.on("error", (error) => {
      this.#shared.counts.add("badFrames");
      if ("code" in error && error.code === TOO_LONG) this.#overflow();
      else this.#note("info", `the WebSocket protocol was broken: ${error.message}`);
    });
    socket.on("close", (code) => this.#end(`closed with code ${code}`));
  }

  #receive(data: Buffer): void {
    if (!this.#isOpen) return;
    this.#liveness.heard();
    this.#shared.counts.add("framesReceived");
    const at = this.#shared.clock.monotonic();
    const text = data.toString();
    const frame = parseFrame(text);
    switch (frame.kind) {
      case "call":
        if (this.#isBusy) this.#enqueue(frame, at);
        else this.#work(frame, at);
        break;
      case "result":
      case "error":
        if (!this.#own.answered(frame, text)) this.#keep({ outcome: "Ignored", request: text }, at);
        break;
      case "problem":
        this.#refuse(frame, data, at);
        break;
      case "ignored":
        this.#keep({ outcome: "Ignored", request: text }, at);
    }
  }

  /** `ws` has closed the socket with 1009 and reads nothing of the frame: whether it was the awaited answer nobody can tell. */
  #overflow(): void {
    const { maxFrameBytes } = this.#shared.limits;
    this.#resume();
    this.#note(
      "warn",
      `it sent a frame longer than limits.maxFrameBytes, ${maxFrameBytes}; raise it if this is an answer that is wanted`,
    );
    this.#end("a frame was too long", { kind: "tooLarge", maxFrameBytes });
  }

  #work(call: Call, at: number): void {
    if (this.#isFirstCall) this.#own.firstCallReceived();
    const answer = this.#handle(call);
    if (answer instanceof Promise) this.#workLater(call, at, answer);
    else this.#reply(call, at, answer);
  }

  #handle(call: Call): Answer | Promise<Answer> {
    try {
      return this.#options.handleCall(this, call);
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  #workLater(call: Call, at: number, promise: Promise<Answer>): void {
    this.#isBusy = true;
    void promise
      .catch((error: unknown) => this.#failed(call, error))
      .then((answer) => {
        this.#reply(call, at, answer);
        this.#isBusy = false;
        this.#drain();
      });
  }

  /** An exception is a fault of ours; the charge point gets an answer, the log gets the fault. */
  #failed(call: Call, error: unknown): CallError {
    const { identity: chargePoint } = this;
    const stack = error instanceof Error ? error.stack : String(error);
    this.#shared.log.error({ chargePoint, action: call.action, stack }, "a call was not handled");
    return internalError;
  }

  #reply(call: Call, at: number, answer: Answer): void {
    const text = textOf(call, answer);
    if (answer.kind === "error") this.#shared.counts.add("callErrorsSent");
    const isSent = text !== undefined && this.#send(text);
    const outcome = !isSent ? "Unanswered" : answer.kind === "error" ? "CallError" : "Answered";
    const violations = answer.kind === "result" ? answer.violations : undefined;
    const { action, text: request } = call;
    this.#keep({ outcome, action, request, answer: isSent ? text : undefined, violations }, at);
    if (this.#isFirstCall) {
      this.#isFirstCall = false;
      this.#own.firstCallAnswered();
    }
  }

  #refuse(problem: FrameProblem, data: Buffer, at: number): void {
    this.#badFrames++;
    this.#shared.counts.add("badFrames");
    if (this.#badFrames <= BAD_FRAMES_LOGGED)
      this.#note("warn", `bad frame of ${data.length} bytes: ${problem.description}`);
    else if (this.#badFrames === BAD_FRAMES_LOGGED + 1)
      this.#note("warn", "bad frames go on; further ones of this link are not logged");
    if (this.#isReleased) this.#options.misread(this, problem.description);
    let answer: string | undefined;
    if (problem.id !== undefined) {
      this.#shared.counts.add("callErrorsSent");
      answer = encodeError(problem.id, problem.code, problem.description, {});
      this.#send(answer);
    }
    this.#keep({ outcome: "BadFrame", request: data.toString(), answer, violations: [problem.description] }, at);
    if (this.#badFrames >= this.#shared.limits.maxBadFrames)
      this.close(POLICY_VIOLATION, `${this.#badFrames} bad frames`);
  }

  #enqueue(call: Call, at: number): void {
    const { maxQueuedFrames, maxQueuedBytes } = this.#shared.limits;
    this.#queue.push({ call, at });
    this.#queuedBytes += call.text.length;
    if (this.#queue.length >= maxQueuedFrames || this.#queuedBytes >= maxQueuedBytes) {
      this.#isPaused = true;
      this.#socket.pause();
    }
  }

  #drain(): void {
    while (!this.#isBusy && this.#isOpen) {
      const received = this.#queue.shift();
      if (received === undefined) break;
      this.#queuedBytes -= received.call.text.length;
      this.#work(received.call, received.at);
    }
    if (this.#queue.length === 0) this.#resume();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  #send(text: string): boolean {
    if (!this.#isOpen) return false;
    this.#socket.send(text);
    this.#shared.counts.add("framesSent");
    if (this.#socket.bufferedAmount > this.#shared.limits.maxUnsentBytes)
      this.terminate("the charge point does not read what is sent to it");
    return true;
  }

  /** What the charge point has sent, and our answer to it. */
  #keep({ outcome, action = "", request, answer, violations = none }: Kept, since: number): void {
    const { messages, clock } = this.#shared;
    if (messages === undefined) return;
    const latencyMs = clock.monotonic() - since;
    const at = clock.now() - latencyMs;
    const chargePointId = this.identity;
    messages.note({ chargePointId, from: "chargePoint", action, at, latencyMs, outcome, request, answer, violations });
  }

  #keepOwn({ action, text: request, sentAt, outcome: { kind, ...more } }: EndedCall, answer: string | undefined): void {
    const { messages, clock } = this.#shared;
    if (messages === undefined) return;
    const latencyMs = clock.monotonic() - sentAt;
    const at = clock.now() - latencyMs;
    const outcome = kind === "answered" ? "Answered" : kind === "refused" ? "CallError" : "Unanswered";
    const answered = "payload" in more ? more.payload : undefined;
    const common = { chargePointId: this.identity, from: "bridge", action, at, latencyMs, violations: none } as const;
    messages.note({ ...common, outcome, request, answer, answered });
  }

  #end(reason: string, outcome?: CallOutcome): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#liveness.end();
    this.#own.end(outcome);
    for (const { call, at } of this.#queue.splice(0))
      this.#keep({ outcome: "Unanswered", action: call.action, request: call.text }, at);
    this.#note("info", `link ended: ${reason}`);
    this.#options.ended(this);
  }

  #note(level: "info" | "warn", message: string): void {
    const { identity: chargePoint, remoteAddress } = this;
    this.#shared.log[level]({ chargePoint, remoteAddress }, message);
  }
}

interface Kept extends Pick<Exchange, "outcome" | "request"> {
  readonly action?: string;
  readonly answer?: string | undefined;
  readonly violations?: readonly string[] | undefined;
}

const none: readonly string[] = [];

function textOf({ id, numericId }: Call, answer: Answer): string | undefined {
  if (answer.kind === "none") return undefined;
  if (answer.kind === "result") return encodeResult(numericId ?? id, answer.payload);
  return encodeError(numericId ?? id, answer.code, answer.description, answer.details);
}
