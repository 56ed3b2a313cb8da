// Settings that are usable but that let nobody in, or everybody, or have no effect, are spoken of at their place.
import { describe, expect, it } from "vitest";
import { accept, heads as allHeads } from "./settingsInTest.ts";

const READABLE = "opcua: { anonymousRole: observer }\n";
/** Behind `yaml`, so that its lines stay where they are: without it there is a warning that no charge point can get in. */
const REGISTER = 'chargePoints: [{ id: A, password: "choose your own" }]\n';
const heads = (yaml: string): string[] => allHeads(`${yaml}${REGISTER}`);

describe("clients that must log in", () => {
  it.each(["none", "observer", "operator"])(
    "are nothing to speak of, nor are those that come as %s on loopback",
    (role) => {
      expect(heads(`opcua: { host: 127.0.0.1, anonymousRole: ${role} }\n`)).toEqual([]);
    },
  );
});

describe("that no charge point can get in", () => {
  const sentence =
    "No charge point can get in: every listener demands a password, and no entry of chargePoints has one; list charge points with their passwords, or add a listener with securityProfile: 0 on a protected network";

  it.each([
    ["where the register is written", `${READABLE}chargePoints: []\n`, "2:1"],
    ["where none that is listed has a password", `${READABLE}chargePoints: [{ id: A }, { id: B }]\n`, "2:1"],
    [
      "where every one of several listeners demands a password",
      `${READABLE}ocpp: { listeners: [{}, { port: 1 }] }\n`,
      "1:1",
    ],
    ["at the beginning of a file without the register", READABLE, "1:1"],
  ])("is said %s", (_, yaml, place) => {
    expect(allHeads(yaml)).toEqual([`${place} warning /chargePoints | ${sentence}`]);
    accept(yaml);
  });

  it("is said of an empty file", () => {
    expect(allHeads("")).toEqual([`1:1 warning /chargePoints | ${sentence}`]);
  });

  it.each([
    ["one that is listed has a password", "chargePoints: [{ id: A }, { id: B, password: x }]"],
    ["a listener demands none", "ocpp: { listeners: [{}, { host: 127.0.0.1, port: 1, securityProfile: 0 }] }"],
  ])("is not said where %s", (_, yaml) => {
    expect(allHeads(`${READABLE}${yaml}\n`)).toEqual([]);
  });
});

describe("ocpp.unknownChargePoints", () => {
  const listeners = (...profiles: readonly number[]) =>
    profiles.map(
      (securityProfile, index) => `{ host: 127.0.0.1, port: ${9000 + index}, securityProfile: ${securityProfile} }`,
    );

  it.each(["pending", "accept"])("%s is said to have no effect where every listener demands a password", (choice) => {
    expect(
      heads(`${READABLE}ocpp: { unknownChargePoints: ${choice}, listeners: [${listeners(1, 1).join()}] }\n`),
    ).toEqual([
      `2:30 warning /ocpp/unknownChargePoints | unknownChargePoints: ${choice} has no effect: every listener demands a password, and an unknown charge point has none; list charge points with their passwords, or add a listener with securityProfile: 0 on a protected network`,
    ]);
    expect(heads(`${READABLE}ocpp: { unknownChargePoints: ${choice} }\n`)).toHaveLength(1);
  });

  it.each([
    ["it is not written", `ocpp: { listeners: [${listeners(1).join()}] }`],
    ["a listener demands none", `ocpp: { unknownChargePoints: pending, listeners: [${listeners(1, 0).join()}] }`],
    ["it refuses them anyway", "ocpp: { unknownChargePoints: reject }"],
  ])("is not spoken of where %s", (_, yaml) => {
    expect(heads(`${READABLE}${yaml}\n`)).toEqual([]);
  });
});

const open: readonly (readonly [what: string, yaml: string, heads: readonly string[]])[] = [
  [
    "a listener without authentication",
    `${READABLE}ocpp: { listeners: [{ port: 1 }, { port: 2, securityProfile: 0 }] }`,
    [
      '2:62 warning /ocpp/listeners/1/securityProfile | Whoever reaches "0.0.0.0" can pose as a charge point: security profile 0 neither authenticates nor encrypts; use securityProfile: 1, or keep this port on a protected network',
    ],
  ],
  [
    "OPC UA without security",
    "opcua: { securityPolicies: [Basic256Sha256, None], host: 10.0.0.1, anonymousRole: observer }",
    [
      '1:45 warning /opcua/securityPolicies/1 | OPC UA clients may connect to "10.0.0.1" unsigned and unencrypted, without a certificate that is trusted; take None away, or set opcua.host to 127.0.0.1',
    ],
  ],
  ...["operator", "engineer", "administrator"].map(
    (role) =>
      [
        `OPC UA clients that are ${role} without login`,
        `opcua: { anonymousRole: ${role} }`,
        [
          `1:25 warning /opcua/anonymousRole | Without login, OPC UA clients have the rights of ${role}; set opcua.anonymousRole: observer, or opcua.host to 127.0.0.1`,
        ],
      ] as const,
  ),
];

describe("a site that is open", () => {
  it.each(open)("is spoken of: %s", (_, yaml, expected) => {
    expect(heads(`${yaml}\n`)).toEqual(expected);
    accept(`${yaml}\n`);
  });

  it.each(open)("is not where only this machine reaches it: %s", (_, yaml) => {
    const local = yaml.replace("host: 10.0.0.1", "port: 3").replaceAll(/(?<=opcua: \{|, \{)/gu, " host: 127.0.0.1,");
    expect(local).toContain("127.0.0.1");
    expect(heads(`${local}\n`)).toEqual([]);
  });
});

describe("files over plain HTTP", () => {
  it("are spoken of", () => {
    const yaml = `${READABLE}files: { publicHost: a, http: { host: 10.0.0.1 } }\n`;
    expect(heads(yaml)).toEqual([
      '2:25 warning /files/http | Files go to and from "10.0.0.1" unencrypted, and with them the URLs that let them pass; set files.http.tls, or keep this port on a protected network',
    ]);
    accept(yaml);
  });

  it("are spoken of for FTP, whatever HTTP has", () => {
    const http = "{ tls: { certificate: c.pem, key: k.pem } }";
    const yaml = `${READABLE}files: { publicHost: a, http: ${http}, ftp: { host: 10.0.0.1 } }\n`;
    expect(heads(yaml)).toEqual([
      '2:76 warning /files/ftp | Files go to and from "10.0.0.1" unencrypted, and with them the URLs that let them pass; keep this port on a protected network, or take files.ftp away',
    ]);
    accept(yaml);
  });

  it("are not for FTP on loopback", () => {
    expect(heads(`${READABLE}files: { http: { host: 127.0.0.1 }, ftp: { host: 127.0.0.1 } }\n`)).toEqual([]);
  });

  it.each([
    ["on loopback", "{ host: 127.0.0.1 }"],
    ["with a certificate, over HTTPS", "{ tls: { certificate: c.pem, key: k.pem } }"],
  ])("are not %s", (_, http) => {
    expect(heads(`${READABLE}files: { publicHost: a, http: ${http} }\n`)).toEqual([]);
  });
});

describe("beside an error", () => {
  it.each([
    ["of the schema", "hmi: { prt: 1 }\n"],
    ["of two settings that contradict each other", "hmi: { port: 4840 }\n"],
    ["of something that this version refuses", "ocpp: { listeners: [{ securityProfile: 2 }] }\n"],
  ])("%s nothing else is spoken of", (_, yaml) => {
    expect(heads(yaml)).toEqual([expect.stringContaining(" error ")]);
  });
});
