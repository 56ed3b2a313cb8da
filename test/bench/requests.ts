// What single requests cost: references that are browsed a second, and values that are read one after the other, each waiting for the last;
// yardstick: a plain server of the library, in turns with ours.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AttributeIds, type ClientSession } from "node-opcua";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median, quantile } from "./statistics.ts";
import { ownNodeId, plainNodeId } from "./variableNodes.ts";
import { openSession, type OpenSession } from "./variables.ts";

const VARIABLES = 10_000;
const ROUNDS = 5;
const READS = 1000;
const BROWSES = 20;
const NODES_PER_BROWSE = 100;
const CHARGE_POINTS = VARIABLES / 10;

const scripts = ["./variableServer.ts", "./plainVariableServer.ts"] as const;

/** Runs `measure` at both servers in turns; answers its results of ours and of the plain one. */
async function inTurns(
  measure: (session: ClientSession, isOwn: boolean) => Promise<number[]>,
): Promise<[number[], number[]]> {
  const servers = [];
  const clients: OpenSession[] = [];
  for (const script of scripts) {
    const server = await ServerUnderTest.start(script, [String(VARIABLES)]);
    servers.push(server);
    const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-bench-"));
    clients.push(await openSession(server.addresses.opcua ?? "", folder, false));
  }
  const results: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++)
    for (const [place, { session }] of clients.entries()) {
      const measured = await measure(session, place === 0);
      // The first round warms up.
      if (round > 0) results[place]?.push(...measured);
    }
  for (const { close } of clients) await close();
  for (const server of servers) await server.stop();
  return results;
}

export async function sequentialReads(): Promise<Record<string, number>> {
  const [own, plain] = await inTurns(async (session, isOwn) => {
    const times: number[] = [];
    for (let index = 0; index < READS; index++) {
      const nodeId = isOwn ? ownNodeId(index) : plainNodeId(index);
      const begin = performance.now();
      const { statusCode } = await session.read({ nodeId, attributeId: AttributeIds.Value });
      times.push(performance.now() - begin);
      if (!statusCode.isGood()) throw new Error(`${nodeId}: ${statusCode.name}`);
    }
    return times;
  });
  return {
    "own: reads a second, one after the other": 1000 / median(own),
    "own: a read, p99 (ms)": quantile(own, 0.99),
    "plain: reads a second, one after the other": 1000 / median(plain),
    "plain: a read, p99 (ms)": quantile(plain, 0.99),
    "own as a ratio of plain, reads a second": median(plain) / median(own),
  };
}

export async function browse(): Promise<Record<string, number>> {
  const [own, plain] = await inTurns(async (session, isOwn) => {
    const rates: number[] = [];
    for (let index = 0; index < BROWSES; index++) {
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
      rates.push(results.reduce((sum, { references }) => sum + (references?.length ?? 0), 0) / seconds);
    }
    return rates;
  });
  return {
    "own: references a second": median(own),
    "plain: references a second": median(plain),
    "own as a ratio of plain": median(own) / median(plain),
  };
}
