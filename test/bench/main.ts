// `npm run bench [NAME …]`: every figure that the project claims, each against something independent measured in the same run.
import { alarms } from "./alarms.ts";
import { authorizeByRule } from "./authorizeByRule.ts";
import { browsers } from "./browsers.ts";
import { commands } from "./commands.ts";
import { confirmedStarts } from "./confirmedStarts.ts";
import { cpuPerMessage } from "./cpuPerMessage.ts";
import { floodsOfClients } from "./floods.ts";
import { history } from "./history.ts";
import { knownChargePoints } from "./knownChargePoints.ts";
import { latency } from "./latency.ts";
import { messageLog } from "./messageLog.ts";
import { moduleDecisions } from "./moduleDecisions.ts";
import { reconnectStorm } from "./reconnectStorm.ts";
import { browse, sequentialReads } from "./requests.ts";
import { rules } from "./rules.ts";
import { notify, subscribeItems } from "./subscriptions.ts";

const benches: Readonly<Record<string, () => Promise<Record<string, number>>>> = {
  cpuPerMessage,
  knownChargePoints,
  latency,
  commands,
  confirmedStarts,
  history,
  messageLog,
  moduleDecisions,
  reconnectStorm,
  rules,
  authorizeByRule,
  alarms,
  floods: floodsOfClients,
  subscribe: subscribeItems,
  notify,
  browse,
  sequentialReads,
  browsers,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`No bench called ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}.\n`);
  process.exit(64);
}
for (const [name, run] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stdout.write(`\n${name} (Node ${process.versions.node})\n`);
  for (const [what, figure] of Object.entries(await run()))
    process.stdout.write(`  ${what.padEnd(70)} ${figure.toFixed(2)}\n`);
}
