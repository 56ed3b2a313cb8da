// Where the time of the bridge goes: CPU profiles of its threads (`node --cpu-prof`), by function and by file, of one stretch of time.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** µs, on the monotonic clock of the machine. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

export interface Cost {
  readonly what: string;
  /** Of the time in which the thread did anything, %. */
  readonly share: number;
  readonly milliseconds: number;
}

export interface ThreadProfile {
  readonly thread: string;
  readonly busyMs: number;
  /** Own time of functions, the dearest first. */
  readonly functions: readonly Cost[];
  /** Own time of all functions of a file, or of a package. */
  readonly files: readonly Cost[];
  /** Time with all that was called from there, of our own functions. */
  readonly withCallees: readonly Cost[];
}

const IDLE: ReadonlySet<string> = new Set(["(idle)", "(program)", "(root)"]);
const SHOWN = 15;

/** One for each thread that has written a profile there, the busiest first. */
export function profilesIn(folder: string, window: { readonly from: number; readonly to: number }): ThreadProfile[] {
  return (
    readdirSync(folder)
      .filter((name) => name.endsWith(".cpuprofile"))
      .map((name) => summarise(JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile, window))
      // Of an earlier run in the same folder.
      .filter(({ busyMs }) => busyMs > 0)
      .toSorted((a, b) => b.busyMs - a.busyMs)
  );
}

function summarise(profile: CpuProfile, window: { readonly from: number; readonly to: number }): ThreadProfile {
  const own = ownTimes(profile, window);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const functions = new Map<string, number>();
  const files = new Map<string, number>();
  let busy = 0;
  for (const [id, time] of own) {
    const node = nodes.get(id);
    if (node === undefined || IDLE.has(node.callFrame.functionName)) continue;
    busy += time;
    add(functions, nameOf(node), time);
    add(files, fileOf(node), time);
  }
  return {
    thread: threadOf(profile),
    busyMs: busy / 1000,
    functions: costs(functions, busy),
    files: costs(files, busy),
    withCallees: costs(timesWithCallees(profile, own), busy),
  };
}

/** µs by node, of the samples within the window. */
function ownTimes(
  { startTime, samples, timeDeltas }: CpuProfile,
  { from, to }: { readonly from: number; readonly to: number },
): ReadonlyMap<number, number> {
  const own = new Map<number, number>();
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    if (at >= from && at <= to && delta > 0) own.set(id, (own.get(id) ?? 0) + delta);
  }
  return own;
}

/** A function that calls itself by way of others counts once. */
function timesWithCallees({ nodes }: CpuProfile, own: ReadonlyMap<number, number>): ReadonlyMap<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const totals = new Map<string, number>();
  const walk = (node: ProfileNode, above: ReadonlySet<string>): number => {
    const name = nameOf(node);
    const inside = above.has(name) ? above : new Set([...above, name]);
    let time = own.get(node.id) ?? 0;
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) time += walk(child, inside);
    }
    if (!above.has(name) && isOurs(node)) add(totals, name, time);
    return time;
  };
  const [root] = nodes;
  if (root !== undefined) walk(root, new Set());
  return totals;
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function costs(times: ReadonlyMap<string, number>, busy: number): Cost[] {
  return [...times]
    .map(([what, time]) => ({ what, share: (time / busy) * 100, milliseconds: time / 1000 }))
    .toSorted((a, b) => b.milliseconds - a.milliseconds)
    .slice(0, SHOWN);
}

function isOurs({ callFrame: { url } }: ProfileNode): boolean {
  return /\/src\//u.test(url) && !url.includes("/node_modules/");
}

function nameOf(node: ProfileNode): string {
  const { functionName, lineNumber } = node.callFrame;
  const file = fileOf(node);
  const name = functionName === "" ? `(line ${lineNumber + 1})` : functionName;
  return file === "" ? name : `${name} ${file}`;
}

/** Of ours the file, of others the package, of the engine nothing. */
function fileOf({ callFrame: { url, functionName } }: ProfileNode): string {
  const foreign = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(url)?.[1];
  if (foreign !== undefined) return foreign;
  if (url.startsWith("node:")) return url;
  const ours = /\/(src\/.*)$/u.exec(url)?.[1];
  return ours ?? (functionName.startsWith("(") ? functionName : "engine");
}

/** A thread is known by the file that it was started with. */
function threadOf({ nodes }: CpuProfile): string {
  const files = nodes.map(({ callFrame }) => callFrame.url);
  const entry = files.find((url) => /\/src\/(?!cli).*Thread\.[jt]s$/u.test(url) && !url.includes("node_modules"));
  if (files.some((url) => /\/src\/app\/start\.[jt]s$/u.test(url))) return "main";
  return /\/src\/(.*)\.[jt]s$/u.exec(entry ?? "")?.[1] ?? "another thread";
}
