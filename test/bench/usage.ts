// The server's half of serverUnderTest.ts: says where it serves, answers what it has used, ends when it is told.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Worker } from "node:worker_threads";
import { collectGarbage, usedBy } from "../flow/collectGarbage.ts";
import type { Addresses, Usage } from "./serverUnderTest.ts";

/** The threads of this process; it is read before any of them is started. */
const threads = new Set<Worker>();
process.on("worker", (thread) => {
  threads.add(thread);
  thread.once("exit", () => threads.delete(thread));
});

/** Whatever it waits for then, it must not outlive its parent for long. */
const STOP_WITHIN_MS = 30_000;

/** Tells the parent that the server serves; `stop` ends it. */
export function serveParent(ready: Addresses, stop: () => Promise<void>): void {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  /** Since it was last asked for. */
  const loopDelay = (): number => {
    // A timer of 1 ms is due after 1 ms: what is above it is delay.
    const milliseconds = Math.max(0, delays.percentile(99) / 1e6 - 1);
    delays.reset();
    return milliseconds;
  };
  const measures: Readonly<Record<keyof Usage, () => number | Promise<number>>> = { cpu, memory, used, loopDelay };
  const answer = async (what: keyof Usage): Promise<void> => void process.send?.({ answer: await measures[what]() });
  process.on("message", (what: keyof Usage) => void answer(what));
  process.on("disconnect", () => {
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    void stop().then(() => process.exit(0));
  });
  process.send?.({ ready });
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function memory(): Promise<number> {
  await collectGarbage();
  return process.memoryUsage().rss;
}

async function used(): Promise<number> {
  await collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  const ofThreads = await Promise.all(Array.from(threads, usedBy));
  return ofThreads.reduce((sum, bytes) => sum + bytes, heapUsed + external);
}
