// Configuration keys and triggered messages (OCPP 1.6 §5.3, §5.8, §5.17, security extension).
import { describe, expect, test } from "vitest";
import { centralSystem, charge, chargePoint, command, start } from "./setUp.ts";

describe("configuration and triggers", () => {
  test("GetConfiguration shows all keys, or those asked for, and names the unknown ones", async () => {
    await start();
    const all = await command("GetConfiguration");
    expect(all.configurationKey.length).toBeGreaterThan(30);
    expect(all.configurationKey).toContainEqual({ key: "NumberOfConnectors", readonly: true, value: "2" });
    expect(all.configurationKey).toContainEqual({ key: "AuthorizationKey", readonly: false });
    const some = await command("GetConfiguration", { key: ["heartbeatinterval", "Nonsense"] });
    expect(some).toEqual({
      configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }],
      unknownKey: ["Nonsense"],
    });
  });

  test("a new sample interval takes effect in the running transaction", async () => {
    await start({ configuration: { MeterValueSampleInterval: "0" } });
    await charge(1);
    await command("ChangeConfiguration", { key: "MeterValueSampleInterval", value: "1" });
    await centralSystem.first("MeterValues", 2);
  });

  test("a new heartbeat interval takes effect at once", async () => {
    await start();
    await command("ChangeConfiguration", { key: "HeartbeatInterval", value: "1" });
    await centralSystem.first("Heartbeat", 2);
  });

  test("the measurands wanted are the ones that are sent", async () => {
    await start();
    await command("ChangeConfiguration", {
      key: "MeterValuesSampledData",
      value: "Voltage, Energy.Active.Import.Register",
    });
    await charge(1);
    await command("TriggerMessage", { requestedMessage: "MeterValues", connectorId: 1 });
    const [message] = await centralSystem.first("MeterValues");
    const [{ sampledValue }] = message!.payload.meterValue;
    expect(sampledValue.map((each: any) => each.measurand)).toEqual([
      "Voltage",
      "Voltage",
      "Voltage",
      "Energy.Active.Import.Register",
    ]);
    expect(sampledValue[0].context).toBe("Trigger");
  });

  test("a value that needs a reboot is in force after it", async () => {
    await start({ timing: { rebootMs: 500 } });
    await command("ChangeConfiguration", { key: "NetworkApn", value: "m2m" });
    expect(chargePoint.configurationValue("NetworkApn")).toBe("internet");
    const before = centralSystem.received.length;
    await command("Reset", { type: "Soft" });
    await centralSystem.status(0, "Available", before);
    expect(chargePoint.configurationValue("NetworkApn")).toBe("m2m");
  });

  test("a new AuthorizationKey is used on a new link, and never shown", async () => {
    await start({ password: "old" });
    const key = "0001020304050607ffffffffffffffffffffffff";
    expect(await command("ChangeConfiguration", { key: "AuthorizationKey", value: key })).toEqual({
      status: "Accepted",
    });
    await centralSystem.until(
      "second link",
      () => centralSystem.handshakes.length === 2 && centralSystem.isConnected("CP001"),
    );
    expect(centralSystem.handshakes[1]?.password).toEqual(Buffer.from(key, "hex"));
    const { configurationKey } = await command("GetConfiguration", { key: ["AuthorizationKey"] });
    expect(configurationKey).toEqual([{ key: "AuthorizationKey", readonly: false }]);
  });

  test.each([
    ["TriggerMessage", "BootNotification", "BootNotification", undefined],
    ["TriggerMessage", "Heartbeat", "Heartbeat", undefined],
    ["TriggerMessage", "MeterValues", "MeterValues", undefined],
    ["TriggerMessage", "DiagnosticsStatusNotification", "DiagnosticsStatusNotification", "Idle"],
    ["TriggerMessage", "FirmwareStatusNotification", "FirmwareStatusNotification", "Idle"],
    ["ExtendedTriggerMessage", "LogStatusNotification", "LogStatusNotification", "Idle"],
    ["ExtendedTriggerMessage", "FirmwareStatusNotification", "SignedFirmwareStatusNotification", "Idle"],
    ["ExtendedTriggerMessage", "SignChargePointCertificate", "SignCertificate", undefined],
  ])("%s %s brings %s", async (action, requestedMessage, expected, status) => {
    await start();
    const before = centralSystem.of(expected).length;
    expect(await command(action, { requestedMessage })).toEqual({ status: "Accepted" });
    const messages = await centralSystem.first(expected, before + 1);
    if (status !== undefined) expect(messages.at(-1)?.payload.status).toBe(status);
  });

  test("a triggered StatusNotification is sent though nothing has changed, for one connector or for all", async () => {
    await start();
    await command("TriggerMessage", { requestedMessage: "StatusNotification", connectorId: 2 });
    await centralSystem.first("StatusNotification", 4);
    await command("TriggerMessage", { requestedMessage: "StatusNotification" });
    const messages = await centralSystem.first("StatusNotification", 7);
    expect(messages.slice(3).map((each) => each.payload.connectorId)).toEqual([2, 0, 1, 2]);
  });
});
