// Loaded into a bridge before anything else (`--import`), in each of its threads: collects the garbage when it is asked to and says what each
// thread holds. It changes nothing of what the bridge does.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BroadcastChannel, isMainThread, threadId, threadName, type Worker } from "node:worker_threads";
import { MEASURE, type ThreadHolds } from "./threadHolds.ts";

const CHANNEL = "soak";

const timers = new Set<NodeJS.Timeout>();
for (const name of ["setTimeout", "setInterval"] as const) {
  const original = globalThis[name] as (...args: unknown[]) => NodeJS.Timeout;
  const counting = (...args: unknown[]): NodeJS.Timeout => {
    const timer = original(...args);
    timers.add(timer);
    return timer;
  };
  // `promisify(setTimeout)` finds its other form there.
  Object.defineProperties(counting, Object.getOwnPropertyDescriptors(original));
  Object.assign(globalThis, { [name]: counting });
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
setFlagsFromString("--no-expose-gc");

function holds(): ThreadHolds {
  for (const timer of timers) if ((timer as { _destroyed?: boolean })._destroyed === true) timers.delete(timer);
  // What finalizers let go of is collected the second time.
  collect();
  collect();
  const { heapUsed: heap, external: besideHeap } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo().length;
  return { thread: isMainThread ? "main" : threadName || "unnamed", heap, besideHeap, timers: timers.size, resources };
}

const channel = new BroadcastChannel(CHANNEL) as BroadcastChannel & { unref(): void };
channel.unref();

function hear(take: (data: unknown) => void): void {
  channel.addEventListener("message", (event) => take((event as unknown as { data: unknown }).data));
}

/** `holds` is missing when a thread only says that it is there. */
interface Told {
  readonly threadId: number;
  readonly holds?: ThreadHolds;
}

if (isMainThread) answerParent();
else {
  hear((data) => {
    if (data === MEASURE) channel.postMessage({ threadId, holds: holds() } satisfies Told);
  });
  channel.postMessage({ threadId } satisfies Told);
}

/** Asks all threads, and answers once each has answered or ended. */
function answerParent(): void {
  const alive = new Set<number>();
  /** A word of a short one may arrive after its end; ids are never given twice. */
  const ended = new Set<number>();
  const silent = new Set<number>();
  let answers: ThreadHolds[] = [];
  const heard = (thread: number): void => {
    if (silent.delete(thread) && silent.size === 0) process.send?.(answers);
  };
  process.on("worker", (worker: Worker) => {
    const { threadId: thread } = worker;
    worker.once("exit", () => {
      alive.delete(thread);
      ended.add(thread);
      heard(thread);
    });
  });
  hear((data) => {
    const { threadId: thread, holds: told } = data as Told;
    if (!ended.has(thread)) alive.add(thread);
    if (told === undefined) return;
    if (silent.has(thread)) answers.push(told);
    heard(thread);
  });
  process.on("message", (message) => {
    if (message !== MEASURE) return;
    answers = [holds()];
    for (const thread of alive) silent.add(thread);
    if (silent.size === 0) process.send?.(answers);
    else channel.postMessage(MEASURE);
  });
  process.channel?.unref();
}
