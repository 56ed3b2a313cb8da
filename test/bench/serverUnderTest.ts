// A server in a child process: started, asked for its CPU time and memory, ended.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Usage {
  readonly cpu: NodeJS.CpuUsage;
  readonly memory: NodeJS.MemoryUsage;
}

export interface Addresses {
  readonly ocpp: string;
  readonly opcua?: string;
  /** Milliseconds from the start of the process to serving. */
  readonly readyMs?: number;
}

const START_TIMEOUT_MS = 120_000;

export class ServerUnderTest {
  readonly addresses: Addresses;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, addresses: Addresses) {
    this.#child = child;
    this.addresses = addresses;
  }

  /** Starts `script` of this folder with `argv` and waits until it says where it serves. */
  static async start(script: string, argv: readonly string[] = []): Promise<ServerUnderTest> {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), [...argv], {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [message] = (await once(child, "message", { signal: AbortSignal.timeout(START_TIMEOUT_MS) })) as [
      { ready: Addresses },
    ];
    return new ServerUnderTest(child, message.ready);
  }

  async usage(): Promise<Usage> {
    this.#child.send("usage");
    const [message] = (await once(this.#child, "message")) as [{ usage: Usage }];
    return message.usage;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}

/** CPU time (user and system) between two readings, microseconds. */
export function cpuBetween(before: Usage, after: Usage): number {
  return after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
}
