// The bridge under test as whoever installs it runs it: `ocpp-opcua run`, in a process of its own, with settings and data in a folder of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { identityOf } from "../bench/load.ts";
import { ENVIRONMENT, NODE_FLAGS, PROGRAM } from "../bench/npmStart.ts";
import type { Login } from "./page.ts";
import { CONNECTORS } from "./plan.ts";

export interface BridgeAddresses {
  readonly ocpp: string;
  readonly opcua: string;
  readonly hmi: string;
}

export interface BridgeProcessOptions {
  readonly folder: string;
  readonly chargePoints: number;
  /** Where a CPU profile of every thread is written when the bridge stops; without it none is. */
  readonly profileFolder?: string | undefined;
}

const READY_WITHIN_MS = 300_000;
const STOP_WITHIN_MS = 60_000;
const MOST_ERROR_CHARACTERS = 20_000;
/** Larger than of a bridge that is in use: how fast it takes charge points is measured, not bounded. */
const ACCEPTS_PER_SECOND = 10_000;
const PROFILE_INTERVAL_MICROSECONDS = 1000;

export class BridgeProcess {
  readonly addresses: BridgeAddresses;
  readonly readySeconds: number;
  /** What the first start has told of the first login. */
  readonly login: Login | undefined;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ready: Ready, readySeconds: number) {
    this.#child = child;
    this.addresses = ready.addresses;
    this.login = ready.login;
    this.readySeconds = readySeconds;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Starts it on what the folder holds, and waits until it is ready. */
  static async start({ folder, profileFolder }: BridgeProcessOptions): Promise<BridgeProcess> {
    const profile =
      profileFolder === undefined
        ? []
        : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`, `--cpu-prof-interval=${PROFILE_INTERVAL_MICROSECONDS}`];
    const begin = performance.now();
    const argv = ["run", "--config", settingsFile(folder), "--log-level", "error"];
    const child = spawn(process.execPath, [...NODE_FLAGS, ...profile, PROGRAM, ...argv], {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Whatever ends the tool, the bridge does not go on alone.
    process.once("exit", () => child.kill("SIGKILL"));
    const ready = await untilReady(child);
    return new BridgeProcess(child, ready, (performance.now() - begin) / 1000);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** As a power cut does it. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const exited = once(this.#child, "exit");
    const impatience = setTimeout(() => this.#child.kill("SIGKILL"), STOP_WITHIN_MS);
    this.#child.kill(signal);
    await exited;
    clearTimeout(impatience);
  }
}

interface Ready {
  readonly addresses: BridgeAddresses;
  readonly login: Login | undefined;
}

function untilReady(child: ChildProcess): Promise<Ready> {
  let output = "";
  let errors = "";
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(impatience);
      child.kill("SIGKILL");
      reject(new Error(`the bridge ${why}\n${errors}`));
    };
    const impatience = setTimeout(() => fail("is not ready in time"), READY_WITHIN_MS);
    const ended = (code: number | null): void => fail(`has ended with ${code}`);
    child.once("exit", ended);
    child.stderr?.on("data", (data: Buffer) => {
      errors = (errors + data.toString()).slice(-MOST_ERROR_CHARACTERS);
    });
    child.stdout?.on("data", (data: Buffer) => {
      output += data.toString();
      const line = /^ready (.*)$/mu.exec(output)?.[1];
      if (line === undefined) return;
      output = "";
      clearTimeout(impatience);
      child.off("exit", ended);
      const { ocpp, ...others } = JSON.parse(line) as { ocpp: string[]; opcua: string; hmi: string };
      resolve({ addresses: { ocpp: ocpp[0] ?? "", ...others }, login: loginIn(errors) });
    });
  });
}

function loginIn(text: string): Login | undefined {
  const name = /^ +user name +(\S+)$/mu.exec(text)?.[1];
  const password = /^ +password +(\S+)$/mu.exec(text)?.[1];
  return name === undefined || password === undefined ? undefined : { name, password };
}

function settingsFile(folder: string): string {
  return join(folder, "bridge.yaml");
}

/** Writes the settings, and trusts the SCADA client whose certificate this is. */
export async function prepareBridge(
  { folder, chargePoints }: BridgeProcessOptions,
  clientCertificate: string,
): Promise<void> {
  const register = Array.from(
    { length: chargePoints },
    (_, index) => `  - { id: ${identityOf(index)}, connectors: ${CONNECTORS} }\n`,
  );
  await writeFile(
    settingsFile(folder),
    `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
opcua: { host: 127.0.0.1, port: 0, securityPolicies: [Basic256Sha256], anonymousRole: none }
hmi: { host: 127.0.0.1, port: 0, metricsOpen: true }
store: { directory: data }
limits: { acceptsPerSecond: ${ACCEPTS_PER_SECOND} }
chargePoints:
${register.join("")}`,
  );
  const trusted = join(folder, "data", "pki", "application", "trusted", "certs");
  await mkdir(trusted, { recursive: true });
  await copyFile(clientCertificate, join(trusted, "load.pem"));
}
