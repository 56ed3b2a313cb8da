// Who a session is to the road out, by the channel that it comes on.
import { MessageSecurityMode, SessionContext, type ISessionContext } from "node-opcua";
import { describe, expect, it } from "vitest";
import { requesterOf } from "../../src/opcua/roles.ts";

const { None, Sign, SignAndEncrypt } = MessageSecurityMode;

function contextOf(securityMode: MessageSecurityMode, remoteAddress: string): ISessionContext {
  const context = {
    session: { channel: { securityMode, remoteAddress } },
    getCurrentUserRoles: () => [],
    getUserName: () => "ANNA",
  };
  return context as unknown as ISessionContext;
}

describe("a requester", () => {
  it.each([
    [SignAndEncrypt, "192.0.2.7", true],
    [Sign, "192.0.2.7", false],
    [None, "192.0.2.7", false],
    [None, "127.0.0.1", true],
    [None, "127.8.9.10", true],
    [None, "::ffff:127.0.0.1", true],
    [None, "::1", true],
    [None, "::ffff:192.0.2.7", false],
    [None, "2001:db8::1", false],
    [None, "127.0.0.1.example.org", false],
    [None, "", false],
  ])("on a channel of mode %s from %j is private: %s", (mode, address, isPrivate) => {
    expect(requesterOf(contextOf(mode, address), "method")).toEqual({
      via: "method",
      role: "none",
      user: "ANNA",
      isPrivate,
    });
  });

  it.each([
    ["no context", null],
    ["nothing", undefined],
    ["the library's own context", SessionContext.defaultContext],
  ])("with %s instead of a session has no role", (_, context) => {
    expect(requesterOf(context as ISessionContext | null | undefined, "write")).toEqual({
      via: "write",
      role: "none",
      user: "unknown",
      isPrivate: false,
    });
  });
});
