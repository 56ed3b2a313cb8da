// CPU of the main thread that the message log costs a message: MeterValues with ten samples, noted and handed to the thread, as fast as it
// goes and in the pace of the batches. And what the thread takes a second.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepMessages } from "../../src/app/keepMessages.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog } from "../../src/std/log.ts";
import { openExchangeLog } from "../../src/store/exchangeLog.ts";
import { median } from "./statistics.ts";

const MESSAGES = 100_000;
const AT_ONCE = 200;
const ROUNDS = 5;

const sample = {
  context: "Sample.Periodic",
  measurand: "Energy.Active.Import.Register",
  location: "Outlet",
  unit: "Wh",
};

/** As `ws` hands it over: a text of its own, made from bytes. */
function frame(index: number): string {
  const sampledValue = Array.from({ length: 10 }, (_, each) => ({ value: String(index + each), ...sample }));
  const meterValue = [{ timestamp: new Date().toISOString(), sampledValue }];
  return Buffer.from(JSON.stringify([2, String(index), "MeterValues", { connectorId: 1, meterValue }])).toString();
}

export async function messageLog(): Promise<Record<string, number>> {
  const directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  let lost = 0;
  const options = { directory, days: 30, megabytes: 1024, clock: systemClock, log: silentLog };
  const log = openExchangeLog({ ...options, lost: (count) => (lost += count) });
  const kept = keepMessages({ keep: "all", validationOf: () => "tolerant", log });
  const costs: number[] = [];
  const begin = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    let spent = 0;
    for (let done = 0; done < MESSAGES / ROUNDS; done += AT_ONCE) {
      const requests = Array.from({ length: AT_ONCE }, (_, index) => frame(done + index));
      // Parsed, as on its way in: the text is in the cache.
      for (const request of requests) {
        JSON.parse(request);
        const from = performance.now();
        kept.note({
          chargePointId: "CP001",
          from: "chargePoint",
          action: "MeterValues",
          at: Date.now(),
          latencyMs: 0.3,
          outcome: "Answered",
          request,
          answer: '[3,"1",{}]',
          violations: [],
        });
        spent += performance.now() - from;
      }
      const usage = process.threadCpuUsage();
      // What is handed over is handed over in here.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { user, system } = process.threadCpuUsage(usage);
      spent += (user + system) / 1000;
    }
    costs.push((spent * 1000) / (MESSAGES / ROUNDS));
  }
  await log.stop();
  const seconds = (performance.now() - begin) / 1000;
  await rm(directory, { recursive: true });
  return { "main thread (µs a message)": median(costs), "messages a second meanwhile": MESSAGES / seconds, lost };
}
