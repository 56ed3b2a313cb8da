// A server in a child process: started, asked for its CPU time and memory, ended.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ENVIRONMENT, NODE_FLAGS } from "./npmStart.ts";

/** What a server answers when it is asked for either. */
export interface Usage {
  /** User and system time of the process so far, microseconds. */
  readonly cpu: number;
  /** Resident memory after a garbage collection of all threads, bytes. */
  readonly memory: number;
  /** What of it is in use by JavaScript, of all threads, bytes: the system may keep more for later. */
  readonly used: number;
  /** How late the main thread's event loop was since it was last asked for, 99th percentile, ms. */
  readonly loopDelay: number;
}

export interface Addresses {
  readonly ocpp: string;
  readonly opcua?: string;
  readonly hmi?: string;
  /** Milliseconds from the start of the process to serving. */
  readonly readyMs?: number;
}

/** `BENCH_PROFILE=<folder>` writes a CPU profile of every server thread there. */
const PROFILE =
  process.env["BENCH_PROFILE"] === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${process.env["BENCH_PROFILE"]}`];

/** Flags of Node.js and variables that a server is started with. */
interface Surroundings {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const START_TIMEOUT_MS = 120_000;

export class ServerUnderTest {
  readonly addresses: Addresses;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, addresses: Addresses) {
    this.#child = child;
    this.addresses = addresses;
  }

  /** The bridge on a file of settings, as `npm start` starts it. */
  static startBridge(settingsFile: string): Promise<ServerUnderTest> {
    return ServerUnderTest.start("./bridgeServer.ts", [settingsFile], { flags: NODE_FLAGS, env: ENVIRONMENT });
  }

  /** Starts `script` of this folder with `argv` and waits until it says where it serves. */
  static async start(
    script: string,
    argv: readonly string[] = [],
    { flags = [], env = {} }: Surroundings = {},
  ): Promise<ServerUnderTest> {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), [...argv], {
      execArgv: [...flags, ...PROFILE],
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const timer = setTimeout(() => child.kill(), START_TIMEOUT_MS);
    const { ready } = await new Promise<{ ready: Addresses }>((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", () => reject(new Error(`${script} ended before it served, or was too slow`)));
    });
    clearTimeout(timer);
    return new ServerUnderTest(child, ready);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async ask(what: keyof Usage): Promise<number> {
    this.#child.send(what);
    const [{ answer }] = (await once(this.#child, "message")) as [{ answer: number }];
    return answer;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}
