// What is there again after the process was killed: the real executable, SIGKILL, and clients of both sides (behaviours 2, 17 and 23).
import { join } from "node:path";
import Database from "better-sqlite3";
import { DataType, StatusCodes, Variant, type ClientSession, type StatusCode } from "node-opcua";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { ordinalOf } from "../../src/datapoints/enumerations.ts";
import { Workplace, type Program } from "../cli/programInTest.ts";
import { connectChargePoint, openSession, read, readUntil, readValue } from "./bridgeInTest.ts";

const workplace = new Workplace();
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});
afterAll(() => workplace.clean());

interface Started {
  readonly program: Program;
  readonly ocpp: string;
  readonly opcua: string;
}

async function start(name: string, register = "[{ id: CP1, connectors: 2 }]", unknown = "pending"): Promise<Started> {
  const file = workplace.write(
    `${name}.yaml`,
    `ocpp: { unknownChargePoints: ${unknown}, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }
opcua: { host: 127.0.0.1, port: 0, securityPolicies: [None], anonymousRole: engineer }
hmi: { host: 127.0.0.1, port: 0 }
store: { directory: ${name} }
chargePoints: ${register}
`,
  );
  const program = workplace.start(["run", "--config", file]);
  await program.says("ready ");
  const line = program.out.split("\n").find((each) => each.startsWith("ready ")) ?? "";
  const { ocpp, opcua } = JSON.parse(line.slice(6)) as { ocpp: string[]; opcua: string };
  return { program, ocpp: ocpp[0] ?? "", opcua };
}

async function kill({ program }: Started): Promise<void> {
  program.signal("SIGKILL");
  await program.ended();
}

async function connect({ ocpp }: Started, id: string): ReturnType<typeof connectChargePoint> {
  const client = await connectChargePoint(ocpp, id);
  // The bridge may be dead by then.
  cleanUps.push(() => Promise.race([client.close({ force: true }), Promise.resolve()]));
  return client;
}

async function scada({ opcua }: Started): Promise<ClientSession> {
  const opened = await openSession(opcua);
  cleanUps.push(() => opened.close());
  return opened.session;
}

/** Waits until the snapshot on disk says so. */
async function isWritten(name: string, id: string, text: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const database = new Database(join(workplace.folder, name, "state.db"), { readonly: true });
    const row = database
      .prepare<[string], { twin: string }>("SELECT twin FROM snapshots WHERE charge_point = ?")
      .get(id);
    database.close();
    if (row?.twin.includes(text) === true) return;
    if (performance.now() > deadline) throw new Error(`not written: ${row?.twin}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const boot = { chargePointVendor: "ACME", chargePointModel: "One" };
const time = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1000).toISOString();
const isUncertain = ({ statusCode }: { statusCode: StatusCode }): boolean =>
  statusCode === StatusCodes.UncertainLastUsableValue;

describe("a bridge that was killed", () => {
  it("knows everything again, of uncertain quality until the charge point speaks, and its transaction goes on", async () => {
    const first = await start("session");
    const client = await connect(first, "CP1");
    await client.call("BootNotification", boot);
    const request = { connectorId: 1, idTag: "TAG1", meterStart: 1000, timestamp: time(60) };
    const { transactionId } = (await client.call("StartTransaction", request)) as { transactionId: number };
    await client.call("StatusNotification", { connectorId: 1, status: "Charging", errorCode: "NoError" });
    const sampledValue = [{ value: "1500", measurand: "Energy.Active.Import.Register", unit: "Wh" }];
    const sample = { connectorId: 1, transactionId, meterValue: [{ timestamp: time(10), sampledValue }] };
    await client.call("MeterValues", sample);
    await isWritten("session", "CP1", '"value":1500');
    await kill(first);

    const second = await start("session");
    const session = await scada(second);
    const register = "CP1/Connector1/MeterValues/Energy.Active.Import.Register";
    const expected: [string, unknown][] = [
      [register, 1500],
      ["CP1/Connector1/Transaction/Active", true],
      ["CP1/Connector1/Transaction/TransactionId", transactionId],
      ["CP1/Connector1/Transaction/Energy", 500],
      ["CP1/Connector1/Status/Status", ordinalOf("ChargePointStatus", "Charging")],
      ["CP1/Identification/Vendor", "ACME"],
    ];
    for (const [path, value] of expected)
      expect((await readUntil(session, path, isUncertain)).value.value, path).toBe(value);
    expect((await read(session, register)).sourceTimestamp?.toISOString()).toBe(sample.meterValue[0]?.timestamp);
    await readValue(session, "CP1/State/Connected", false);
    await readValue(session, "CP1/Common/ConnState", ordinalOf("ConnState", "Disconnected"));

    // No BootNotification: it was only the bridge that was away (behaviour 7).
    const again = await connect(second, "CP1");
    expect(await again.call("StartTransaction", request)).toMatchObject({ transactionId });
    await readValue(session, "CP1/Connector1/Transaction/Active", true);
    await again.call("StopTransaction", { transactionId, meterStop: 3000, timestamp: time(0), reason: "Local" });
    await readValue(session, "CP1/Connector1/Transaction/Energy", 2000);
    await readValue(session, "CP1/Connector1/Transaction/Active", false);
  });

  it("knows of a transaction that no snapshot has seen, and of an end", async () => {
    const first = await start("ledger");
    const client = await connect(first, "CP1");
    const begin = async (connectorId: number): Promise<number> => {
      const request = { connectorId, idTag: `TAG${connectorId}`, meterStart: 0, timestamp: time(30) };
      return ((await client.call("StartTransaction", request)) as { transactionId: number }).transactionId;
    };
    const ended = await begin(1);
    await isWritten("ledger", "CP1", '"active":true');
    await client.call("StopTransaction", { transactionId: ended, meterStop: 700, timestamp: time(0) });
    const running = await begin(2);
    // At once: the next snapshot has not been written, or has: it must make no difference.
    await kill(first);
    const session = await scada(await start("ledger"));
    const shown = async (path: string): Promise<unknown> => (await readUntil(session, path, isUncertain)).value.value;
    expect(await shown("CP1/Connector1/Transaction/Active")).toBe(false);
    expect(await shown("CP1/Connector1/Transaction/Energy")).toBe(700);
    expect(await shown("CP1/Connector2/Transaction/Active")).toBe(true);
    expect(await shown("CP1/Connector2/Transaction/TransactionId")).toBe(running);
  });

  it("knows who was registered as what, strangers too; what the settings say outright is right", async () => {
    const first = await start("register", "[{ id: CP1 }, { id: CP2 }, { id: GONE }]");
    const stranger = await connect(first, "NEW1");
    expect(await stranger.call("BootNotification", boot)).toMatchObject({ status: "Pending" });
    const session = await scada(first);
    const set = async (id: string, status: string): Promise<void> => {
      const path = `${id}/Config/RegistrationStatus`;
      const { value } = await read(session, path);
      const wanted = { dataType: value.dataType, value: ordinalOf("RegistrationStatus", status) };
      const nodeId = `ns=4;s=${path}`;
      const result = await session.write({ nodeId, attributeId: 13, value: { value: wanted } });
      expect(result.toString()).toBe(StatusCodes.Good.toString());
    };
    await set("CP1", "Rejected");
    await set("CP2", "Rejected");
    const objectId = "ns=4;s=/ChargePoints";
    const inputArguments = ["ADDED", undefined, "a password", undefined].map((value) =>
      value === undefined ? new Variant() : new Variant({ dataType: DataType.String, value }),
    );
    const added = await session.call({ objectId, methodId: `${objectId}/Add`, inputArguments });
    // Passwords need an encrypted channel: this one is not.
    expect(added.statusCode.name).toBe("BadUserAccessDenied");
    inputArguments[2] = new Variant();
    expect((await session.call({ objectId, methodId: `${objectId}/Add`, inputArguments })).statusCode.name).toBe(
      "Good",
    );
    await isWritten("register", "CP2", '"Rejected"');
    await isWritten("register", "NEW1", "ACME");
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
    await kill(first);

    const second = await start("register", "[{ id: CP1 }, { id: CP2, registration: Accepted }]");
    const again = await scada(second);
    await readValue(again, "CP1/Config/RegistrationStatus", ordinalOf("RegistrationStatus", "Rejected"));
    await readValue(again, "CP2/Config/RegistrationStatus", ordinalOf("RegistrationStatus", "Accepted"));
    await readValue(again, "NEW1/Config/RegistrationStatus", ordinalOf("RegistrationStatus", "Pending"));
    expect((await readUntil(again, "NEW1/Identification/Vendor", isUncertain)).value.value).toBe("ACME");
    // Whoever was added while it ran is confirmed once it is on disk.
    await readValue(again, "ADDED/Config/RegistrationStatus", ordinalOf("RegistrationStatus", "Accepted"));
    expect((await read(again, "GONE/ClientId")).statusCode).toBe(StatusCodes.BadNodeIdUnknown);
  });
});

describe("a bridge whose store cannot be used", () => {
  it("ends with 78 and one sentence when a newer version has written it, and with 1 when another bridge has it", async () => {
    const running = await start("taken");
    const config = join(workplace.folder, "taken.yaml");
    const other = await workplace.run(["run", "--config", config]);
    expect([other.code, other.errors.trim().split("\n").length]).toEqual([1, 1]);
    expect(other.errors).toContain("a bridge is running on this data directory already");
    await kill(running);
    const database = new Database(join(workplace.folder, "taken", "state.db"));
    database.pragma("user_version = 99");
    database.close();
    const newer = await workplace.run(["run", "--config", config]);
    expect([newer.code, newer.errors.trim().split("\n").length]).toEqual([78, 1]);
    expect(newer.errors).toContain("was written by a newer version");
  });
});
