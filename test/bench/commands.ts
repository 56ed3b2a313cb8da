// A method call from an OPC UA client through the bridge to a charge point and back; yardsticks in the same run: the same request and
// answer over bare `ws`, without OPC UA, schemas and twins, and the same method call at a plain server of the OPC UA library, without
// charge points: what is slow there as well is the machine's and the library's.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { DataType, OPCUAClient, type ClientSession } from "node-opcua";
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { startBareCaller } from "./bareCaller.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf } from "./load.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { quantile } from "./statistics.ts";

const CHARGE_POINTS = 1000;
const ALONE = 500;
const WARM_UP = 500;
const TOGETHER = 10_000;
/** Calls on their way at the same time, each to a charge point of its own. */
const IN_FLIGHT = 1000;
const SETTLED_MS = 2000;
/** A thousand at once take long on a busy machine. */
const CALL_TIMEOUT_MS = 120_000;
const P99 = "method call, p99";
const PER_SECOND = "method calls in parallel";

export const commands: Bench = {
  name: "commands",
  title: "Commands",
  method:
    "A method call from an OPC UA client through the bridge to one of 1,000 charge points and back, one after the other and 1,000 at the same time.",
  yardstick:
    "the same request and answer over bare `ws`, and the same method call at a plain server of the OPC UA library without charge points.",
  targets: [
    { figure: P99, atMost: 5 },
    { figure: PER_SECOND, atLeast: 2000 },
  ],
  run,
};

type Call = (index: number) => Promise<void>;

async function run(length: Length): Promise<Figure[]> {
  const bare = await startBareCaller();
  const bareChargePoints = await startChargePoints(bare.url);
  const settings = await bridgeSettings({ chargePoints: CHARGE_POINTS, anonymousRole: "operator" });
  const server = await ServerUnderTest.startBridge(settings);
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
  for (const call of ways) await callAlone(call, partOf(WARM_UP, length));
  const alone = await inTurns(ways, length.rounds, (call) => callAlone(call, partOf(ALONE, length)));
  // Only then: what many calls at once leave to be written would be in the way of those that are made alone.
  const together = await inTurns(ways, length.rounds, (call) => callTogether(call, partOf(TOGETHER, length)));
  for (const { close } of [own, plainly]) await close();
  for (const child of [chargePoints, bareChargePoints]) child.disconnect();
  for (const each of [server, plain]) await each.stop();
  bare.close();
  return figuresOf(alone, together);
}

function figuresOf(alone: number[][][], [bareRate = [], plainRate = [], ownRate = []]: number[][]): Figure[] {
  const [bare50 = [], plain50 = [], own50 = []] = alone.map((rounds) => rounds.map((times) => quantile(times, 0.5)));
  const [, plain99 = [], own99 = []] = alone.map((rounds) => rounds.map((times) => quantile(times, 0.99)));
  return [
    figure("method call, p50", "ms", own50),
    figure(P99, "ms", own99),
    figure("bare round trip, p50", "ms", bare50),
    figure("plain OPC UA server, p50", "ms", plain50),
    figure("plain OPC UA server, p99", "ms", plain99),
    ratio("p50, method call / bare round trip", "bare `ws`", own50, bare50),
    ratio("p50, method call / plain OPC UA server", "plain OPC UA server", own50, plain50),
    ratio("p99, method call / plain OPC UA server", "plain OPC UA server", own99, plain99),
    figure(PER_SECOND, "/s", ownRate),
    figure("bare calls in parallel", "/s", bareRate),
    figure("plain OPC UA calls in parallel", "/s", plainRate),
    ratio("calls in parallel, method calls / bare", "bare `ws`", ownRate, bareRate),
    ratio("calls in parallel, method calls / plain OPC UA", "plain OPC UA server", ownRate, plainRate),
  ];
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
  const client = OPCUAClient.create({
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 1 },
    defaultTransactionTimeout: CALL_TIMEOUT_MS,
  });
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
