// The real process is killed at each step of the way of a StartTransaction and of a StopTransaction, one step after the other, and of a second
// socket that claims the identity of a first one. Whatever was confirmed is on disk, what is repeated afterwards becomes no second transaction
// (guarantees G1 and G2), and the charge point is let in again (G4).
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { Workplace, type Program } from "../cli/programInTest.ts";
import { connectChargePoint } from "./bridgeInTest.ts";

const workplace = new Workplace();
afterAll(() => workplace.clean());

const crashPoints = pathToFileURL(join(import.meta.dirname, "crashPoints.ts")).href;

/** In the order in which they come; whether the record is on disk by then, undefined where that is left to chance. */
const steps = [
  ["frame received", false],
  ["record about to cross", false],
  ["record crossing", undefined],
  ["about to be written", false],
  ["about to be committed", false],
  ["committed", true],
  ["receipt about to cross", true],
  ["receipt crossing", true],
  ["receipt arrived", true],
  ["receipt taken", true],
  ["answer about to go", true],
  ["answer gone", true],
] as const;

interface Row {
  readonly transaction_id: number;
  readonly meter_stop: number | null;
}

/** What SQLite finds in the file of a process that has been killed. */
function kept(idTag: string, directory = "steps"): Row[] {
  const database = new Database(join(workplace.folder, directory, "state.db"), { readonly: true });
  try {
    const query = "SELECT transaction_id, meter_stop FROM transactions WHERE id_tag = ?";
    return database.prepare<[string], Row>(query).all(idTag);
  } finally {
    database.close();
  }
}

type Environment = Readonly<Record<string, string>>;

const ANYBODY = "ocpp: { unknownChargePoints: accept, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }";

async function start(
  env: Environment = {},
  directory = "steps",
  ocpp = ANYBODY,
): Promise<{ program: Program; url: string }> {
  const config = workplace.write(
    `${directory}.yaml`,
    `${ocpp}
opcua: { host: 127.0.0.1, port: 0, securityPolicies: [None] }
hmi: { host: 127.0.0.1, port: 0 }
store: { directory: ${directory} }
`,
  );
  const program = workplace.start(["run", "--config", config], env);
  await program.says("ready ");
  const line = program.out.split("\n").find((each) => each.startsWith("ready ")) ?? "";
  return { program, url: (JSON.parse(line.slice(6)) as { ocpp: string[] }).ocpp[0] ?? "" };
}

/** Sends calls in order; gives the answers up to where the bridge dies. */
async function send(url: string, calls: readonly (readonly [string, object])[]): Promise<unknown[]> {
  const client = await connectChargePoint(url, "CP001", { callTimeoutMs: 30_000 });
  const answers: unknown[] = [];
  try {
    for (const [action, payload] of calls) answers.push(await client.call(action, payload));
  } catch {
    // It has died: that is what is tried.
  } finally {
    void client.close({ force: true }).catch(() => {});
  }
  return answers;
}

const startOf = (idTag: string, meterStart: number): readonly [string, object] => [
  "StartTransaction",
  { connectorId: 1, idTag, meterStart, timestamp: "2026-11-01T10:00:00Z" },
];
const stopOf = (idTag: string, transactionId: number, meterStop: number): readonly [string, object] => [
  "StopTransaction",
  { transactionId, idTag, meterStop, timestamp: "2026-11-01T11:00:00Z" },
];
const idOf = (answer: unknown): number => (answer as { transactionId: number }).transactionId;

/** What the process before has left behind: the call that it died of, which its charge point repeats to the next one. */
interface Left {
  readonly call: readonly [string, object];
  /** The answers that still came. */
  readonly confirmed: readonly unknown[];
  /** What was on disk. */
  readonly found: readonly Row[];
  readonly idTag: string;
  readonly meterStop: number | null;
}
let left: Left | undefined;

/** Each process takes what the one before has left, and dies then itself: that spares one process a step. */
async function startAfter(env: Environment): Promise<{ program: Program; url: string }> {
  const next = await start(env);
  if (left === undefined) return next;
  const { call, confirmed, found, idTag, meterStop } = left;
  left = undefined;
  const [first, second] = await send(next.url, [call, call]);
  expect(second).toEqual(first);
  for (const answer of confirmed) expect(answer).toEqual(first);
  const [row, ...more] = kept(idTag);
  expect(more).toEqual([]);
  expect(row?.meter_stop).toBe(meterStop);
  if (found[0] !== undefined) expect(row?.transaction_id).toBe(found[0].transaction_id);
  if (call[0] === "StartTransaction") expect(row?.transaction_id).toBe(idOf(first));
  return next;
}

async function die({ program, url }: { program: Program; url: string }, call: readonly [string, object]) {
  const answers = await send(url, [call]);
  // Null is the code of a process that a signal has ended.
  expect((await program.ended()).code).toBeNull();
  return answers;
}

const armed = (step: string, tag: string): Environment => ({
  NODE_OPTIONS: `--import=${crashPoints}`,
  CRASH_AT: step,
  CRASH_TAG: tag,
});
const numberOf = (step: string): number => steps.findIndex(([name]) => name === step);

describe("a bridge that is killed at a step", () => {
  it.each(steps)("of the way of a StartTransaction: %s", { timeout: 60_000 }, async (step, isKept) => {
    const idTag = `S ${numberOf(step)}.`;
    const call = startOf(idTag, 100);
    const confirmed = await die(await startAfter(armed(step, idTag)), call);
    const found = kept(idTag);
    if (isKept !== undefined) expect(found).toHaveLength(isKept ? 1 : 0);
    for (const answer of confirmed) expect(found.map((row) => row.transaction_id)).toEqual([idOf(answer)]);
    left = { call, confirmed, found, idTag, meterStop: null };
  });

  it.each(steps)("of the way of a StopTransaction: %s", { timeout: 60_000 }, async (step, isKept) => {
    const [idTag, crashTag] = [`T ${numberOf(step)}.`, `E ${numberOf(step)}.`];
    const bridge = await startAfter(armed(step, crashTag));
    const [begun] = await send(bridge.url, [startOf(idTag, 100)]);
    const call = stopOf(crashTag, idOf(begun), 350);
    const confirmed = await die(bridge, call);
    const found = kept(idTag);
    expect(found).toHaveLength(1);
    if (isKept !== undefined) expect(found[0]?.meter_stop).toBe(isKept ? 350 : null);
    if (confirmed.length > 0) expect(found[0]?.meter_stop).toBe(350);
    left = { call, confirmed, found, idTag, meterStop: 350 };
  });

  it("is followed by one that lives, and stops when it is told to", { timeout: 60_000 }, async () => {
    const { program } = await startAfter({});
    program.signal("SIGTERM");
    expect((await program.ended()).code).toBe(0);
  });
});

const PASSWORD = "0001020304050607";
const ONE_WITH_A_PASSWORD = `ocpp: { listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 1 }] }
chargePoints: [{ id: CP001, connectors: 1, password: "${PASSWORD}" }]`;
/** In what the new socket says first. */
const CLAIMED = "claimed";

/** In the order in which they come. */
const claimSteps = [
  "handshake received",
  "question whether it lives about to go",
  "question whether it lives gone",
  "sign of life received",
  "end of the old socket about to go",
  "end of the old socket gone",
  "frame received",
  "answer about to go",
  "answer gone",
] as const;

const startBridgeOfOne = (env: Environment) => start(env, "claims", ONE_WITH_A_PASSWORD);
const connect = (url: string) => connectChargePoint(url, "CP001", { password: PASSWORD, callTimeoutMs: 30_000 });
const status = { connectorId: 1, status: "Charging", errorCode: "NoError", info: CLAIMED };

/** What runs while its charge point claims its identity anew. */
let running: { readonly call: readonly [string, object]; readonly transactionId: number } | undefined;

/** The charge point is let in, is told the same as before, and goes on: the last transaction ends, another one begins. */
async function goOn(url: string, idTag: string): Promise<Awaited<ReturnType<typeof connect>>> {
  const socket = await connect(url);
  if (running !== undefined) {
    const { call, transactionId } = running;
    expect(await socket.call(...call)).toMatchObject({ transactionId });
    await socket.call(...stopOf("any", transactionId, 900));
  }
  const call = startOf(idTag, 100);
  running = { call, transactionId: idOf(await socket.call(...call)) };
  return socket;
}

describe("a bridge that is killed at a step at which a charge point claims its identity by a second socket", () => {
  it.each(claimSteps)("%s", { timeout: 60_000 }, async (step) => {
    const idTag = `C ${claimSteps.indexOf(step)}.`;
    const { program, url } = await startBridgeOfOne(armed(step, CLAIMED));
    const first = await goOn(url, idTag);
    const second = connect(url).then((socket) => socket.call("StatusNotification", status));
    const isAnswered = await second.then(
      () => true,
      () => false,
    );
    expect((await program.ended()).code).toBeNull();
    if (isAnswered) expect(step).toBe("answer gone");
    void first.close({ force: true }).catch(() => {});
    expect(kept(idTag, "claims")).toEqual([{ transaction_id: running?.transactionId, meter_stop: null }]);
  });

  it("is followed by one at which the second socket takes over, and ends what the first has begun", async () => {
    const { program, url } = await startBridgeOfOne({});
    const first = await goOn(url, "C last");
    const isClosed = new Promise((done) => first.once("close", done));
    const second = await connect(url);
    await second.call("StatusNotification", status);
    await isClosed;
    await second.call(...stopOf("any", running?.transactionId ?? 0, 900));
    await second.close({ force: true });
    program.signal("SIGTERM");
    expect((await program.ended()).code).toBe(0);
    expect(kept("C last", "claims").map((row) => row.meter_stop)).toEqual([900]);
  }, 60_000);
});
