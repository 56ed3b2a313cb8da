// A process that asks the module of its argument, which logs `pid` and its own, and tells that to its parent.
import { openModules } from "../../src/modules/modules.ts";
import { systemClock } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog, type Log, type LogFields } from "../../src/std/log.ts";

const log: Log = {
  ...silentLog,
  child: () => log,
  info: (_: LogFields, message) => {
    if (message.startsWith("pid ")) process.send?.(Number(message.slice(4)));
  },
};
const modules = openModules({
  limits: { maxModuleQuestions: 1, maxModuleMegabytes: 64 },
  clock: systemClock,
  counts: new Counts(),
  log,
});
const question = { action: "Authorize", chargePointId: "CP001", idTag: "TAG1", payload: {} } as const;
const file = process.argv[2] ?? "";
modules.use([file]);
await modules.source(file)(question, { signal: new AbortController().signal });
