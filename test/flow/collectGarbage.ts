// Collects the garbage of a whole process, of its worker threads as well, which `gc()` does not reach: only then what is left is used.
import { Session } from "node:inspector/promises";
import type { Worker } from "node:worker_threads";

interface Attached {
  readonly params: { readonly sessionId: string };
}
interface Received {
  readonly params: { readonly sessionId: string; readonly message: string };
}

const COLLECT = 1;

/** Resolves once every thread of this process has collected its garbage. To be called on the main thread. */
export async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  const done = new Map<string, () => void>();
  const threads: Promise<void>[] = [];
  session.on("NodeWorker.attachedToWorker", ({ params: { sessionId } }: Attached) => {
    threads.push(new Promise((resolve) => done.set(sessionId, resolve)));
    const message = JSON.stringify({ id: COLLECT, method: "HeapProfiler.collectGarbage" });
    void session.post("NodeWorker.sendMessageToWorker", { sessionId, message });
  });
  const settle = (sessionId: string): void => done.get(sessionId)?.();
  session.on("NodeWorker.receivedMessageFromWorker", ({ params: { sessionId, message } }: Received) => {
    if ((JSON.parse(message) as { id?: number }).id === COLLECT) settle(sessionId);
  });
  session.on("NodeWorker.detachedFromWorker", ({ params: { sessionId } }: Attached) => settle(sessionId));
  await session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  await session.post("HeapProfiler.collectGarbage");
  await Promise.all(threads);
  session.disconnect();
}

/** Bytes that a thread has on its heap and beside it. */
export async function usedBy(thread: Worker): Promise<number> {
  const { used_heap_size: onHeap, external_memory: beside } = await thread.getHeapStatistics();
  return onHeap + beside;
}
