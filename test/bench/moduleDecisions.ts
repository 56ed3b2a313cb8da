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
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { quantile } from "./statistics.ts";

const WARM_UP = 5000;
const ALONE = 5000;
const TOGETHER = 50_000;
const IN_FLIGHT = 500;

const idTag = "04A1B2C3";
const payload = { connectorId: 1, idTag, meterStart: 12_345, timestamp: "2026-11-25T12:00:00Z" };
const question: Question = { action: "StartTransaction", chargePointId: "CP001", connectorId: 1, idTag, payload };

interface Way {
  readonly ask: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

const fileOf = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

export const moduleDecisions: Bench = {
  name: "moduleDecisions",
  title: "Questions to a module",
  method:
    "Round trip of a question to a user's module in its own process, one after the other and 500 at the same time.",
  yardstick: "the same question to a thread, and to a process, that do nothing but send it back.",
  targets: [],
  run,
};

async function run(length: Length): Promise<Figure[]> {
  const ways = [await openThread(), await openProcess(), await openModule()];
  for (const { ask } of ways) await askAlone(ask, partOf(WARM_UP, length));
  const measured = await inTurns(ways, length.rounds, async ({ ask }) => ({
    alone: await askAlone(ask, partOf(ALONE, length)),
    perSecond: await askTogether(ask, partOf(TOGETHER, length)),
  }));
  for (const { close } of ways) await close();
  const quantiles = (q: number): number[][] =>
    measured.map((rounds) => rounds.map(({ alone }) => quantile(alone, q) * 1000));
  const [thread = [], process = [], module = []] = quantiles(0.5);
  const [byThread = [], byProcess = [], byModule = []] = measured.map((rounds) =>
    rounds.map(({ perSecond }) => perSecond),
  );
  return [
    figure("question to a module, p50", "µs", module),
    figure("question to a module, p99", "µs", quantiles(0.99)[2] ?? []),
    figure("to a thread, p50", "µs", thread),
    figure("to a process, p50", "µs", process),
    ratio("p50, to a module / to a thread", "a thread", module, thread),
    ratio("p50, to a module / to a process", "a process", module, process),
    figure("questions to a module, 500 in parallel", "/s", byModule),
    figure("to a thread, 500 in parallel", "/s", byThread),
    figure("to a process, 500 in parallel", "/s", byProcess),
  ];
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
