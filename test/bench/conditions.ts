// On what machine and with what versions a bench is run.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";

export interface Conditions {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  /** Of the packages that matter. */
  readonly versions: Readonly<{ [name: string]: string }>;
  /** Of the tree, and whether it had been changed since. */
  readonly commit: string;
}

const ROOT = new URL("../../", import.meta.url);
const PACKAGES = ["ws", "node-opcua", "ocpp-rpc", "better-sqlite3"] as const;
const NODE_RED_PACKAGES = ["node-red", "node-red-contrib-ocpp", "node-red-contrib-opcua"] as const;
/** What runs write themselves is no change. */
const WRITTEN = [":!BENCHMARKS.md", ":!test/bench/figures.generated.json"];

export function conditionsNow(): Conditions {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    versions: { ...versions(PACKAGES, "package-lock.json"), ...versions(NODE_RED_PACKAGES, NODE_RED_LOCK) },
    commit: commit(),
  };
}

const NODE_RED_LOCK = "test/bench/nodeRed/package-lock.json";

function versions(packages: readonly string[], lockFile: string): { [name: string]: string } {
  const lock = JSON.parse(readFileSync(new URL(lockFile, ROOT), "utf8")) as {
    readonly packages: Readonly<{ [path: string]: { readonly version?: string } }>;
  };
  return Object.fromEntries(packages.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? "none"]));
}

function commit(): string {
  try {
    const hash = git("rev-parse", "--short=12", "HEAD");
    return git("status", "--porcelain", "--untracked-files=no", "--", ".", ...WRITTEN) === ""
      ? hash
      : `${hash}, changed`;
  } catch {
    return "unknown";
  }
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}
