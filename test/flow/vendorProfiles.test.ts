// Vendor profiles through the whole bridge: what each flag and repair changes on the wire or for SCADA, beside a charge point without it.
import { StatusCodes, type ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, RawChargePoint, refusal, stopListeners, until } from "../ocpp/listenersInTest.ts";
import { call, double, on } from "../opcua/callsInTest.ts";
import {
  connectChargePoint,
  openSession,
  read,
  readUntil,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

const claims = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `  ${name}: { value: ${value}, source: "https://example.com", because: Seen. }\n`)
    .join("");

const file = (
  flags: Readonly<Record<string, string>>,
  repairs: Readonly<Record<string, string>> = {},
  more = "",
): string =>
  `version: 1\nmaker: Acme\n${more}flags:\n${claims(flags) || "  {}\n"}repairs:\n${claims(repairs) || "  {}\n"}`;

const KEY = "000102030405060708090A0B0C0D0E0F";
const LONG_KEY = "000102030405060708090A0B0C0D0E0F10111213";

const files = {
  "commands.yaml": file({
    stackLevelZero: "true",
    forcedPowerControl: "true",
    noChangeAvailability: "true",
    remoteStartNeeded: "true",
    meterIntervalSeconds: "30",
    meterValues: "[Power.Active.Import, Voltage.L1-N]",
    connectTimeoutSeconds: "0",
  }),
  "absolute.yaml": file({ profileKind: "Absolute" }, {}, 'match: [{ vendor: " acme  LTD", model: "One*" }]\n'),
  "session.yaml": file({ sessionRegister: "true" }),
  "wire.yaml": file(
    { missingSubprotocol: "true", settleSeconds: "1.5", noPing: "true" },
    {},
    "match: [{ vendor: Wire }]\n",
  ),
  "hex.yaml": file({ keyForm: "hex" }),
  "text.yaml": file({ keyForm: "text" }),
  "repairs.yaml": file({}, { localTime: "{ zone: site }", phaseRotation: "STR" }),
};

const settings = `site: { timeZone: Asia/Tokyo }
vendors: ["*.yaml"]
alarms: { chargePointOfflineSeconds: 3600 }
ocpp:
  listeners:
    - { host: 127.0.0.1, port: 0, securityProfile: 0 }
    - { host: 127.0.0.1, port: 0, securityProfile: 1 }
chargePoints:
${Array.from({ length: 7 }, (_, index) => `  - { id: PLAIN${index + 1} }\n  - { id: COMMANDS${index + 1}, vendorProfile: commands }\n`).join("")}  - { id: AUTO }
  - { id: ABSOLUTE, vendorProfile: absolute }
  - { id: NAMED, vendorProfile: session }
  - { id: REST, vendorProfile: wire }
  - { id: SESSION, vendorProfile: session }
  - { id: WIRE, vendorProfile: wire }
  - { id: LATER }
  - { id: HEX, vendorProfile: hex, password: "${KEY}" }
  - { id: TEXT, vendorProfile: text, password: "${LONG_KEY}" }
  - { id: EITHER, password: "${LONG_KEY}" }
  - { id: SHORT, password: "${KEY}" }
  - { id: REPAIRS, vendorProfile: repairs }
`;

const boot = { chargePointVendor: "Nobody", chargePointModel: "One 22" };

let bridge: BridgeInTest;
let session: ClientSession;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  // The settings file is one of those that the pattern finds; it is none, and lies elsewhere.
  bridge = await startBridgeInTest(settings.replace('"*.yaml"', Object.keys(files).join(", ")), 0, "administrator", {
    files,
  });
  const opened = await openSession(bridge.bridge.addresses.opcua);
  session = opened.session;
  cleanUps.push(() => opened.close());
});

afterAll(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  await stopListeners();
  await bridge.stop();
});

async function connect(identity: string): Promise<RPCClient> {
  const client = await connectChargePoint(bridge.ocpp, identity);
  cleanUps.push(() => client.close({ force: true }));
  return client;
}

/** Connected and booted; what it is sent is answered by `answers` and kept. */
async function boots(identity: string, answers: Readonly<Record<string, object>> = {}) {
  const client = await connect(identity);
  const sent: { action: string; params: any }[] = [];
  for (const [action, answer] of Object.entries(answers))
    client.handle(action, async ({ params }) => {
      sent.push({ action, params });
      return answer;
    });
  await client.call("BootNotification", boot);
  return { client, sent };
}

describe("the profile of a charge point", () => {
  it("is chosen by its BootNotification, whatever the case and the blanks, and shown", async () => {
    const client = await connect("AUTO");
    await client.call("Heartbeat", {});
    await readValue(session, "AUTO/State/VendorProfile", "");
    await client.call("BootNotification", { ...boot, chargePointVendor: "ACME Ltd" });
    await readValue(session, "AUTO/State/VendorProfile", "absolute");
    await client.call("BootNotification", { chargePointVendor: "Wall Box Chargers", chargePointModel: "CPB1-S-2-4" });
    await readValue(session, "AUTO/State/VendorProfile", "wallbox");
  });

  it("is the one that is named, before it has said anything", async () => {
    expect((await read(session, "NAMED/State/VendorProfile")).statusCode).toBe(StatusCodes.BadNoCommunication);
    await connect("NAMED");
    await readValue(session, "NAMED/State/VendorProfile", "session");
  });
});

describe("a limit", () => {
  const accepting = { SetChargingProfile: { status: "Accepted" }, GetConfiguration: configurationOf() };

  function configurationOf() {
    const keys = { ChargeProfileMaxStackLevel: "8", ChargingScheduleAllowedChargingRateUnit: "Current" };
    return { configurationKey: Object.entries(keys).map(([key, value]) => ({ key, value, readonly: true })) };
  }

  async function profileSentTo(identity: string): Promise<any> {
    const { client, sent } = await boots(identity, accepting);
    await client.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
    expect((await call(session, on(identity, "GetConfiguration"))).status).toBe("Good");
    await readValue(session, `${identity}/Configuration/ChargeProfileMaxStackLevel`, "8");
    expect((await call(session, on(`${identity}/Connector1`, "SetLimit", [double(16)]))).status).toBe("Good");
    await client.close({ force: true });
    return sent.find(({ action }) => action === "SetChargingProfile")?.params.csChargingProfiles;
  }

  it("has the highest stack level, in A and Relative, without a profile", async () => {
    expect(await profileSentTo("PLAIN1")).toMatchObject({
      stackLevel: 8,
      chargingProfileKind: "Relative",
      chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ limit: 16 }] },
    });
  });

  it("has stack level 0 and W where the profile says so, whatever the configuration says", async () => {
    expect(await profileSentTo("COMMANDS1")).toMatchObject({
      stackLevel: 0,
      chargingSchedule: { chargingRateUnit: "W", chargingSchedulePeriod: [{ limit: 16 * 230 * 3 }] },
    });
  });

  it("is absolute, from a time that has been, where relative ones are not followed", async () => {
    const profile = await profileSentTo("ABSOLUTE");
    expect(profile).toMatchObject({ stackLevel: 8, chargingProfileKind: "Absolute" });
    const start = Date.parse(profile.chargingSchedule.startSchedule);
    expect(start).toBeLessThanOrEqual(Date.now() - 59_000);
  });
});

describe("commands and what is shown", () => {
  it("ChangeAvailability is not sent to whom it harms", async () => {
    const { client, sent } = await boots("COMMANDS2", { ChangeAvailability: { status: "Accepted" } });
    const inputs = [
      { dataType: "Int32", value: 0 },
      { dataType: "Int32", value: 1 },
    ] as never;
    expect((await call(session, on("COMMANDS2", "ChangeAvailability", inputs))).status).not.toBe("Good");
    expect(sent).toEqual([]);
    const plain = await boots("PLAIN2", { ChangeAvailability: { status: "Accepted" } });
    expect((await call(session, on("PLAIN2", "ChangeAvailability", inputs))).status).toBe("Good");
    expect(plain.sent).toHaveLength(1);
    await Promise.all([client.close({ force: true }), plain.client.close({ force: true })]);
  });

  it("what suits the charge point is shown and never written (behaviour 10)", async () => {
    const { client, sent } = await boots("COMMANDS3", { ChangeConfiguration: { status: "Accepted" } });
    const suitable = { MeterValueSampleInterval: "30", MeterValuesSampledData: "Power.Active.Import,Voltage.L1-N" };
    await readValue(session, "COMMANDS3/State/VendorConfiguration", JSON.stringify(suitable));
    await readValue(session, "COMMANDS3/State/RemoteStartNeeded", true);
    await boots("PLAIN3");
    await readValue(session, "PLAIN3/State/VendorConfiguration", "{}");
    await readValue(session, "PLAIN3/State/RemoteStartNeeded", false);
    expect(sent).toEqual([]);
    await client.close({ force: true });
  });

  it("one that is missed at once raises its alarm, one that may be away for an hour does not", async () => {
    for (const identity of ["PLAIN4", "COMMANDS4"]) {
      const { client } = await boots(identity);
      await client.close({ force: true });
      await readUntil(session, `${identity}/State/Connected`, ({ value }) => value.value === false);
    }
    await readValue(session, "COMMANDS4/Alarms/Offline/ActiveState/Id", true);
    expect((await read(session, "PLAIN4/Alarms/Offline/ActiveState/Id")).value.value).toBe(false);
  });
});

describe("a register of the session", () => {
  async function energyOf(identity: string): Promise<RPCClient> {
    const { client } = await boots(identity);
    const started = await client.call("StartTransaction", {
      connectorId: 1,
      idTag: "TAG",
      meterStart: 5_000_000,
      timestamp: new Date().toISOString(),
    });
    const { transactionId } = started as { transactionId: number };
    const sample = (value: string, more: object) => ({
      connectorId: 1,
      meterValue: [{ timestamp: new Date().toISOString(), sampledValue: [{ value, unit: "Wh" }] }],
      ...more,
    });
    await client.call("MeterValues", sample("1200", { transactionId }));
    // The other register, of the lifetime.
    await client.call("MeterValues", sample("5001200", {}));
    await client.call("MeterValues", sample("1300", { transactionId }));
    return client;
  }

  it("is the energy of the transaction, where one that is not would say nothing", async () => {
    await energyOf("SESSION");
    await readValue(session, "SESSION/Connector1/Transaction/Energy", 1300);
    await readValue(session, "SESSION/Connector1/MeterValues/Energy.Active.Import.Register", 1300);
    await energyOf("PLAIN5");
    await readValue(session, "PLAIN5/Connector1/Transaction/Energy", 1200);
  });
});

describe("what counts from the first frame on", () => {
  it("a missing subprotocol is taken where the profile is named (behaviour 20)", async () => {
    const taken = await RawChargePoint.connect(`${bridge.ocpp}/WIRE`, {}, []);
    taken.send('[2,"1","Heartbeat",{}]');
    expect((await taken.frames(1))[0][0]).toBe(3);
    const refused = await RawChargePoint.connect(`${bridge.ocpp}/PLAIN6`, {}, []);
    expect((await refused.closed).code).toBe(1002);
  });

  it("and where it is known from an earlier connection", async () => {
    const client = await connect("LATER");
    await client.call("BootNotification", { chargePointVendor: "wire", chargePointModel: "X" });
    await client.close({ force: true });
    await readUntil(session, "LATER/State/Connected", ({ value }) => value.value === false);
    const taken = await RawChargePoint.connect(`${bridge.ocpp}/LATER`, {}, []);
    taken.send('[2,"1","Heartbeat",{}]');
    expect((await taken.frames(1))[0][0]).toBe(3);
  });

  it("a charge point that needs rest is called later than others", async () => {
    const times: number[] = [];
    for (const [index, identity] of ["PLAIN6", "REST"].entries()) {
      const { client } = await boots(identity, { ClearCache: { status: "Accepted" } });
      const began = performance.now();
      expect((await call(session, on(identity, "ClearCache"))).status).toBe("Good");
      times[index] = performance.now() - began;
      await client.close({ force: true });
    }
    // It cannot have been sent before: a lower bound, that a slow machine does not break.
    expect(times[1]).toBeGreaterThanOrEqual(1300);
  });

  const second = (): string => bridge.bridge.addresses.ocpp[1] ?? "";

  it.each([
    ["HEX", Buffer.from(KEY, "hex"), true],
    ["HEX", KEY, true],
    ["SHORT", Buffer.from(KEY, "hex"), false],
    ["SHORT", KEY, true],
    ["EITHER", Buffer.from(LONG_KEY, "hex"), true],
    ["EITHER", LONG_KEY, true],
    ["TEXT", Buffer.from(LONG_KEY, "hex"), false],
    ["TEXT", LONG_KEY, true],
  ])("the key of %s is taken in its form (behaviour 22)", async (identity, sent, isTaken) => {
    const options = basic(identity, sent);
    if (isTaken) await RawChargePoint.connect(`${second()}/${identity}`, options);
    else
      expect((await refusal(second(), `/${identity}`, `Authorization: ${options.headers.Authorization}`)).status).toBe(
        401,
      );
  });
});

describe("repairs", () => {
  const meterValues = (timestamp: string): object => ({
    connectorId: 1,
    meterValue: [{ timestamp, sampledValue: [{ value: "7", phase: "L1", measurand: "Current.Import", unit: "A" }] }],
  });
  /** A time of day in Tokyo, an hour ago, without a zone. */
  const anHourAgo = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
  const inTokyo = new Date(anHourAgo + 9 * 3_600_000).toISOString().slice(0, 19);

  it("local times are those of the site, and phases those of the grid", async () => {
    const chargePoint = await RawChargePoint.connect(`${bridge.ocpp}/REPAIRS`);
    chargePoint.send([2, "1", "MeterValues", meterValues(inTokyo)]);
    await chargePoint.frames(1);
    const shown = await readValue(session, "REPAIRS/Connector1/MeterValues/Current.Import/L2", 7);
    expect(shown.sourceTimestamp?.getTime()).toBe(anHourAgo);
    expect((await read(session, "REPAIRS/Connector1/MeterValues/Current.Import/L1")).statusCode.isGood()).toBe(false);
    // Known, so nothing to complain of.
    expect((await read(session, "REPAIRS/State/Violations")).statusCode).toBe(StatusCodes.BadWaitingForInitialData);
    expect((await read(session, "REPAIRS/Connector1/MeterValues/Last")).value.value).toContain(inTokyo);
  });

  it("without them the time is in the future and the phase the one that was sent", async () => {
    const chargePoint = await RawChargePoint.connect(`${bridge.ocpp}/PLAIN7`);
    chargePoint.send([2, "1", "MeterValues", meterValues(inTokyo)]);
    await chargePoint.frames(1);
    const shown = await readValue(session, "PLAIN7/Connector1/MeterValues/Current.Import/L1", 7);
    expect(shown.sourceTimestamp?.getTime()).toBeGreaterThan(anHourAgo);
    await until(() => (chargePoint.received.length > 0 ? true : undefined), "the answer");
    await readValue(session, "PLAIN7/State/Violations", 1);
  });
});
