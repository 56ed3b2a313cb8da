// Alarms of the bridge about those who connect: real charge points knock with wrong credentials, unknown or under the name of another, over TLS
// with a certificate that expires soon, and a real client is told.
import { X509Certificate } from "node:crypto";
import {
  DataType,
  FilterOperator,
  LiteralOperand,
  ObjectTypeIds,
  Variant,
  resolveNodeId,
  type ClientSession,
} from "node-opcua";
import { afterEach, expect, it } from "vitest";
import { Authority, removeFolders, serverWish, writeFiles } from "../ocpp/certificatesInTest.ts";
import { RawChargePoint, stopListeners } from "../ocpp/listenersInTest.ts";
import { call, open, watch } from "../opcua/conditionsInTest.ts";
import { eventually } from "../opcua/fixture.ts";
import { connectChargePoint, openSession, read, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  await stopListeners();
  removeFolders();
});

interface Told {
  readonly message: string;
  readonly severity: number;
}

interface Started {
  readonly urls: readonly string[];
  readonly session: ClientSession;
  readonly told: (name: string) => Promise<Told>;
}

/** `told` resolves once the condition of the bridge is active. */
async function start(yaml: string): Promise<Started> {
  const bridge = await startBridgeInTest(yaml);
  cleanUps.push(() => bridge.stop());
  const opened = await openSession(bridge.bridge.addresses.opcua);
  cleanUps.push(() => opened.close());
  const { session } = opened;
  const told = async (name: string): Promise<Told> => {
    const condition = `/Bridge/Alarms/${name}`;
    await readValue(session, `${condition}/ActiveState/Id`, true);
    const [message, severity] = await Promise.all(
      ["Message", "Severity"].map((field) => read(session, `${condition}/${field}`)),
    );
    return { message: message?.value.value.text, severity: severity?.value.value };
  };
  return { urls: bridge.bridge.addresses.ocpp, session, told };
}

/** The typed fields of OPC 10000-9 §5.8.24.7: as nodes, and in a refresh of a client that wants no other type of event. */
async function seesCertificate(session: ClientSession, certificate: X509Certificate): Promise<void> {
  const expected = {
    ExpirationDate: new Date(certificate.validTo),
    ExpirationLimit: 30 * 86_400_000,
    CertificateType: resolveNodeId(ObjectTypeIds.TlsCertificateType),
    Certificate: certificate.raw,
  };
  const fields = Object.keys(expected);
  const nodes = fields.map((field) => read(session, `/Bridge/Alarms/CertificateExpiring/${field}`));
  expect((await Promise.all(nodes)).map(({ value }) => value.value as unknown)).toEqual(Object.values(expected));
  const subscription = await open(session);
  const type = new Variant({ dataType: "NodeId", value: resolveNodeId(ObjectTypeIds.CertificateExpirationAlarmType) });
  const ofType = { filterOperator: FilterOperator.OfType, filterOperands: [new LiteralOperand({ value: type })] };
  const { seen } = await watch(subscription, "i=2253", [ofType]);
  const id = new Variant({ dataType: "UInt32", value: subscription.subscriptionId });
  expect((await call(session, "i=2782", "i=3875", [id])).statusCode.name).toBe("Good");
  await eventually(() => seen.some(({ ConditionName }) => ConditionName?.value === "CertificateExpiring"));
  const event = seen.find(({ ConditionName }) => ConditionName?.value === "CertificateExpiring");
  expect(fields.map((field) => event?.[field]?.value as unknown)).toEqual(Object.values(expected));
  expect(fields.map((field) => DataType[event?.[field]?.dataType ?? 0])).toEqual([
    "DateTime",
    "Double",
    "NodeId",
    "ByteString",
  ]);
  await subscription.terminate();
}

it("tells of too many connections with wrong credentials or an unknown identity", async () => {
  const { urls, told } = await start(`ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 1 }]
  unknownChargePoints: reject
chargePoints: [{ id: CP1, password: right }]
alarms: { refusedConnections: 3 }
`);
  const knock = (id: string, password: string) => connectChargePoint(urls[0] ?? "", id, { password });
  for (const id of ["CP1", "STRANGER", "CP1"]) await expect(knock(id, "wrong")).rejects.toThrow();
  const { severity, message } = await told("ConnectionsRefused");
  expect(severity).toBe(600);
  expect(message).toMatch(/^At least 3 .*CP1 from 127\.0\.0\.1, user name or password is wrong$/u);
  const client = await knock("CP1", "right");
  cleanUps.push(() => client.close());
});

it("tells of a second connection with the identity of one that is connected", async () => {
  const { urls, told } = await start("chargePoints: [{ id: CP1 }]\n");
  const first = await RawChargePoint.connect(`${urls[0]}/CP1`);
  first.send([2, "1", "Heartbeat", {}]);
  await first.frames(1);
  const second = await RawChargePoint.connect(`${urls[0]}/CP1`);
  expect((await second.closed).code).toBe(1008);
  expect((await told("DuplicateIdentity")).message).toContain("CP1, the second one from 127.0.0.1");
});

it("tells of the certificate of a listener that expires first", async () => {
  const root = await Authority.create();
  const [soon, late] = await Promise.all([5, 80].map((until) => root.issue({ ...serverWish, until })));
  const files = writeFiles({ soon: soon!.cert, soonKey: soon!.key, late: late!.cert, lateKey: late!.key });
  const listener = (certificate: string, key: string): string =>
    `{ host: 127.0.0.1, port: 0, securityProfile: 2, tls: { certificate: ${certificate}, key: ${key} } }`;
  const listeners = [listener(files.late, files.lateKey), listener(files.soon, files.soonKey)];
  const { told, session } = await start(`ocpp: { listeners: [${listeners.join(", ")}] }\n`);
  const { severity, message } = await told("CertificateExpiring");
  expect(severity).toBe(500);
  expect(message).toMatch(/valid until 20.*: ocpp\.listeners\[1\]\.tls, soon\.pem$/u);
  await seesCertificate(session, new X509Certificate(soon!.cert));
});
