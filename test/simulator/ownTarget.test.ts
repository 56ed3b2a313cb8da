// Load and faults for this machine alone: whatever spelling hides another one is refused, unless that very host was named.
import { describe, expect, test } from "vitest";
import { checkTarget, type Surroundings } from "../../src/simulator/ownTarget.ts";

const addresses: Readonly<Record<string, readonly string[]>> = {
  localhost: ["::1", "127.0.0.1"],
  "localhost.": ["127.0.0.1"],
  "depot.example": ["10.0.0.5"],
  "half.example": ["127.0.0.1", "8.8.8.8"],
  "127.0.0.1.evil.example": ["8.8.8.8"],
  evil: ["8.8.8.8"],
};

const surroundings: Surroundings = {
  resolve: async (name) => {
    const found = addresses[name];
    if (found === undefined) throw new Error("ENOTFOUND");
    return found;
  },
  ownAddresses: () => ["127.0.0.1", "10.0.0.5", "fd00::5"],
};

const check = (url: string, mine?: string) => checkTarget(url, mine, surroundings);

describe("a target on this machine", () => {
  test.each([
    ["ws://127.0.0.1:9000", "ws://127.0.0.1:9000"],
    ["ws://127.8.9.1:9000/ocpp", "ws://127.8.9.1:9000/ocpp"],
    ["ws://[::1]:9000", "ws://[::1]:9000"],
    ["ws://localhost:9000", "ws://127.0.0.1:9000"],
    ["WS://LOCALHOST:9000/Path?a=B", "ws://127.0.0.1:9000/Path?a=B"],
    ["ws://localhost.:9000", "ws://127.0.0.1:9000"],
    ["http://localhost:80", "http://127.0.0.1:80"],
    ["opc.tcp://10.0.0.5:4840", "opc.tcp://10.0.0.5:4840"],
    ["opc.tcp://depot.example:4840/UA", "opc.tcp://10.0.0.5:4840/UA"],
    ["ws://[fd00::5]:9000", "ws://[fd00::5]:9000"],
    // Decimal, hexadecimal and short spellings of 127.0.0.1.
    ["ws://2130706433:9000", "ws://127.0.0.1:9000"],
    ["opc.tcp://0x7f000001:4840", "opc.tcp://127.0.0.1:4840"],
    ["ws://127.1:9000", "ws://127.0.0.1:9000"],
    // The certificate is for the name.
    ["wss://localhost:9000", "wss://localhost:9000"],
  ])("%s is dialled as %s", async (url, dialled) => {
    expect(await check(url)).toEqual({ url: dialled });
  });

  test("may be written as an IPv4 address in IPv6 clothes", async () => {
    expect(await check("ws://[::ffff:127.0.0.1]:9000")).toEqual({ url: "ws://[::ffff:7f00:1]:9000" });
  });
});

describe("another machine is refused with its name and the way out", () => {
  test.each([
    ["ws://8.8.8.8:9000", "8.8.8.8"],
    ["ws://127.0.0.1.evil.example:9000", "127.0.0.1.evil.example"],
    ["ws://half.example", "half.example"],
    ["ws://[::ffff:8.8.8.8]:9000", "::ffff:808:808"],
    ["ws://134744072", "8.8.8.8"],
    ["opc.tcp://134744072:4840", "8.8.8.8"],
    ["ws://0x8.8.8.8", "8.8.8.8"],
    ["ws://010.0.0.5", "8.0.0.5"],
    ["ws://0.0.0.0:9000", "0.0.0.0"],
    ["ws://[::]:9000", "::"],
    ["opc.tcp://10.0.0.6:4840", "10.0.0.6"],
  ])("%s, which is %s", async (url, host) => {
    const refused = await check(url);
    expect(refused).toEqual({ refusal: expect.stringContaining(`--yes-this-is-mine ${host}`) as string });
  });

  test.each([
    "ws://localhost@evil:9000",
    "ws://127.0.0.1:9000@evil",
    "ws://@localhost:9000",
    "ws://user:secret@127.0.0.1:9000",
    "opc.tcp://localhost%40evil",
    "ws://localhost\\@evil",
    "ws://local host",
    "ws://",
    "ws:///127.0.0.1:9000",
    "localhost:9000",
    "//localhost",
    "ws:localhost",
    "ws://unknown.example",
    "ws://[::1",
    "",
  ])("%j, which hides where it leads or leads nowhere", async (url) => {
    expect(await check(url)).toHaveProperty("refusal");
  });
});

describe("a host that was named", () => {
  test.each([
    ["ws://evil:9000", "evil", "ws://evil:9000"],
    ["ws://EVIL.:9000", "evil", "ws://evil:9000"],
    ["ws://134744072:9000", "8.8.8.8", "ws://8.8.8.8:9000"],
    ["ws://[2001:db8::1]:9000", "2001:DB8:0::1", "ws://[2001:db8::1]:9000"],
    ["ws://unknown.example", "Unknown.Example", "ws://unknown.example"],
  ])("%s is dialled once %s was named", async (url, mine, dialled) => {
    expect(await check(url, mine)).toEqual({ url: dialled });
  });

  test.each([
    ["ws://evil:9000", "localhost"],
    ["ws://sub.depot.example:9000", "depot.example"],
    ["ws://8.8.8.8", "8.8.8.8:80"],
    ["ws://8.8.8.8", ""],
    ["ws://8.8.8.8", "*"],
    ["ws://127.0.0.1@evil", "evil"],
  ])("%s stays refused where %j was named", async (url, mine) => {
    expect(await check(url, mine)).toHaveProperty("refusal");
  });
});
