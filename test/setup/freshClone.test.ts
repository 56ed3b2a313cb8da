// What a newcomer does: clone, one command. Everything is real: git, the machine's own Node and npm, the package registry.
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bareEnvironment, cloneHead, isGitCheckout, startProgram, type Clone, type Program } from "./clone.ts";

const INSTALL_MS = 270_000;
const START_MS = 60_000;
const STOP_MS = 10_000;
const NPM_THAT_FORWARDS = 10_009;
const OLDEST_NODE = 22_018;
const BOOTSTRAP = [".ci/bootstrap.mjs"];

const READY = /^ready /;
/** The log line of an ordered stop. */
const STOPPING = /"stopping"/;
const running: Program[] = [];
let clone: Clone;

function start(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Program {
  const program = startProgram(clone, command, args, env);
  running.push(program);
  return program;
}

function startBridge(): Program {
  writeFileSync(
    clone.at("..", "bridge.yaml"),
    `ocpp: { listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }
opcua: { host: 127.0.0.1, port: 0 }
hmi: { host: 127.0.0.1, port: 0 }
`,
  );
  return start("npm", ["start", "--", "--config", clone.at("..", "bridge.yaml"), "--data", clone.at("..", "data")]);
}

/** Major and minor version of the machine's own program as one number. */
function versionOf(command: "node" | "npm"): number {
  const text = execFileSync(command, ["--version"], { env: bareEnvironment(), encoding: "utf8" });
  const [major = 0, minor = 0] = text.replace("v", "").split(".").map(Number);
  return major * 1000 + minor;
}

if (!isGitCheckout) process.stderr.write("fresh clone: skipped, because this is not a git checkout\n");

describe.runIf(isGitCheckout)("in a fresh clone", () => {
  beforeAll(() => {
    clone = cloneHead();
  }, START_MS);
  afterEach(() => running.splice(0).forEach((program) => program.kill()));
  afterAll(() => clone.remove(), START_MS);

  it("without a network, npm start says so in one line and fails", { timeout: START_MS }, async () => {
    const offline = {
      npm_config_registry: "http://127.0.0.1:9",
      npm_config_cache: clone.at("..", "empty-cache"),
      npm_config_fetch_retries: "0",
    };
    const program = start("npm", ["start"], offline);
    expect(await program.exit(START_MS)).toBe(1);
    const own = program.errors.split("\n").filter((line) => line.startsWith("ocpp-opcua: "));
    expect(own[0]).toContain("installing the dependencies");
    // On an old Node it is the newer Node that cannot be fetched.
    expect(own.at(-1)).toMatch(
      /^ocpp-opcua: npm (?:ci|install node) failed: the package registry cannot be reached .+ run the same command again$/,
    );
    expect(own.filter((line) => line.includes("failed"))).toHaveLength(1);
    expect(program.out).not.toContain("ready ");
  });

  it(
    "npm start installs, builds, serves, says so on standard output, and stops in order",
    { timeout: INSTALL_MS + START_MS },
    async () => {
      const program = startBridge();
      const line = await program.line("out", READY, INSTALL_MS);
      expect(JSON.parse(line.slice("ready ".length))).toEqual({
        ocpp: [expect.stringMatching(/^ws:\/\/127\.0\.0\.1:[1-9]\d*$/)],
        opcua: expect.stringMatching(/^opc\.tcp:\/\/.+:[1-9]\d*$/),
        hmi: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/),
      });
      // Beside that line only npm's own announcements of the scripts.
      expect(program.out.split("\n").filter((each) => each !== "" && !each.startsWith("> "))).toEqual([line]);
      expect(existsSync(clone.at("node_modules", ".bin", "node"))).toBe(true);
      // Older versions of npm keep a SIGTERM to themselves.
      const whom = versionOf("npm") >= NPM_THAT_FORWARDS ? "program" : "group";
      program.signal("SIGTERM", whom);
      await program.line("errors", STOPPING, STOP_MS);
      program.signal("SIGTERM", whom);
      expect(await program.exit(STOP_MS)).toBe(0);
    },
  );

  it(
    "the second npm start installs and builds nothing, and Ctrl-C in a terminal stops it in order",
    { timeout: 2 * START_MS },
    async () => {
      const program = startBridge();
      const line = await program.line("out", READY, START_MS);
      expect(program.errors).not.toMatch(/installing|building/);
      const { hmi } = JSON.parse(line.slice("ready ".length));
      expect((await fetch(`${hmi}/healthz`)).status).toBe(200);
      program.signal("SIGINT", "group");
      expect(await program.exit(STOP_MS)).toBe(0);
    },
  );

  it(
    "the package that npm pack makes is complete, and names the Node that it needs",
    { timeout: START_MS },
    async () => {
      const packing = start("npm", ["pack", "--pack-destination", clone.at("..")]);
      expect(await packing.exit(START_MS), packing.errors).toBe(0);
      const archive = readdirSync(clone.at("..")).find((name) => name.endsWith(".tgz")) ?? "";
      // Inside the clone, where its dependencies are found.
      const extracting = start("tar", ["-xzf", clone.at("..", archive)]);
      expect(await extracting.exit(START_MS), extracting.errors).toBe(0);
      const executable = clone.at("package", "dist", "cli", "main.js");
      const check = [executable, "check", "--config", clone.at("package", "config", "bridge.yaml")];
      const checking = start(clone.at("node_modules", ".bin", "node"), check);
      expect(await checking.exit(START_MS), checking.errors).toBe(0);
      const onOwnNode = start("node", check);
      const hasOldNode = versionOf("node") < OLDEST_NODE;
      expect(await onOwnNode.exit(START_MS), onOwnNode.errors).toBe(hasOldNode ? 78 : 0);
      if (hasOldNode) expect(onOwnNode.errors).toMatch(/^ocpp-opcua needs Node\.js 22\.18 or newer; this is .+\n$/);
    },
  );

  it(
    "of two starts at once after a change of the sources one builds and the other waits for it",
    { timeout: START_MS },
    async () => {
      appendFileSync(clone.at("src", "std", "clock.ts"), "\n// changed by hand\n");
      const both = [start("node", BOOTSTRAP), start("node", BOOTSTRAP)];
      const codes = await Promise.all(both.map((each) => each.exit(START_MS)));
      expect(codes, both.map((each) => each.errors).join("")).toEqual([0, 0]);
      expect(
        both
          .map((each) => each.errors)
          .join("")
          .match(/building dist/g),
      ).toHaveLength(1);
      expect(readFileSync(clone.at("dist", "std", "clock.js"), "utf8")).toContain("changed by hand");
      expect(existsSync(clone.at(".bootstrap.lock"))).toBe(false);
    },
  );

  it("a start that was killed while it built does not stop the next one", { timeout: START_MS }, async () => {
    const killed = start("node", ["-e", ""]);
    expect(await killed.exit(START_MS)).toBe(0);
    writeFileSync(clone.at(".bootstrap.lock"), String(killed.process.pid));
    rmSync(clone.at("dist"), { recursive: true });
    const next = start("node", BOOTSTRAP);
    expect(await next.exit(START_MS), next.errors).toBe(0);
    expect(existsSync(clone.at("dist", "cli", "main.js"))).toBe(true);
  });

  it("sources that do not compile are named, and the last build stays", { timeout: START_MS }, async () => {
    writeFileSync(clone.at("src", "std", "broken.ts"), "export const broken: number = 'text';\n");
    const program = start("node", BOOTSTRAP);
    expect(await program.exit(START_MS)).toBe(1);
    expect(program.errors).toMatch(/src\/std\/broken\.ts\(1,14\): error/);
    expect(program.errors).toMatch(/^ocpp-opcua: the sources do not compile/m);
    expect(existsSync(clone.at("dist", "cli", "main.js"))).toBe(true);
  });

  it("is tried with the machine's own Node, not with the one that the project brings", () =>
    expect(bareEnvironment().PATH).not.toContain("node_modules"));
});
