// Standard error as a place for lines that nobody waits for: bounded, written behind the program's back, whole at an orderly end.
// It knows no format of lines. Whoever does not read them loses them, and holds up nothing.
import { constants, fstatSync, openSync, write, writeSync } from "node:fs";

/** Bytes that wait to be written; what comes on top is dropped. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** Written at a time. */
const MOST_BYTES_AT_ONCE = 64 * 1024;
const FULL_PAUSE_MS = 20;
/** How long the end of the program waits for whoever reads. */
const END_WITHIN_MS = 1000;

export class ErrorOutput {
  readonly #fd = openUnblocked();
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  /** A write is with the system, or is tried again after a pause. */
  #isBusy = false;
  #pause: NodeJS.Timeout | undefined;
  #isBroken = false;
  #whenEmpty: (() => void) | undefined;
  readonly #lineOfDropped: (count: number) => string;

  /** @param lineOfDropped says that so many lines were dropped, once there is room again */
  constructor(lineOfDropped: (count: number) => string) {
    this.#lineOfDropped = lineOfDropped;
    process.on("exit", this.#writeRest);
  }

  write(line: string): void {
    if (this.#isBroken) return;
    const bytes = Buffer.from(line);
    if (this.#waitingBytes + bytes.length > MOST_WAITING_BYTES) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#isBusy) this.#writeNext();
  }

  /** Resolves once everything is written, or when nobody has read it for a second; nothing is written afterwards. */
  async end(): Promise<void> {
    this.#tellDropped();
    if (this.#isBusy)
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, END_WITHIN_MS);
        this.#whenEmpty = () => {
          clearTimeout(late);
          resolve();
        };
      });
    this.#break();
  }

  #writeNext(): void {
    const bytes = this.#take();
    if (bytes === undefined) {
      this.#isBusy = false;
      this.#whenEmpty?.();
      return;
    }
    this.#isBusy = true;
    write(this.#fd, bytes, 0, bytes.length, null, (error, count) => {
      if (this.#isBroken) return;
      if (error !== null && !isFull(error)) return this.#break();
      if (error !== null || count < bytes.length) this.#putBack(bytes.subarray(error === null ? count : 0));
      if (error === null) this.#writeNext();
      else this.#pause = setTimeout(() => this.#writeNext(), FULL_PAUSE_MS);
    });
  }

  /** What is written next; undefined when nothing waits. */
  #take(): Buffer | undefined {
    if (this.#waitingBytes <= MOST_BYTES_AT_ONCE) this.#tellDropped();
    let length = 0;
    const end = this.#waiting.findIndex((bytes, index) => {
      length += bytes.length;
      return index > 0 && length > MOST_BYTES_AT_ONCE;
    });
    const taken = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
    if (taken.length === 0) return undefined;
    const joined = Buffer.concat(taken);
    this.#waitingBytes -= joined.length;
    return joined;
  }

  #putBack(bytes: Buffer): void {
    this.#waiting.unshift(bytes);
    this.#waitingBytes += bytes.length;
  }

  #tellDropped(): void {
    if (this.#dropped === 0 || this.#isBroken) return;
    const line = Buffer.from(this.#lineOfDropped(this.#dropped));
    this.#dropped = 0;
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
  }

  /** Nobody reads any more. */
  #break(): void {
    this.#isBroken = true;
    clearTimeout(this.#pause);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#whenEmpty?.();
    process.off("exit", this.#writeRest);
  }

  /** At an end without `end`, such as an exception that nobody has caught: there are no turns left to wait in. */
  readonly #writeRest = (): void => {
    this.#tellDropped();
    const until = performance.now() + END_WITHIN_MS;
    for (let bytes = this.#take(); bytes !== undefined; bytes = this.#take()) {
      try {
        const count = writeSync(this.#fd, bytes);
        if (count < bytes.length) this.#putBack(bytes.subarray(count));
      } catch (error) {
        if (!isFull(error as NodeJS.ErrnoException) || performance.now() > until) return;
        this.#putBack(bytes);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PAUSE_MS);
      }
    }
  };
}

function isFull({ code }: NodeJS.ErrnoException): boolean {
  return code === "EAGAIN" || code === "EBUSY";
}

/**
 * Standard error opened anew, so that a full pipe says so instead of blocking, and the programs that share it keep theirs as it is.
 * A file never blocks, and a socket cannot be opened anew: those are used as they are.
 */
function openUnblocked(): number {
  const STANDARD_ERROR = 2;
  const status = fstatSync(STANDARD_ERROR);
  if (!status.isFIFO() && !status.isCharacterDevice()) return STANDARD_ERROR;
  try {
    return openSync("/dev/stderr", constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return STANDARD_ERROR;
  }
}
