// What single requests cost: references that are browsed a second, and values that are read one after the other, each waiting for the last;
// yardstick: a plain server of the library, in turns with ours.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AttributeIds, type ClientSession } from "node-opcua";
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median, quantile } from "./statistics.ts";
import { ownNodeId, plainNodeId } from "./variableNodes.ts";
import { openSession, type OpenSession } from "./variables.ts";

const VARIABLES = 10_000;
const READS = 2000;
const BROWSES = 40;
const NODES_PER_BROWSE = 100;
const CHARGE_POINTS = VARIABLES / 10;
const PLAIN = "a server of the OPC UA library as it comes, with as many eager variables.";
const BROWSED = "own: references";

export const browse: Bench = {
  name: "browse",
  title: "Browsing",
  method: "References of a hundred nodes a request, one request after the other, of a server with 10,000 variables.",
  yardstick: PLAIN,
  targets: [{ figure: BROWSED, atLeast: 50_000 }],
  run: runBrowse,
};

const RATIO_OF_READS = "reads, own / plain";

export const sequentialReads: Bench = {
  name: "sequentialReads",
  title: "Reads one after the other",
  method:
    "Values that one client reads one after the other, each read waiting for the last: a hidden delay of a server would show here.",
  yardstick: PLAIN,
  targets: [{ figure: RATIO_OF_READS, atLeast: 1 }],
  run: runSequentialReads,
};

interface Side {
  readonly isOwn: boolean;
  readonly server: ServerUnderTest;
  readonly client: OpenSession;
}

async function openSide(script: string, isOwn: boolean): Promise<Side> {
  const server = await ServerUnderTest.start(script, [String(VARIABLES)]);
  const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
  return { isOwn, server, client: await openSession(server.addresses.opcua ?? "", folder, false) };
}

/** What `measure` finds at our server and at the plain one, in turns, round by round; the first round warms up. */
async function atBoth(
  { rounds }: Length,
  measure: (session: ClientSession, isOwn: boolean) => Promise<number[]>,
): Promise<readonly [number[][], number[][]]> {
  const sides = [await openSide("./variableServer.ts", true), await openSide("./plainVariableServer.ts", false)];
  const measured = await inTurns(sides, rounds + 1, ({ client, isOwn }) => measure(client.session, isOwn));
  for (const { client, server } of sides) {
    await client.close();
    await server.stop();
  }
  const [own = [], plain = []] = measured.map((all) => all.slice(1));
  return [own, plain];
}

async function runSequentialReads(length: Length): Promise<Figure[]> {
  const reads = partOf(READS, length);
  const [own, plain] = await atBoth(length, async (session, isOwn) => {
    const times: number[] = [];
    for (let index = 0; index < reads; index++) {
      const nodeId = isOwn ? ownNodeId(index) : plainNodeId(index);
      const begin = performance.now();
      const { statusCode } = await session.read({ nodeId, attributeId: AttributeIds.Value });
      times.push(performance.now() - begin);
      if (!statusCode.isGood()) throw new Error(`${nodeId}: ${statusCode.name}`);
    }
    return times;
  });
  const [ownRates, plainRates] = [own, plain].map((rounds) => rounds.map((times) => 1000 / median(times)));
  return [
    figure("own: reads", "/s", ownRates ?? []),
    figure("plain: reads", "/s", plainRates ?? []),
    ratio(RATIO_OF_READS, "plain", ownRates ?? [], plainRates ?? []),
    figure(
      "own: a read, p99",
      "ms",
      own.map((times) => quantile(times, 0.99)),
    ),
    figure(
      "plain: a read, p99",
      "ms",
      plain.map((times) => quantile(times, 0.99)),
    ),
  ];
}

async function runBrowse(length: Length): Promise<Figure[]> {
  const browses = partOf(BROWSES, length);
  const measured = await atBoth(length, async (session, isOwn) => {
    const rates: number[] = [];
    for (let index = 0; index < browses; index++) rates.push(await browsedRate(session, isOwn, index));
    return rates;
  });
  const [own, plain] = measured.map((rounds) => rounds.map(median));
  return [
    figure(BROWSED, "/s", own ?? []),
    figure("plain: references", "/s", plain ?? []),
    ratio("references, own / plain", "plain", own ?? [], plain ?? []),
  ];
}

/** References a second of one request. */
async function browsedRate(session: ClientSession, isOwn: boolean, index: number): Promise<number> {
  const nodeIds = Array.from({ length: NODES_PER_BROWSE }, (_, place) => {
    const chargePoint = `B${(index * NODES_PER_BROWSE + place) % CHARGE_POINTS}`;
    return isOwn ? `ns=4;s=${chargePoint}/Connector1/MeterValues` : `ns=2;s=${chargePoint}`;
  });
  const begin = performance.now();
  const results = await session.browse(
    nodeIds.map((nodeId) => ({
      nodeId,
      browseDirection: 0,
      includeSubtypes: true,
      nodeClassMask: 0,
      resultMask: 63,
    })),
  );
  const seconds = (performance.now() - begin) / 1000;
  return results.reduce((sum, { references }) => sum + (references?.length ?? 0), 0) / seconds;
}
