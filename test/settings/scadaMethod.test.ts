// The method on SCADA's own server in the settings: what is taken, what is refused at its place, and that no password is shown.
import { describe, expect, it } from "vitest";
import { accept, heads } from "./settingsInTest.ts";

const REST = `opcua: { anonymousRole: observer, host: 127.0.0.1 }\nchargePoints: [{ id: A, password: "choose your own" }]\n`;
const yamlOf = (method: object): string =>
  `decisions: { scadaMethod: ${JSON.stringify({ endpoint: "opc.tcp://scada:4840", objectId: "i=1", methodId: "i=2", ...method })} }\n${REST}`;

describe("decisions.scadaMethod", () => {
  it("signs and encrypts where nothing else is said", () => {
    expect(accept(yamlOf({})).decisions.scadaMethod).toMatchObject({ securityPolicy: "Basic256Sha256" });
  });

  it.each([
    { endpoint: "opc.tcp://10.0.0.1:4840/UA/Server" },
    { endpoint: "opc.tcp://[::1]:4840" },
    { objectId: "ns=2;s=Decisions.Here; and=there" },
    { objectId: "nsu=http://acme.example/scada/;i=5" },
    { methodId: "ns=3;g=09087e75-8e5e-499b-954f-f2a9603db28a" },
    { methodId: "ns=3;b=TWV0aG9k" },
    { securityPolicy: "Aes256_Sha256_RsaPss", user: { name: "bridge", password: "x" } },
  ])("takes %j", (method) => {
    expect(heads(yamlOf(method))).toEqual([]);
  });

  it.each([
    { endpoint: "http://scada:4840" },
    { endpoint: "opc.tcp://" },
    { endpoint: "opc.tcp://user:secret@scada:4840" },
    { endpoint: "opc.tcp://scada:4840 \u0000" },
    { objectId: "Decisions" },
    { objectId: "ns=x;s=Decisions" },
    { methodId: "ns=2;i=-1" },
    { methodId: "ns=2;g=nothing" },
    { securityPolicy: "Basic128Rsa15" },
    { user: { name: "bridge" } },
    { user: "bridge" },
    { timeout: 3 },
  ])("refuses %j", (method) => {
    expect(heads(yamlOf(method))).toContainEqual(expect.stringContaining(" error /decisions/scadaMethod"));
  });

  it("is refused without the node of the method", () => {
    expect(heads(`decisions: { scadaMethod: { endpoint: "opc.tcp://scada:4840", objectId: i=1 } }\n${REST}`)).toEqual([
      expect.stringContaining("methodId"),
    ]);
  });

  it("shows no password when something else is wrong", () => {
    const shown = JSON.stringify(heads(yamlOf({ objectId: 5, user: { name: "bridge", password: "hunter2hunter2" } })));
    expect(shown).toContain("objectId");
    expect(shown).not.toContain("hunter2");
  });

  it.each([
    ["", {}],
    [", and read the password of its user", { user: { name: "bridge", password: "x" } }],
  ])("warns where nothing is signed%s", (more, method) => {
    expect(heads(yamlOf({ ...method, securityPolicy: "None" }))).toEqual([
      expect.stringContaining(
        `warning /decisions/scadaMethod/securityPolicy | Whoever can pose as "opc.tcp://scada:4840" can decide who may charge${more}`,
      ),
    ]);
  });

  it.each(["opc.tcp://127.0.0.1:4840", "opc.tcp://localhost/path", "opc.tcp://[::1]:4840"])(
    "does not warn of %s, which is this machine",
    (endpoint) => {
      expect(heads(yamlOf({ endpoint, securityPolicy: "None" }))).toEqual([]);
    },
  );
});
