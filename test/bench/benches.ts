// All benches, in the order of BENCHMARKS.md.
import type { Bench } from "./bench.ts";
import { alarms } from "./alarms.ts";
import { authorizeByRule } from "./authorizeByRule.ts";
import { browsers } from "./browsers.ts";
import { commands } from "./commands.ts";
import { confirmedStarts } from "./confirmedStarts.ts";
import { cpuPerMessage } from "./cpuPerMessage.ts";
import { floods } from "./floods.ts";
import { history } from "./history.ts";
import { knownChargePoints } from "./knownChargePoints.ts";
import { latency } from "./latency.ts";
import { growth, tenThousand, twoThousandPerSecond } from "./manyChargePoints.ts";
import { messageBlocks } from "./messageBlocks.ts";
import { messageLog } from "./messageLog.ts";
import { moduleDecisions } from "./moduleDecisions.ts";
import { nodeRed } from "./nodeRed.ts";
import { reconnectStorm } from "./reconnectStorm.ts";
import { browse, sequentialReads } from "./requests.ts";
import { rules } from "./rules.ts";
import { notify, subscribe } from "./subscriptions.ts";

export const benches: readonly Bench[] = [
  cpuPerMessage,
  tenThousand,
  twoThousandPerSecond,
  growth,
  nodeRed,
  knownChargePoints,
  latency,
  commands,
  confirmedStarts,
  history,
  messageLog,
  messageBlocks,
  moduleDecisions,
  reconnectStorm,
  rules,
  authorizeByRule,
  alarms,
  floods,
  subscribe,
  notify,
  browse,
  sequentialReads,
  browsers,
];
