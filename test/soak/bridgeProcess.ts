// The bridge as its users start it, a process of its own on loopback, and what it holds: memory, descriptors, threads, timers, files.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ENVIRONMENT, NODE_FLAGS, PROGRAM } from "../bench/npmStart.ts";
import { MEASURE, type ThreadHolds } from "./threadHolds.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NODE = join(ROOT, "node_modules", ".bin", "node");
const PROBE = pathToFileURL(join(import.meta.dirname, "probe.ts")).href;
/** Far longer than it takes: the machine may be busy with something else. */
const START_MS = 180_000;
const MEASURE_MS = 180_000;
const STOP_MS = 60_000;

export interface Addresses {
  readonly ocpp: readonly string[];
  readonly opcua: string;
  readonly hmi: string;
}

/** What the process holds at one moment. */
export interface Holds {
  readonly threads: readonly ThreadHolds[];
  /** Bytes. */
  readonly resident: number;
  readonly threadCount: number;
  readonly sockets: number;
  readonly otherDescriptors: number;
  /** Bytes, by the name of the file. */
  readonly files: Readonly<Record<string, number>>;
}

export class BridgeProcess {
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly addresses: Addresses;

  private constructor(child: ChildProcess, directory: string, addresses: Addresses) {
    this.#child = child;
    this.#directory = directory;
    this.addresses = addresses;
  }

  /** Starts it with the settings `bridge.yaml` of the folder; its log goes to `bridge.log` there. Throws when it does not get ready. */
  static async start(directory: string): Promise<BridgeProcess> {
    const args = [...NODE_FLAGS, PROGRAM, "run", "--config", join(directory, "bridge.yaml")];
    const child = spawn(NODE, args, {
      env: { ...process.env, ...ENVIRONMENT, NODE_OPTIONS: `--import=${PROBE}` },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    // Whoever breaks the tool off must not leave it behind.
    process.once("exit", () => child.kill("SIGKILL"));
    child.stderr?.pipe(createWriteStream(join(directory, "bridge.log")));
    const addresses = await readyLine(child).catch((error: unknown) => {
      child.kill("SIGKILL");
      throw new Error("the bridge does not get ready", { cause: error });
    });
    return new BridgeProcess(child, directory, addresses);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Collects the garbage of all threads and looks what is left; throws when the bridge does not answer. */
  async measure(): Promise<Holds> {
    this.#child.send(MEASURE);
    const [threads] = (await once(this.#child, "message", { signal: AbortSignal.timeout(MEASURE_MS) })) as [
      ThreadHolds[],
    ];
    const proc = `/proc/${this.#child.pid}`;
    const status = await readFile(`${proc}/status`, "utf8");
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, "mu").exec(status)?.[1]);
    const descriptors = await readdir(`${proc}/fd`);
    const targets = await Promise.all(descriptors.map((each) => readlink(`${proc}/fd/${each}`).catch(() => "gone")));
    const sockets = targets.filter((target) => target.startsWith("socket:")).length;
    return {
      threads,
      resident: field("VmRSS") * 1024,
      threadCount: field("Threads"),
      sockets,
      otherDescriptors: targets.filter((target) => target !== "gone").length - sockets,
      files: await this.#fileSizes(),
    };
  }

  /** The exit code; undefined when it had to be killed. */
  async stop(): Promise<number | undefined> {
    if (!this.hasEnded) {
      const exited = once(this.#child, "exit", { signal: AbortSignal.timeout(STOP_MS) });
      this.#child.kill("SIGTERM");
      await exited.catch(() => this.#child.kill("SIGKILL"));
    }
    return this.#child.exitCode ?? undefined;
  }

  async #fileSizes(): Promise<Record<string, number>> {
    const data = join(this.#directory, "data");
    const names = (await readdir(data)).filter((name) => /\.db(?:-wal)?$/u.test(name));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(data, name))).size));
    return Object.fromEntries(names.map((name, index) => [name, sizes[index] ?? 0]));
  }
}

async function readyLine(child: ChildProcess): Promise<Addresses> {
  let out = "";
  child.stdout?.setEncoding("utf8");
  const late = AbortSignal.timeout(START_MS);
  const ended = once(child, "exit", { signal: late }).then(() => {
    throw new Error("the bridge has ended before it was ready; see bridge.log");
  });
  ended.catch(() => {});
  for (;;) {
    const [text] = (await Promise.race([once(child.stdout ?? child, "data", { signal: late }), ended])) as [string];
    out += text;
    const line = /^ready (.*)$/mu.exec(out)?.[1];
    if (line !== undefined) return JSON.parse(line) as Addresses;
  }
}
