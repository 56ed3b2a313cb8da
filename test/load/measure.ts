// Figures of a stretch of time: rates, CPU by thread, memory, how long answers and notifications take.
import { setTimeout as delay } from "node:timers/promises";
import type { AskedProcess } from "./childProcess.ts";
import type { Clients } from "./clients.ts";
import { Durations } from "./durations.ts";
import type { KeptReader } from "./kept.ts";
import type { Page } from "./page.ts";
import type { Seen } from "./records.ts";
import { residentMemory, threadTimes, WHOLE, type ThreadTimes } from "./threads.ts";

/** What there is to look at; what is missing is left out of the figures. */
export interface Observed {
  readonly clients: Clients;
  /** Process of the bridge. */
  readonly pid?: number | undefined;
  readonly kept?: KeptReader | undefined;
  readonly scada?: AskedProcess | undefined;
  readonly page?: Page | undefined;
}

/** By what they are and their unit; all numbers. */
export type Figures = Readonly<Record<string, number>>;

export interface Measured {
  readonly figures: Figures;
  /** Resident memory of the bridge over time. */
  readonly memory: readonly { readonly seconds: number; readonly megabytes: number }[];
  /** Answered calls. */
  readonly messages: number;
  /** Milliseconds of CPU of the whole bridge. */
  readonly cpuMs: number;
  /** On the monotonic clock of the machine, µs, as CPU profiles have it. */
  readonly window: { readonly from: number; readonly to: number };
  /** What went wrong meanwhile, in words. */
  readonly problems: readonly string[];
}

const LOOK_MS = 5000;
const MEGABYTE = 1_000_000;
/** Samples of one MeterValues (test/bench/load.ts). */
const VALUES_EACH = 10;
/** What prom-client's histogram of the event loop shows when nothing is late: its own timer. */
const LOOP_TIMER_MS = 10;

const monotonic = (): number => Number(process.hrtime.bigint() / 1000n);

/** Measures for so long; `say` gets a line now and then. */
export async function measure(observed: Observed, seconds: number, say: (line: string) => void): Promise<Measured> {
  const { clients, pid, scada, page, kept } = observed;
  // Reading the metrics makes the bridge's histogram of its event loop begin anew.
  await kept?.metrics();
  const lostBefore = (await clients.standing()).lost;
  await Promise.all([clients.begin(), scada?.ask("begin")]);
  const before = { times: timesOf(pid), busy: (await page?.busySeconds()) ?? 0 };
  const begin = performance.now();
  const from = monotonic();
  const memory = await watchMemory(pid, seconds, say);
  const after = { times: timesOf(pid), busy: (await page?.busySeconds()) ?? 0 };
  const standing = await clients.standing();
  const elapsed = (performance.now() - begin) / 1000;
  const to = monotonic();
  const seen = scada === undefined ? undefined : ((await scada.ask("seen")) as Seen);
  const metrics = await kept?.metrics();
  const answers = standing.answerMs;
  const messages = [...answers.values()].reduce((sum, { count }) => sum + count, 0);
  const cpu = cpuOf(before.times, after.times);
  const cpuMs = cpu[WHOLE] ?? Number.NaN;
  const lateMs = Math.max(0, (metrics?.get("nodejs_eventloop_lag_p99_seconds") ?? Number.NaN) * 1000 - LOOP_TIMER_MS);
  const figures = {
    "measured (s)": elapsed,
    "charge points connected": standing.connected,
    ...ratesOf(answers, messages, elapsed),
    ...percentiles("answer to MeterValues", durationsOf(answers, ["MeterValues"])),
    ...percentiles("answer to starts and ends, which wait for the disk", durationsOf(answers, KEPT_ON_DISK)),
    ...percentiles("answer to anything", durationsOf(answers, [...answers.keys()])),
    ...(seen !== undefined && {
      "notifications (1/s)": seen.notified / elapsed,
      ...percentiles("frame → notification", new Durations(seen.notificationMs)),
    }),
    ...(pid !== undefined && cpuFigures(cpu, elapsed, messages)),
    ...memoryFigures(memory),
    ...(Number.isFinite(lateMs) && { "lateness of the main thread, p99 (ms)": lateMs }),
    ...(page !== undefined && { "page: its main thread (% of a core)": ((after.busy - before.busy) / elapsed) * 100 }),
  };
  const problems = [
    ...(standing.lost > lostBefore ? [`${standing.lost - lostBefore} links were lost`] : []),
    ...(standing.problems > 0 ? [`${standing.problems} problems of charge points: ${standing.lastProblem}`] : []),
    ...[seen?.problem ?? "", page?.problem() ?? ""].filter((text) => text !== ""),
  ];
  return { figures, memory, messages, cpuMs, window: { from, to }, problems };
}

function timesOf(pid: number | undefined): ThreadTimes {
  return pid === undefined ? {} : threadTimes(pid);
}

/** Milliseconds by thread between two looks. */
function cpuOf(before: ThreadTimes, after: ThreadTimes): ThreadTimes {
  return Object.fromEntries(Object.entries(after).map(([name, time]) => [name, time - (before[name] ?? 0)]));
}

async function watchMemory(
  pid: number | undefined,
  seconds: number,
  say: (line: string) => void,
): Promise<Measured["memory"]> {
  const memory: { seconds: number; megabytes: number }[] = [];
  const begin = performance.now();
  const look = (): number => {
    const at = (performance.now() - begin) / 1000;
    if (pid !== undefined) memory.push({ seconds: at, megabytes: residentMemory(pid) / MEGABYTE });
    return at;
  };
  for (;;) {
    const left = seconds - look();
    if (left <= 0) return memory;
    say(`measuring, ${Math.ceil(left)} s left`);
    await delay(Math.min(LOOK_MS, left * 1000));
  }
}

type Answers = ReadonlyMap<string, Durations>;

function ratesOf(answers: Answers, messages: number, seconds: number): Figures {
  const meterValues = answers.get("MeterValues")?.count ?? 0;
  return {
    "messages (1/s)": messages / seconds,
    "MeterValues (1/s)": meterValues / seconds,
    "values (1/s)": (meterValues * VALUES_EACH) / seconds,
    "transactions begun (1/s)": (answers.get("StartTransaction")?.count ?? 0) / seconds,
  };
}

/** What is confirmed only once it cannot be lost. */
const KEPT_ON_DISK = ["StartTransaction", "StopTransaction"];

function durationsOf(answers: Answers, actions: readonly string[]): Durations {
  return Durations.sum(actions.map((action) => answers.get(action)?.counts ?? []));
}

function percentiles(what: string, durations: Durations): Figures {
  return { [`${what}, p50 (ms)`]: durations.quantile(0.5), [`${what}, p99 (ms)`]: durations.quantile(0.99) };
}

const LEAST_SHARE = 0.05;

function cpuFigures(cpu: ThreadTimes, seconds: number, messages: number): Figures {
  const shares = Object.entries(cpu)
    .map(([name, milliseconds]) => [`CPU of ${name} (% of a core)`, milliseconds / seconds / 10] as const)
    .filter(([, share]) => share >= LEAST_SHARE)
    .toSorted(([, a], [, b]) => b - a);
  const perMessage = (name: string): number => ((cpu[name] ?? Number.NaN) * 1000) / messages;
  return {
    ...Object.fromEntries(shares),
    "CPU of a message, whole process (µs)": perMessage(WHOLE),
    "CPU of a message, main thread (µs)": perMessage("main"),
  };
}

function memoryFigures(memory: Measured["memory"]): Figures {
  const [first] = memory;
  const last = memory.at(-1);
  if (first === undefined || last === undefined) return {};
  return {
    "resident memory at the beginning (MB)": first.megabytes,
    "resident memory at most (MB)": Math.max(...memory.map(({ megabytes }) => megabytes)),
    "resident memory at the end (MB)": last.megabytes,
  };
}
