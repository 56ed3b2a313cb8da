// One process of a user's module, from its start to its end: hands it questions and brings its answers. It is never started again;
// that is hostedModule.ts. Nothing that happens in it reaches the bridge but as a value.
import { fork, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock, Timer } from "../std/clock.ts";
import type { Question } from "../twin/questions.ts";
import type { BoundedLog } from "./boundedLog.ts";
import { markNow } from "../std/fileMark.ts";
import type { FromModule, ModuleAnswer, ProcessArguments, ToModule } from "./messages.ts";
import { readPrinted, type Printed } from "./printed.ts";
import { withPlace } from "./sentences.ts";

export interface ProcessOptions {
  /** Absolute path of the module. */
  readonly file: string;
  readonly maxMegabytes: number;
  readonly clock: Clock;
  readonly log: BoundedLog;
}

/** How long an answer may take: the end of waiting for it. */
export interface AnswerDeadline {
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly resolve: (answer: ModuleAnswer | undefined) => void;
  readonly reject: (fault: Error) => void;
  readonly stopWaiting: () => void;
}

const LOAD_WITHIN_MS = 10_000;
/** A process that does not take a message for so long after an answer was too late loops for ever. */
const LISTEN_WITHIN_MS = 1000;
const END_WITHIN_MS = 1000;
/** What was printed last comes after the end of the process, or never where a program that it has started goes on. */
const LAST_WORDS_WITHIN_MS = 200;
const MEGABYTE = 1024 * 1024;
/** Node itself and buffers: memory beside the heap. */
const BESIDE_HEAP_MEGABYTES = 128;

export class HostedProcess {
  /** Resolves once it can be asked; rejects with a sentence when it ends before. */
  readonly loaded: Promise<void>;
  /** Resolves with a sentence once it has ended, whatever the reason. */
  readonly ended: Promise<string>;
  /** The files that it is made of, as they lay there when they were read. */
  readonly imports: Map<string, string>;
  readonly #options: ProcessOptions;
  readonly #child: ChildProcess | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #isLoaded = false;
  #reportLoaded: () => void = () => {};
  #reportUnusable: (fault: Error) => void = () => {};
  #reportEnded: (reason: string) => void = () => {};
  /** Why it has ended or is about to. */
  #reason: string | undefined;
  #hasEnded = false;
  #isRetired = false;
  #patience: Timer | undefined;
  #listening: Timer | undefined;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.imports = new Map([[options.file, markNow(options.file)]]);
    this.loaded = new Promise((resolve, reject) => {
      this.#reportLoaded = resolve;
      this.#reportUnusable = reject;
    });
    // Whoever asks is told by the answers, too.
    this.loaded.catch(() => {});
    this.ended = new Promise((resolve) => (this.#reportEnded = resolve));
    if (existsSync(options.file)) {
      this.#child = this.#start();
      this.#patience = options.clock.after(LOAD_WITHIN_MS, () =>
        this.kill(`it was not loaded within ${LOAD_WITHIN_MS / 1000} s`),
      );
    } else this.#end("there is no such file");
  }

  /** Questions that wait for its answer. */
  get questions(): number {
    return this.#waiting.size;
  }

  /** Rejects with a sentence when there is no answer; also when the deadline is over. */
  ask(question: Question, { signal }: AnswerDeadline): Promise<ModuleAnswer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) throw new Error(this.#reason);
      const id = ++this.#last;
      const tooLate = (): void => this.#forget(id);
      signal.addEventListener("abort", tooLate, { once: true });
      const stopWaiting = (): void => signal.removeEventListener("abort", tooLate);
      this.#waiting.set(id, { resolve, reject, stopWaiting });
      try {
        this.#send({ kind: "question", id, question, now: this.#options.clock.now() });
      } catch (error) {
        this.#settle(id, () => reject(new Error(`the question cannot be handed over: ${String(error)}`)));
      }
    });
  }

  /** Takes no more questions: it ends after its last answer. */
  retire(): void {
    this.#isRetired = true;
    if (this.#waiting.size > 0 || this.#hasEnded) return;
    this.#reason ??= "it is no longer needed";
    this.#send({ kind: "end" });
    this.#patience?.cancel();
    this.#patience = this.#options.clock.after(END_WITHIN_MS, () => this.#child?.kill("SIGKILL"));
  }

  /** Ends it at once. */
  kill(reason: string): void {
    if (this.#hasEnded) return;
    this.#reason = reason;
    this.#child?.kill("SIGKILL");
  }

  #start(): ChildProcess {
    const { file, maxMegabytes } = this.#options;
    const entry = fileURLToPath(new URL(`./moduleProcess${extname(import.meta.url)}`, import.meta.url));
    const args: ProcessArguments = {
      file,
      parent: process.pid,
      mostBytes: (maxMegabytes + BESIDE_HEAP_MEGABYTES) * MEGABYTE,
    };
    const child = fork(entry, [JSON.stringify(args)], {
      cwd: dirname(file),
      execArgv: [`--max-old-space-size=${maxMegabytes}`, "--disable-warning=ExperimentalWarning"],
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const printed = [
      child.stdout && readPrinted(child.stdout, "stdout", this.#options),
      child.stderr && readPrinted(child.stderr, "stderr", this.#options),
    ];
    child.on("message", (message: FromModule) => this.#receive(message));
    child.on("error", (error) => this.#end(`its process cannot be started or reached: ${error.message}`));
    child.once("exit", (code, signal) => this.#whenPrinted(child, () => this.#end(this.#endOf(printed, code, signal))));
    return child;
  }

  #receive(message: FromModule): void {
    const { log } = this.#options;
    switch (message.kind) {
      case "loaded":
        this.#isLoaded = true;
        this.#patience?.cancel();
        this.#reportLoaded();
        break;
      case "imported":
        this.imports.set(message.file, message.mark);
        break;
      case "answer":
        this.#settle(message.id, ({ resolve }) => resolve(message.answer));
        break;
      case "failed":
        this.#settle(message.id, ({ reject }) => reject(new Error(message.reason)));
        break;
      case "forgotten":
        this.#listening?.cancel();
        this.#listening = undefined;
        break;
      case "unusable":
        this.#reason = message.reason;
        break;
      case "fault":
        this.#reason = `it threw what nobody has caught: ${message.reason}`;
        break;
      case "stray":
        log.write("warn", { reason: message.reason }, "a module has left a rejected promise that nobody waits for");
        break;
      case "log":
        log.write("info", message.fields === undefined ? {} : { fields: message.fields }, message.text);
        break;
    }
  }

  #settle(id: number, tell: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    waiting.stopWaiting();
    tell(waiting);
    if (this.#isRetired) this.retire();
  }

  /** One that still listens goes on with its other questions. */
  #forget(id: number): void {
    this.#send({ kind: "forget", id });
    this.#listening ??= this.#options.clock.after(LISTEN_WITHIN_MS, () =>
      this.kill("it neither answered nor listened any more, as if it looped for ever"),
    );
    this.#settle(id, ({ reject }) => reject(new Error("its answer is too late")));
  }

  #send(message: ToModule): void {
    // Of a process that is gone its end tells.
    this.#child?.send(message, () => {});
  }

  /** Its last words may come after its end. */
  #whenPrinted(child: ChildProcess, then: () => void): void {
    child.once("close", then);
    this.#options.clock.after(LAST_WORDS_WITHIN_MS, then);
  }

  #endOf(printed: readonly (Printed | null)[], code: number | null, signal: string | null): string {
    const { maxMegabytes } = this.#options;
    const lastWords = printed.map((stream) => stream?.lastWords() ?? "").join("\n");
    if (this.#reason !== undefined) return withPlace(this.#reason, lastWords);
    if (signal !== null && /out of memory/iu.test(lastWords))
      return `it took more memory than limits.maxModuleMegabytes (${maxMegabytes}) allows`;
    return signal === null ? `it ended its process with code ${code}` : `its process was ended by ${signal}`;
  }

  #end(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#reason = reason;
    this.#patience?.cancel();
    this.#listening?.cancel();
    this.#child?.kill("SIGKILL");
    if (!this.#isLoaded) this.#reportUnusable(new Error(reason));
    for (const id of this.#waiting.keys()) this.#settle(id, ({ reject }) => reject(new Error(reason)));
    this.#reportEnded(reason);
  }
}
