// What the threads of a process have used, as Linux counts it (proc_pid_stat(5)). Elsewhere there is no such folder, and nothing is counted.
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Of USER_HZ, which is 100 wherever Linux runs Node. */
const TICK_MS = 10;
const UTIME = 11;

/** Milliseconds of CPU so far, by the name of the thread; those of one name, such as the collectors of garbage, are added. */
export type ThreadTimes = Readonly<Record<string, number>>;

const names: Readonly<Record<string, string>> = { MainThread: "main", node: "main", V8Worker: "garbage collection" };
/** All threads of the process, those that have ended as well. */
export const WHOLE = "whole process";

export function threadTimes(pid: number): ThreadTimes {
  const folder = `/proc/${pid}/task`;
  if (!existsSync(folder)) return {};
  const times: Record<string, number> = { [WHOLE]: timeOf(`/proc/${pid}/stat`)?.milliseconds ?? 0 };
  for (const thread of readdirSync(folder)) {
    const time = timeOf(`${folder}/${thread}/stat`);
    if (time === undefined) continue;
    const name = names[time.name] ?? (time.name.startsWith("libuv") ? "pool of libuv" : time.name);
    times[name] = (times[name] ?? 0) + time.milliseconds;
  }
  return times;
}

/** Resident memory, bytes. */
export function residentMemory(pid: number): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return Number.NaN;
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(file, "utf8"))?.[1]) * 1024;
}

function timeOf(file: string): { readonly name: string; readonly milliseconds: number } | undefined {
  try {
    const [, name = "", rest = ""] = /^\d+ \((.*)\) (.*)$/su.exec(readFileSync(file, "utf8")) ?? [];
    const [user = 0, system = 0] = rest.split(" ").slice(UTIME).map(Number);
    return { name, milliseconds: (user + system) * TICK_MS };
  } catch {
    // The thread has ended meanwhile.
    return undefined;
  }
}

/** How many files a process may have open: Node has raised it to what it may be. */
export function mostOpenFiles(): number {
  const file = "/proc/self/limits";
  if (!existsSync(file)) return Number.POSITIVE_INFINITY;
  const [, soft = ""] = /^Max open files\s+(\S+)/mu.exec(readFileSync(file, "utf8")) ?? [];
  return soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
}
