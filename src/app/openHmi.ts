// Opens the HTTP side over the house: what it may ask, and the settings that concern it.
import { openMetrics, type MetricsSources } from "../hmi/metrics.ts";
import type { Questions } from "../hmi/questions.ts";
import type { SiteQuestions } from "../hmi/siteQuestions.ts";
import type { HttpServer } from "../hmi/server.ts";
import { openHttpServer } from "../hmi/server.ts";
import { valuesOf } from "../hmi/values.ts";
import type { Log } from "../std/log.ts";
import { openReadings } from "../store/readings.ts";
import { loginAccountOf } from "../twin/accounts.ts";
import type { CommandOutcome, Commander } from "../twin/commands.ts";
import type { VerifyLogin } from "../twin/ports.ts";
import { textOfOutcome } from "../twin/outcomes.ts";
import type { Alarms } from "./alarms.ts";
import { EnergyToday } from "./energyToday.ts";
import { keptQuestions } from "./keptQuestions.ts";
import { siteQuestions, type SiteParts } from "./siteQuestions.ts";

export interface HmiParts extends SiteParts, Omit<MetricsSources, "decisions"> {
  readonly log: Log;
  readonly verify: VerifyLogin;
  readonly alarms: Alarms;
  readonly command: Commander;
  readonly notReady: () => readonly string[];
  readonly impaired: () => readonly string[];
}

export async function openHmi(parts: HmiParts): Promise<HttpServer> {
  const { settings, vendors, clock, house, accounts, alarms } = parts;
  const { hmi, limits, site, store } = settings;
  const log = parts.log.child({ part: "http" });
  const readings = openReadings(store.directory, clock);
  const twins = () => house.twins.all();
  const energy = new EnergyToday({ clock, timeZone: site.timeZone, ledger: readings.state, twins });
  const kept = keptQuestions({ ...parts, readings, log });
  const server = await openHttpServer({
    http: {
      ...hmi,
      maxConnections: limits.maxHttpConnections,
      requestsPerSecond: limits.httpRequestsPerSecond,
    },
    clock,
    log,
    siteName: site.name,
    vendorDatapoints: vendors.datapoints,
    twins,
    twinOf: (id) => house.twins.get(id),
    clients: parts.clients,
    energyToday: () => energy.current(),
    alarms: () => alarms.all(),
    accounts: () => accounts.all(),
    questions: { ...questionsOf(parts), ...kept, ...siteQuestions({ ...parts, readings }) },
    threadEnded: () => kept.endAll(),
  });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await readings.stop();
    },
  };
}

function questionsOf(parts: HmiParts): Omit<Questions, keyof ReturnType<typeof keptQuestions> | keyof SiteQuestions> {
  const { vendors, house, verify, alarms, history, command, notReady, impaired } = parts;
  const metrics = openMetrics({ ...parts, decisions: parts.decisions.tally });
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
