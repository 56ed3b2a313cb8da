// A user's module as something that can be asked: keeps a process of it alive, and exchanges it for one of the changed files once that
// one is loaded. It judges no answers.
import type { Timer } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Log } from "../std/log.ts";
import type { Question } from "../twin/questions.ts";
import { lookAt } from "../std/fileMark.ts";
import { HostedProcess, type AnswerDeadline, type ProcessOptions } from "./hostedProcess.ts";
import type { ModuleAnswer } from "./messages.ts";

/** What is shown of a module. */
export interface ModuleState {
  /** Absolute path. */
  readonly file: string;
  /** Whether it can be asked. */
  readonly isLoaded: boolean;
  /** Why it cannot be asked, or why its changed files are not in use; "" where all is well. */
  readonly error: string;
}

export interface HostedModuleOptions extends ProcessOptions {
  /** Questions at the same time. */
  readonly maxQuestions: number;
  readonly counts: Counts;
  /** Of the bridge's own words, which no module can fill. */
  readonly ownLog: Log;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** A process that has lived so long starts again after the first pause. */
const STABLE_AFTER_MS = 60_000;

export class HostedModule {
  readonly #options: HostedModuleOptions;
  /** Takes the questions. */
  #current: HostedProcess | undefined;
  /** Being loaded, to take its place. */
  #next: HostedProcess | undefined;
  /** Of files that were read last, whether they could be used or not. */
  #imports: ReadonlyMap<string, string> = new Map();
  /** As the files lay there when they were looked at last. */
  #seen = "";
  #error = "";
  #questions = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #restart: Timer | undefined;
  #isStopped = false;
  readonly #processes = new Set<HostedProcess>();

  constructor(options: HostedModuleOptions) {
    this.#options = options;
    this.#load();
  }

  get state(): ModuleState {
    return { file: this.#options.file, isLoaded: this.#current !== undefined, error: this.#error };
  }

  /** Rejects with a sentence when there is no answer. */
  async ask(question: Question, deadline: AnswerDeadline): Promise<ModuleAnswer | undefined> {
    const { maxQuestions } = this.#options;
    if (this.#questions >= maxQuestions)
      throw new Error(
        `it has ${maxQuestions} questions to answer already, as many as limits.maxModuleQuestions allows`,
      );
    // The first one is waited for; later ones only where there is no other.
    const process = this.#current ?? this.#next;
    if (process === undefined) throw new Error(this.#error);
    this.#questions++;
    try {
      return await process.ask(question, deadline);
    } finally {
      this.#questions--;
    }
  }

  /** Loads it anew; until that is done the one from before takes the questions. */
  reload(): void {
    if (this.#isStopped) return;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#load();
  }

  /** Loads it anew when one of its files has changed and lies still. */
  async look(): Promise<void> {
    const imports = this.#imports;
    const marks = await Promise.all([...imports].map(async ([file, mark]) => ({ mark, now: await lookAt(file) })));
    const seen = marks.map(({ now }) => now).join("\n");
    const liesStill = seen === this.#seen;
    this.#seen = seen;
    if (liesStill && imports === this.#imports && marks.some(({ mark, now }) => mark !== now)) this.reload();
  }

  /** Ends its processes at once; questions on their way have no answer. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#restart?.cancel();
    this.#error = "it is stopped";
    const processes = [...this.#processes];
    for (const process of processes) process.kill("the bridge is stopping");
    await Promise.all(processes.map(({ ended }) => ended));
  }

  /** Ends its processes after their last answers. */
  async retire(): Promise<void> {
    this.#isStopped = true;
    this.#restart?.cancel();
    this.#error = "no rule asks it any more";
    const processes = [...this.#processes];
    for (const process of processes) process.retire();
    await Promise.all(processes.map(({ ended }) => ended));
  }

  #load(): void {
    const { clock } = this.#options;
    this.#restart?.cancel();
    this.#next?.retire();
    const process = new HostedProcess(this.#options);
    const startedAt = clock.monotonic();
    this.#next = process;
    this.#imports = process.imports;
    this.#processes.add(process);
    process.loaded.then(
      () => this.#exchange(process),
      (fault: unknown) => this.#refuse(process, (fault as Error).message),
    );
    void process.ended.then((reason) => {
      this.#processes.delete(process);
      if (clock.monotonic() - startedAt > STABLE_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
      if (this.#current === process) this.#lose(reason);
    });
  }

  #exchange(process: HostedProcess): void {
    if (this.#next !== process || this.#isStopped) return;
    const { counts, ownLog } = this.#options;
    const old = this.#current;
    this.#next = undefined;
    this.#current = process;
    this.#error = "";
    old?.retire();
    if (old !== undefined) counts.add("moduleReloads");
    ownLog.info({}, old === undefined ? "a module is loaded" : "the changed module is loaded and in use");
  }

  /** One that serves goes on until the files change again; without one it is tried again. */
  #refuse(process: HostedProcess, reason: string): void {
    if (this.#next !== process || this.#isStopped) return;
    const { counts, ownLog } = this.#options;
    this.#next = undefined;
    if (this.#current === undefined) return this.#startAgain(reason, "a module cannot be loaded; it is tried again");
    this.#error = reason;
    counts.add("moduleReloadsRefused");
    ownLog.error({ error: reason }, "the changed module cannot be loaded; the one from before goes on");
  }

  /** The process that took the questions has ended by itself. */
  #lose(reason: string): void {
    this.#current = undefined;
    if (this.#isStopped) return;
    this.#options.counts.add("moduleRestarts");
    if (this.#next === undefined) this.#startAgain(reason, "the process of a module has ended; it is started again");
    else this.#options.ownLog.error({ error: reason }, "the process of a module has ended; its next is loading");
  }

  #startAgain(reason: string, message: string): void {
    const { clock, ownLog } = this.#options;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    ownLog[reason === this.#error ? "debug" : "error"]({ error: reason, pauseMs }, message);
    this.#error = reason;
    this.#restart = clock.after(pauseMs, () => this.#load());
  }
}
