// What the bridge asks of a charge point that has come back (behaviours 7 and 10), and the configuration that the settings want of it:
// shown where it differs, written only when somebody says so. Independent charge points, a real OPC UA client.
import type { ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterEach, describe, expect, it, vi } from "vitest";
import { call, nothing, on } from "../opcua/callsInTest.ts";
import { connectChargePoint, openSession, read, readUntil, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Scene {
  readonly ocpp: string;
  readonly session: ClientSession;
}

async function start(resynchronisation: string, chargePoint = "", role = "engineer"): Promise<Scene> {
  const bridge = await startBridgeInTest(
    `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
  resynchronisation: { ${resynchronisation} }
chargePoints: [{ id: CP1, connectors: 2${chargePoint} }]`,
    0,
    role,
  );
  cleanUps.push(() => bridge.stop());
  const opened = await openSession(bridge.bridge.addresses.opcua);
  cleanUps.push(() => opened.close());
  return { ocpp: bridge.ocpp, session: opened.session };
}

/** A charge point that notes what it is asked, and answers it. */
async function connect(
  { ocpp }: Scene,
  answer: (action: string, params: unknown) => object | Promise<object>,
): Promise<Asked> {
  const client = await connectChargePoint(ocpp, "CP1");
  const calls: string[] = [];
  client.handle(async ({ method = "", params }) => {
    calls.push(`${method} ${JSON.stringify(params)}`);
    return answer(method, params);
  });
  cleanUps.push(() => client.close());
  return { client, calls };
}

interface Asked {
  readonly client: RPCClient;
  readonly calls: string[];
}

const status = (client: RPCClient, connectorId: number, value: string): Promise<unknown> =>
  client.call("StatusNotification", { connectorId, status: value, errorCode: "NoError" });

const until = (test: () => boolean): Promise<unknown> => vi.waitUntil(test, { timeout: 30_000, interval: 10 });

const accepted = (): object => ({ status: "Accepted" });
const triggerOf = (requestedMessage: string, connectorId: number): string =>
  `TriggerMessage ${JSON.stringify({ requestedMessage, connectorId })}`;

describe("a charge point that comes back (behaviour 7)", () => {
  it("is asked once for what it has not said: the status of a connector, the meter values of a transaction", async () => {
    const scene = await start("afterSeconds: 1");
    const first = await connect(scene, accepted);
    await status(first.client, 1, "Charging");
    await status(first.client, 2, "Available");
    const begin = { connectorId: 1, idTag: "TAG", meterStart: 0, timestamp: new Date().toISOString() };
    await first.client.call("StartTransaction", begin);
    await first.client.close();
    await readValue(scene.session, "CP1/State/Connected", false);
    const again = await connect(scene, accepted);
    await status(again.client, 2, "Faulted");
    await until(() => again.calls.length === 2);
    await again.client.call("Heartbeat", {});
    expect(again.calls).toEqual([triggerOf("StatusNotification", 1), triggerOf("MeterValues", 1)]);
    // It was quick enough the first time, so that nothing was asked then.
    expect(first.calls).toEqual([]);
  });

  it("is asked nothing when its feature profiles have no RemoteTrigger, nor for its configuration unless the settings say so (behaviour 10)", async () => {
    const scene = await start("afterSeconds: 1, configuration: true");
    const first = await connect(scene, (action) =>
      action === "GetConfiguration"
        ? { configurationKey: [{ key: "SupportedFeatureProfiles", readonly: true, value: "Core,SmartCharging" }] }
        : accepted(),
    );
    await readValue(scene.session, "CP1/Configuration/SupportedFeatureProfiles", "Core,SmartCharging");
    expect(first.calls).toEqual(["GetConfiguration {}"]);
    await first.client.close();
    await readValue(scene.session, "CP1/State/Connected", false);
    const { client, calls: later } = await connect(scene, accepted);
    await until(() => later.length > 0);
    await client.call("Heartbeat", {});
    expect(later).toEqual(["GetConfiguration {}"]);
  });
});

describe("the configuration that the settings want", () => {
  const wanted =
    ", configuration: { MeterValueSampleInterval: 60, AuthorizeRemoteTxRequests: true, MeterValuesSampledData: 'Voltage,SoC', GetConfigurationMaxKeys: 9, Missing: x }";
  const keys: Record<string, string> = {
    MeterValueSampleInterval: "30",
    AuthorizeRemoteTxRequests: "TRUE",
    MeterValuesSampledData: "Voltage, SoC",
  };
  const answer = (action: string, params: unknown): object => {
    if (action === "GetConfiguration") {
      const own = Object.entries(keys).map(([key, value]) => ({ key, readonly: false, value }));
      return { configurationKey: [...own, { key: "GetConfigurationMaxKeys", readonly: true, value: "50" }] };
    }
    return { status: (params as { key: string }).key === "Missing" ? "NotSupported" : "Accepted" };
  };
  const found = [
    { key: "MeterValueSampleInterval", desired: "60", found: "30" },
    { key: "GetConfigurationMaxKeys", desired: "9", found: "50", readonly: true },
    { key: "Missing", desired: "x", found: null },
  ];

  it("is compared once the charge point has told its own, and written only by ApplyConfiguration", async () => {
    const scene = await start("afterSeconds: 0", wanted);
    const { calls } = await connect(scene, answer);
    const unknown = await readUntil(scene.session, "CP1/State/ConfigurationDifferences", () => true);
    expect(unknown.statusCode.name).not.toBe("Good");
    const early = await call(scene.session, on("CP1", "ApplyConfiguration"));
    expect(early.status).toBe("BadInvalidState");
    await call(scene.session, on("CP1", "GetConfiguration", [nothing]));
    await readValue(scene.session, "CP1/State/ConfigurationDifferences", JSON.stringify(found));
    expect(calls).toEqual(["GetConfiguration {}"]);
    const applied = await call(scene.session, on("CP1", "ApplyConfiguration"));
    expect(applied.status).toBe("Good");
    expect(JSON.parse(String(applied.outputs[0]?.value))).toEqual([
      { key: "MeterValueSampleInterval", status: "Accepted" },
      { key: "GetConfigurationMaxKeys", status: "ReadOnly" },
      { key: "Missing", status: "NotSupported" },
    ]);
    expect(calls.slice(1)).toEqual([
      'ChangeConfiguration {"key":"MeterValueSampleInterval","value":"60"}',
      'ChangeConfiguration {"key":"Missing","value":"x"}',
    ]);
    await readValue(scene.session, "CP1/State/ConfigurationDifferences", JSON.stringify(found.slice(1)));
  });

  it("is not written by an operator", async () => {
    const scene = await start("afterSeconds: 0", wanted, "operator");
    const { calls } = await connect(scene, answer);
    await call(scene.session, on("CP1", "GetConfiguration", [nothing]));
    const applied = await call(scene.session, on("CP1", "ApplyConfiguration"));
    expect([applied.status, calls]).toEqual(["BadUserAccessDenied", ["GetConfiguration {}"]]);
    expect((await read(scene.session, "CP1/Configuration/MeterValueSampleInterval")).value.value).toBe("30");
  });

  it("tells of the first key that is not answered, and sends no further ones", async () => {
    const scene = await start("afterSeconds: 0", wanted);
    const { client } = await connect(scene, answer);
    await call(scene.session, on("CP1", "GetConfiguration", [nothing]));
    await client.close();
    await readValue(scene.session, "CP1/State/Connected", false);
    expect((await call(scene.session, on("CP1", "ApplyConfiguration"))).status).toBe("BadNoCommunication");
  });
});
