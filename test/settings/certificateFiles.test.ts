// The certificate files that the settings name: what is wrong with them is said with its place before anything is started.
import { chmodSync } from "node:fs";
import { createPrivateKey } from "node:crypto";
import { dirname } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { check } from "../../src/cli/check.ts";
import { loadSettings } from "../../src/settings/load.ts";
import {
  applicationUri,
  Authority,
  removeFolders,
  serverWish,
  writeFiles,
  type Issued,
} from "../ocpp/certificatesInTest.ts";
import { heads, withFile } from "./settingsInTest.ts";

let root: Authority;
let server: Issued;
let other: Issued;
let rsa: Issued;
let soon: Issued;
let expired: Issued;

beforeAll(async () => {
  root = await Authority.create();
  const wishes = [{}, {}, { kind: "rsa" }, { until: 20.5 }, { until: -0.5 }] as const;
  const issued = await Promise.all(wishes.map((wish) => root.issue({ ...serverWish, ...wish })));
  [server, other, rsa, soon, expired] = issued as [Issued, Issued, Issued, Issued, Issued];
});
afterEach(removeFolders);

/** What is said about a listener whose section `tls` is this; files are named by their path. */
function said(tls: string, profile = 2): string[] {
  const yaml = `ocpp:
  listeners:
    - { securityProfile: ${profile}, tls: { ${tls} } }
chargePoints: [{ id: A, password: x }]
opcua: { anonymousRole: observer }
`;
  return withFile(yaml, (file) =>
    loadSettings(file, { withCertificates: true }).diagnostics.map(
      ({ line, col, severity, path, message, hint }) =>
        `${line}:${col > 1 ? "c" : col} ${severity} ${path} | ${message}; ${hint}`,
    ),
  );
}

const encryptedKey = ({ key }: Issued): string =>
  createPrivateKey(key).export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }).toString();

describe("certificate files", () => {
  it("that fit together are not spoken of", () => {
    const files = writeFiles({ certificate: server.cert, key: server.key, ca: root.issued.cert });
    expect(said(`certificate: ${files.certificate}, key: ${files.key}`)).toEqual([]);
    expect(said(`certificate: ${files.certificate}, key: ${files.key}, clientCa: ${files.ca}`, 3)).toEqual([]);
  });

  it.each<[string, () => [string, string], string, RegExp]>([
    [
      "a missing certificate",
      () => ["/none/c.pem", server.key],
      "certificate",
      /\/none\/c\.pem: there is no such file; name another/,
    ],
    ["a folder", () => ["/tmp", server.key], "certificate", /it is no regular file; name a file in PEM form$/],
    ["what is no PEM", () => ["MIIB", server.key], "certificate", /it is not in PEM form; convert it with openssl/],
    [
      "a key where the certificate should be",
      () => [server.key, server.key],
      "certificate",
      /there is no certificate in it; name/,
    ],
    [
      "a damaged certificate",
      () => [server.cert.replace(/M/gu, "A"), server.key],
      "certificate",
      /is damaged; get it again/,
    ],
    ["a missing key", () => [server.cert, "/none/k.pem"], "key", /\/none\/k\.pem: there is no such file; name another/],
    [
      "a certificate where the key should be",
      () => [server.cert, server.cert],
      "key",
      /there is no private key in it; name/,
    ],
    [
      "the key of another certificate",
      () => [server.cert, other.key],
      "key",
      /it is not the key of the certificate in .*; name/,
    ],
    [
      "a key behind a passphrase",
      () => [server.cert, encryptedKey(server)],
      "key",
      /protected by a passphrase; remove/,
    ],
  ])("are refused with file, place and what to do: %s", (_, make, name, sentence) => {
    const [certificate, key] = make().map((text) => (text.startsWith("/") ? text : writeFiles({ text }).text));
    const [only, ...more] = said(`certificate: ${certificate}, key: ${key}`);
    expect(only).toMatch(new RegExp(`^3:c error /ocpp/listeners/0/tls/${name} \\| `, "u"));
    expect(only).toMatch(sentence);
    expect(more).toEqual([]);
  });

  it.runIf(process.getuid?.() !== 0)("are refused when this user may not read them", () => {
    const files = writeFiles({ certificate: server.cert, key: server.key });
    chmodSync(files.key, 0);
    expect(said(`certificate: ${files.certificate}, key: ${files.key}`)[0]).toContain("this user may not read it");
  });

  it.each<[string, () => Issued, RegExp]>([
    ["has expired", () => expired, /its certificate has expired at \d{4}-.*; put a new one in its place$/],
    [
      "expires within 30 days",
      () => soon,
      /its certificate expires in 20 days, at \d{4}-.*; put a new one in its place$/,
    ],
  ])("are warned of when a certificate %s", (_, issued, sentence) => {
    const files = writeFiles({ certificate: issued().cert, key: issued().key });
    const [only, ...more] = said(`certificate: ${files.certificate}, key: ${files.key}`);
    expect(only).toMatch(/^3:c warning \/ocpp\/listeners\/0\/tls\/certificate \| /);
    expect(only).toMatch(sentence);
    expect(more).toEqual([]);
  });

  it("are warned of when the chain has a gap", () => {
    const files = writeFiles({ certificate: `${server.cert}\n${other.cert}`, key: server.key });
    expect(said(`certificate: ${files.certificate}, key: ${files.key}`)[0]).toMatch(
      /warning .* its certificate 2 has not signed the one before it; write the server's certificate first/,
    );
  });

  it("may be an RSA and an ECDSA pair, but not two of a kind", () => {
    const files = writeFiles({ certificate: server.cert, key: server.key });
    const pair = ({ cert: certificate, key }: Issued): string => {
      const { certificate: file, key: keyFile } = writeFiles({ certificate, key });
      return `certificate: ${files.certificate}, key: ${files.key}, additionalCertificates: [{ certificate: ${file}, key: ${keyFile} }]`;
    };
    expect(said(pair(rsa))).toEqual([]);
    expect(said(pair(other))[0]).toMatch(
      /error \/ocpp\/listeners\/0\/tls\/additionalCertificates\/0\/certificate \| There are two certificates with a key of EC/,
    );
  });

  it.each([
    ["clientCa: /none/ca.pem", "clientCa", "there is no such file"],
    ["crl: [/none/crl.pem]", "crl/0", "there is no such file"],
  ])("for client certificates are looked at, too: %s", (more, path, sentence) => {
    const files = writeFiles({ certificate: server.cert, key: server.key, ca: root.issued.cert });
    const ca = more.startsWith("clientCa") ? "" : `clientCa: ${files.ca}, `;
    const [only] = said(`certificate: ${files.certificate}, key: ${files.key}, ${ca}${more}`, 3);
    expect(only).toContain(`error /ocpp/listeners/0/tls/${path} | `);
    expect(only).toContain(sentence);
  });

  it("are relative to the settings file, and not looked at by whoever only asks for the settings", () => {
    const files = writeFiles({ certificate: server.cert, key: server.key });
    const yaml = "ocpp: { listeners: [{ securityProfile: 2, tls: { certificate: certificate.pem, key: key.pem } }] }\n";
    withFile(yaml, (file) => {
      expect(loadSettings(file)).toHaveProperty("settings.ocpp.listeners.0.tls.key", `${dirname(file)}/key.pem`);
      expect(loadSettings(file, { withCertificates: true })).not.toHaveProperty("settings");
      expect(check(file)).toMatchObject({ exitCode: 78 });
      expect(check(file).text).toContain("certificate.pem: there is no such file");
    });
    expect(dirname(files.key)).not.toBe("");
  });
});

describe("a listener with TLS", () => {
  it.each([
    [
      "profile 2 without tls",
      "{ securityProfile: 2 }",
      "1:40 error /ocpp/listeners/0/securityProfile | Security profile 2 needs a certificate; add tls: { certificate: server.pem, key: server.key } to the listener",
    ],
    [
      "profile 3 without clientCa",
      "{ securityProfile: 3, tls: { certificate: a, key: b } }",
      "1:43 error /ocpp/listeners/0/tls | Security profile 3 needs the authorities that sign the certificates of charge points; add clientCa: ca.pem to tls",
    ],
    [
      "tls on profile 1",
      "{ tls: { certificate: a, key: b } }",
      "1:23 error /ocpp/listeners/0/tls | Security profile 1 is without TLS; set securityProfile: 2, or take tls away",
    ],
  ])("that is contradictory is refused: %s", (_, listener, head) => {
    expect(heads(`ocpp: { listeners: [${listener}] }\n`)).toEqual([head]);
  });

  it("is warned of when it names what only profile 3 acts upon", () => {
    const yaml = `ocpp: { listeners: [{ securityProfile: 2, tls: { certificate: a, key: b, organization: O } }] }
chargePoints: [{ id: A, password: x }]
opcua: { anonymousRole: observer }
`;
    expect(heads(yaml)).toEqual([
      "1:74 warning /ocpp/listeners/0/tls/organization | With security profile 2 charge points show no certificate, so that this has no effect; set securityProfile: 3, or take it away",
    ]);
  });

  it("of profile 3 lets charge points in without passwords, known or not", () => {
    const tls = "{ certificate: a, key: b, clientCa: c }";
    const yaml = `ocpp: { unknownChargePoints: pending, listeners: [{ securityProfile: 3, tls: ${tls} }] }\nopcua: { anonymousRole: observer }\n`;
    expect(heads(yaml)).toEqual([]);
  });
});

describe("a certificate authority", () => {
  it.each([
    ["{ certificate: a }", "It is not said who signs certificates"],
    ["{ validityDays: 1 }", "It is not said who signs certificates"],
    ["{ certificate: a, key: b, requestDirectory: c }", "It is said twice who signs certificates"],
  ])("that is contradictory is refused: %s", (section, sentence) => {
    expect(heads(`ocpp: { certificateAuthority: ${section} }\n`)).toEqual([
      `1:9 error /ocpp/certificateAuthority | ${sentence}; name certificate and key for the bridge to sign, or requestDirectory for an authority elsewhere`,
    ]);
  });

  it("whose files cannot be used is refused with file and place", () => {
    const yaml = "ocpp: { certificateAuthority: { certificate: /none/ca.pem, key: /none/ca.key } }\n";
    const { diagnostics } = withFile(yaml, (file) => loadSettings(file, { withCertificates: true }));
    expect(diagnostics.map(({ path, message }) => `${path} ${message}`)).toEqual(
      expect.arrayContaining([
        "/ocpp/certificateAuthority/certificate /none/ca.pem: there is no such file",
        "/ocpp/certificateAuthority/key /none/ca.key: there is no such file",
      ]),
    );
  });
});

describe("the certificate of the OPC UA application", () => {
  const saidOf = (opcua: string): string[] =>
    withFile(`opcua: { anonymousRole: observer, ${opcua} }\nchargePoints: [{ id: A, password: x }]\n`, (file) =>
      loadSettings(file, { withCertificates: true }).diagnostics.map(
        ({ severity, path, message }) => `${severity} ${path} | ${message}`,
      ),
    );

  it("is not spoken of when it bears an ApplicationUri and belongs to its key, and its paths are relative to the settings file", async () => {
    const wish = { kind: "rsa", extensions: [applicationUri("urn:site:bridge")] } as const;
    const issued = await root.issue(wish);
    const files = writeFiles({ certificate: issued.cert, key: issued.key });
    expect(saidOf(`certificate: ${files.certificate}, key: ${files.key}`)).toEqual([]);
    withFile("opcua: { certificate: own.pem, key: own.key }\n", (file) =>
      expect(loadSettings(file)).toHaveProperty("settings.opcua.key", `${dirname(file)}/own.key`),
    );
  });

  it.each<[string, () => Issued, RegExp]>([
    ["without an ApplicationUri", () => rsa, /: it names no ApplicationUri \(OPC 10000-6 §6\.2\.2\)$/],
    ["without an RSA key", () => server, /: its key is none of RSA with 2048 bits or more$/],
  ])("is refused %s", (_, issued, sentence) => {
    const files = writeFiles({ certificate: issued().cert, key: issued().key });
    const [only, ...more] = saidOf(`certificate: ${files.certificate}, key: ${files.key}`);
    expect(only).toMatch(/^error \/opcua\/certificate \| /);
    expect(only).toMatch(sentence);
    expect(more).toEqual([]);
  });

  it.each([
    ["certificate: own.pem", "error /opcua/certificate | opcua.certificate needs opcua.key, too"],
    ["key: own.key", "error /opcua/key | opcua.key needs opcua.certificate, too"],
  ])("is both of its files or none: %s", (opcua, head) => {
    expect(saidOf(opcua)).toEqual([head]);
  });
});
