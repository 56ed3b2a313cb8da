// `ocpp-opcua users`: the executable with a running bridge and without one, and the login that the first start makes.
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { makeUserCertificate } from "../opcua/userCertificate.ts";
import { Workplace, type Ended, type Program } from "./programInTest.ts";

const workplace = new Workplace();
afterAll(() => workplace.clean());

function settings(name: string, anonymousRole: string): string {
  return workplace.write(
    `${name}.yaml`,
    `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
opcua: { host: 127.0.0.1, port: 0, anonymousRole: ${anonymousRole} }
hmi: { host: 127.0.0.1, port: 0 }
store: { directory: ${name} }
`,
  );
}

const users = (config: string, args: readonly string[], input?: string): Promise<Ended> =>
  workplace.run(["users", ...args, "--config", config], {}, input);
const list = async (config: string): Promise<string[]> =>
  (await users(config, ["list"])).out.split("\n").filter(Boolean);
const done = { code: 0, out: "done\n", errors: "" };

async function start(config: string, level = "error"): Promise<Program> {
  const bridge = workplace.start(["run", "--config", config, "--log-level", level]);
  await bridge.says("\n");
  return bridge;
}

async function stop(bridge: Program): Promise<void> {
  bridge.signal("SIGTERM");
  await bridge.ended();
}

describe.each([false, true])("with a running bridge: %s", (isRunning) => {
  let config: string;
  let bridge: Program | undefined;

  beforeAll(async () => {
    config = settings(`running-${isRunning}`, "observer");
    if (isRunning) bridge = await start(config);
  });

  it("adds, changes and removes users", async () => {
    expect(await list(config)).toEqual([]);
    const adding = ["add", "Anna", "--role", "administrator", "--password-stdin"];
    expect(await users(config, adding, "correct horse\nand more")).toEqual(done);
    expect(await users(config, ["add", "bert", "--role", "observer", "--password-stdin"], "longenough")).toEqual(done);
    expect(await list(config)).toEqual([
      "Anna                  administrator  enabled   password",
      "bert                  observer       enabled   password",
    ]);
    expect(await users(config, ["role", "BERT", "operator"])).toEqual(done);
    expect(await users(config, ["disable", "bert"])).toEqual(done);
    expect((await list(config))[1]).toBe("bert                  operator       disabled  password");
    expect(await users(config, ["enable", "bert"])).toEqual(done);
    expect(await users(config, ["password", "bert", "--password-stdin"], "another one\r\n")).toEqual(done);
    expect(await users(config, ["remove", "bert"])).toEqual(done);
    expect(await list(config)).toHaveLength(1);
  }, 60_000);

  it("lets somebody log in by certificate, which it knows again in PEM and in DER", async () => {
    const { der, pem } = await makeUserCertificate(workplace.folder, "carla");
    const file = workplace.write("carla.pem", pem);
    expect(await users(config, ["add", "carla", "--role", "engineer", "--certificate", file])).toEqual(done);
    const thumbprint = createHash("sha256").update(der).digest("hex");
    expect((await list(config))[1]).toBe(`carla                 engineer       enabled   certificate ${thumbprint}`);
    writeFileSync(join(workplace.folder, "carla.der"), der);
    const same = ["--certificate", join(workplace.folder, "carla.der")];
    const again = await users(config, ["add", "dora", "--role", "observer", ...same]);
    expect(again).toMatchObject({ code: 1, errors: expect.stringContaining("another user has that certificate") });
    const renewed = workplace.write("renewed.pem", (await makeUserCertificate(workplace.folder, "carla")).pem);
    expect(await users(config, ["certificate", "carla", renewed])).toEqual(done);
    expect((await list(config))[1]).not.toContain(thumbprint);
  });

  test.each([
    [["remove", "nobody"], undefined, 67, 'there is no user "nobody"'],
    [["remove", "anna"], undefined, 1, "last administrator"],
    [["role", "anna", "root"], undefined, 65, "must be one of observer"],
    [["add", "ANNA", "--role", "observer", "--password-stdin"], "longenough", 1, "case does not matter"],
    [["add", "emil", "--role", "observer", "--password-stdin"], "short", 65, "8 to 256 characters"],
  ])("refuses %j", async (args, input, code, text) => {
    expect(await users(config, args, input)).toMatchObject({ code, out: "", errors: expect.stringContaining(text) });
  });

  it("keeps no password in clear, in a file of the owner alone, and nobody who was refused", async () => {
    expect(await list(config)).toHaveLength(2);
    const file = join(workplace.folder, `running-${isRunning}`, "state.db");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const each of [file, `${file}-wal`]) {
      const text = isRunning || each === file ? readFileSync(each, "latin1") : "";
      for (const password of ["correct horse", "longenough", "another one"]) expect(text).not.toContain(password);
    }
  });

  afterAll(async () => {
    if (bridge !== undefined) await stop(bridge);
  });
});

describe("a command line", () => {
  test.each([
    [["add", "emil", "--role", "observer", "--password-stdin"], undefined, 65, "8 to 256 characters"],
    [
      ["add", "emil", "--role", "observer", "--certificate", "nowhere.pem"],
      undefined,
      65,
      "nowhere.pem cannot be read",
    ],
    [["add", "emil", "--role", "observer"], undefined, 64, "say how the user logs in"],
    [["add", "emil", "--password-stdin"], "longenough", 64, "--role"],
    [["add", "emil", "--role", "root", "--password-stdin"], "longenough", 64, "Allowed choices"],
    [["password", "anna"], undefined, 64, "--password-stdin is missing"],
    [["add", "emil", "--role", "observer", "--password", "longenough"], undefined, 64, "unknown option '--password'"],
  ])("such as %j is refused", async (args, input, code, text) => {
    const refused = await users(settings("refused", "observer"), args, input);
    expect(refused).toMatchObject({ code, out: "", errors: expect.stringContaining(text) });
  });

  test.each([
    ["has expired", { startDate: new Date("2020-01-01"), validityDays: 30 }],
    ["RSA key of 2048 bits", { keySize: 1024 }],
  ] as const)("refuses a certificate that cannot be used: %s", async (text, wanted) => {
    const file = workplace.write("bad.pem", (await makeUserCertificate(workplace.folder, "emil", wanted)).pem);
    const refused = await users(settings("refused", "observer"), [
      "add",
      "emil",
      "--role",
      "observer",
      "--certificate",
      file,
    ]);
    expect(refused).toMatchObject({ code: 65, errors: expect.stringContaining(text) });
  });
});

describe("the first start", () => {
  it("makes one administrator, whose password is printed once, though the log is JSON, and kept nowhere", async () => {
    const config = settings("first", "none");
    const first = await start(config, "info");
    const [, name, password = ""] = /user name {2}(\S+)\s+password {3}(\S+)/u.exec(first.errors) ?? [];
    expect(name).toBe("administrator");
    expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/u);
    expect(`${first.out}${first.errors}`.split(password)).toHaveLength(2);
    expect(await list(config)).toEqual(["administrator         administrator  enabled   one-time password"]);
    await stop(first);
    const second = await start(config, "warn");
    expect(second.errors).not.toContain("user name");
    expect(second.errors).toContain("is still in use; replace it: ocpp-opcua users password administrator");
    await stop(second);
    expect(readFileSync(join(workplace.folder, "first", "state.db"), "latin1")).not.toContain(password);
  }, 60_000);
});
