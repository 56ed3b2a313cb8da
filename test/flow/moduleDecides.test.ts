// Rules that ask users' own modules, through a whole bridge and an independent charge point client (INTERFACES §4).
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connectChargePoint, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";

const TIMESTAMP = "2026-11-25T12:00:00Z";
const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-rules-"));
const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);

let bridge: BridgeInTest;
let hasHanging: RPCClient;
let other: RPCClient;

beforeAll(async () => {
  cpSync(fileURLToPath(new URL("../../config/modules/example.ts", import.meta.url)), join(directory, "example.ts"));
  write("hangs.mjs", "export default () => { for (;;); };\n");
  write(
    "rules.yaml",
    `version: 1
rules:
  - name: hanging
    on: Authorize
    when: chargePoint.id == "HANGS"
    ask: { module: ./hangs.mjs }
    timeoutSeconds: 1
    otherwise: { status: Blocked }
  - name: example
    on: [Authorize, StartTransaction, StopTransaction, DataTransfer]
    ask: { module: ./example.ts }
    timeoutSeconds: 20
`,
  );
  const chargePoints = "[{ id: HANGS, connectors: 1 }, { id: OTHER, connectors: 1 }]";
  bridge = await startBridgeInTest(`chargePoints: ${chargePoints}\nrules: ["${join(directory, "rules.yaml")}"]`);
  hasHanging = await connectChargePoint(bridge.ocpp, "HANGS");
  other = await connectChargePoint(bridge.ocpp, "OTHER");
});
afterAll(async () => {
  await Promise.all([hasHanging.close(), other.close()]);
  await bridge.stop();
  rmSync(directory, { recursive: true });
});

const authorize = (client: RPCClient, idTag: string): Promise<unknown> => client.call("Authorize", { idTag });

test("a charge point is answered what the module says, and nobody waits for one that hangs", async () => {
  // Loaded, so that nothing of what follows waits for that.
  expect(await authorize(other, "04A1B2C3")).toEqual({ idTagInfo: { status: "Accepted", parentIdTag: "STAFF" } });
  let isOver = false;
  const hanging = authorize(hasHanging, "04A1B2C3").then((answer) => {
    isOver = true;
    return answer;
  });
  expect(await authorize(other, "STRANGER")).toEqual({ idTagInfo: { status: "Invalid" } });
  const start = { connectorId: 1, idTag: "04A1B2C3", meterStart: 0, timestamp: TIMESTAMP };
  const { transactionId, idTagInfo } = (await other.call("StartTransaction", start)) as Record<string, unknown>;
  expect(idTagInfo).toEqual({ status: "Accepted", parentIdTag: "STAFF" });
  const stop = { transactionId, idTag: "04A1B2C3", meterStop: 5, timestamp: TIMESTAMP };
  expect(await other.call("StopTransaction", stop)).toEqual({ idTagInfo: { status: "Accepted" } });
  expect(isOver).toBe(false);
  expect(await hanging).toEqual({ idTagInfo: { status: "Blocked" } });
});

test("DataTransfer is answered by the module", async () => {
  const ask = (payload: object): Promise<unknown> => other.call("DataTransfer", payload);
  expect(await ask({ vendorId: "org.other" })).toEqual({ status: "UnknownVendorId" });
  expect(await ask({ vendorId: "org.example", messageId: "Echo", data: "x" })).toEqual({
    status: "Accepted",
    data: "x",
  });
});

test("a changed module, and other rules, are in use without a new connection", async () => {
  write("example.ts", 'export default () => ({ status: "Expired" });\n');
  const untilAnswered = (status: string): Promise<unknown> =>
    vi.waitFor(async () => expect(await authorize(other, "04A1B2C3")).toEqual({ idTagInfo: { status } }), {
      timeout: 15_000,
    });
  await untilAnswered("Expired");
  write("other.cjs", 'module.exports = () => ({ status: "ConcurrentTx" });\n');
  write("rules.yaml", "version: 1\nrules: [{ name: other, on: Authorize, ask: { module: ./other.cjs } }]\n");
  bridge.bridge.reloadRules();
  await untilAnswered("ConcurrentTx");
});
