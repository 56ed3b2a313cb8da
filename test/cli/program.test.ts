// The command line: what is printed where, and the exit codes (sysexits.h).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT, Workplace } from "./programInTest.ts";

const workplace = new Workplace();
afterAll(() => workplace.clean());

const GOOD = "opcua: { anonymousRole: observer }\nchargePoints: [{ id: CP001, password: x }]\n";

describe("the program", () => {
  it("prints its version", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(await workplace.run(["--version"])).toEqual({ code: 0, out: `${version}\n`, errors: "" });
  });

  it("lists its commands and says what each of their options is for", async () => {
    const { code, out, errors } = await workplace.run(["--help"]);
    expect([code, errors]).toEqual([0, ""]);
    expect(Array.from(out.matchAll(/^ {2}([a-z]+) \[?/gmu), ([, name]) => name)).toEqual([
      "run",
      "check",
      "simulate",
      "send",
      "idtags",
      "users",
      "certificates",
      "messages",
      "transactions",
      "backup",
      "restore",
      "decide",
      "datapoints",
      "help",
    ]);
    const help = (await workplace.run(["run", "--help"])).out.replaceAll(/\s+/gu, " ");
    expect(help).toContain("--config <file> settings file (default: config/bridge.yaml, env: OCPP_OPCUA_CONFIG)");
    expect(help).toContain("overrides store.directory (env: OCPP_OPCUA_DATA)");
  });

  const wrong: readonly (readonly [args: string, sentence: string])[] = [
    ["bogus", "unknown command 'bogus'"],
    ["--bogus", "unknown option '--bogus'"],
    ["run --bogus", "unknown option '--bogus'"],
    ["run more", "too many arguments for 'run'"],
    ["run --log-level loud", "Allowed choices are debug, info, warn, error, silent."],
    ["check --data elsewhere", "unknown option '--data'"],
    ["check --config", "option '--config <file>' argument missing"],
    ["datapoints --format xml", "Allowed choices are csv, markdown."],
    ["simulate", "required option '--url <url>' not specified"],
    [
      "simulate --url nonsense",
      "argument 'nonsense' is invalid. It must be an address such as ws://192.168.10.1:9000.",
    ],
    ["simulate --url http://127.0.0.1:9000", "It must be an address such as ws://192.168.10.1:9000."],
    [
      "simulate --url ws://127.0.0.1:1 --count 0",
      "argument '0' is invalid. It must be a whole number from 1 to 20000.",
    ],
    ["simulate --url ws://127.0.0.1:1 --count 1e9", "It must be a whole number from 1 to 20000."],
    ["simulate --url ws://127.0.0.1:1 --count many", "It must be a whole number from 1 to 20000."],
    ["simulate --url ws://127.0.0.1:1 --connectors 1.5", "It must be a whole number from 1 to 1000."],
    ["simulate --url ws://127.0.0.1:1 --speed 20000", "It must be a number above 0, at most 10000."],
    ["simulate --url ws://127.0.0.1:1 --duration 9e9", "It must be a number above 0, at most 2000000."],
    ["simulate --url ws://127.0.0.1:1 --ramp -1", "It must be a number above 0, at most 10000."],
  ];

  it.each(wrong)("refuses `%s` with 64 (EX_USAGE) and one sentence", async (args, sentence) => {
    const { code, out, errors } = await workplace.run(args.split(" "));
    expect([code, out]).toEqual([64, ""]);
    expect(errors).toMatch(/^error: .+\n\(ocpp-opcua --help says more\)\n$/u);
    expect(errors).toContain(sentence);
  });

  it("does not mind that nobody reads what it prints", async () => {
    const program = workplace.start(["datapoints"]);
    program.closeOutput();
    expect(await program.ended()).toMatchObject({ code: 0, errors: "" });
  });
});

describe("check", () => {
  it("takes a good file with 0", async () => {
    const file = workplace.write("good.yaml", GOOD);
    expect(await workplace.run(["check", "--config", file])).toEqual({
      code: 0,
      out: `${file}: the settings are usable\n`,
      errors: "",
    });
  });

  it.each([
    [
      "a wrong file, at the place",
      "bad.yaml",
      "hmi:\n  prt: 1\n",
      ':2:3 error /hmi/prt\nUnknown key "prt"; did you mean "port"?\n',
    ],
    ["a file that is no YAML", "odd.yaml", "hmi: [\n", ":2:1 error /\n"],
  ])("refuses %s, with 78 (EX_CONFIG)", async (_, name, text, said) => {
    const file = workplace.write(name, text);
    const { code, out } = await workplace.run(["check", "--config", file]);
    expect(code).toBe(78);
    expect(out).toContain(`${file}${said}`);
  });

  it("refuses a missing file with 78", async () => {
    const file = join(workplace.folder, "missing.yaml");
    const { code, out } = await workplace.run(["check", "--config", file]);
    expect([code, out]).toEqual([78, `${file}:1:1 error /\nThere is no such file; name another file with --config.\n`]);
  });

  it("takes the file from OCPP_OPCUA_CONFIG, and config/bridge.yaml where that is unset or empty", async () => {
    const file = workplace.write("variable.yaml", GOOD);
    expect((await workplace.run(["check"], { OCPP_OPCUA_CONFIG: file })).out).toBe(
      `${file}: the settings are usable\n`,
    );
    const standard = join(ROOT, "config", "bridge.yaml");
    const { code, out } = await workplace.run(["check"], { OCPP_OPCUA_CONFIG: "", OCPP_OPCUA_DATA: "" });
    expect(code).toBe(0);
    // No charge point is listed there yet.
    expect(out.match(/ (?:error|warning) \S+$/gmu)).toEqual([" warning /chargePoints"]);
    expect(out.endsWith(`\n${standard}: the settings are usable\n`)).toBe(true);
    expect((await workplace.run(["check"])).out).toBe(out);
  });

  it("says of a misspelt key exactly what README.md shows", async () => {
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const example = /```\n(config\/bridge\.yaml:\d.*?)```/su.exec(readme)?.[1] ?? "";
    const standard = readFileSync(join(ROOT, "config", "bridge.yaml"), "utf8");
    const file = workplace.write("readme.yaml", standard.replace("port: 9000", "prot: 9000"));
    const { out } = await workplace.run(["check", "--config", file]);
    expect(out.replaceAll(file, "config/bridge.yaml")).toBe(example);
  });
});

describe("simulate", () => {
  it("says in a sentence that no charge point could connect, and ends with 1", async () => {
    // Port 1 (tcpmux, RFC 1078) is open nowhere any more.
    const args = ["simulate", "--url", "ws://127.0.0.1:1", "--duration", "0.5"];
    const { code, out, errors } = await workplace.run(args);
    expect([code, out]).toEqual([1, ""]);
    expect(errors).toContain("no charge point could connect; CP001: connect ECONNREFUSED 127.0.0.1:1\n");
  });

  it("sends nothing to another machine unless that very host was named", async () => {
    // TEST-NET-1 (RFC 5737) is nobody's.
    const args = ["simulate", "--url", "ws://192.0.2.1:9000", "--duration", "0.5"];
    for (const named of [[], ["--yes-this-is-mine", "192.0.2.2"]]) {
      const { code, out, errors } = await workplace.run([...args, ...named]);
      expect([code, out]).toEqual([64, ""]);
      expect(errors).toBe(
        "ocpp-opcua: 192.0.2.1 is not this machine; if it is yours, say so: --yes-this-is-mine 192.0.2.1\n",
      );
    }
    const { code, errors } = await workplace.run([...args, "--yes-this-is-mine", "192.0.2.1"]);
    expect(code).toBe(1);
    expect(errors).toContain("no charge point could connect");
  });
});
