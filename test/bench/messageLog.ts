// CPU of the main thread that the message log costs a message: MeterValues with ten samples, parsed, noted, hidden and handed over, against
// the same work without a log. The rest is the thread's.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepMessages } from "../../src/app/keepMessages.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog } from "../../src/std/log.ts";
import { openExchangeLog } from "../../src/store/exchangeLog.ts";
import type { MessageLog } from "../../src/twin/ports.ts";
import { figure, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { median } from "./statistics.ts";

/** Between two batches, at 10,000 messages a second. */
const AT_ONCE = 1000;
/** Of each kind, in a round. */
const BATCHES = 16;

const sample = {
  context: "Sample.Periodic",
  measurand: "Energy.Active.Import.Register",
  location: "Outlet",
  unit: "Wh",
};

/** As it comes from the socket. */
function frame(index: number): Buffer {
  const sampledValue = Array.from({ length: 10 }, (_, each) => ({ value: String(index + each), ...sample }));
  const meterValue = [{ timestamp: new Date().toISOString(), sampledValue }];
  return Buffer.from(JSON.stringify([2, String(index), "MeterValues", { connectorId: 1, meterValue }]));
}

/** Microseconds of this thread for each message, until the batch has been handed over. */
async function cost(frames: readonly Buffer[], log: MessageLog | undefined): Promise<number> {
  const before = process.threadCpuUsage();
  for (const data of frames) {
    const request = data.toString();
    JSON.parse(request);
    const common = { chargePointId: "CP001", from: "chargePoint", action: "MeterValues", outcome: "Answered" } as const;
    log?.note({ ...common, at: Date.now(), latencyMs: 0.3, request, answer: '[3,"1",{}]', violations: [] });
  }
  await new Promise((resolve) => setTimeout(resolve, 120));
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / frames.length;
}

const ADDED = "the log";

export const messageLog: Bench = {
  name: "messageLog",
  title: "The message log",
  method:
    "CPU of the main thread for each MeterValues with ten samples that is read, parsed and noted in the log: secrets hidden, handed over to the log's own thread.",
  yardstick: "the same work without a log.",
  targets: [{ figure: ADDED, atMost: 2 }],
  run,
};

async function run(length: Length): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  let lost = 0;
  const options = { directory, days: 30, megabytes: 1024, clock: systemClock, log: silentLog };
  const file = openExchangeLog({ ...options, lost: (count) => (lost += count) });
  const log = keepMessages({ keep: "all", validationOf: () => "tolerant", log: file });
  const rounds: Costs[] = [];
  for (let round = 0; round < length.rounds; round++) rounds.push(await compare(log, partOf(BATCHES, length)));
  await file.stop();
  await rm(directory, { recursive: true });
  const [parsed, all] = [rounds.map(({ without }) => without), rounds.map(({ withLog }) => withLog)];
  return [
    figure("read and parsed alone", "µs", parsed),
    figure("and noted in the log", "µs", all),
    figure(
      ADDED,
      "µs",
      rounds.map(({ withLog, without }) => withLog - without),
    ),
    ratio("noted / read and parsed alone", "read and parsed alone", all, parsed),
    figure("messages that are missing", "", lost),
  ];
}

interface Costs {
  readonly withLog: number;
  readonly without: number;
}

/** Medians of batches in turns. */
async function compare(log: MessageLog, batches: number): Promise<Costs> {
  const withLog: number[] = [];
  const without: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const frames = Array.from({ length: AT_ONCE }, (_, index) => frame(batch * AT_ONCE + index));
    // Whoever comes first finds the caches cold.
    const isFirst = batch % 2 === 0;
    if (isFirst) withLog.push(await cost(frames, log));
    without.push(await cost(frames, undefined));
    if (!isFirst) withLog.push(await cost(frames, log));
  }
  return { withLog: median(withLog), without: median(without) };
}
