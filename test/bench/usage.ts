// The server's half of serverUnderTest.ts: says where it serves, answers what it has used, ends when it is told.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Addresses, Usage } from "./serverUnderTest.ts";

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
  const measures: Readonly<Record<keyof Usage, () => number>> = { cpu, memory, loopDelay };
  process.on("message", (what: keyof Usage) => process.send?.({ answer: measures[what]() }));
  process.on("disconnect", () => void stop().then(() => process.exit(0)));
  process.send?.({ ready });
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}
