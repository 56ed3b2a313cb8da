// What goes on around a bridge for as long as it is watched: charge points live and lose their connections, SCADA commands, subscribes, reads
// and vanishes, browsers come and go, rules and id tags change. It judges nothing but whether each kind of it succeeds.
import { setTimeout as delay } from "node:timers/promises";
import { runFleet, type Fleet } from "../../src/simulator/fleet.ts";
import { browse, download } from "./browsers.ts";
import type { Addresses } from "./bridgeProcess.ts";
import { command, readHistory, refreshConditions, subscribeAndLeave, Watcher } from "./scada.ts";
import { changeIdTags, reloadRules } from "./changes.ts";

export interface Surroundings {
  readonly addresses: Addresses;
  /** Where the settings and the rules file lie. */
  readonly directory: string;
  readonly fleet: Fleet;
  readonly signal: AbortSignal;
  /** One of a list, by chance. */
  readonly pick: <T>(list: readonly T[]) => T;
}

/** Does something once; throws when it does not succeed. */
export type Activity = (surroundings: Surroundings) => Promise<unknown>;

interface Kind {
  readonly run: Activity;
  /** Between the end of one and the beginning of the next, for so many at once. */
  readonly pauseMs: number;
  readonly atOnce?: number;
}

const kinds: Readonly<Record<string, Kind>> = {
  "commands answered": { run: command, pauseMs: 200, atOnce: 3 },
  "subscriptions that came and went": { run: subscribeAndLeave, pauseMs: 300, atOnce: 3 },
  "refreshes of conditions": { run: refreshConditions, pauseMs: 3000 },
  "readings of history": { run: readHistory, pauseMs: 1000 },
  "streams of browsers that came and went": { run: browse, pauseMs: 200, atOnce: 3 },
  "downloads of lists": { run: download, pauseMs: 1000 },
  "rules taken over": { run: reloadRules, pauseMs: 10_000 },
  "id tags changed": { run: changeIdTags, pauseMs: 1000 },
  "connections of charge points broken": { run: breakConnection, pauseMs: 3000 },
};

/** How often each kind of it has succeeded and failed, and why it failed last. */
export interface Done {
  succeeded: number;
  failed: number;
  lastFault: string;
}

export interface Life {
  readonly done: Readonly<Record<string, Done>>;
  readonly fleet: Fleet;
  /** Resolves when all of it has ended. */
  stop(): Promise<void>;
}

export interface LifeOptions {
  readonly addresses: Addresses;
  readonly directory: string;
  readonly chargePoints: number;
}

/** Cars' minutes are seconds. */
const SPEED = 60;

export function live({ addresses, directory, chargePoints }: LifeOptions): Life {
  const over = new AbortController();
  const fleet = runFleet({
    url: addresses.ocpp[0] ?? "",
    count: chargePoints,
    speed: SPEED,
    configuration: { MeterValueSampleInterval: "5" },
  });
  const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
  const surroundings = { addresses, directory, fleet, signal: over.signal, pick };
  const done = Object.fromEntries(Object.keys(kinds).map((name) => [name, { succeeded: 0, failed: 0, lastFault: "" }]));
  const watcher = new Watcher(surroundings);
  const work = Object.entries(kinds).flatMap(([name, kind]) =>
    Array.from({ length: kind.atOnce ?? 1 }, () => repeat(kind, surroundings, done[name] as Done)),
  );
  return {
    done,
    fleet,
    stop: async () => {
      over.abort();
      await Promise.all([...work, watcher.stop()]);
      await fleet.stop();
    },
  };
}

async function repeat({ run, pauseMs }: Kind, surroundings: Surroundings, done: Done): Promise<void> {
  const { signal } = surroundings;
  while (!signal.aborted) {
    try {
      await run(surroundings);
      done.succeeded++;
    } catch (error) {
      if (signal.aborted) return;
      done.failed++;
      done.lastFault = error instanceof Error ? error.message : String(error);
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/** In one of the ways in which they break; some of them are told to the bridge by nobody. */
async function breakConnection({ fleet, pick }: Surroundings): Promise<void> {
  const chargePoint = pick(fleet.chargePoints);
  pick([
    () => chargePoint.dropSocket(),
    () => chargePoint.goOffline(5000),
    () => chargePoint.freeze(20_000),
    () => chargePoint.losePower(5000),
  ])();
}
