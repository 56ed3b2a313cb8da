// A charge point of an independent OCPP client with one connector that does what it is told: for the tests of the faceplates.
import type { RPCClient } from "ocpp-rpc";
import type { Page } from "playwright-core";
import { connectChargePoint } from "../../flow/bridgeInTest.ts";

const now = () => new Date().toISOString();

/** Boots, is Available, and starts and stops transactions when it is told to (OCPP 1.6 §5.11, §5.12). */
export async function openObedient(endpoint: string, identity: string): Promise<RPCClient> {
  const client = await connectChargePoint(endpoint, identity);
  let transactionId = 0;
  client.handle("RemoteStartTransaction", async ({ params }) => {
    setImmediate(() => void start((params as { readonly idTag: string }).idTag));
    return { status: "Accepted" };
  });
  client.handle("RemoteStopTransaction", async () => {
    setImmediate(() => void stop());
    return { status: "Accepted" };
  });
  client.handle("ChangeConfiguration", async () => ({ status: "Accepted" }));
  client.handle("UnlockConnector", async () => ({ status: "Unlocked" }));
  client.handle("GetConfiguration", async () => ({ configurationKey: keys, unknownKey: [] }));
  const status = (name: string) =>
    client.call("StatusNotification", { connectorId: 1, status: name, errorCode: "NoError", timestamp: now() });
  const start = async (idTag: string) => {
    const begun = { connectorId: 1, idTag, meterStart: 1000, timestamp: now() };
    ({ transactionId } = (await client.call("StartTransaction", begun)) as { readonly transactionId: number });
    await status("Charging");
  };
  const stop = async () => {
    await client.call("StopTransaction", { transactionId, meterStop: 3000, timestamp: now() });
    await status("Available");
  };
  await client.call("BootNotification", { chargePointVendor: "Volt & Söhne", chargePointModel: "Model 1" });
  await status("Available");
  return client;
}

const keys = [
  { key: "HeartbeatInterval", readonly: false, value: "300" },
  { key: "NumberOfConnectors", readonly: true, value: "1" },
  { key: "AuthorizationKey", readonly: false },
  { key: "<b>Vendor</b>", readonly: false, value: "<img src=x onerror=alert(1)>" },
];

/** `samples` are W at times in epoch ms. */
export async function sendPower(client: RPCClient, samples: readonly (readonly [at: number, power: number])[]) {
  const meterValue = samples.map(([at, power]) => ({
    timestamp: new Date(at).toISOString(),
    sampledValue: [{ value: String(power), measurand: "Power.Active.Import", unit: "W" }],
  }));
  await client.call("MeterValues", { connectorId: 1, meterValue });
}

/** The newest command in the log of a faceplate. */
export function newestIn(page: Page) {
  return page.getByRole("log").getByRole("listitem").first();
}
