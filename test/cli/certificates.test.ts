// `ocpp-opcua certificates`: the executable with a running bridge and without one.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applicationUri, Authority, type Issued } from "../ocpp/certificatesInTest.ts";
import { Workplace, type Ended, type Program } from "./programInTest.ts";

const workplace = new Workplace();
afterAll(() => workplace.clean());

let client: Issued;
let thumbprint: string;
beforeAll(async () => {
  client = await (
    await Authority.create()
  ).issue({
    subject: "CN=Panel\u0007 7",
    extensions: [applicationUri("urn:panel")],
  });
  thumbprint = Buffer.from(await client.certificate.getThumbprint("SHA-1"))
    .toString("hex")
    .toUpperCase();
});

describe.each([false, true])("with a running bridge: %s", (isRunning) => {
  let config: string;
  let bridge: Program | undefined;
  let application: string;
  const certificates = (...args: readonly string[]): Promise<Ended> =>
    workplace.run(["certificates", ...args, "--config", config]);
  const lines = async (): Promise<string[]> => (await certificates("list")).out.split("\n").filter(Boolean);

  beforeAll(async () => {
    const name = `running-${isRunning}`;
    config = workplace.write(
      `${name}.yaml`,
      `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
opcua: { host: 127.0.0.1, port: 0, anonymousRole: observer }
hmi: { host: 127.0.0.1, port: 0 }
store: { directory: ${name} }
`,
    );
    application = join(workplace.folder, name, "pki", "application");
    mkdirSync(join(application, "rejected"), { recursive: true });
    writeFileSync(join(application, "rejected", "panel.pem"), client.cert);
    if (!isRunning) return;
    bridge = workplace.start(["run", "--config", config, "--log-level", "error"]);
    await bridge.says("\n");
  }, 60_000);

  afterAll(async () => {
    bridge?.signal("SIGTERM");
    await bridge?.ended();
  });

  it("lists, trusts and rejects", async () => {
    const shown = new RegExp(
      `^rejected  ${thumbprint}  \\d{4}-\\d\\d-\\d\\d to \\d{4}-\\d\\d-\\d\\d  CN=Panel\\S* 7$`,
      "u",
    );
    const before = await lines();
    expect(before.map((line) => line.split(" ")[0])).toEqual(isRunning ? ["own", "rejected"] : ["rejected"]);
    expect(before.at(-1)).toMatch(shown);
    expect(before.at(-1)).not.toContain("\u0007");
    expect(await certificates("trust", thumbprint)).toEqual({ code: 0, out: "done\n", errors: "" });
    expect((await lines()).at(-1)).toMatch(/^trusted /u);
    expect(readdirSync(join(application, "trusted", "certs"))).toHaveLength(1);
    expect(await certificates("reject", thumbprint.toLowerCase())).toEqual({ code: 0, out: "done\n", errors: "" });
    expect((await lines()).at(-1)).toMatch(/^rejected /u);
  }, 60_000);

  it.each([
    ["AB", 65, /^error: thumbprint: must be the 40 hexadecimal digits/],
    ["0".repeat(40), 67, /^error: there is no certificate of a client with the thumbprint 0{40}$/],
  ])("says why it has not trusted %s", async (wrong, code, sentence) => {
    const ended = await certificates("trust", wrong);
    expect([ended.code, ended.out]).toEqual([code, ""]);
    expect(ended.errors.trim()).toMatch(sentence);
  });
});
