// A process of the load tool and its parent: questions by name, an answer for each.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

interface Question {
  readonly number: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class AskedProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  /** Starts a script of this folder. */
  constructor(script: string, argv: readonly string[] = []) {
    this.#child = fork(fileURLToPath(new URL(script, import.meta.url)), [...argv], {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", ({ number, value, error }: Answer) => {
      const waiting = this.#waiting.get(number);
      this.#waiting.delete(number);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(`${script}: ${error}`));
    });
    this.#child.once("exit", (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${script} has ended (${code ?? signal})`));
      this.#waiting.clear();
    });
  }

  ask(name: string, argument: unknown = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const number = ++this.#last;
      this.#waiting.set(number, { resolve, reject });
      const question: Question = { number, name, argument };
      this.#child.send(question, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }
}

/** The child's half: answers what its parent asks, and ends with it. */
export function answerParent(answers: Readonly<Record<string, (argument: never) => unknown>>): void {
  process.on("disconnect", () => process.exit(0));
  process.on("message", ({ number, name, argument }: Question) => {
    void Promise.resolve()
      .then(() => answers[name]?.(argument as never))
      .then(
        (value) => process.send?.({ number, value: value ?? null } satisfies Answer),
        (error: unknown) => process.send?.({ number, error: String(error) } satisfies Answer),
      );
  });
}
