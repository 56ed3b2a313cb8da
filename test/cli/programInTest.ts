// The executable as its users start it: a process of its own, run from the sources, with a folder of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NODE = join(ROOT, "node_modules", ".bin", "node");
const MAIN = join(ROOT, "src", "cli", "main.ts");

const DEADLINE_MS = 50_000;

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

export class Program {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  out = "";
  errors = "";

  /** Without `input` it has no standard input. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, input?: string) {
    const { OCPP_OPCUA_CONFIG: _config, OCPP_OPCUA_DATA: _data, ...inherited } = process.env;
    this.#process = spawn(NODE, [MAIN, ...args], {
      cwd: tmpdir(),
      env: { ...inherited, ...env },
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    // Whoever does not read it ends before it is written.
    this.#process.stdin?.on("error", () => {}).end(input);
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => (this.out += text));
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => (this.errors += text));
    this.#ended = once(this.#process, "close").then(() => {});
  }

  /** Waits until it has ended by itself; throws with what it has said when it does not. */
  async ended(): Promise<Ended> {
    await this.#within(this.#ended);
    return { code: this.#process.exitCode, out: this.out, errors: this.errors };
  }

  /** Waits for a text on standard output; throws with what it has said when it ends before, or does not come. */
  async says(text: string): Promise<void> {
    const { stdout } = this.#process;
    if (stdout === null) throw new Error("its standard output is not piped");
    while (!this.out.includes(text))
      await this.#within(
        Promise.race([
          once(stdout, "data"),
          this.#ended.then(() => {
            if (!this.out.includes(text)) throw new Error(`it has ended: ${this.errors}`);
          }),
        ]),
      );
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Reads no more of its standard output. */
  closeOutput(): void {
    this.#process.stdout?.destroy();
  }

  async #within(promise: Promise<unknown>): Promise<void> {
    const late = AbortSignal.timeout(DEADLINE_MS);
    const isLate = once(late, "abort").then(() => {
      throw new Error(`it takes too long: ${this.out}${this.errors}`);
    });
    await Promise.race([promise, isLate]);
  }
}

/** Programs and files of one test file; `clean` ends and removes them. */
export class Workplace {
  readonly #programs: Program[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "ocpp-opcua-cli-"));

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}, input?: string): Program {
    const program = new Program(args, env, input);
    this.#programs.push(program);
    return program;
  }

  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}, input?: string): Promise<Ended> {
    return this.start(args, env, input).ended();
  }

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  async clean(): Promise<void> {
    for (const program of this.#programs) program.signal("SIGKILL");
    await Promise.all(this.#programs.map((program) => program.ended()));
    rmSync(this.folder, { recursive: true });
  }
}
