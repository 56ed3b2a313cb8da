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
import { median } from "./statistics.ts";

/** Between two batches, at 10,000 messages a second. */
const AT_ONCE = 1000;
const ROUNDS = 40;

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

export async function messageLog(): Promise<Record<string, number>> {
  const directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  let lost = 0;
  const options = { directory, days: 30, megabytes: 1024, clock: systemClock, log: silentLog };
  const file = openExchangeLog({ ...options, lost: (count) => (lost += count) });
  const log = keepMessages({ keep: "all", validationOf: () => "tolerant", log: file });
  const withLog: number[] = [];
  const without: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const frames = Array.from({ length: AT_ONCE }, (_, index) => frame(round * AT_ONCE + index));
    // Whoever comes first finds the caches cold.
    const isFirst = round % 2 === 0;
    if (isFirst) withLog.push(await cost(frames, log));
    without.push(await cost(frames, undefined));
    if (!isFirst) withLog.push(await cost(frames, log));
  }
  await file.stop();
  await rm(directory, { recursive: true });
  const [parsed, all] = [median(without), median(withLog)];
  return {
    "read and parsed alone (µs a message)": parsed,
    "and noted in the log (µs a message)": all,
    "the log (µs a message)": all - parsed,
    "messages that are missing": lost,
  };
}
