// Opens the HTTP side over the house: what it may ask, and the settings that concern it.
import { exportQuestions } from "../hmi/exports.ts";
import { openMetrics, type MetricsSources } from "../hmi/metrics.ts";
import type { HttpServer } from "../hmi/server.ts";
import { openHttpServer } from "../hmi/server.ts";
import { valuesOf } from "../hmi/values.ts";
import type { Settings } from "../settings/settings.ts";
import type { Vendors } from "../settings/vendors.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import { exportTransactions } from "../store/exportTransactions.ts";
import { loginAccountOf } from "../twin/accounts.ts";
import type { CommandOutcome, Commander } from "../twin/commands.ts";
import type { History, VerifyLogin } from "../twin/ports.ts";
import { textOfOutcome } from "../twin/outcomes.ts";
import type { Accounts } from "./accounts.ts";
import type { Alarms } from "./alarms.ts";
import type { House } from "./apply.ts";

export interface HmiParts extends MetricsSources {
  readonly settings: Settings;
  readonly vendors: Vendors;
  readonly clock: Clock;
  readonly log: Log;
  readonly house: House;
  readonly accounts: Accounts;
  readonly verify: VerifyLogin;
  readonly alarms: Alarms;
  readonly history: History | undefined;
  readonly command: Commander;
  readonly notReady: () => readonly string[];
  readonly impaired: () => readonly string[];
}

export function openHmi(parts: HmiParts): Promise<HttpServer> {
  const { settings, vendors, clock, house, accounts, alarms } = parts;
  const { hmi, limits, site } = settings;
  return openHttpServer({
    http: {
      ...hmi,
      metricsOpen: hmi.metricsOpen,
      maxConnections: limits.maxHttpConnections,
      requestsPerSecond: limits.httpRequestsPerSecond,
    },
    clock,
    log: parts.log.child({ part: "http" }),
    siteName: site.name,
    vendorDatapoints: vendors.datapoints,
    twins: () => house.twins.all(),
    twinOf: (id) => house.twins.get(id),
    alarms: () => alarms.all(),
    accounts: () => accounts.all(),
    questions: {
      ...questionsOf(parts),
      ...exportQuestions((filter) => exportTransactions(settings.store.directory, filter)),
    },
  });
}

function questionsOf(
  parts: HmiParts,
): Omit<Parameters<typeof openHttpServer>[0]["questions"], "beginCsv" | "nextCsv" | "endCsv"> {
  const { vendors, house, verify, alarms, history, command, notReady, impaired } = parts;
  const metrics = openMetrics(parts);
  return {
    notReady,
    impaired,
    metrics: async () => ({ type: metrics.type, text: await metrics.render() }),
    verify: async (attempt) => {
      const verdict = await verify(attempt);
      if (verdict.kind !== "accepted") return verdict;
      const account = loginAccountOf(verdict.account);
      if (account === undefined) return { kind: "refused" };
      return { kind: "accepted", account, hasOneTimePassword: verdict.account.hasOneTimePassword === true };
    },
    command: async (wanted, requester) => {
      const [reason] = notReady();
      // As for commands of this machine: before all follow the twins nothing is changed.
      const outcome: CommandOutcome =
        reason === undefined
          ? await command(wanted, requester)
          : { kind: "conflict", text: `the bridge is not ready: ${reason}` };
      return { outcome, text: textOfOutcome(outcome) };
    },
    act: async (place, act, requester) => (notReady().length > 0 ? "NotKnown" : alarms.act(place, act, requester)),
    chargePointValues: (id) => {
      const twin = house.twins.get(id);
      return twin === undefined ? undefined : valuesOf(vendors.datapoints, undefined, twin);
    },
    history: async (query) => history?.read(query),
  };
}
