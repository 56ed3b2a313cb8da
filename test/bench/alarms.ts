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
import { figure, inTurns, ratio, type Bench, type Figure, type Length } from "./bench.ts";

const CHARGE_POINTS = 10_000;
const CONDITIONS = 2 * CHARGE_POINTS;
const LIBRARY_CONDITIONS = 200;
const TRANSITIONS = 2000;
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

const EACH = "memory of a condition, both threads";
const TRANSITION = "CPU of a transition with one client, server and client together";

export const alarms: Bench = {
  name: "alarms",
  title: "Alarms",
  method:
    "Memory on both threads for each of 20,000 connectors in alarm, and CPU of a transition of which one client is told, both in one process with the client.",
  yardstick: "conditions made of the OPC UA library's own nodes, in the same server.",
  targets: [
    { figure: EACH, atMost: 2 },
    { figure: TRANSITION, atMost: 150 },
  ],
  run,
};

async function run(length: Length): Promise<Figure[]> {
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
  const ways = [() => showTransitions(fed, shown), () => raiseTransitions(ofLibrary)];
  const transit = (rounds: number): Promise<number[][]> =>
    inTurns(ways, rounds, (way) => transitionMicroseconds(fed, folder.path, way));
  // The first time what is run has to be compiled.
  await transit(1);
  const [own = [], library = []] = await transit(length.rounds);
  await fed.ua.stop();
  await folder.clean();
  return [
    figure("memory of a condition, main thread", "kB", bytes / 1000),
    figure("memory of a condition, OPC UA thread", "kB", serverBytes / 1000),
    figure(EACH, "kB", (bytes + serverBytes) / 1000),
    figure("memory of a condition of the library's", "kB", libraryBytes / 1000),
    ratio("memory, the library's / ours", "ours", [libraryBytes], [bytes + serverBytes]),
    figure(TRANSITION, "µs", own),
    figure("CPU of a transition of a condition of the library's", "µs", library),
    ratio("CPU of a transition, the library's / ours", "ours", library, own),
  ];
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
