// Alarms of the bridge about those who connect: real charge points knock with wrong credentials, unknown or under the name of another, over TLS
// with a certificate that expires soon, and a real client is told.
import { afterEach, expect, it } from "vitest";
import { Authority, removeFolders, serverWish, writeFiles } from "../ocpp/certificatesInTest.ts";
import { RawChargePoint, stopListeners } from "../ocpp/listenersInTest.ts";
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

/** `told` resolves once the condition of the bridge is active. */
async function start(yaml: string): Promise<{ urls: readonly string[]; told: (name: string) => Promise<Told> }> {
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
  return { urls: bridge.bridge.addresses.ocpp, told };
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
  const { told } = await start(`ocpp: { listeners: [${listeners.join(", ")}] }\n`);
  const { severity, message } = await told("CertificateExpiring");
  expect(severity).toBe(500);
  expect(message).toMatch(/valid until 20.*: ocpp\.listeners\[1\]\.tls, soon\.pem$/u);
});
