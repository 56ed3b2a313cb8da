// What browsers may ask about the site itself: rules, decisions, id tags, users, certificates, the points of a charge point. It changes nothing.
import type { PointOwner } from "../datapoints/pointList.ts";
import type { RuleSet } from "../decisions/rules/rule.ts";
import type { DecisionPage, DecisionQuery, SiteQuestions } from "../hmi/siteQuestions.ts";
import type { DecisionRow, RulesView, TrialView, UserView } from "../hmi/siteShapes.ts";
import { encodeId } from "../opcua/nodeIds.ts";
import type { Settings } from "../settings/settings.ts";
import type { Vendors } from "../settings/vendors.ts";
import type { Clock } from "../std/clock.ts";
import { Lane } from "../std/lane.ts";
import type { Readings } from "../store/readings.ts";
import type { Account } from "../twin/accounts.ts";
import { isAlarmChange } from "../twin/alarms.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { ConnectedClient, History, OccurrencePlace } from "../twin/ports.ts";
import type { Twin } from "../twin/twin.ts";
import type { Accounts } from "./accounts.ts";
import type { House } from "./apply.ts";
import type { IdTagImports } from "./idTagImports.ts";
import type { IdTags } from "./idTags.ts";
import type { Decisions } from "./openDecisions.ts";
import type { RulesFiles, RulesState } from "./rulesInUse.ts";
import { decisionViewOf } from "./transactionDecisions.ts";
import type { Trust } from "./trust.ts";
import { questionOf, twinOf, type Trial } from "./tryRules.ts";

/** What of the house is asked. */
export interface SiteParts {
  readonly settings: Settings;
  readonly vendors: Vendors;
  readonly clock: Clock;
  readonly house: House;
  readonly accounts: Accounts;
  readonly history: History | undefined;
  readonly idTags: IdTags;
  readonly idTagImports: IdTagImports;
  readonly decisions: Decisions;
  readonly trust: Trust;
  /** OPC UA clients that have a session. */
  readonly clients: () => readonly ConnectedClient[];
}

const MOST_RULES = 500;
const MOST_FILES = 50;
const MOST_FAULTS = 100;
/** Characters of a file that are shown. */
const LONGEST_TEXT = 50_000;
const MOST_PENDING = 200;
/** Of rejected ones: whoever knocks makes new ones at will. */
const MOST_CERTIFICATES = 500;
const MOST_CLIENTS = 500;
const PER_PAGE = 200;
/** Pages of the history that are looked through for one page of decisions. */
const MOST_PAGES = 10;
/** Questions of one kind that wait. */
const MOST_WAITING = 10;
/** Clocks may have been set back since. */
const FOR_EVER = 8.64e15;

export function siteQuestions(parts: SiteParts & { readonly readings: Readings }): SiteQuestions {
  const {
    settings,
    vendors,
    clock,
    house,
    accounts,
    history,
    idTags,
    idTagImports,
    decisions,
    trust,
    clients,
    readings,
  } = parts;
  const trials = new Lane(1, MOST_WAITING);
  const searches = new Lane(2, MOST_WAITING);
  return {
    rules: () => rulesView(decisions.rules(), decisions.rulesShown()),
    tryRules: (tried) =>
      inLane(trials, async () => {
        const now = clock.now();
        const twin = house.twins.get(tried.chargePointId) ?? twinOf(settings, tried.chargePointId, now);
        return trialView(await decisions.tryRules(questionOf(tried), { twin, now }));
      }),
    decisions: (query) =>
      inLane(searches, async () => (history === undefined ? undefined : readDecisions(history, query))),
    pending: () => decisions.scada.pending().asked.slice(0, MOST_PENDING),
    idTags: async (query) => ({ page: await readings.state.idTags(query), count: idTags.size }),
    gatherIdTags: (gathering, entries) => idTagImports.gather(gathering, entries),
    users: () => Array.from(accounts.all(), userView),
    clients: () => clients().slice(0, MOST_CLIENTS),
    certificates: () => trust.certificates().slice(0, MOST_CERTIFICATES),
    vendorDatapoints: () => vendors.datapoints,
    pointOwner: (id) => {
      const twin = house.twins.get(id);
      return twin === undefined ? undefined : { owner: pointOwnerOf(twin), vendor: vendors.datapoints };
    },
  };
}

/** What takes the main thread or the history long is done a little at a time; rejects where too many wait. */
async function inLane<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
  if (!lane.hasRoom) throw new Error("too many ask for it at once");
  return lane.run(work);
}

function rulesView({ loadedAt, error }: RulesState, { rules, files, diagnostics }: RuleSet & RulesFiles): RulesView {
  return {
    loadedAt,
    error,
    rules: rules.slice(0, MOST_RULES).map(({ name, file, line, actions, when, verdict }) => ({
      name,
      file,
      line,
      actions,
      ...(when !== undefined && { when: when.text }),
      ...(verdict.kind === "ask" && { asks: verdict.asking.name }),
    })),
    ruleCount: rules.length,
    files: files.slice(0, MOST_FILES).map(({ file, text }) => ({
      file,
      ...(text !== undefined && { text: text.slice(0, LONGEST_TEXT) }),
      ...(text !== undefined && text.length > LONGEST_TEXT && { isCut: true }),
    })),
    faults: diagnostics.slice(0, MOST_FAULTS).map(({ path: _, ...fault }) => fault),
  };
}

function trialView({ explained, record, ruleCount }: Trial): TrialView {
  const { verdict, source, rule, asked, reason } = record;
  const { source: _, ...answer } = verdict;
  return {
    answer,
    source,
    ...(rule !== undefined && { rule }),
    asked,
    ...(reason !== undefined && { reason }),
    explained: explained.map(({ rule: { name, file, line }, ...said }) => ({ name, file, line, ...said })),
    ruleCount,
  };
}

/** What was kept of decisions, the newest first; between them stands whatever else has happened. */
async function readDecisions(history: History, { chargePointId, before, limit }: DecisionQuery): Promise<DecisionPage> {
  const found: DecisionRow[] = [];
  const place = chargePointId === undefined ? { isWithoutBridge: true } : { chargePointId };
  let after = before;
  for (let page = 0; page < MOST_PAGES; page++) {
    const from = after?.at ?? FOR_EVER;
    const range = { ...place, from, to: 0, limit: PER_PAGE, ...(after !== undefined && { after }) };
    const { kept, more } = await history.readOccurrences(range);
    for (const { place: at, occurrence } of kept) {
      after = at;
      if (isAlarmChange(occurrence) || occurrence.type !== "DecisionMadeEventType") continue;
      found.push(decisionRow(occurrence));
      if (found.length === limit) return { decisions: found, next: after };
    }
    if (!more) return { decisions: found, next: undefined };
  }
  return { decisions: found, next: after satisfies OccurrencePlace | undefined };
}

function decisionRow(occurrence: Occurrence): DecisionRow {
  const { chargePointId, fields } = occurrence;
  return {
    ...decisionViewOf(occurrence),
    chargePointId,
    connectorId: Number(fields["ConnectorId"] ?? 0),
    idTag: String(fields["IdTag"] ?? ""),
    answer: String(fields["Answer"] ?? ""),
  };
}

function userView({
  name,
  role,
  isEnabled,
  passwordHash,
  certificate,
  hasOneTimePassword,
  changedAt,
}: Account): UserView {
  return {
    name,
    role,
    isEnabled,
    hasPassword: passwordHash !== undefined,
    ...(certificate !== undefined && { certificate }),
    ...(hasOneTimePassword === true && { hasOneTimePassword }),
    changedAt,
  };
}

function pointOwnerOf({ id, configuration, meter, vendorValues, connectors }: Twin): PointOwner {
  const ofItself = { id: 0, meter, vendorValues };
  return {
    id: encodeId(id),
    keys: Array.from(configuration?.values() ?? [], ({ key, readonly }) => ({ key, readonly, name: encodeId(key) })),
    parts: [ofItself, ...connectors.values()].map((part) => ({
      connector: part.id,
      meterPoints: part.meter.readings.map(({ point }) => point),
      vendorValues: [...(part.vendorValues?.keys() ?? [])],
    })),
  };
}
