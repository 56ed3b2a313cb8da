// What 10,000 known charge points with two connectors cost: time to serving and memory, against a bridge that knows none.
import { bridgeSettings } from "./bridgeSettings.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median } from "./statistics.ts";

const CHARGE_POINTS = 10_000;
const ROUNDS = 3;

interface Cost {
  readonly readyMs: number;
  readonly rss: number;
}

async function costOf(chargePoints: number): Promise<Cost> {
  const server = await ServerUnderTest.start("./bridgeServer.ts", [await bridgeSettings({ chargePoints })]);
  const rss = await server.ask("memory");
  await server.stop();
  return { readyMs: server.addresses.readyMs ?? Number.NaN, rss };
}

/** Alternates an empty and a full bridge. */
export async function knownChargePoints(): Promise<Record<string, number>> {
  const empty: Cost[] = [];
  const full: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    empty.push(await costOf(0));
    full.push(await costOf(CHARGE_POINTS));
  }
  const ready = (costs: readonly Cost[]): number => median(costs.map(({ readyMs }) => readyMs));
  const rss = (costs: readonly Cost[]): number => median(costs.map((cost) => cost.rss));
  return {
    "ready, bridge that knows none (s)": ready(empty) / 1000,
    "ready, 10,000 charge points × 2 connectors (s)": ready(full) / 1000,
    "ready, ratio": ready(full) / ready(empty),
    "memory per charge point (kB)": (rss(full) - rss(empty)) / CHARGE_POINTS / 1000,
    "memory, ratio": rss(full) / rss(empty),
  };
}
