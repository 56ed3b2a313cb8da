// Which configuration keys are secrets, and which of them is the password of the charge point.
import { describe, expect, it } from "vitest";
import { isPasswordKey, isSecretKey } from "../../src/twin/secretKeys.ts";

describe("a configuration key", () => {
  it.each([
    ["AuthorizationKey", true, true],
    [" authorizationKEY ", true, true],
    ["WifiPassword", true, false],
    ["ftp_passwd", true, false],
    ["ClientSecret", true, false],
    ["ApiToken2", true, false],
    ["WPA-PSK-1", true, false],
    ["SimPin", true, false],
    ["PIN", true, false],
    ["WebSocketPingInterval", false, false],
    ["PinCodeLength", false, false],
    ["AuthorizeRemoteTxRequests", false, false],
    ["HeartbeatInterval", false, false],
    ["", false, false],
  ])("%j is a secret: %s; the password: %s (OCPP-J 1.6 §6.2)", (key, isSecret, isPassword) => {
    expect([isSecretKey(key), isPasswordKey(key)]).toEqual([isSecret, isPassword]);
  });
});
