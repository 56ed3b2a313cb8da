// A process of its own that keeps samples until it is killed: argument 1 is the folder; says on standard output how many have been kept.
import { systemClock } from "../../../src/std/clock.ts";
import { Counts } from "../../../src/std/counts.ts";
import { silentLog } from "../../../src/std/log.ts";
import { openHistory } from "../../../src/store/history/history.ts";
import { energyRegisterPoint } from "../../../src/twin/measurands.ts";
import { createTwin } from "../../../src/twin/twin.ts";

const [directory = "", first = "0"] = process.argv.slice(2);
const counts = new Counts();
const options = { historyDays: 3650, maxQueuedSamples: 200_000, sealAt: 3000 };
const history = await openHistory({ directory, clock: systemClock, log: silentLog, counts, ...options });
const twin = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 0);
let value = Number(first);
setInterval(() => {
  for (let count = 0; count < 20; count++, value++) {
    const at = Date.UTC(2026, 0, 1) + value * 1000;
    const reading = { point: energyRegisterPoint, value, at, received: at };
    history.projection.publish(twin, twin, [
      { type: "MeterSampled", connector: 1, readings: [reading], at, received: at },
    ]);
  }
  // One for every 20 samples, with the time of the last.
  const at = Date.UTC(2026, 0, 1) + (value - 1) * 1000;
  const said = { chargePointId: "CP001", severity: 100, message: `${value}`, fields: { Action: `${value}` } };
  history.projection.announce({ type: "CommandFinishedEventType", ...said, at, received: at });
  const kept = (name: "samplesKept" | "eventsKept"): number => counts.entries().get(name) ?? 0;
  process.stdout.write(`${Number(first) + kept("samplesKept")} ${kept("eventsKept")}\n`);
}, 2);
