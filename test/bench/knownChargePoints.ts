// What 10,000 known charge points with two connectors cost: time to serving and memory, against a bridge that knows none.
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";

const CHARGE_POINTS = 10_000;
const READY = "ready with all";
const MEMORY = "memory of a charge point";

export const knownChargePoints: Bench = {
  name: "knownChargePoints",
  title: "What 10,000 known charge points cost",
  method:
    "Time from the start of the process to serving, and resident memory after garbage collection, of a bridge that knows 10,000 charge points with two connectors each.",
  yardstick: "the same bridge that knows none.",
  targets: [
    { figure: READY, atMost: 15 },
    { figure: MEMORY, atMost: 60 },
  ],
  run,
};

interface Cost {
  readonly readyMs: number;
  readonly rss: number;
}

async function costOf(chargePoints: number): Promise<Cost> {
  const server = await ServerUnderTest.startBridge(await bridgeSettings({ chargePoints }));
  const rss = await server.ask("memory");
  await server.stop();
  return { readyMs: server.addresses.readyMs ?? Number.NaN, rss };
}

async function run(length: Length): Promise<Figure[]> {
  const chargePoints = partOf(CHARGE_POINTS, length);
  const [empty = [], full = []] = await inTurns([0, chargePoints], length.rounds, costOf);
  const ready = (costs: readonly Cost[]): number[] => costs.map(({ readyMs }) => readyMs / 1000);
  const rss = (costs: readonly Cost[]): number[] => costs.map((cost) => cost.rss);
  const each = full.map((cost, round) => (cost.rss - (empty[round]?.rss ?? 0)) / chargePoints / 1000);
  return [
    figure("ready with none", "s", ready(empty)),
    figure(READY, "s", ready(full)),
    ratio("ready, with all / with none", "the bridge with none", ready(full), ready(empty)),
    figure(MEMORY, "kB", each),
    ratio("memory, with all / with none", "the bridge with none", rss(full), rss(empty)),
  ];
}
