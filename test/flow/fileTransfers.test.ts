// From the control room's call to the file on disk: an independent charge point is asked for its files and sends them.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataType, Variant, type ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callAll, type Answer } from "../opcua/callsInTest.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";

const FILES = "files: { http: { host: 127.0.0.1, port: 0 } }";
let bridge: BridgeInTest;
let chargePoint: RPCClient;
let opcua: { session: ClientSession; close(): Promise<void> };

beforeAll(async () => {
  bridge = await startBridgeInTest(
    `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
  unknownChargePoints: accept
${FILES}`,
    0,
    "engineer",
  );
  chargePoint = await connectChargePoint(bridge.ocpp, "CP 1");
  const boot = { chargePointVendor: "Acme", chargePointModel: "X" };
  await chargePoint.call("BootNotification", boot);
  opcua = await openSession(bridge.bridge.addresses.opcua);
  await readValue(opcua.session, "CP 1/State/Connected", true);
}, 60_000);

afterAll(async () => {
  await opcua.close();
  await chargePoint.close();
  await bridge.stop();
});

async function callMethod(name: string, inputs: readonly Variant[]): Promise<Answer | undefined> {
  const [answer] = await callAll(opcua.session, [{ objectId: "ns=4;s=CP 1", methodId: `ns=4;s=CP 1/${name}`, inputs }]);
  return answer;
}

const text = (value: string) => new Variant({ dataType: DataType.String, value });

it("GetDiagnostics without a location brings the charge point's file into the folder of uploads", async () => {
  const uploaded = Promise.withResolvers<number>();
  chargePoint.handle("GetDiagnostics", async ({ params }) => {
    const { location } = params as unknown as { location: string };
    const sent = fetch(`${location}diag.tar.gz`, { method: "PUT", body: "diagnostics of CP 1" });
    sent.then(({ status }) => uploaded.resolve(status), uploaded.reject);
    return { fileName: "diag.tar.gz" };
  });
  const answer = await callMethod("GetDiagnostics", [text("")]);
  expect([answer?.status, answer?.outputs[0]?.value]).toEqual(["Good", "diag.tar.gz"]);
  expect(await uploaded.promise).toBe(201);
  const folder = join(bridge.directory, "files", "uploads");
  const [name = "", ...others] = await readdir(folder);
  expect(others).toEqual([]);
  expect(name).toMatch(/^CP%201_\d{8}T\d{6}Z_diag\.tar\.gz$/u);
  expect(await readFile(join(folder, name), "utf8")).toBe("diagnostics of CP 1");
});

it("UpdateFirmware with the name of a file lets the charge point fetch it", async () => {
  await writeFile(join(bridge.directory, "files", "firmware", "fw-3.bin"), "version 3");
  const fetched = Promise.withResolvers<string>();
  chargePoint.handle("UpdateFirmware", async ({ params }) => {
    const { location } = params as unknown as { location: string };
    fetch(location).then(async (answer) => fetched.resolve(await answer.text()), fetched.reject);
    return {};
  });
  const at = new Variant({ dataType: DataType.DateTime, value: new Date() });
  expect((await callMethod("UpdateFirmware", [text("fw-3.bin"), at]))?.status).toBe("Good");
  expect(await fetched.promise).toBe("version 3");
});

it("UpdateFirmware with the name of no file is refused at its argument, and nothing is sent", async () => {
  let isAsked = false;
  chargePoint.handle("UpdateFirmware", async () => {
    isAsked = true;
    return {};
  });
  const at = new Variant({ dataType: DataType.DateTime, value: new Date() });
  const answer = await callMethod("UpdateFirmware", [text("fw-4.bin"), at]);
  expect(answer?.status).toBe("BadInvalidArgument");
  expect(answer?.results[0]).toMatch(/^Bad/u);
  expect(isAsked).toBe(false);
});
