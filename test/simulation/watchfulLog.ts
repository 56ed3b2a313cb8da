// The log of the simulated bridge: what it says of its own faults is a breach, everything else is left unsaid.
import { silentLog, type Log } from "../../src/std/log.ts";
import type { Judge } from "./judge.ts";

/** What the bridge says of its disk and of threads that end is what the simulation has done to it. */
const expected = /^the store/u;

export function watchfulLog(judge: Judge): Log {
  const log: Log = {
    ...silentLog,
    error: (fields, message) => {
      if (!expected.test(message)) judge.blame("fault", `${message} ${JSON.stringify(fields)}`);
    },
    child: () => log,
  };
  return log;
}
