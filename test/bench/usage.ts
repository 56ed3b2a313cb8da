// The server's half of serverUnderTest.ts: says where it serves, answers what it has used, ends when it is told.
import type { Addresses, Usage } from "./serverUnderTest.ts";

/** Tells the parent that the server serves; `stop` ends it. */
export function serveParent(ready: Addresses, stop: () => Promise<void>): void {
  process.on("message", (what: keyof Usage) => process.send?.({ answer: what === "cpu" ? cpu() : memory() }));
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
