// One control connection from the greeting to its end: one command after the other, bounded in length, number and time.
import { once } from "node:events";
import type { Socket } from "node:net";
import type { Timer } from "../../std/clock.ts";
import { plainAddress } from "../plainAddress.ts";
import { CommandLines } from "./commandLines.ts";
import { isTransfer, partsOf, run } from "./commands.ts";
import { isLast, reply, textOf, type Conversation, type FtpParts, type Reply } from "./conversation.ts";

/** While more lines than these wait, nothing is read. */
const MOST_WAITING = 16;
/** How long a client that is shut out may take to read why, and one that has gone to have sent all. */
const LINGER_MS = 2000;

export class Session {
  /** Settled when nothing of it is left; never rejected. */
  readonly ended: Promise<void>;
  readonly #conversation: Conversation;
  readonly #startedAt: number;
  readonly #over = new AbortController();
  readonly #lines = new CommandLines();
  readonly #waiting: string[] = [];
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;

  constructor(parts: FtpParts, socket: Socket) {
    this.#startedAt = parts.clock.monotonic();
    this.#conversation = {
      parts,
      socket,
      remoteAddress: plainAddress(socket.remoteAddress),
      over: this.#over.signal,
      say: (each) => this.#say(each),
      user: undefined,
      login: undefined,
      failures: 0,
      passive: undefined,
      isExtendedOnly: false,
      offset: 0,
    };
    const closed = Promise.withResolvers<void>();
    this.ended = closed.promise.then(() => this.#running);
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    socket.on("end", () => this.#leave());
    socket.on("close", () => {
      this.stop();
      closed.resolve();
    });
    socket.setNoDelay(true);
    this.#say(reply(220, "Ready."));
    this.#watch();
  }

  /** Ends it at once, and what it moves. */
  stop(): void {
    this.#timer?.cancel();
    this.#over.abort();
    this.#conversation.passive?.close();
    this.#conversation.socket.destroy();
  }

  /**
   * RFC 959 §4.1.1 QUIT: who goes without a word aborts what is under way. But some clients go as soon as they have sent all of a
   * file, which may still be on its way here.
   */
  #leave(): void {
    if (this.#running === undefined) return this.stop();
    const late = this.#conversation.parts.clock.after(LINGER_MS, () => this.stop());
    void this.#running.then(() => {
      late.cancel();
      this.stop();
    });
  }

  #take(bytes: Uint8Array): void {
    if (this.#over.signal.aborted) return;
    const lines = this.#lines.take(bytes);
    if (lines === "tooLong") return this.#shutOut(reply(421, "The line is too long."));
    for (const line of lines) this.#waiting.push(line);
    this.#running ??= this.#runAll();
    // A transfer that is under way must hear of it before its turn comes (RFC 959 §4.1.3).
    if (this.#waiting.some((line) => partsOf(line).verb === "ABOR")) this.#conversation.passive?.close();
    if (this.#waiting.length > MOST_WAITING) this.#conversation.socket.pause();
  }

  async #runAll(): Promise<void> {
    const { socket } = this.#conversation;
    for (;;) {
      const line = this.#waiting.shift();
      if (line === undefined || this.#over.signal.aborted) break;
      this.#timer?.cancel();
      const answer = await this.#answer(line);
      if (isLast(answer)) {
        this.#shutOut(answer);
        break;
      }
      this.#say(answer);
      if (isTransfer(line)) this.#endTransfer();
      this.#watch();
      // Whoever does not read the answers is not asked for more.
      if (socket.writableNeedDrain) await once(socket, "drain", { signal: this.#over.signal }).catch(() => {});
      if (this.#waiting.length <= MOST_WAITING) socket.resume();
    }
    this.#running = undefined;
  }

  async #answer(line: string): Promise<Reply> {
    try {
      return await run(this.#conversation, line);
    } catch (error) {
      const { log } = this.#conversation.parts;
      log.error({ error: error instanceof Error ? error.stack : String(error) }, "a command for a file has failed");
      return reply(451, "That has failed here.");
    }
  }

  #endTransfer(): void {
    this.#conversation.passive?.close();
    this.#conversation.passive = undefined;
    this.#conversation.offset = 0;
  }

  #say(each: Reply): void {
    const { socket } = this.#conversation;
    if (socket.writable) socket.write(textOf(each));
  }

  /** The time that it may do nothing, and stay at all: a short one before it has logged in, whatever it says. */
  #watch(): void {
    if (this.#over.signal.aborted) return;
    this.#timer?.cancel();
    const { parts, login } = this.#conversation;
    const { clock, idleMs, sessionMs } = parts;
    const leftMs = this.#startedAt + (login === undefined ? idleMs : sessionMs) - clock.monotonic();
    const late = (): void => this.#shutOut(reply(421, "That takes too long."));
    this.#timer = clock.after(Math.max(0, Math.min(idleMs, leftMs)), late);
  }

  /** Says why and closes. */
  #shutOut(last: Reply): void {
    const { socket, parts, passive } = this.#conversation;
    if (this.#over.signal.aborted) return;
    this.#say(last);
    this.#over.abort();
    passive?.close();
    socket.resume().end();
    this.#timer?.cancel();
    this.#timer = parts.clock.after(LINGER_MS, () => socket.destroy());
  }
}
