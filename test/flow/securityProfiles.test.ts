// "Improved security for OCPP 1.6-J" §2.2 through the whole bridge: listeners of several profiles side by side, and no way back down.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, it } from "vitest";
import { Authority, removeFolders, serverWish, writeFiles, type Issued } from "../ocpp/certificatesInTest.ts";
import { connectChargePoint, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";

let root: Authority;
let clients: Authority;
let server: Issued;
beforeAll(async () => {
  [root, clients] = await Promise.all([Authority.create(), Authority.create("CN=Client Root")]);
  server = await root.issue(serverWish);
});

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  removeFolders();
});

const boot = { chargePointVendor: "ACME", chargePointModel: "One", chargePointSerialNumber: "SN-1" };
const password = "0001020304050607";

/** With a listener of each profile from 0 to 3, in this order. */
async function start(data: string, chargePoint: string): Promise<{ bridge: BridgeInTest; urls: readonly string[] }> {
  const { certificate, key, ca } = writeFiles({ certificate: server.cert, key: server.key, ca: clients.issued.cert });
  const tls = `tls: { certificate: ${certificate}, key: ${key}`;
  const more = ["", "", `, ${tls} }`, `, ${tls}, clientCa: ${ca} }`];
  const listeners = more.map((rest, profile) => `{ host: 127.0.0.1, port: 0, securityProfile: ${profile}${rest} }`);
  const yaml = `ocpp: { listeners: [${listeners.join(", ")}] }\nchargePoints: [${chargePoint}]\n`;
  const bridge = await startBridgeInTest(yaml, 0, "observer", { data });
  cleanUps.push(() => bridge.stop());
  return { bridge, urls: bridge.bridge.addresses.ocpp };
}

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ocpp-opcua-profiles-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function connect(url: string | undefined, wsOpts: object = {}): Promise<void> {
  const client = await connectChargePoint(url ?? "", "CP001", {
    password,
    wsOpts: { ca: root.issued.cert, ...wsOpts },
  });
  expect(await client.call("BootNotification", boot)).toMatchObject({ status: "Accepted" });
  await client.close();
}

it("lets a charge point climb from profile 0 to 3, and never back, also after a restart", async () => {
  const data = dataFolder();
  const { bridge, urls } = await start(data, "{ id: CP001 }");
  await connect(urls[0]);
  const { cert, key } = await clients.issue({ subject: "CN=CP001" });
  await connect(urls[3], { cert, key });
  for (const lower of [0, 1, 2]) await expect(connect(urls[lower])).rejects.toMatchObject({ code: 401 });
  await bridge.stop();

  const again = await start(data, "{ id: CP001 }");
  await expect(connect(again.urls[0])).rejects.toMatchObject({ code: 401 });
  await connect(again.urls[3], { cert, key });
});

it("lets it come back down when the settings say so outright", async () => {
  const data = dataFolder();
  const entry = (more: string): string => `{ id: CP001, password: "${password}"${more} }`;
  const { bridge, urls } = await start(data, entry(""));
  await connect(urls[2]);
  await expect(connect(urls[1])).rejects.toMatchObject({ code: 401 });
  await bridge.stop();

  const { urls: lowered } = await start(data, entry(", lowestSecurityProfile: 1"));
  await connect(lowered[1]);
  await expect(connect(lowered[0])).rejects.toMatchObject({ code: 401 });
});

it("takes the serial number of the settings for the CN", async () => {
  const { cert, key } = await clients.issue({ subject: "CN=SN-1" });
  const { urls } = await start(dataFolder(), "{ id: CP001, serialNumber: SN-1 }");
  await connect(urls[3], { cert, key });
});

it.each([
  ["that has proved itself", 1, `{ id: CP001, password: "${password}" }`],
  ["that has not", 0, "{ id: CP001 }"],
])("takes no serial number for the CN that a charge point %s has told of itself", async (_, listener, entry) => {
  const { cert, key } = await clients.issue({ subject: "CN=SN-1" });
  const { urls } = await start(dataFolder(), entry);
  await connect(urls[listener]);
  await expect(connect(urls[3], { cert, key })).rejects.toMatchObject({ code: 401 });
});
