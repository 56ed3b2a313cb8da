// From the control room's call to the file on disk with a charge point that knows FTP alone: it says so itself, and is asked accordingly.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { Client } from "basic-ftp";
import { DataType, Variant, type ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callAll, type Answer } from "../opcua/callsInTest.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";

let bridge: BridgeInTest;
let chargePoint: RPCClient;
let opcua: { session: ClientSession; close(): Promise<void> };

beforeAll(async () => {
  bridge = await startBridgeInTest(
    `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
  unknownChargePoints: accept
files:
  http: { host: 127.0.0.1, port: 0 }
  ftp: { host: 127.0.0.1, port: 0, passivePorts: [0, 0] }`,
    0,
    "engineer",
  );
  chargePoint = await connectChargePoint(bridge.ocpp, "OLD1");
  await chargePoint.call("BootNotification", { chargePointVendor: "Acme", chargePointModel: "X" });
  opcua = await openSession(bridge.bridge.addresses.opcua);
  await readValue(opcua.session, "OLD1/State/Connected", true);
  const key = { key: "SupportedFileTransferProtocols", value: "FTP", readonly: true };
  chargePoint.handle("GetConfiguration", async () => ({ configurationKey: [key] }));
  const none = new Variant({ dataType: DataType.String, arrayType: 1, value: [] });
  expect((await callMethod("GetConfiguration", [none]))?.status).toBe("Good");
  await readValue(opcua.session, "OLD1/Configuration/SupportedFileTransferProtocols", "FTP");
}, 60_000);

afterAll(async () => {
  await opcua.close();
  await chargePoint.close();
  await bridge.stop();
});

async function callMethod(name: string, inputs: readonly Variant[]): Promise<Answer | undefined> {
  const [answer] = await callAll(opcua.session, [{ objectId: "ns=4;s=OLD1", methodId: `ns=4;s=OLD1/${name}`, inputs }]);
  return answer;
}

const text = (value: string) => new Variant({ dataType: DataType.String, value });

/** What the charge point does with the location of a command, over the independent client. */
function whenAsked<T>(action: string, move: (client: Client, path: string) => Promise<T>): Promise<[string, T]> {
  const moved = Promise.withResolvers<[string, T]>();
  chargePoint.handle(action, async ({ params }) => {
    const { location } = params as unknown as { location: string };
    const { hostname, port, username, password, pathname } = new URL(location);
    const client = new Client();
    const done = client
      .access({ host: hostname, port: Number(port), user: username, password })
      .then(async () => move(client, decodeURIComponent(pathname)))
      .finally(() => client.close());
    done.then((result) => moved.resolve([location, result]), moved.reject);
    return {};
  });
  return moved.promise;
}

it("GetDiagnostics without a location brings the file into the folder of uploads, and no value tells the login", async () => {
  const uploaded = whenAsked("GetDiagnostics", (client, path) =>
    client.uploadFrom(Readable.from(["diagnostics of OLD1"]), `${path}diag.zip`),
  );
  expect((await callMethod("GetDiagnostics", [text("")]))?.status).toBe("Good");
  const [location, { code }] = await uploaded;
  expect(location).toMatch(/^ftp:\/\/[0-9a-f]{16}:[0-9a-f]{16}@127\.0\.0\.1:\d+\/$/u);
  expect(code).toBe(226);
  const folder = join(bridge.directory, "files", "uploads");
  const [name = "", ...others] = await readdir(folder);
  expect(others).toEqual([]);
  expect(name).toMatch(/^OLD1_\d{8}T\d{6}Z_diag\.zip$/u);
  expect(await readFile(join(folder, name), "utf8")).toBe("diagnostics of OLD1");
  const shown = location.replace(/\/[^/]*@/u, "/");
  await readValue(opcua.session, "OLD1/Diagnostics/Location", shown);
});

it("UpdateFirmware with the name of a file lets the charge point fetch it", async () => {
  await writeFile(join(bridge.directory, "files", "firmware", "fw 3.bin"), "version 3");
  const fetched = whenAsked("UpdateFirmware", async (client, path) => {
    const pieces: Buffer[] = [];
    const keep = new Writable({ write: (piece: Buffer, _, done) => (pieces.push(piece), done()) });
    await client.downloadTo(keep, path);
    return Buffer.concat(pieces).toString();
  });
  const at = new Variant({ dataType: DataType.DateTime, value: new Date() });
  expect((await callMethod("UpdateFirmware", [text("fw 3.bin"), at]))?.status).toBe("Good");
  expect((await fetched)[1]).toBe("version 3");
});
