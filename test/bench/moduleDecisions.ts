// One question to a user's module and its answer; yardsticks: the same question to a thread and to a process that send it back.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { openModules } from "../../src/modules/modules.ts";
import { systemClock } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog } from "../../src/std/log.ts";
import type { Question } from "../../src/twin/questions.ts";
import { median, quantile } from "./statistics.ts";

const WARM_UP = 5000;
const ALONE = 5000;
const TOGETHER = 50_000;
const IN_FLIGHT = 500;
const ROUNDS = 3;

const idTag = "04A1B2C3";
const payload = { connectorId: 1, idTag, meterStart: 12_345, timestamp: "2026-11-25T12:00:00Z" };
const question: Question = { action: "StartTransaction", chargePointId: "CP001", connectorId: 1, idTag, payload };

interface Way {
  readonly ask: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

const fileOf = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

export async function moduleDecisions(): Promise<Record<string, number>> {
  const ways = [await openThread(), await openProcess(), await openModule()];
  for (const { ask } of ways) await askAlone(ask, WARM_UP);
  const alone = ways.map((): number[] => []);
  const perSecond = ways.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, { ask }] of ways.entries()) {
      alone[index]?.push(...(await askAlone(ask, ALONE)));
      perSecond[index]?.push(await askTogether(ask, TOGETHER));
    }
  for (const { close } of ways) await close();
  const [thread = [], process = [], module = []] = alone;
  const [byThread = 0, byProcess = 0, byModule = 0] = perSecond.map(median);
  const p50 = (times: readonly number[]): number => quantile(times, 0.5) * 1000;
  return {
    "bare postMessage round trip p50 (µs)": p50(thread),
    "bare round trip to a process p50 (µs)": p50(process),
    "question to a module p50 (µs)": p50(module),
    "question to a module p99 (µs)": quantile(module, 0.99) * 1000,
    "p50 as a ratio of the bare postMessage round trip": p50(module) / p50(thread),
    "p50 as a ratio of the bare round trip to a process": p50(module) / p50(process),
    "bare postMessage round trips a second, 500 in parallel": byThread,
    "bare round trips to a process a second, 500 in parallel": byProcess,
    "questions to a module a second, 500 in parallel": byModule,
  };
}

interface Echo {
  readonly send: (message: unknown) => void;
  readonly onMessage: (take: () => void) => void;
}

/** Messages come back in their order. */
function askOf({ send, onMessage }: Echo): Way["ask"] {
  const waiting: (() => void)[] = [];
  onMessage(() => waiting.shift()?.());
  return () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      send(question);
    });
}

async function openThread(): Promise<Way> {
  const worker = new Worker(fileOf("echoThread"));
  await once(worker, "online");
  const ask = askOf({
    send: (message) => worker.postMessage(message),
    onMessage: (take) => worker.on("message", take),
  });
  return { ask, close: () => worker.terminate() };
}

async function openProcess(): Promise<Way> {
  const child = fork(fileOf("echoProcess"), { serialization: "advanced" });
  await once(child, "spawn");
  const ask = askOf({
    send: (message) => child.send(message as object),
    onMessage: (take) => child.on("message", take),
  });
  return { ask, close: async () => child.kill() };
}

async function openModule(): Promise<Way> {
  const directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  const file = join(directory, "accepts.mjs");
  await writeFile(file, 'export default async () => ({ status: "Accepted" });\n');
  const modules = openModules({
    limits: { maxModuleQuestions: IN_FLIGHT, maxModuleMegabytes: 256 },
    clock: systemClock,
    counts: new Counts(),
    log: silentLog,
  });
  modules.use([file]);
  const source = modules.source(file);
  return {
    ask: () => source(question, { signal: new AbortController().signal }),
    close: async () => {
      await modules.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** One after the other; the time of each in ms. */
async function askAlone(ask: Way["ask"], count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const begin = performance.now();
    await ask();
    times.push(performance.now() - begin);
  }
  return times;
}

/** Questions a second. */
async function askTogether(ask: Way["ask"], count: number): Promise<number> {
  const begin = performance.now();
  let started = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (started++ < count) await ask();
    }),
  );
  return count / ((performance.now() - begin) / 1000);
}
