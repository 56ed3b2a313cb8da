// The store's thread ends in the middle of the work: nothing is confirmed meanwhile, and it is started again by itself.
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock, type Clock } from "../../src/std/clock.ts";
import { start, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
afterEach(async () => {
  vi.restoreAllMocks();
  await stores.clean();
});

describe("a store whose thread has ended", () => {
  it("confirms nothing of what was on its way, and is open again a moment later with all that it had", async () => {
    const post = vi.spyOn(Worker.prototype, "postMessage");
    const store = await stores.open(await stores.folder());
    const thread = post.mock.contexts.at(-1) as Worker;
    const kept = await store.ledger.keep(start());
    expect(kept.kind).toBe("started");

    const onItsWay = store.ledger.keep(start({ meterStart: 7 }));
    await thread.terminate();
    const told = await onItsWay;
    expect(["started", "failing"]).toContain(told.kind);
    expect(store.state()).toBe("failing");
    await expect(store.ledger.keep(start())).resolves.toEqual({ kind: "failing" });
    await expect(store.register("CP001", "{}")).resolves.toBe(false);

    await vi.waitUntil(() => store.state() === "ok", { timeout: 15_000, interval: 20 });
    await expect(store.ledger.keep(start())).resolves.toEqual({ ...kept, isRepeated: true });
    expect(stores.lines.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([
      "the store's thread has ended and is started again; until then no transaction is confirmed",
    ]);
  });

  it("is not started again once it has been told to stop", async () => {
    const post = vi.spyOn(Worker.prototype, "postMessage");
    const waiting = new Set<() => void>();
    const after: Clock["after"] = (_delayMs, run) => {
      waiting.add(run);
      return { cancel: () => waiting.delete(run) };
    };
    const store = await stores.open(await stores.folder(), { clock: { ...systemClock, after } });
    const thread = post.mock.contexts.at(-1) as Worker;
    const before = waiting.size;
    await thread.terminate();
    expect(waiting.size).toBe(before + 1);
    await stores.close(store);
    const threads = new Set(post.mock.contexts).size;
    for (const run of waiting) run();
    expect(new Set(post.mock.contexts).size).toBe(threads);
  });
});
