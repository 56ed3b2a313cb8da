// The key table of a simulated charge point (OCPP 1.6 §9, security extension).
import { describe, expect, test } from "vitest";
import { ConfigurationKeys } from "../../src/simulator/configurationKeys.ts";

describe("a key", () => {
  test("is found in any case and shown in its own", () => {
    const keys = new ConfigurationKeys({});
    expect(keys.change("HEARTBEATINTERVAL", "17")).toBe("Accepted");
    expect(keys.number("HeartbeatInterval")).toBe(17);
    expect(keys.show("heartbeatInterval")).toEqual({ key: "HeartbeatInterval", readonly: false, value: "17" });
  });

  test.each([
    ["HeartbeatInterval", "604801", "Rejected"],
    ["HeartbeatInterval", "-1", "Rejected"],
    ["HeartbeatInterval", "1.5", "Rejected"],
    ["HeartbeatInterval", "", "Rejected"],
    ["HeartbeatInterval", "0", "Accepted"],
    ["LocalPreAuthorize", "TRUE", "Rejected"],
    ["LocalPreAuthorize", "true", "Accepted"],
    ["TransactionMessageAttempts", "0", "Rejected"],
    ["MeterValuesSampledData", "", "Accepted"],
    ["MeterValuesSampledData", "SoC,Voltage", "Accepted"],
    ["MeterValuesSampledData", "SoC,Frequency", "Rejected"],
    ["ConnectorPhaseRotation", "1.STR", "Accepted"],
    ["ConnectorPhaseRotation", "1.XYZ", "Rejected"],
    ["AuthorizationKey", "xyz", "Rejected"],
    ["AuthorizationKey", "00112233445566778899aabbccddeeff", "Accepted"],
    ["SupportedFeatureProfiles", "Core", "Rejected"],
    ["__proto__", "1", "NotSupported"],
  ])("%s = %j is %s", (key, value, status) => {
    const keys = new ConfigurationKeys({});
    const before = keys.text(key);
    expect(keys.change(key, value)).toBe(status);
    expect(keys.text(key)).toBe(status === "Accepted" ? value : before);
  });

  test("with a secret never shows it", () => {
    const keys = new ConfigurationKeys({});
    keys.change("AuthorizationKey", "00112233445566778899aabbccddeeff");
    expect(JSON.stringify(keys.showAll())).not.toContain("0011223344");
  });
});

test("measurands come in the order of the list", () => {
  const keys = new ConfigurationKeys({ MeterValuesSampledData: "Voltage, SoC,Energy.Active.Import.Register" });
  expect(keys.measurands("MeterValuesSampledData")).toEqual(["Voltage", "SoC", "Energy.Active.Import.Register"]);
});

test("one charge point's values are not another one's", () => {
  const one = new ConfigurationKeys({});
  one.change("CpoName", "Operator");
  expect(new ConfigurationKeys({}).text("CpoName")).toBe("");
});
