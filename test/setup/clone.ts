// A fresh clone of the committed HEAD in a temporary folder, and programs run in it as on a machine that has only Node,
// npm and git: nothing of this checkout's node_modules is in the path, nothing that npm or vitest set is in the environment.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** False in a source archive, which cannot be cloned. */
export const isGitCheckout = existsSync(join(root, ".git"));

export interface Clone {
  readonly directory: string;
  at(...names: string[]): string;
  remove(): void;
}

export function cloneHead(): Clone {
  const parent = mkdtempSync(join(tmpdir(), "ocpp-opcua-clone-"));
  const directory = join(parent, "clone");
  execFileSync("git", ["clone", "--quiet", root, directory], {
    env: bareEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  return {
    directory,
    at: (...names) => join(directory, ...names),
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}

/** The environment of somebody who has just opened a terminal. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      /^npm_config_(?:registry|cache|userconfig)$/.test(name) ||
      !/^(?:npm_|VITEST|NODE_|OCPP_OPCUA_|TEST$|CI$)/.test(name),
  );
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((each) => !each.includes("node_modules") && !each.includes("node-gyp-bin"));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), npm_config_prefer_offline: "true" };
}

export interface Program {
  readonly process: ChildProcess;
  readonly out: string;
  readonly errors: string;
  /** Resolves to the first whole line that fits; rejects when the program ends before or does not say it in `withinMs`. */
  line(stream: "out" | "errors", fits: RegExp, withinMs: number): Promise<string>;
  /** Exit code, or the signal that ended it; rejects after `withinMs`. */
  exit(withinMs: number): Promise<number | string>;
  /** To the program alone, as `kill` does, or to its whole process group, as a terminal does; nothing when it has ended. */
  signal(name: NodeJS.Signals, whom: "program" | "group"): void;
  /** Ends whatever still runs of its process group. */
  kill(): void;
}

export function startProgram(clone: Clone, command: string, args: string[], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(command, args, {
    cwd: clone.directory,
    env: { ...bareEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const said = { out: "", errors: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.errors += chunk.toString()));
  const closed = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  const signal = (name: NodeJS.Signals, whom: "program" | "group") => {
    const { pid, exitCode, signalCode } = child;
    if (pid !== undefined && exitCode === null && signalCode === null)
      process.kill(whom === "group" ? -pid : pid, name);
  };
  const story = (what: string) => new Error(`${command} ${args.join(" ")} ${what}.\n${said.out}\n${said.errors}`);
  return {
    process: child,
    get out() {
      return said.out;
    },
    get errors() {
      return said.errors;
    },
    line: (stream, fits, withinMs) =>
      new Promise((resolve, reject) => {
        const source = stream === "out" ? child.stdout : child.stderr;
        const timer = setTimeout(() => reject(story(`did not say ${fits} within ${withinMs} ms`)), withinMs);
        const look = () => {
          const line = said[stream]
            .split("\n")
            .slice(0, -1)
            .find((each) => fits.test(each));
          if (line === undefined) return;
          clearTimeout(timer);
          source.off("data", look);
          resolve(line);
        };
        source.on("data", look);
        void closed.then((code) => {
          clearTimeout(timer);
          reject(story(`ended with ${code} before it said ${fits}`));
        });
        look();
      }),
    exit: (withinMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(story(`did not end within ${withinMs} ms`)), withinMs);
        void closed.then((code) => {
          clearTimeout(timer);
          resolve(code);
        });
      }),
    signal,
    kill: () => {
      // Also when npm itself has ended: what it started may still run in its group.
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // Nothing does.
      }
    },
  };
}
