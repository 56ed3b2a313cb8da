// Settings that each fit the schema but contradict each other are refused at the place that has to change.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIdentity } from "../../src/ocpp/identity.ts";
import { isLoopback } from "../../src/settings/hosts.ts";
import { accept, heads, load } from "./settingsInTest.ts";

const LOCAL = `ocpp: { listeners: [{ host: 127.0.0.1, securityProfile: 0 }] }
opcua: { host: "::1", anonymousRole: observer }
hmi: { host: localhost, anonymousRole: engineer }
`;

describe("identities", () => {
  it("stand once; the second one is told where the first is", () => {
    expect(heads("chargePoints:\n  - id: A\n  - id: B\n  - { connectors: 1, id: A }\n")).toEqual([
      '4:26 error /chargePoints/2/id | The charge point "A" stands twice, first as /chargePoints/0; keep one',
    ]);
  });

  it("that differ in case are two, as they are in URLs and NodeIds", () => {
    expect(accept("chargePoints: [{ id: a }, { id: A }]\n").chargePoints).toHaveLength(2);
  });

  it("are in Unicode normal form C: what looks the same is the same", () => {
    expect(heads('chargePoints: [{ id: "Cafe\u0301" }, { id: "\u212b" }]\n')).toEqual([
      '1:22 error /chargePoints/0/id | The identity "Cafe\u0301" is not in Unicode normal form C (NFC), so that another one could look the same; write it as "Caf\u00e9"',
      '1:39 error /chargePoints/1/id | The identity "\u212b" is not in Unicode normal form C (NFC), so that another one could look the same; write it as "\u00c5"',
    ]);
    expect(accept("chargePoints: [{ id: Caf\u00e9 }]\n").chargePoints[0]?.id).toBe("Caf\u00e9");
  });

  it("and serial numbers are different from those of all others, for either may stand as CN in a certificate", () => {
    expect(
      heads(
        "chargePoints:\n  - { id: A, serialNumber: A }\n  - { id: B, serialNumber: C }\n  - { id: C }\n  - { id: D, serialNumber: S }\n  - { id: E, serialNumber: S }\n",
      ),
    ).toEqual([
      '3:28 error /chargePoints/1/serialNumber | The serial number "C" is the identity or the serial number of /chargePoints/2, too; name one that no other charge point has',
      '6:28 error /chargePoints/4/serialNumber | The serial number "S" is the identity or the serial number of /chargePoints/3, too; name one that no other charge point has',
    ]);
  });

  const identities: readonly (readonly [id: string, fits: boolean])[] = [
    ["CP001", true],
    ["Depot North/12 %41:é", true],
    ["...", true],
    ["a..b", true],
    ["x".repeat(48), true],
    ["x".repeat(49), false],
    ["", false],
    [".", false],
    ["..", false],
    ["../CP", false],
    ["CP/..", false],
    ["a\\..\\b", false],
    ["a/./b", false],
    [" CP", false],
    ["CP ", false],
    ["a\u0000b", false],
    ["a\nb", false],
    ["a\u0085b", false],
    ["a\u202eb", false],
    ["a\u2028b", false],
    ["a\ud800b", false],
    ["🔌".repeat(24), true],
    ["🔌".repeat(25), false],
  ];
  const yamlOf = (id: string) => `chargePoints: [{ id: ${JSON.stringify(id)} }]\n`;
  const fitsSettings = (id: string) => "settings" in load(yamlOf(id));
  const fitsUrl = (id: string) => {
    const parsed = parseIdentity(`/${encodeURIComponent(id)}`, 48);
    return parsed.kind === "identity" && parsed.identity === id;
  };

  it.each(identities)("%j fits: %s", (id, fits) => {
    expect(fitsSettings(id)).toBe(fits);
  });

  it("are refused with the reason", () => {
    expect(heads(yamlOf("../x"))).toEqual([
      expect.stringMatching(
        /^1:22 error \/chargePoints\/0\/id \| "\.\.\/x" does not fit here; expected: OCPP identity: /u,
      ),
    ]);
    expect(heads(yamlOf("x".repeat(49)))).toEqual([
      "1:22 error /chargePoints/0/id | Identity has more than 48 characters",
    ]);
  });

  it("fit the settings exactly when a URL can carry them (OCPP-J 1.6 §3.1.1)", () => {
    const piece = fc.constantFrom(
      ".",
      "/",
      "\\",
      " ",
      "a",
      "%",
      "é",
      "\u0000",
      "\u202e",
      "🔌",
      "\u00a0",
      "?",
      "#",
      "~",
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 50 }), (pieces) => {
        expect(fitsSettings(pieces.join(""))).toBe(fitsUrl(pieces.join("")));
      }),
      { numRuns: 500 },
    );
  });
});

describe("the configuration that a charge point is to have", () => {
  const one = (configuration: string): string => `chargePoints: [{ id: A, configuration: ${configuration} }]\n`;

  it("is texts, numbers and Booleans, as YAML has them", () => {
    const { chargePoints } = accept(
      one("{ HeartbeatInterval: 300, LocalPreAuthorize: true, MeterValuesSampledData: '' }"),
    );
    expect(chargePoints[0]?.configuration).toEqual({
      HeartbeatInterval: 300,
      LocalPreAuthorize: true,
      MeterValuesSampledData: "",
    });
  });

  it("has no secrets, and no key in two spellings", () => {
    expect(heads(one("{ AuthorizationKey: 'x', HeartbeatInterval: 1, heartbeatinterval: 2 }"))).toEqual([
      '1:42 error /chargePoints/0/configuration/AuthorizationKey | "AuthorizationKey" is a secret, which is not compared; write it by ChangeConfiguration',
      '1:87 error /chargePoints/0/configuration/heartbeatinterval | "heartbeatinterval" stands twice, in another spelling; keep one',
    ]);
  });

  it.each(["{ A: [1] }", "{ A: { B: 1 } }", "{ A: ~ }", `{ ${"K".repeat(51)}: 1 }`, `{ A: ${"v".repeat(501)} }`, "7"])(
    "is refused as %s, with its place",
    (configuration) => {
      expect(heads(one(configuration))[0]).toMatch(/^1:\d+ error \/chargePoints\/0\/configuration/u);
    },
  );
});

describe("limits", () => {
  it.each([
    [
      "charge points",
      "limits: { maxChargePoints: 2 }\nchargePoints:\n  - id: A\n  - id: B\n  - id: C\n",
      "5:5 error /chargePoints/2 | There are 3 charge points, more than limits.maxChargePoints allows; raise limits.maxChargePoints, now 2",
    ],
    [
      "connectors",
      "chargePoints:\n  - { id: A, connectors: 65 }\n",
      "2:26 error /chargePoints/0/connectors | 65 connectors are more than the limit; raise limits.maxConnectors, now 64",
    ],
    [
      "the length of identities",
      "limits: { maxIdentityLength: 3 }\nchargePoints:\n  - id: ABCD\n",
      '3:9 error /chargePoints/0/id | The identity "ABCD" is longer than the limit; raise limits.maxIdentityLength, now 3',
    ],
  ])("hold for the register: %s", (_, yaml, head) => {
    expect(heads(yaml)).toEqual([head]);
  });
});

describe("ports", () => {
  it.each([
    [
      "two listeners",
      "ocpp:\n  listeners:\n    - { port: 9000 }\n    - { port: 9000 }\n",
      ["4:15 error /ocpp/listeners/1/port | Port 9000 is already taken by ocpp.listeners.0; choose another one"],
    ],
    [
      "a listener and HMI, whichever comes later in the file",
      "hmi: { port: 9000 }\nocpp: { listeners: [{ port: 9000 }] }\n",
      ["2:29 error /ocpp/listeners/0/port | Port 9000 is already taken by hmi; choose another one"],
    ],
    [
      "a written port and a default",
      "hmi: { port: 4840 }\n",
      ["1:14 error /hmi/port | Port 4840 is already taken by opcua; choose another one"],
    ],
    [
      "two defaults",
      "ocpp: { listeners: [{ securityProfile: 1 }, { securityProfile: 0 }] }\n",
      ["1:45 error /ocpp/listeners/1/port | Port 9000 is already taken by ocpp.listeners.0; choose another one"],
    ],
    [
      "localhost and its address",
      "opcua: { host: 127.0.0.1, port: 1 }\nhmi: { host: localhost, port: 1 }\n",
      ["2:31 error /hmi/port | Port 1 is already taken by opcua; choose another one"],
    ],
    [
      "the port of files",
      "files: { publicHost: a, http: { host: 127.0.0.1, port: 8080 } }\n",
      ["1:56 error /files/http/port | Port 8080 is already taken by hmi; choose another one"],
    ],
    [
      "the port of FTP",
      "files: { http: { host: 127.0.0.1 }, ftp: { host: 127.0.0.1, port: 8082 } }\n",
      ["1:67 error /files/ftp/port | Port 8082 is already taken by files.http; choose another one"],
    ],
  ])("stand once: %s", (_, yaml, expected) => {
    expect(heads(yaml)).toEqual(expected);
  });

  it.each([
    [
      "any free port",
      "ocpp: { listeners: [{ port: 0 }, { port: 0 }] }\nopcua: { port: 0, anonymousRole: observer }\nhmi: { port: 0 }\n",
    ],
    [
      "other addresses of the machine",
      "opcua: { host: 10.0.0.1, port: 1, anonymousRole: observer }\nhmi: { host: 10.0.0.2, port: 1 }\n",
    ],
  ])("do not conflict: %s", (_, yaml) => {
    expect(heads(`${yaml}chargePoints: [{ id: A, password: x }]\n`)).toEqual([]);
  });
});

describe("files", () => {
  const HINT = "set files.publicHost to the host name or address by which charge points reach this machine";

  it.each([
    [
      "a host in their URLs",
      "files: {}\n",
      [`1:1 error /files | The URLs of files need a host that charge points can dial, which "0.0.0.0" is not; ${HINT}`],
    ],
    [
      "one that can be dialled",
      'files: { publicHost: "::", http: { host: 127.0.0.1 } }\n',
      [`1:22 error /files/publicHost | "::" is no host that a charge point can dial; ${HINT}`],
    ],
    [
      "a host in their URLs, by FTP too",
      "files: { http: { host: 127.0.0.1 }, ftp: {} }\n",
      [`1:1 error /files | The URLs of files need a host that charge points can dial, which "0.0.0.0" is not; ${HINT}`],
    ],
    [
      "ports that are some: [50099, 50000]",
      "files: { publicHost: a, ftp: { passivePorts: [50099, 50000] } }\n",
      [
        "1:46 error /files/ftp/passivePorts | There are no ports from 50099 to 50000; write the first and the last one, or [0, 0] for any free ones",
      ],
    ],
    [
      "ports that are some: [0, 50000]",
      "files: { publicHost: a, ftp: { passivePorts: [0, 50000] } }\n",
      [
        "1:46 error /files/ftp/passivePorts | There are no ports from 0 to 50000; write the first and the last one, or [0, 0] for any free ones",
      ],
    ],
    [
      "room for one upload",
      "files: { publicHost: a, maxTotalBytes: 2000 }\n",
      [
        "1:40 error /files/maxTotalBytes | An upload of maxUploadBytes, 104857600, has no room in maxTotalBytes, 2000; raise maxTotalBytes",
      ],
    ],
    [
      "room for one upload, where only its size is written",
      "files: { publicHost: a, maxUploadBytes: 10000000000 }\n",
      [
        "1:41 error /files/maxUploadBytes | An upload of maxUploadBytes, 10000000000, has no room in maxTotalBytes, 5368709120; raise maxTotalBytes",
      ],
    ],
  ])("need %s", (_, yaml, expected) => {
    expect(heads(yaml)).toEqual(expected);
    expect(load(yaml)).not.toHaveProperty("settings");
  });

  it("are off without their section, and have every default with it", () => {
    expect(accept("").files).toBeUndefined();
    expect(accept("files: { publicHost: bridge.example }\n").files).toEqual({
      directory: expect.stringMatching(/[/\\]files$/u),
      publicHost: "bridge.example",
      http: { host: "0.0.0.0", port: 8082 },
      maxUploadBytes: 104_857_600,
      maxTotalBytes: 5_368_709_120,
      keepDays: 90,
      tokenMinutes: 60,
    });
  });

  it("have paths relative to the settings file", () => {
    const http = "http: { tls: { certificate: c.pem, key: k.pem } }";
    const { files } = accept(`files: { publicHost: a, directory: ../up, ${http} }\n`);
    for (const path of [files?.directory, files?.http.tls?.certificate, files?.http.tls?.key])
      expect(path).toMatch(/^(?:\/|[A-Z]:\\)/u);
  });

  it("must not be reached from outside where everything is open", () => {
    expect(heads(`${LOCAL}files: { publicHost: a }\n`)).toEqual([
      '3:25 error /hmi/anonymousRole | With hmi.anonymousRole: engineer, files.http must listen on loopback only, not on "0.0.0.0"; set files.http.host to 127.0.0.1',
    ]);
    expect(heads(`${LOCAL}files: { http: { host: 127.0.0.1 } }\n`)).toEqual([]);
  });
});

describe("what is open to everybody", () => {
  it("may be so on loopback, under any of its names", () => {
    expect(heads(LOCAL)).toEqual([]);
    expect(heads(`${LOCAL}simulation: {}\n`)).toEqual([]);
    expect(accept(`${LOCAL}simulation: {}\n`).simulation).toEqual({ chargePoints: 25, speed: 60 });
  });

  it.each([
    ["a listener", LOCAL.replace("127.0.0.1", "0.0.0.0"), "1:29", "ocpp.listeners.0"],
    ["OPC UA", LOCAL.replace('"::1"', "192.168.0.7"), "2:16", "opcua"],
    ["HMI", LOCAL.replace("localhost", "depot.example"), "3:14", "hmi"],
  ])("refuses to be reached from outside: %s", (_, yaml, place, name) => {
    for (const [opened, cause] of [
      [yaml, "hmi.anonymousRole: engineer"],
      [yaml.replace("engineer", "none").concat("simulation: {}\n"), "simulation"],
    ] as const) {
      expect(heads(opened)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^${place} error /${name.replaceAll(".", "/")}/host \\| With ${cause}, ${name} must listen on loopback only`,
            "u",
          ),
        ),
      ]);
    }
  });

  it("names what opens it where the host is only a default", () => {
    expect(heads("ocpp: { listeners: [{ host: 127.0.0.1 }] }\nhmi: { anonymousRole: observer }\n")).toEqual([
      '2:8 error /hmi/anonymousRole | With hmi.anonymousRole: observer, opcua must listen on loopback only, not on "0.0.0.0"; set opcua.host to 127.0.0.1',
    ]);
  });

  it("needs a first listener that lets simulated charge points in", () => {
    expect(heads(`${LOCAL.replace("securityProfile: 0", "securityProfile: 1")}simulation: {}\n`)).toEqual([
      "1:57 error /ocpp/listeners/0/securityProfile | The simulated charge points dial the first listener and have no passwords; set its securityProfile to 0",
    ]);
  });
});

describe("isLoopback", () => {
  it.each(["127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "localhost", "LOCALHOST"])(
    "knows %s",
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each([
    "0.0.0.0",
    "::",
    "128.0.0.1",
    "::2",
    "::ffff:10.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "localhost.example",
    "127.0.0.1.example",
    "",
  ])("trusts no other: %j", (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
