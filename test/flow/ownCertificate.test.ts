// A new certificate of the operator's own authority is served without a restart of the bridge: charge points notice nothing of it.
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { OPCUAClient } from "node-opcua";
import { afterEach, expect, it } from "vitest";
import { applicationUri, Authority } from "../ocpp/certificatesInTest.ts";
import { eventually } from "../opcua/fixture.ts";
import { connectChargePoint, openSession, read, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** What the server shows whoever asks for its endpoints; undefined while it cannot be reached. */
async function servedAt(url: string): Promise<string | undefined> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  try {
    await client.connect(url);
    const [endpoint] = await client.getEndpoints();
    return endpoint === undefined ? undefined : new X509Certificate(endpoint.serverCertificate).fingerprint;
  } catch {
    return undefined;
  } finally {
    await client.disconnect();
  }
}

const isExpiring = async (url: string): Promise<unknown> => {
  const scada = await openSession(url);
  const { value } = await read(scada.session, "/Bridge/Alarms/OpcUaCertificateExpiring/ActiveState/Id");
  await scada.close();
  return value.value as unknown;
};

it("serves the certificate that the settings name, and another one once that stands in its place", async () => {
  const authority = await Authority.create("CN=Site", { kind: "rsa" });
  const extensions = [applicationUri("urn:site:bridge")];
  const [first, second] = [await authority.issue({ extensions, until: 5 }), await authority.issue({ extensions })];
  const bridge = await startBridgeInTest("chargePoints: [{ id: CP001 }]", 0, "observer", {
    files: { "own.pem": first.cert, "own.key": first.key },
    opcua: "certificate: own.pem, key: own.key",
  });
  cleanUps.push(() => bridge.stop());
  const url = bridge.bridge.addresses.opcua;
  expect(await servedAt(url)).toBe(new X509Certificate(first.cert).fingerprint);

  await eventually(async () => (await isExpiring(url)) === true);
  const chargePoint = await connectChargePoint(bridge.ocpp, "CP001");
  cleanUps.push(() => chargePoint.close());
  let isLost = false;
  chargePoint.on("disconnect", () => (isLost = true));
  await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });

  writeFileSync(join(bridge.directory, "own.key"), second.key);
  writeFileSync(join(bridge.directory, "own.pem"), second.cert);
  bridge.bridge.reloadCertificates();
  await eventually(async () => (await servedAt(url)) === new X509Certificate(second.cert).fingerprint, 30_000);
  await chargePoint.call("Heartbeat", {});
  expect(isLost).toBe(false);
  // The alarm that it expires goes with it.
  await eventually(async () => (await isExpiring(url).catch(() => undefined)) === false);
  const scada = await openSession(url);
  cleanUps.push(() => scada.close());
  await readValue(scada.session, "CP001/State/Connected", true);
}, 60_000);
