// Which address PASV tells, by the settings and by the way a client has come.
import { expect, it } from "vitest";
import { publicAddress } from "../../../src/files/ftp/publicAddress.ts";
import { systemClock } from "../../../src/std/clock.ts";

it.each([
  ["the address of the settings", "192.0.2.1", "10.0.0.1", "192.0.2.1"],
  ["the one at which the client came in where there is none", undefined, "10.0.0.1", "10.0.0.1"],
  ["the same where the port is of IPv6 and IPv4", undefined, "::ffff:10.0.0.1", "10.0.0.1"],
  ["that of a name", "localhost", "127.0.0.1", "127.0.0.1"],
  ["that of the client where a name leads to loopback, where it is not", "localhost", "10.0.0.1", "10.0.0.1"],
  ["that of the client where a name is unknown (RFC 6761 §6.4)", "bridge.invalid", "10.0.0.1", "10.0.0.1"],
  ["that of the client where the settings have one of IPv6", "2001:db8::1", "10.0.0.1", "10.0.0.1"],
  ["none where the client came by IPv6", "192.0.2.1", "2001:db8::1", undefined],
  ["none where the connection is gone", undefined, undefined, undefined],
])("%s", async (_, publicHost, local, expected) => {
  expect(await publicAddress(systemClock, publicHost, local)).toBe(expected);
});
