// What an alarm costs: memory on both threads for each of 20,000 connectors in alarm, against conditions made of the library's own nodes,
// and the time of a transition that a client is told of.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { OPCUAServer } from "node-opcua";
import { Alarms } from "../../src/app/alarms.ts";
import { Twins } from "../../src/app/twins.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog } from "../../src/std/log.ts";
import type { KeptAlarm } from "../../src/twin/alarms.ts";
import type { Twin } from "../../src/twin/twin.ts";
import { calmBridge, thresholds } from "../app/alarmsInTest.ts";
import { open, watch } from "../opcua/conditionsInTest.ts";
import {
  connect,
  endpointOptions,
  eventually,
  startFed,
  temporaryFolder,
  twinOf,
  withConnector,
  withState,
  type Fed,
} from "../opcua/fixture.ts";

const CHARGE_POINTS = 10_000;
const CONDITIONS = 2 * CHARGE_POINTS;
const LIBRARY_CONDITIONS = 200;
const TRANSITIONS = 2000;
const ROUNDS = 5;
/** Fits into one batch (outbox.ts). */
const AT_ONCE = 500;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function faulted(id: string): Twin {
  const stamp = { at: systemClock.now(), received: systemClock.now() };
  const status = { status: "Faulted", errorCode: "GroundFailure", ...stamp };
  return [1, 2].reduce(
    (twin, connector) => {
      const known = twin.connectors.get(connector);
      return known === undefined ? twin : withConnector(twin, { ...known, status });
    },
    withState(twinOf(id, [1, 2]), "Connected"),
  );
}

/** All alarms of the bridge, and bytes of each on the main thread. */
async function mainThread(twins: Twins): Promise<{ bytes: number; shown: KeptAlarm[] }> {
  const before = heap();
  const all = new Alarms({
    clock: systemClock,
    log: silentLog,
    denials: { log: () => {} },
    thresholds,
    twins,
    kept: [],
    bridge: () => calmBridge,
    keep: async () => true,
    isWritable: () => true,
    display: { show: () => {} },
  });
  await all.stop();
  const bytes = (heap() - before) / CONDITIONS;
  // As they come out of a message.
  return { bytes, shown: structuredClone([...all.all()]) };
}

export async function alarms(): Promise<Record<string, number>> {
  const twins = new Twins();
  for (let index = 0; index < CHARGE_POINTS; index++) twins.set(faulted(`CP${index}`));
  const { bytes, shown } = await mainThread(twins);
  if (shown.length !== CONDITIONS) throw new Error(`${shown.length} alarms`);
  const folder = await temporaryFolder();
  const fed = await startFed(endpointOptions(folder.path));
  for (const twin of twins.all()) fed.publish(undefined, twin);
  const before = heap();
  for (let from = 0; from < shown.length; from += AT_ONCE)
    fed.show(structuredClone(shown.slice(from, from + AT_ONCE)), false);
  const serverBytes = (heap() - before) / CONDITIONS;
  const empty = heap();
  const ofLibrary = addLibraryConditions(fed.ua.server);
  const libraryBytes = (heap() - empty) / LIBRARY_CONDITIONS;
  const own = await cheapest(() => transitionMicroseconds(fed, folder.path, () => showTransitions(fed, shown)));
  const library = await cheapest(() => transitionMicroseconds(fed, folder.path, () => raiseTransitions(ofLibrary)));
  await fed.ua.stop();
  await folder.clean();
  return {
    "memory of a condition in alarm, main thread (kB)": bytes / 1000,
    "memory of a condition in alarm, OPC UA thread (kB)": serverBytes / 1000,
    "memory of a condition made of the library's nodes (kB)": libraryBytes / 1000,
    "memory, library's nodes / both threads of ours": libraryBytes / (bytes + serverBytes),
    "CPU of a transition with one client, server and client together (µs)": own,
    "CPU of a transition, a condition of the library's / one of ours": library / own,
  };
}

/** What the library's types do not say of its namespaces. */
interface MakesConditions {
  instantiateAlarmCondition(type: unknown, options: object): LibraryCondition;
}
interface LibraryCondition {
  raiseNewCondition(info: { readonly message: string; readonly severity: number; readonly retain: boolean }): void;
}

function addLibraryConditions({ engine: { addressSpace } }: OPCUAServer): LibraryCondition[] {
  const type = addressSpace?.findEventType("TripAlarmType");
  const bridge = addressSpace?.findNode("ns=4;s=/Bridge");
  const namespace = addressSpace?.getNamespace(4) as unknown as MakesConditions;
  return Array.from({ length: LIBRARY_CONDITIONS }, (_, index) =>
    namespace.instantiateAlarmCondition(type, {
      browseName: `Bare${index}`,
      nodeId: `ns=4;i=${1_000_000 + index * 1000}`,
      componentOf: bridge,
      conditionOf: bridge,
      conditionSource: null,
      inputNode: bridge?.nodeId,
      maxTimeShelved: 3_600_000,
    }),
  );
}

function showTransitions(fed: Fed, shown: readonly KeptAlarm[]): void {
  for (let from = 0; from < TRANSITIONS; from += AT_ONCE) fed.show(shown.slice(from, from + AT_ONCE));
}

function raiseTransitions(conditions: readonly LibraryCondition[]): void {
  for (let index = 0; index < TRANSITIONS; index++) {
    const condition = conditions[index % conditions.length];
    condition?.raiseNewCondition({ message: `Raised ${index}`, severity: 850, retain: true });
  }
}

/** The first time what is run has to be compiled, and others have the machine now and then. */
async function cheapest(measure: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) least = Math.min(least, await measure());
  return least;
}

async function transitionMicroseconds(fed: Fed, folder: string, transit: () => void): Promise<number> {
  const client = await connect(fed.ua.endpointUrl, folder);
  const subscription = await open(client.session);
  const { seen } = await watch(subscription, "i=2253", [], 5000);
  const { user, system } = process.cpuUsage();
  transit();
  await eventually(() => seen.length === TRANSITIONS, 60_000);
  const after = process.cpuUsage();
  await client.close();
  return (after.user + after.system - user - system) / TRANSITIONS;
}
