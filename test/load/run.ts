// One load from its beginning to its end: bridge, charge points, SCADA, page, and what was lost of it.
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServerUnderTest } from "../bench/serverUnderTest.ts";
import { BridgeProcess, prepareBridge, type BridgeAddresses, type BridgeProcessOptions } from "./bridgeProcess.ts";
import { AskedProcess } from "./childProcess.ts";
import { Clients } from "./clients.ts";
import { openKept, type KeptReader } from "./kept.ts";
import { lostRegisters, lostTransactions } from "./losses.ts";
import { measure, type Figures, type Measured } from "./measure.ts";
import { hasBrowser, openPage, type Login, type Page } from "./page.ts";
import type { LoadPlan } from "./plan.ts";
import { profilesIn, type ThreadProfile } from "./profile.ts";
import type { Confirmed } from "./records.ts";
import type { ScadaClientOptions, ScadaItems, ScadaSessionOptions } from "./scadaProcess.ts";
import { residentMemory } from "./threads.ts";

/** A bridge that is running already. */
export interface RunningBridge extends BridgeAddresses {
  readonly pid?: number | undefined;
  readonly login?: Login | undefined;
  readonly policy: ScadaClientOptions["policy"];
  /** Where the SCADA client keeps its certificate, so that the bridge knows it the next time; without it each run has a new one. */
  readonly pki?: string | undefined;
}

export interface LoadOptions {
  readonly plan: LoadPlan;
  /** Without it one is started. */
  readonly running?: RunningBridge | undefined;
  /** Where CPU profiles of the bridge's threads are written; without it none are. */
  readonly profileFolder?: string | undefined;
  readonly isRestarted: boolean;
  readonly say: (line: string) => void;
}

export interface LoadResult {
  readonly plan: LoadPlan;
  /** What is measured once. */
  readonly once: Figures;
  readonly phases: Readonly<Record<string, Measured>>;
  /** Confirmed and not kept exactly once, in sentences. */
  readonly lost: readonly string[];
  readonly problems: readonly string[];
  readonly profiles: readonly ThreadProfile[];
}

export const ALONE = "nobody looks";
export const WATCHED = "SCADA and page look";
export const YARDSTICK = "bare ws + JSON.parse + answer";

interface Scene extends LoadOptions {
  readonly folder: string;
  readonly epoch: number;
  /** Ends what was started, the last first. */
  readonly cleanUps: (() => Promise<unknown>)[];
  readonly once: Record<string, number>;
  readonly phases: Record<string, Measured>;
  readonly problems: string[];
  readonly lost: string[];
}

/** The bridge under load and all that listens to it. */
interface Stage {
  readonly bridge: BridgeProcess | undefined;
  readonly addresses: BridgeAddresses;
  readonly pid: number | undefined;
  readonly login: Login | undefined;
  readonly scada: AskedProcess;
  readonly kept: KeptReader;
}

/** Runs it; rejects where it cannot be run. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-load-"));
  // Also where a signal ends the tool.
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const cleanUps: Scene["cleanUps"] = [() => rm(folder, { recursive: true, force: true })];
  const epoch = Math.floor(performance.timeOrigin + performance.now());
  const found = { once: {}, phases: {}, problems: [], lost: [] };
  const scene: Scene = { ...options, folder, epoch, cleanUps, ...found };
  try {
    const stage = await openStage(scene);
    await underLoad(scene, stage);
    if (options.isRestarted) await restart(scene, stage);
    await stage.bridge?.stop();
    const profiles = readProfiles(scene);
    if (options.plan.yardstickSeconds > 0) await measureYardstick(scene);
    const { plan } = options;
    const { once, phases, problems, lost } = scene;
    return { plan, once, phases, lost, problems, profiles };
  } finally {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp().catch(() => {});
  }
}

function bridgeOptions(scene: Scene): BridgeProcessOptions {
  const { folder, profileFolder, plan } = scene;
  return { folder, chargePoints: plan.chargePoints, profileFolder };
}

async function openStage(scene: Scene): Promise<Stage> {
  const { running, folder, cleanUps, once, say } = scene;
  const scada = new AskedProcess("./scadaProcess.ts");
  cleanUps.push(() => scada.end());
  const client: ScadaClientOptions = {
    folder: running?.pki ?? folder,
    policy: running?.policy ?? "Basic256Sha256",
  };
  const certificate = (await scada.ask("prepare", client)) as string;
  if (running !== undefined) {
    const { pid, login } = running;
    say(`the bridge has to trust the SCADA client's certificate ${certificate} (ocpp-opcua certificates --help)`);
    return { bridge: undefined, addresses: running, pid, login, scada, kept: await openKept(running.hmi, login) };
  }
  await prepareBridge(bridgeOptions(scene), certificate);
  const bridge = await BridgeProcess.start(bridgeOptions(scene));
  cleanUps.push(() => bridge.stop());
  say(`the bridge is ready after ${bridge.readySeconds.toFixed(1)} s: ${JSON.stringify(bridge.addresses)}`);
  once["first start until ready (s)"] = bridge.readySeconds;
  const { addresses, pid, login } = bridge;
  return { bridge, addresses, pid, login, scada, kept: await openKept(addresses.hmi, login) };
}

/** Connects all, measures, and looks for what was lost. */
async function underLoad(scene: Scene, stage: Stage): Promise<void> {
  const { plan, epoch, cleanUps, once, say } = scene;
  const { addresses, pid, login: user, scada, kept } = stage;
  const begin = performance.now();
  const clients = await Clients.connect(plan, { url: addresses.ocpp, epoch }, say);
  cleanUps.push(() => clients.end());
  once["until all charge points are connected and answered (s)"] = (performance.now() - begin) / 1000;
  if (pid !== undefined) once["resident memory then (MB)"] = residentMemory(pid) / 1e6;
  if (plan.aloneSeconds > 0) await note(scene, ALONE, measure({ clients, pid, kept }, plan.aloneSeconds, say));
  const session: ScadaSessionOptions = { endpointUrl: addresses.opcua, user };
  await scada.ask("open", session);
  if (plan.items > 0) await subscribe(scene, scada);
  const page = await lookOn(scene, stage);
  const watchers = { page, scada: plan.items > 0 ? scada : undefined };
  await note(scene, WATCHED, measure({ clients, pid, kept, ...watchers }, plan.seconds, say));
  await page?.close();
  say("the charge points fall silent; what was confirmed is compared with what is kept");
  const confirmed = await clients.finish();
  await compare(scene, stage, confirmed);
  const { lost, lastProblem } = await clients.standing();
  if (lost > 0) scene.problems.push(`${lost} links were lost in all; ${lastProblem}`);
  await clients.end();
  await scada.ask("close");
}

async function note({ phases, problems }: Scene, name: string, measuring: Promise<Measured>): Promise<void> {
  const measured = await measuring;
  phases[name] = measured;
  problems.push(...measured.problems);
}

async function subscribe({ plan, epoch, once, say }: Scene, scada: AskedProcess): Promise<void> {
  const { chargePoints, items, publishingIntervalMs } = plan;
  say(`${items} items are being monitored`);
  const asked: ScadaItems = { chargePoints, items, publishingIntervalMs, epoch };
  once["monitored items"] = items;
  once["until all items are created and told (s)"] = (await scada.ask("subscribe", asked)) as number;
}

async function lookOn(
  { plan, problems, cleanUps, say }: Scene,
  { addresses, login }: Stage,
): Promise<Page | undefined> {
  if (!plan.hasPage) return undefined;
  if (!hasBrowser()) {
    problems.push("no page has looked, because there is no Chromium; --no-page says that none is wanted");
    return undefined;
  }
  const begin = performance.now();
  const page = await openPage(addresses.hmi, login);
  cleanUps.push(() => page.close());
  say(`the page shows its first row after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  return page;
}

async function compare({ lost, once, epoch }: Scene, { kept, scada }: Stage, confirmed: Confirmed): Promise<void> {
  lost.push(...lostTransactions(confirmed.transactions, await kept.records()));
  const connectors = Object.keys(confirmed.registers);
  const registers = (await scada.ask("history", { connectors, epoch })) as Record<string, number[]>;
  lost.push(...lostRegisters(confirmed.registers, registers));
  const { transactions } = confirmed;
  once["confirmed starts of transactions, compared"] = transactions.length;
  once["confirmed ends of transactions, compared"] = transactions.filter(
    (each) => each.meterStopWh !== undefined,
  ).length;
  once["confirmed registers, compared"] = Object.values(confirmed.registers).reduce(
    (sum, each) => sum + each.length,
    0,
  );
}

/** As after a power cut, with all that has come up to now: until it is ready, and whether the ledger is the same. */
async function restart(scene: Scene, { bridge, kept }: Stage): Promise<void> {
  if (bridge === undefined) return;
  const before = await kept.records();
  await bridge.kill();
  scene.say("the bridge was killed and is started again");
  const again = await BridgeProcess.start(bridgeOptions(scene));
  scene.cleanUps.push(() => again.stop());
  scene.once["ready after kill -9 (s)"] = again.readySeconds;
  const reader = await openKept(again.addresses.hmi, bridge.login);
  const after = await reader.records();
  if (JSON.stringify(before) !== JSON.stringify(after))
    scene.lost.push(`after kill -9 the ${before.length} charge detail records are not the same: ${after.length}`);
  const known = (await reader.metrics()).get("ocpp_opcua_charge_points_known");
  if (known !== scene.plan.chargePoints) scene.lost.push(`after kill -9 ${known} charge points are known`);
  await again.stop();
}

function readProfiles(scene: Scene): readonly ThreadProfile[] {
  const { profileFolder, phases } = scene;
  const window = (phases[WATCHED] ?? phases[ALONE])?.window;
  return profileFolder !== undefined && window !== undefined ? profilesIn(profileFolder, window) : [];
}

/** The same charge points with the same messages at a server that does the least that is possible. */
async function measureYardstick(scene: Scene): Promise<void> {
  const { plan, epoch, cleanUps, say } = scene;
  const server = await ServerUnderTest.start("./bareServer.ts");
  cleanUps.push(() => server.stop());
  const clients = await Clients.connect(plan, { url: server.addresses.ocpp, epoch }, say);
  cleanUps.push(() => clients.end());
  await note(scene, YARDSTICK, measure({ clients, pid: server.pid }, plan.yardstickSeconds, say));
  await clients.end();
}
