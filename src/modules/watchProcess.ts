// A thread beside a user's module, in its process: ends the process when the bridge is gone or when it takes too much memory, also while
// the module loops for ever. It touches nothing else.
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import type { ProcessArguments } from "./messages.ts";

const INTERVAL_MS = 100;
const STANDARD_ERROR = 2;

const { parent, mostBytes } = workerData as ProcessArguments;

setInterval(() => {
  const isTooBig = process.memoryUsage.rss() > mostBytes;
  if (!isTooBig && process.ppid === parent) return;
  try {
    // What V8 says of its heap, too.
    if (isTooBig) writeSync(STANDARD_ERROR, "out of memory: the process has grown too big\n");
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
}, INTERVAL_MS);
