// A method call from an OPC UA client through the bridge to a charge point and back; yardsticks in the same run: the same request and
// answer over bare `ws`, without OPC UA, schemas and twins, and the same method call at a plain server of the OPC UA library, without
// charge points: what is slow there as well is the machine's and the library's.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { DataType, OPCUAClient, type ClientSession } from "node-opcua";
import { startBareCaller } from "./bareCaller.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf } from "./load.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median, quantile } from "./statistics.ts";

const CHARGE_POINTS = 1000;
const ALONE = 500;
const WARM_UP = 500;
const TOGETHER = 10_000;
/** Calls on their way at the same time, each to a charge point of its own. */
const IN_FLIGHT = 1000;
const ROUNDS = 3;
const SETTLED_MS = 2000;

type Call = (index: number) => Promise<void>;

/** Milliseconds and calls a second, and both as ratios of the yardstick. */
export async function commands(): Promise<Record<string, number>> {
  const bare = await startBareCaller();
  const bareChargePoints = await startChargePoints(bare.url);
  const settings = await bridgeSettings({ chargePoints: CHARGE_POINTS, anonymousRole: "operator" });
  const server = await ServerUnderTest.start("./bridgeServer.ts", [settings]);
  const chargePoints = await startChargePoints(server.addresses.ocpp);
  const plain = await ServerUnderTest.start("./plainOpcuaServer.ts");
  const [own, plainly] = [await openSession(server), await openSession(plain)];
  // Nothing is sent to a charge point that has just connected.
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const ways: readonly Call[] = [
    (index) => bare.call(index),
    () => reset(plainly.session, "ns=2;s=ChargePoint"),
    (index) => reset(own.session, `ns=4;s=${identityOf(index)}`),
  ];
  const alone: number[][] = [[], [], []];
  const perSecond: number[][] = [[], [], []];
  for (const call of ways) await callAlone(call, WARM_UP);
  for (let round = 0; round < ROUNDS; round++)
    for (const [way, call] of ways.entries()) alone[way]?.push(...(await callAlone(call, ALONE)));
  // Only then: what many calls at once leave to be written would be in the way of those that are made alone.
  for (let round = 0; round < ROUNDS; round++)
    for (const [way, call] of ways.entries()) perSecond[way]?.push(await callTogether(call, TOGETHER));
  for (const { close } of [own, plainly]) await close();
  for (const child of [chargePoints, bareChargePoints]) child.disconnect();
  for (const each of [server, plain]) await each.stop();
  bare.close();
  const [bareAlone = [], plainAlone = [], ownAlone = []] = alone;
  const [bareRate = [], plainRate = [], ownRate = []] = perSecond;
  return {
    "bare round trip p50 (ms)": quantile(bareAlone, 0.5),
    "method call round trip p50 (ms)": quantile(ownAlone, 0.5),
    "method call round trip p99 (ms)": quantile(ownAlone, 0.99),
    "p50 as a ratio of the bare round trip": quantile(ownAlone, 0.5) / quantile(bareAlone, 0.5),
    "plain OPC UA server p50 (ms)": quantile(plainAlone, 0.5),
    "plain OPC UA server p99 (ms)": quantile(plainAlone, 0.99),
    "p50 as a ratio of the plain OPC UA server": quantile(ownAlone, 0.5) / quantile(plainAlone, 0.5),
    "p99 as a ratio of the plain OPC UA server": quantile(ownAlone, 0.99) / quantile(plainAlone, 0.99),
    "bare calls a second, 1,000 in parallel": median(bareRate),
    "method calls a second, 1,000 in parallel": median(ownRate),
    "bare calls a second as a ratio of method calls a second": median(bareRate) / median(ownRate),
    "plain OPC UA calls a second as a ratio of method calls a second": median(plainRate) / median(ownRate),
  };
}

async function startChargePoints(url: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("./answering.ts", import.meta.url));
  const child = fork(script, [url, String(CHARGE_POINTS)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await once(child, "message");
  return child;
}

/** One after the other; the time of each. */
async function callAlone(call: Call, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const begin = performance.now();
    await call(index % CHARGE_POINTS);
    times.push(performance.now() - begin);
  }
  return times;
}

/** Calls a second, each charge point having one at a time. */
async function callTogether(call: Call, count: number): Promise<number> {
  const begin = performance.now();
  let started = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async (_, index) => {
      while (started++ < count) await call(index);
    }),
  );
  return count / ((performance.now() - begin) / 1000);
}

interface Connection {
  readonly session: ClientSession;
  readonly close: () => Promise<void>;
}

async function openSession(server: ServerUnderTest): Promise<Connection> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 1 } });
  await client.connect(server.addresses.opcua ?? "");
  const session = await client.createSession();
  const close = async (): Promise<void> => {
    await session.close();
    await client.disconnect();
  };
  return { session, close };
}

async function reset(session: ClientSession, objectId: string): Promise<void> {
  const inputArguments = [{ dataType: DataType.Int32, value: 2 }];
  const { statusCode, outputArguments } = await session.call({
    objectId,
    methodId: `${objectId}/Reset`,
    inputArguments,
  });
  if (!statusCode.isGood() || outputArguments?.[0]?.value !== 1)
    throw new Error(`Reset of ${objectId}: ${statusCode.name}`);
}
