// The server on its own thread: everything crosses, and nobody notices when the thread dies.
import type { Worker } from "node:worker_threads";
import { AttributeIds, UserTokenType } from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openOpcUaServer, prepareThread, type OpcUaServer } from "../../src/opcua/server.ts";
import { systemClock } from "../../src/std/clock.ts";
import type { BridgeStatus } from "../../src/datapoints/bridge.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog, type Log, type LogFields } from "../../src/std/log.ts";
import { pendingEntryOf, type ShownQuestion } from "../../src/datapoints/decisions.ts";
import type { Account } from "../../src/twin/accounts.ts";
import type { Twin } from "../../src/twin/twin.ts";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  temporaryFolder,
  twinOf,
  withSamples,
  withState,
  noAlarms,
  noUsers,
  noCommands,
  type Connected,
} from "./fixture.ts";
import { Kept, at, historyRead, raw, type Answer } from "./historyInTest.ts";

/** Of DefaultHAConfiguration (OPC 10000-11 §5.7.3). */
const START_OF_ARCHIVE = "i=32650";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: OpcUaServer;
const twins = new Map<string, Twin>();
const counts = new Counts();
const kept = new Kept();
/** The server's threads, oldest first. */
const threads: Worker[] = [];
const errors: string[] = [];
const log: Log = { ...silentLog, error: (_: LogFields, message) => errors.push(message) };

/** Questions that wait for SCADA. */
const waiting: ShownQuestion[] = [];

const anna: Account = {
  name: "anna",
  role: "observer",
  isEnabled: true,
  passwordHash: "$scrypt$ln=15,r=8,p=3$AA$AA",
  createdAt: 0,
  changedAt: 0,
};
/** Those that may log in. */
const known: Account[] = [];

function remember(thread: Worker): void {
  threads.push(thread);
}

function publish(after: Twin): void {
  const before = twins.get(after.id);
  twins.set(after.id, after);
  server.projection.publish(before, after, []);
}

const STATUS: BridgeStatus = {
  at: Date.now(),
  version: "1.2.3",
  startedAt: Date.now(),
  knownChargePoints: 5,
  connectedChargePoints: 4,
  registeredChargePoints: 3,
  pendingChargePoints: 2,
  activeTransactions: 1,
  messagesReceivedPerSecond: 0,
  messagesSentPerSecond: 0,
  storeState: "ok",
  scadaMethodState: "connected",
  idTags: 7,
  serviceLevel: 255,
  serviceLevelReasons: "[]",
  certificates: "[]",
  rulesInUse: 0,
  rulesLoadedAt: 0,
  rulesError: "",
  decisionLatencyMilliseconds: 0,
};

/** Without charge points and without users. */
const ofNobody = {
  projectionIntervalMilliseconds: 10,
  clock: systemClock,
  counts,
  log: silentLog,
  replay: () => [],
  pending: () => ({ isWhole: true, asked: [], settled: [], at: 0 }),
  replayAlarms: () => [],
  ...noUsers,
  command: noCommands,
  actOnAlarm: noAlarms,
};

beforeAll(async () => {
  folder = await temporaryFolder();
  process.on("worker", remember);
  twins.set("T1", withState(twinOf("T1", [1, 2]), "Connected"));
  server = await openOpcUaServer({
    endpoint: endpointOptions(folder.path),
    projectionIntervalMilliseconds: 10,
    clock: systemClock,
    counts,
    log,
    replay: () => twins.values(),
    pending: () => ({ isWhole: true, asked: waiting, settled: [], at: 1_000_000 }),
    replayAlarms: () => [],
    ...noUsers,
    accounts: () => known,
    verify: async () => ({ kind: "accepted", account: anna }),
    command: noCommands,
    actOnAlarm: noAlarms,
    history: kept,
  });
  // Before the first status it opens no session.
  await expect(connect(server.endpointUrl, folder.path)).rejects.toThrow("BadServerHalted");
  server.report({ ...STATUS, version: "0" });
}, 60_000);

afterAll(async () => {
  await server.stop();
  process.off("worker", remember);
  await folder.clean();
});

/** What a client reads: the value, or the name of the status code, or nothing while there is no server. */
async function valueOf(path: string): Promise<unknown> {
  const client = await connect(server.endpointUrl, folder.path).catch(() => undefined);
  if (client === undefined) return undefined;
  try {
    const { statusCode, value } = await readValue(client.session, path);
    return statusCode.isGood() ? (value.value as unknown) : statusCode.name;
  } finally {
    await client.close();
  }
}

async function expectValue(path: string, expected: unknown): Promise<void> {
  let seen: unknown;
  await eventually(async () => (seen = await valueOf(path)) === expected, 15_000).catch(() => {});
  expect(seen).toBe(expected);
}

describe("the OPC UA server on its thread", () => {
  const power = "T1/Connector1/MeterValues/Power.Active.Import";

  test("knows the twins that were there when it started", async () => {
    await expectValue("T1/ClientId", "T1");
  });

  test("shows the status that was reported", async () => {
    server.report(STATUS);
    await expectValue("/Bridge/ConnectedChargePoints", 4);
    await expectValue("/ChargePoints/PendingCount", 2);
  });

  test("shows a published change", async () => {
    publish(withSamples(twins.get("T1")!, 1, [{ measurand: "Power.Active.Import", value: 7_000 }]));
    await expectValue(power, 7_000);
    expect(counts.entries().get("samplesPublished")).toBeGreaterThan(1);
  });

  test("asks the main thread for what has been kept, and says so when that fails", async () => {
    const [time, received] = [at("5:00"), at("5:01")];
    kept.keep({ chargePointId: "T1", connector: 1, path: "Status/Status" }, [
      { at: time, received, value: "Charging", quality: "Good" },
    ]);
    const client = await connect(server.endpointUrl, folder.path);
    const read = async (): Promise<Answer | undefined> =>
      (await historyRead(client.session, ["ns=4;s=T1/Connector1/Status/Status"], { details: raw("4:00", "6:00") }))[0];
    const answer = await read();
    expect(answer?.values?.map(({ value }) => value.value)).toEqual([3]);
    expect(answer?.values?.[0]?.serverTimestamp?.getTime()).toBe(received);
    kept.isBroken = true;
    expect((await read())?.status).toBe("BadDataUnavailable");
    const begin = () => client.session.read({ nodeId: START_OF_ARCHIVE, attributeId: AttributeIds.Value });
    expect((await begin()).statusCode.name).toBe("BadDataUnavailable");
    kept.isBroken = false;
    expect((await read())?.status).toBe("Good");
    expect((await begin()).value.value).toEqual(new Date(time));
    await client.close();
  });

  test("forgets a charge point, and knows one that comes again", async () => {
    publish(twinOf("Gone"));
    await expectValue("Gone/ClientId", "Gone");
    server.projection.forget("Gone", Date.now());
    await expectValue("Gone/ClientId", "BadNodeIdUnknown");
    twins.delete("Gone");
    publish(twinOf("Gone"));
    await expectValue("Gone/ClientId", "Gone");
  });

  test("is started again at the same address when it dies, and knows everything again", async () => {
    const [thread] = threads;
    const about = { action: "Authorize", chargePointId: "T1", connectorId: 0, idTag: "Card", payload: "{}" };
    await expectValue("/Decisions/Pending", "[]");
    waiting.push({ requestId: "Q", ...about, deadline: 1_000_000 });
    await thread!.terminate();
    expect(errors).toContain("the OPC UA server's thread has ended and is started again");
    // Charge points go on meanwhile.
    publish(withSamples(twins.get("T1")!, 1, [{ measurand: "Power.Active.Import", value: 8_000 }]));
    await expectValue(power, 8_000);
    await expectValue("/Bridge/ConnectedChargePoints", 4);
    await expectValue("/Decisions/Pending", JSON.stringify([pendingEntryOf(waiting[0]!)]));
    expect(threads.length).toBe(2);
  }, 40_000);

  test("lets those in who became users while it was started again", async () => {
    process.once("worker", () => {
      known.push(anna);
      server.tellAccounts();
    });
    await threads.at(-1)!.terminate();
    const user = { type: UserTokenType.UserName, userName: "anna", password: "correct horse" } as const;
    const login = (): Promise<Connected | undefined> =>
      connect(server.endpointUrl, folder.path, "None", user).catch(() => undefined);
    const client = await eventually(login, 30_000);
    expect(threads.length).toBe(3);
    await client.close();
  }, 40_000);

  test.each([
    // 192.0.2.0/24 is for documentation only (RFC 5737 §3).
    ["127.0.0.1", "opcua.port: port PORT on 127.0.0.1 is already in use by another program"],
    ["192.0.2.1", "opcua.host: this machine has no address 192.0.2.1"],
  ])(
    "names the setting when it cannot listen on %s",
    async (host, sentence) => {
      const port = Number(new URL(server.endpointUrl).port);
      await expect(
        openOpcUaServer({
          endpoint: endpointOptions(folder.path, { host, port, securityPolicies: ["None"] }),
          ...ofNobody,
        }),
      ).rejects.toThrow(new Error(sentence.replace("PORT", String(port))));
    },
    30_000,
  );

  test.each(["still runs", "has ended meanwhile"])(
    "takes over a thread that has begun to load before, and makes another one where it %s",
    async (state) => {
      const prepared = prepareThread();
      const begun: Worker[] = [];
      const follow = (worker: Worker): void => void begun.push(worker);
      process.on("worker", follow);
      if (state === "has ended meanwhile") await prepared.worker.terminate();
      const other = await openOpcUaServer({
        prepared,
        endpoint: endpointOptions(folder.path, { port: 0, securityPolicies: ["None"] }),
        ...ofNobody,
      });
      process.off("worker", follow);
      expect(other.endpointUrl).toMatch(/^opc\.tcp:/u);
      expect(begun.filter((worker) => worker !== prepared.worker)).toHaveLength(state === "still runs" ? 0 : 1);
      await other.stop();
      // As the lifecycle stops both.
      await prepared.stop();
    },
    30_000,
  );
});
