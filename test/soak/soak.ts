// Watches a bridge for a time while life goes on around it, and judges what it has seen.
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BridgeProcess } from "./bridgeProcess.ts";
import { RULES_NAME, rulesText } from "./changes.ts";
import { live, type Done, type Life } from "./life.ts";
import type { SoakOptions } from "./options.ts";
import { seriesOf, type Sample, type Series } from "./series.ts";

/** The share of the time that is not judged: memory is taken, code is compiled, what is kept fills up. */
const WARM_UP = 1 / 3;

export interface Soaked {
  readonly series: readonly Series[];
  readonly done: Readonly<Record<string, Done>>;
  readonly frames: number;
  readonly transactions: number;
  /** Why it is no proof, or a proof of the contrary, in a sentence each; empty is good. */
  readonly faults: readonly string[];
}

/** As the fleet calls them; with connectors, so that they can be watched before they report. */
function settingsOf(chargePoints: number): string {
  const ids = Array.from({ length: chargePoints }, (_, index) => `CP${String(index + 1).padStart(3, "0")}`);
  return `${settings}chargePoints:\n${ids.map((id) => `  - { id: ${id}, connectors: 1 }\n`).join("")}`;
}

const settings = `ocpp:
  unknownChargePoints: accept
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
  callTimeoutSeconds: 10
  heartbeatIntervalSeconds: 30
opcua: { host: 127.0.0.1, port: 0, securityPolicies: [None], anonymousRole: administrator }
hmi: { host: 127.0.0.1, port: 0, anonymousRole: engineer, metricsOpen: true }
store: { directory: data, messageLog: { keep: all, megabytes: 64 } }
rules: [${RULES_NAME}]
limits: { pingIntervalSeconds: 10, pingTimeoutSeconds: 5, maxReconnectsPerHour: 1000 }
`;

/**
 * `say` gets a line of progress at each look. Once the time is over it is watched on until `isEnough` of what was done.
 * Throws when the folder cannot be used or the bridge does not start.
 */
export async function soak(
  options: SoakOptions,
  say: (line: string) => void,
  isEnough: (done: Soaked["done"]) => boolean = () => true,
): Promise<Soaked> {
  const directory = await folderOf(options.keep);
  await writeFile(join(directory, "bridge.yaml"), settingsOf(options.chargePoints));
  await writeFile(join(directory, RULES_NAME), rulesText(1));
  const bridge = await BridgeProcess.start(directory);
  const life = live({ addresses: bridge.addresses, directory, chargePoints: options.chargePoints });
  const faults: string[] = [];
  const samples: Sample[] = [];
  try {
    await look({ options, bridge, life, samples, say, isEnough });
  } catch (error) {
    faults.push(bridge.hasEnded ? "the bridge has ended by itself" : String(error));
  }
  const { framesSent, framesReceived, transactions } = life.fleet.progress();
  await life.stop().catch((error: unknown) => faults.push(`SCADA could not watch: ${String(error)}`));
  const exitCode = await bridge.stop();
  if (exitCode !== 0) faults.push(`the bridge has ended with ${exitCode ?? "a signal"} instead of 0`);
  if (options.keep === undefined) await rm(directory, { recursive: true, force: true });
  const series = seriesOf(samples, options.minutes * 60_000 * WARM_UP);
  const { done } = life;
  return {
    series,
    done,
    frames: framesSent + framesReceived,
    transactions,
    faults: [...faults, ...faultsOf(series, done)],
  };
}

interface Watched {
  readonly options: SoakOptions;
  readonly bridge: BridgeProcess;
  readonly life: Life;
  readonly samples: Sample[];
  readonly say: (line: string) => void;
  readonly isEnough: (done: Soaked["done"]) => boolean;
}

async function look({ options, bridge, life, samples, say, isEnough }: Watched): Promise<void> {
  const start = performance.now();
  for (let next = 0; next <= options.minutes * 60_000 || !isEnough(life.done); next += options.everySeconds * 1000) {
    await delay(Math.max(0, start + next - performance.now()));
    const holds = await bridge.measure();
    const atMs = performance.now() - start;
    samples.push({ atMs, holds });
    const { connected, chargePoints } = life.fleet.progress();
    const heap = holds.threads.reduce((sum, each) => sum + each.heap, 0);
    const timers = holds.threads.reduce((sum, each) => sum + each.timers, 0);
    say(
      `${(atMs / 60_000).toFixed(1).padStart(6)} min  connected ${connected}/${chargePoints}  resident ${megabytes(holds.resident)}  heaps ${megabytes(heap)}  sockets ${holds.sockets}  other descriptors ${holds.otherDescriptors}  threads ${holds.threadCount}  timers ${timers}`,
    );
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** A kind of life that has not succeeded proves nothing about it; one that often fails is a fault of its own. */
const MOST_FAILED = 0.05;

function faultsOf(series: readonly Series[], done: Readonly<Record<string, Done>>): string[] {
  const isTooShort = series.some(({ isJudged, verdict }) => isJudged && verdict === "too few points");
  const growing = series.filter(({ isJudged, verdict }) => isJudged && verdict === "growing");
  return [
    ...(isTooShort ? ["it was watched for too short a time to judge"] : []),
    ...growing.map(({ name, slopePerHour, unit }) => `${name}: grows by ${slopePerHour.toFixed(1)} ${unit} an hour`),
    ...Object.entries(done)
      .filter(([, { succeeded, failed }]) => succeeded === 0 || failed > MOST_FAILED * (succeeded + failed))
      .map(([name, { succeeded, failed, lastFault }]) => `${name}: ${succeeded}, ${failed} failed: ${lastFault}`),
  ];
}

async function folderOf(keep: string | undefined): Promise<string> {
  if (keep === undefined) return mkdtemp(join(tmpdir(), "ocpp-opcua-soak-"));
  await mkdir(keep, { recursive: true });
  if ((await readdir(keep)).length > 0) throw new Error(`${keep} is not empty`);
  return keep;
}
