// A usable settings file becomes complete, frozen settings with absolute paths.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadSettings } from "../../src/settings/load.ts";
import { accept, heads, load, withFile } from "./settingsInTest.ts";

const sample = `
site:
  name: Depot North
ocpp:
  listeners:
    - { host: 0.0.0.0, port: 9000, securityProfile: 1 }
  unknownChargePoints: pending
  heartbeatIntervalSeconds: 300
  pendingRetrySeconds: 30
  callTimeoutSeconds: 30
  validation: tolerant
chargePoints:
  - { id: CP001, registration: Accepted, password: "…", connectors: 2, validation: strict, vendorProfile: auto }
opcua:
  host: 0.0.0.0
  port: 4840
  securityPolicies: [Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss]
  anonymousRole: none
hmi: { host: 127.0.0.1, port: 8080, anonymousRole: none }
store: { directory: data, historyDays: 90 }
rules: [rules/default.yaml]
decisions: { timeoutSeconds: 3 }
`;

describe("loadSettings", () => {
  it.each([
    ["an empty file", ""],
    ["comments only", "# nothing\n\n# at all\n"],
    ["a lone ---", "---\n"],
    ["null", "~\n"],
  ])("takes %s as all defaults", (_, text) => {
    const settings = accept(text);
    expect(settings.site.name).toBe("ocpp-opcua");
    expect(settings.ocpp).toEqual({
      listeners: [{ host: "0.0.0.0", port: 9000, securityProfile: 1 }],
      unknownChargePoints: "pending",
      heartbeatIntervalSeconds: 300,
      pendingRetrySeconds: 30,
      callTimeoutSeconds: 30,
      effectTimeoutSeconds: 120,
      resynchronisation: { afterSeconds: 10, configuration: false },
      validation: "tolerant",
      beforeAccepted: "refuse",
    });
    expect(settings.chargePoints).toEqual([]);
    expect(settings.opcua.securityPolicies).not.toContain("None");
    expect(settings.opcua.anonymousRole).toBe("none");
    expect(settings.hmi).toEqual({ host: "127.0.0.1", port: 8080, anonymousRole: "none", metricsOpen: false });
    expect(settings.simulation).toBeUndefined();
    expect(settings.limits.maxFrameBytes).toBe(65_536);
    expect(settings.limits.stopTimeoutSeconds).toBeLessThan(10);
  });

  it("fills defaults into entries of lists and into sections that are partly written", () => {
    const settings = accept(
      "ocpp: { listeners: [{ port: 9001 }] }\nchargePoints: [{ id: A }]\nlimits: { maxBadFrames: 3 }\n",
    );
    expect(settings.ocpp.listeners).toEqual([{ host: "0.0.0.0", port: 9001, securityProfile: 1 }]);
    expect(settings.chargePoints).toEqual([
      {
        id: "A",
        connectors: 0,
        vendorProfile: "auto",
        ping: true,
        missingSubprotocol: "refuse",
      },
    ]);
    expect(settings.limits).toMatchObject({ maxBadFrames: 3, maxQueuedFrames: 8 });
  });

  it("gives each load its own defaults", () => {
    const [first, second] = [accept(""), accept("")];
    expect(first.ocpp.listeners[0]).not.toBe(second.ocpp.listeners[0]);
  });

  it("takes the whole sample and says which of its settings have no effect", () => {
    expect(accept(sample).chargePoints[0]).toMatchObject({ id: "CP001", password: "…", validation: "strict" });
    expect(heads(sample).map((head) => head.split(" ").slice(0, 3).join(" "))).toEqual([
      "7:24 warning /ocpp/unknownChargePoints",
    ]);
  });

  it("freezes the settings to the bottom", () => {
    const settings = accept("chargePoints: [{ id: A }]\n");
    const parts: unknown[] = [settings];
    for (const part of parts) {
      expect(Object.isFrozen(part)).toBe(true);
      parts.push(...Object.values(part as object).filter((each) => typeof each === "object"));
    }
    expect(parts.length).toBeGreaterThan(8);
  });

  it("resolves paths from the folder of the settings file", () => {
    withFile("store: { directory: some/where }\nrules: [a.yaml, /b.yaml]\n", (file) => {
      const loaded = loadSettings(file);
      if (!("settings" in loaded)) throw new Error(loaded.text);
      expect(loaded.settings.store.directory).toBe(join(file, "../some/where"));
      expect(loaded.settings.rules).toEqual([join(file, "../a.yaml"), resolve("/b.yaml")]);
    });
  });

  it("lets --data override store.directory, relative to the working directory", () => {
    withFile("store: { directory: a }\n", (file) => {
      const loaded = loadSettings(file, { dataDirectory: "b" });
      expect("settings" in loaded && loaded.settings.store.directory).toBe(resolve("b"));
    });
  });

  it("takes 20,000 charge points, the default limit", () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, index) => `  - { id: CP${index}, password: "p${index}", connectors: 2 }`,
    );
    expect(accept(`chargePoints:\n${rows.join("\n")}\n`).chargePoints).toHaveLength(20_000);
  });

  it("takes a byte order mark, Windows line ends and YAML anchors", () => {
    const settings = accept("\ufeffhmi: &local\r\n  host: 127.0.0.1\r\nopcua:\r\n  host: 127.0.0.1\r\n");
    expect(settings.opcua.host).toBe("127.0.0.1");
    expect(
      accept("chargePoints:\n  - { id: A, password: &p x }\n  - { id: B, password: *p }\n").chargePoints[1]?.password,
    ).toBe("x");
  });
});

describe("the settings files of the repository", () => {
  const read = (name: string) => fileURLToPath(new URL(`../../config/${name}`, import.meta.url));

  it.each([
    ["bridge.yaml", ["warning /chargePoints No charge point can get in"]],
    ["demo.yaml", []],
  ])("%s is usable, warns of nothing but an empty register, and names its schema", (name, warnings) => {
    const loaded = loadSettings(read(name));
    expect(loaded).toHaveProperty("settings");
    const said = loaded.diagnostics.map(
      ({ severity, path, message }) => `${severity} ${path} ${message.split(":")[0]}`,
    );
    expect(said).toEqual(warnings);
    expect(readFileSync(read(name), "utf8").split("\n")[0]).toBe(
      "# yaml-language-server: $schema=../schemas/settings.json",
    );
  });

  it("bridge.yaml says the defaults, except for the directory", () => {
    const loaded = loadSettings(read("bridge.yaml"));
    if (!("settings" in loaded)) throw new Error(loaded.text);
    const { store, ...settings } = loaded.settings;
    expect({ ...settings, store: undefined }).toEqual({ ...accept(""), store: undefined });
    expect(settings.opcua.securityPolicies).not.toContain("None");
    expect(store.directory).toBe(fileURLToPath(new URL("../../data", import.meta.url)));
  });

  it("demo.yaml is open, simulates 25 charge points and stays on loopback", () => {
    const loaded = loadSettings(read("demo.yaml"));
    if (!("settings" in loaded)) throw new Error(loaded.text);
    const { simulation, ocpp, opcua, hmi } = loaded.settings;
    expect(simulation?.chargePoints).toBe(25);
    expect(ocpp.unknownChargePoints).toBe("accept");
    expect([...ocpp.listeners, opcua, hmi].map(({ host, port }) => `${host}:${port}`)).toEqual([
      "127.0.0.1:9000",
      "127.0.0.1:4840",
      "127.0.0.1:8080",
    ]);
    expect(opcua).toMatchObject({ anonymousRole: "operator" });
    expect(opcua.securityPolicies).toContain("None");
    expect(hmi.anonymousRole).toBe("operator");
  });

  it("demo.yaml is refused once anything of it can be reached from outside", () => {
    const demo = readFileSync(read("demo.yaml"), "utf8");
    for (const [index] of [...demo.matchAll(/127\.0\.0\.1/gu)].entries()) {
      let count = 0;
      const opened = demo.replaceAll("127.0.0.1", (host) => (count++ === index ? "0.0.0.0" : host));
      expect(load(opened)).not.toHaveProperty("settings");
      expect(heads(opened)).toEqual([
        expect.stringMatching(/^\d+:\d+ error \/\S+\/host \| With simulation, .* loopback/u),
      ]);
    }
  });
});
