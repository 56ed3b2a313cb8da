// What real chargers do wrong, seen through the whole bridge: answered over OCPP, and shown to SCADA as far as it is usable.
import { StatusCodes, type ClientSession } from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RawChargePoint, stopListeners } from "../ocpp/listenersInTest.ts";
import {
  connectChargePoint,
  openSession,
  read,
  readUntil,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

const KEY = "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF";
const settings = `ocpp:
  listeners:
    - { host: 127.0.0.1, port: 0, securityProfile: 0 }
    - { host: 127.0.0.1, port: 0, securityProfile: 1 }
  unknownChargePoints: reject
chargePoints:
  - { id: TOLERANT }
  - { id: STRICT, validation: strict }
  - { id: BROKEN }
  - { id: PENDING, registration: Pending }
  - { id: NOHEADER, missingSubprotocol: accept }
  - { id: SECRET, password: "${KEY}" }
`;

let bridge: BridgeInTest;
let session: ClientSession;
let closeSession: () => Promise<void>;
let tolerant: RawChargePoint;
let asked = 0;

beforeAll(async () => {
  bridge = await startBridgeInTest(settings);
  const opened = await openSession(bridge.bridge.addresses.opcua);
  session = opened.session;
  closeSession = () => opened.close();
  tolerant = await RawChargePoint.connect(`${bridge.ocpp}/TOLERANT`);
});

afterAll(async () => {
  await closeSession();
  await stopListeners();
  await bridge.stop();
});

/** Sends a call whose payload may be JSON text, and gives the answer without its id. */
async function ask(action: string, payload: unknown, chargePoint = tolerant): Promise<any[]> {
  const id = `m${++asked}`;
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const before = chargePoint.received.length;
  chargePoint.send(`[2,"${id}","${action}",${text}]`);
  const [type, answered, ...rest] = (await chargePoint.frames(before + 1))[before];
  expect(answered).toBe(id);
  return [type, ...rest];
}

const status = (more: object) => ({ connectorId: 1, status: "Available", errorCode: "NoError", ...more });

function meterValues(connectorId: number, sampledValue: object[], more: object = {}) {
  return { connectorId, meterValue: [{ timestamp: new Date().toISOString(), sampledValue }], ...more };
}

describe("behaviour 12: a tolerant bridge", () => {
  test("keeps what is usable, answers normally, counts and shows the violation", async () => {
    const answer = await ask("StatusNotification", { ...status({ colour: "red" }), connectorId: "1", info: 17 });
    expect(answer).toEqual([3, {}]);
    await readValue(session, "TOLERANT/Connector1/Status/Info", "17");
    await readValue(session, "TOLERANT/State/Violations", 3);
    await readValue(session, "TOLERANT/State/LastViolation", "StatusNotification info: a number taken for a text");
  });

  test("shows a status that OCPP does not know as Unknown (0)", async () => {
    expect(await ask("StatusNotification", status({ status: "Occupied" }))).toEqual([3, {}]);
    await readValue(session, "TOLERANT/Connector1/Status/Status", 0);
  });

  test("a strict one refuses the same, for the charge point that is set so", async () => {
    const strict = await RawChargePoint.connect(`${bridge.ocpp}/STRICT`);
    expect(await ask("StatusNotification", status({ colour: "red" }), strict)).toMatchObject([
      4,
      "FormationViolation",
      'StatusNotification.req: "colour" is no field of it',
      { place: "" },
    ]);
    expect(await ask("StatusNotification", status({}), strict)).toEqual([3, {}]);
  });
});

test("behaviour 5: a source time that cannot be believed is replaced by the time of receipt", async () => {
  const believed = new Date(Date.now() - 3_600_000);
  await ask("StatusNotification", {
    ...status({}),
    connectorId: 2,
    timestamp: believed.toISOString().replace("Z", ""),
  });
  const taken = await readValue(session, "TOLERANT/Connector2/Status/Status", 1);
  expect(taken.sourceTimestamp).toEqual(believed);
  const before = Date.now();
  await ask("StatusNotification", {
    ...status({ status: "Charging" }),
    connectorId: 2,
    timestamp: "1970-01-01T00:00:00Z",
  });
  const replaced = await readValue(session, "TOLERANT/Connector2/Status/Status", 3);
  expect(replaced.sourceTimestamp?.getTime()).toBeGreaterThanOrEqual(before);
});

test("behaviours 14 and 15: samples arrive normalised, the regular one before that of the end, wrong units refused", async () => {
  const answer = await ask(
    "MeterValues",
    meterValues(3, [
      { value: "1.5", unit: "kWh" },
      { value: "9.9", unit: "kWh", context: "Transaction.End" },
      { value: " 86 ", measurand: "temperature", unit: "Fahrenheit" },
      { value: "11", measurand: "Power.Active.Import", unit: "VA" },
      { value: "231", measurand: "Voltage", phase: "L2-N" },
    ]),
  );
  expect(answer).toEqual([3, {}]);
  const meter = "TOLERANT/Connector3/MeterValues";
  await readValue(session, `${meter}/Energy.Active.Import.Register`, 1500);
  await readValue(session, `${meter}/Temperature`, 30);
  await readValue(session, `${meter}/Voltage/L2`, 231);
  await readValue(
    session,
    "TOLERANT/State/LastViolation",
    'MeterValues meterValue[0]: "VA" is no unit of Power.Active.Import',
  );
});

test("behaviour 13: frames that are no messages are violations of their own kind, as many as a link may have", async () => {
  const broken = await RawChargePoint.connect(`${bridge.ocpp}/BROKEN`);
  broken.send("hello", '[2,"18"]', "{}", '[9,"to be ignored"]');
  await readValue(session, "BROKEN/State/Violations", 3);
  await readValue(session, "BROKEN/State/ViolationKinds", '{"frame":3}');
  await readValue(session, "BROKEN/State/LastViolation", "frame: the frame is not a JSON array");
  const { value } = await read(session, "BROKEN/State/LastViolations");
  expect(JSON.parse(value.value)).toEqual([
    "frame: the frame is not JSON",
    "frame: the action is missing or not a text",
    "frame: the frame is not a JSON array",
  ]);
  expect(broken.received).toEqual([[4, "18", "FormationViolation", "the action is missing or not a text", {}]]);
  broken.send(...Array.from({ length: 100 }, () => "["));
  expect((await broken.closed).code).toBe(1008);
  await readUntil(session, "BROKEN/State/Violations", ({ value: { value: count } }) => count === 20);
});

test("behaviour 19: connectors appear as they report, but not without bound", async () => {
  expect((await read(session, "TOLERANT/Connector7/Status/Status")).statusCode).toEqual(StatusCodes.BadNodeIdUnknown);
  expect(await ask("StatusNotification", { ...status({}), connectorId: 7 })).toEqual([3, {}]);
  await readValue(session, "TOLERANT/Connector7/Status/Status", 1);
  for (const connectorId of [65, 2_147_483_648, -1])
    expect(await ask("StatusNotification", { ...status({}), connectorId })).toEqual([3, {}]);
  await readValue(
    session,
    "TOLERANT/State/LastViolation",
    "StatusNotification connectorId: -1 is not kept, only 0 to 64",
  );
  expect((await read(session, "TOLERANT/Connector65/Status/Status")).statusCode).toEqual(StatusCodes.BadNodeIdUnknown);
});

test("behaviours 1 and 2: transactions with odd ids are answered, a repeated start gets the same id", async () => {
  const start = { connectorId: 4, idTag: "04A1", meterStart: 100, timestamp: new Date().toISOString() };
  const [, { transactionId }] = await ask("StartTransaction", start);
  expect(transactionId).toBeGreaterThan(0);
  expect(await ask("StartTransaction", start)).toEqual([3, { transactionId, idTagInfo: { status: "Accepted" } }]);
  for (const id of ["0", "-1", "9223372036854775807", "null", '"x"']) {
    const samples = JSON.stringify(meterValues(4, [{ value: "200" }], { transactionId: "ID" })).replace('"ID"', id);
    expect(await ask("MeterValues", samples)).toEqual([3, {}]);
    const stop = `{"transactionId":${id},"meterStop":300,"timestamp":"${start.timestamp}"}`;
    expect(await ask("StopTransaction", stop)).toEqual([3, {}]);
  }
  const transaction = "TOLERANT/Connector4/Transaction";
  await readValue(session, `${transaction}/Active`, true);
  await readValue(session, `${transaction}/TransactionId`, transactionId);
  expect(await ask("StopTransaction", { transactionId, timestamp: start.timestamp })).toEqual([3, {}]);
  await readValue(session, `${transaction}/Active`, false);
});

test("behaviour 24: CALLERRORs have the spelling of OCPP 1.6, also while the registration is pending", async () => {
  const refusal = async (...call: Parameters<typeof ask>) => (await ask(...call)).slice(0, 2);
  expect(await refusal("Authorize", {})).toEqual([4, "OccurenceConstraintViolation"]);
  expect(await refusal("Foo", {})).toEqual([4, "NotImplemented"]);
  expect(await refusal("Reset", { type: "Hard" })).toEqual([4, "NotSupported"]);
  const pending = await RawChargePoint.connect(`${bridge.ocpp}/PENDING`);
  expect(await refusal("Heartbeat", {}, pending)).toEqual([4, "SecurityError"]);
  const boot = { chargePointVendor: "V", chargePointModel: "M" };
  expect(await ask("BootNotification", boot, pending)).toMatchObject([3, { status: "Pending", interval: 30 }]);
  await readValue(session, "PENDING/Identification/Vendor", "V");
});

test("behaviours 20 to 22: who gets in", async () => {
  await expect(connectChargePoint(bridge.ocpp, "UNKNOWN")).rejects.toThrow();
  await expect(RawChargePoint.connect(`${bridge.ocpp}/TOLERANT%00`)).rejects.toThrow("404");
  const refused = await RawChargePoint.connect(`${bridge.ocpp}/STRICT`, {}, []);
  expect((await refused.closed).code).toBe(1002);
  const accepted = await RawChargePoint.connect(`${bridge.ocpp}/NOHEADER`, {}, []);
  expect(await ask("Heartbeat", {}, accepted)).toMatchObject([3, {}]);
  const locked = bridge.bridge.addresses.ocpp[1] ?? "";
  await expect(connectChargePoint(locked, "SECRET", { password: "wrong" })).rejects.toThrow();
  const authorization = `Basic ${Buffer.concat([Buffer.from("SECRET:"), Buffer.from(KEY, "hex")]).toString("base64")}`;
  const letIn = await RawChargePoint.connect(`${locked}/SECRET`, { headers: { authorization } });
  expect(await ask("Heartbeat", {}, letIn)).toMatchObject([3, {}]);
  await readValue(session, "SECRET/State/SecurityProfile", 1);
});
