// The bridge's status of itself, once a second: how many charge points and transactions there are, and how busy they are.
import type { BridgeStatus } from "../datapoints/bridge.ts";
import { every, type Clock, type EpochMs, type Timer } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { StoreState } from "../twin/ledger.ts";
import type { House } from "./apply.ts";
import type { DecisionTotals } from "./decisionNotes.ts";
import type { IdTags } from "./idTags.ts";
import type { RulesState } from "./rulesInUse.ts";
import type { NotReady, Readiness } from "./readiness.ts";
import { serviceLevelOf } from "./serviceLevel.ts";
import type { Trust } from "./trust.ts";
import type { TwinCounts } from "./twins.ts";
import { version } from "../std/version.ts";

const INTERVAL_MS = 1000;

/** What is counted at one moment. */
export interface Observation {
  readonly storeState: StoreState;
  readonly notReady: readonly NotReady[];
  readonly scadaMethodState: BridgeStatus["scadaMethodState"];
  readonly idTags: number;
  readonly certificates: string;
  readonly at: EpochMs;
  /** The same moment on the clock that never jumps, ms. */
  readonly monotonic: number;
  readonly gauges: TwinCounts;
  /** Since the start of the program. */
  readonly framesReceived: number;
  readonly framesSent: number;
  readonly rules: RulesState;
  readonly decisions: DecisionTotals;
}

/** The status at `now`; rates are those since `before`, and 0 where no time has passed. */
export function bridgeStatus(startedAt: EpochMs, before: Observation, now: Observation): BridgeStatus {
  const seconds = (now.monotonic - before.monotonic) / 1000;
  const rateOf = (count: number): number => (seconds > 0 ? count / seconds : 0);
  const { gauges, storeState, scadaMethodState, idTags, certificates, rules } = now;
  const decided = now.decisions.count - before.decisions.count;
  return {
    ...serviceLevelOf(now.notReady, storeState),
    storeState,
    scadaMethodState,
    idTags,
    certificates,
    at: now.at,
    version,
    startedAt,
    knownChargePoints: gauges.chargePointsKnown,
    connectedChargePoints: gauges.chargePointsConnected,
    registeredChargePoints: gauges.chargePointsRegistered,
    pendingChargePoints: gauges.chargePointsPending,
    activeTransactions: gauges.transactionsActive,
    messagesReceivedPerSecond: rateOf(now.framesReceived - before.framesReceived),
    messagesSentPerSecond: rateOf(now.framesSent - before.framesSent),
    ...rulesShown(rules),
    decisionLatencyMilliseconds: decided > 0 ? (now.decisions.totalMs - before.decisions.totalMs) / decided : 0,
  };
}

function rulesShown({
  inUse,
  loadedAt,
  error,
}: RulesState): Pick<BridgeStatus, "rulesInUse" | "rulesLoadedAt" | "rulesError"> {
  return { rulesInUse: inUse, rulesLoadedAt: loadedAt, rulesError: error };
}

export interface StatusSources {
  readonly house: House;
  readonly counts: Counts;
  readonly clock: Clock;
  readonly startedAt: EpochMs;
  readonly storeState: () => StoreState;
  readonly scadaMethodState: () => BridgeStatus["scadaMethodState"];
  readonly idTags: IdTags;
  readonly readiness: Pick<Readiness, "reasons" | "watch">;
  readonly trust: Pick<Trust, "shown" | "watch">;
  readonly rules: () => RulesState;
  readonly decisions: () => DecisionTotals;
  /** Tells of every reload of the rules that was wanted. */
  readonly whenReloaded: (told: () => void) => void;
}

/** Hands the status to `report` at once and then every second. */
export function reportStatus(sources: StatusSources, report: (status: BridgeStatus) => void): Timer {
  let last = observe(sources);
  const { startedAt, clock } = sources;
  let reported = bridgeStatus(startedAt, last, last);
  report(reported);
  // Whoever reads after an id tag was set counts it.
  sources.idTags.watch(() => {
    reported = { ...reported, idTags: sources.idTags.size, at: clock.now() };
    report(reported);
  });
  // The same of what is trusted.
  sources.trust.watch(() => {
    reported = { ...reported, certificates: sources.trust.shown(), at: clock.now() };
    report(reported);
  });
  // Whoever is told that the bridge is ready finds it so, and nobody comes any more once it stops.
  sources.readiness.watch(() => {
    const level = serviceLevelOf(sources.readiness.reasons(), sources.storeState());
    reported = { ...reported, ...level, at: clock.now() };
    report(reported);
  });
  // The same of rules.
  sources.whenReloaded(() => {
    reported = { ...reported, ...rulesShown(sources.rules()), at: clock.now() };
    report(reported);
  });
  return every(clock, INTERVAL_MS, () => {
    const now = observe(sources);
    reported = bridgeStatus(startedAt, last, now);
    report(reported);
    last = now;
  });
}

function observe(sources: StatusSources): Observation {
  const { house, counts, clock, idTags, trust, rules, decisions } = sources;
  const entries = counts.entries();
  return {
    storeState: sources.storeState(),
    notReady: sources.readiness.reasons(),
    scadaMethodState: sources.scadaMethodState(),
    idTags: idTags.size,
    certificates: trust.shown(),
    at: clock.now(),
    monotonic: clock.monotonic(),
    gauges: house.twins.counts,
    framesReceived: entries.get("framesReceived") ?? 0,
    framesSent: entries.get("framesSent") ?? 0,
    rules: rules(),
    decisions: decisions(),
  };
}
