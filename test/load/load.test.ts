// The load tool as it is run by hand: a small load from its beginning to its end, what it says of it, and what it refuses.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startBridgeInTest } from "../flow/bridgeInTest.ts";
import { hasBrowser } from "./page.ts";
import { ALONE, WATCHED, YARDSTICK, type LoadResult } from "./run.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const TOOL = fileURLToPath(new URL("./main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

const running = new Set<ChildProcess>();
// One that a test has not waited for; it ends what it has started itself.
afterAll(() => {
  for (const child of running) child.kill("SIGTERM");
});

/** `through` is a command that runs the one that follows it. */
function run(args: string, through: readonly string[] = []): Promise<Ended> {
  const [command, ...others] = [...through, process.execPath, TOOL, ...args.split(" ")] as [string, ...string[]];
  const child = spawn(command, others, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let [out, errors] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  return new Promise((resolve) =>
    child.once("close", (code) => {
      running.delete(child);
      resolve({ code, out, errors });
    }),
  );
}

const small = "--charge-points 20 --charging 50 --transaction-seconds 2 --sample-interval 0.5 --heartbeat-interval 2";

describe("a small load", () => {
  let folder: string;
  let ended: Ended;
  let result: LoadResult;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-test-"));
    const file = join(folder, "load.json");
    const page = hasBrowser() ? "" : " --no-page";
    // So long that the bare server, which has little to do, is seen to have taken time of the processor.
    const times = "--minutes 0.1 --alone-minutes 0.1";
    ended = await run(`${small} ${times} --items 100 --publishing-interval 100 --restart --json ${file}${page}`);
    expect(ended.errors).not.toContain("load: ");
    [result] = JSON.parse(await readFile(file, "utf8")) as [LoadResult];
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const figure = (phase: string, name: string): number => result.phases[phase]?.figures[name] ?? Number.NaN;

  test("ends well when all that was confirmed is kept", () => {
    expect(result.problems).toEqual([]);
    expect(result.lost).toEqual([]);
    expect(ended.code).toBe(0);
    expect(ended.out).toContain("20 charge points: nothing was lost");
  });

  test("has compared transactions that began and ended, and values", () => {
    const { once } = result;
    // Twenty connectors begin one each at once; each ends after two seconds at the latest.
    expect(once["confirmed starts of transactions, compared"]).toBeGreaterThan(40);
    expect(once["confirmed ends of transactions, compared"]).toBeGreaterThan(20);
    // All forty connectors once, and twenty of them twice a second.
    expect(once["confirmed registers, compared"]).toBeGreaterThan(100);
  });

  test("was sent to the bridge, alone and watched, and to the bare server", () => {
    expect(Object.keys(result.phases)).toEqual([ALONE, WATCHED, YARDSTICK]);
    for (const phase of Object.keys(result.phases)) {
      expect(figure(phase, "charge points connected")).toBe(20);
      expect(figure(phase, "MeterValues (1/s)")).toBeGreaterThan(0);
      expect(figure(phase, "transactions begun (1/s)")).toBeGreaterThan(0);
      for (const what of ["MeterValues", "starts and ends, which wait for the disk", "anything"])
        expect(figure(phase, `answer to ${what}, p99 (ms)`)).toBeGreaterThanOrEqual(
          figure(phase, `answer to ${what}, p50 (ms)`),
        );
    }
  });

  test("was seen by the SCADA client, with the time from frame to notification", () => {
    expect(result.once["monitored items"]).toBe(100);
    expect(figure(WATCHED, "notifications (1/s)")).toBeGreaterThan(0);
    const [p50, p99] = ["p50", "p99"].map((q) => figure(WATCHED, `frame → notification, ${q} (ms)`));
    expect(p50).toBeGreaterThan(0);
    expect(p99).toBeGreaterThanOrEqual(p50 ?? 0);
  });

  test.runIf(process.platform === "linux")("has cost CPU of threads that have names, and memory", () => {
    expect(figure(ALONE, "CPU of main (% of a core)")).toBeGreaterThan(0);
    expect(figure(WATCHED, "CPU of opcua (% of a core)")).toBeGreaterThan(0);
    expect(figure(WATCHED, "resident memory at most (MB)")).toBeGreaterThan(50);
    expect(ended.out).toMatch(/^CPU of a message, as a ratio of the bare server .*\b1$/mu);
  });

  test("was survived by the bridge, which was ready again after it had been killed", () => {
    expect(result.once["ready after kill -9 (s)"]).toBeGreaterThan(0);
  });
});

describe("a bridge that runs already", () => {
  test("is loaded at its three addresses, and what it keeps is compared as well", async () => {
    const ocpp = "ocpp: { listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }], unknownChargePoints: accept }";
    const bridge = await startBridgeInTest(ocpp, 0, "observer", { hmi: "anonymousRole: operator" });
    const { opcua, hmi } = bridge.bridge.addresses;
    const there = `--ocpp ${bridge.ocpp} --opcua ${opcua} --hmi ${hmi} --policy None --pid ${process.pid}`;
    const { code, out, errors } = await run(`${small} ${there} --items 40 --minutes 0.05 --no-page --no-yardstick`);
    expect(errors).not.toContain("load: ");
    expect(out).toContain("20 charge points: nothing was lost");
    expect(out).toMatch(/^CPU of main \(% of a core\)/mu);
    expect(code).toBe(0);
    // It goes on.
    expect((await fetch(`${hmi}/metrics`)).status).toBe(200);
    await bridge.stop();
  });
});

describe("the load tool", () => {
  const addresses = "--opcua opc.tcp://127.0.0.1:1 --hmi http://127.0.0.1:1";

  test.each([
    ["a target elsewhere", `--ocpp ws://8.8.8.8:9000 ${addresses}`, "--yes-this-is-mine 8.8.8.8"],
    [
      "one of three targets elsewhere",
      `--ocpp ws://127.0.0.1:1 ${addresses.replace("http://127.0.0.1", "http://8.8.8.8")}`,
      "8.8.8.8",
    ],
    [
      "another target than the one that was named",
      `--ocpp ws://8.8.8.8:9000 ${addresses} --yes-this-is-mine 8.8.4.4`,
      "8.8.8.8",
    ],
    ["a user name before the host", `--ocpp ws://localhost@8.8.8.8 ${addresses}`, "user name"],
    ["a part of a bridge", "--ocpp ws://127.0.0.1:9000", "go together"],
    [
      "to kill what it has not started",
      `--ocpp ws://127.0.0.1:1 ${addresses} --restart`,
      "only a bridge that the tool has started",
    ],
    ["a profile without a folder", "--profile --restart", "must be a folder"],
    ["a profile of what it kills", "--profile /nowhere --restart", "exclude each other"],
    ["no charge points", "--charge-points 0", "whole number from 1"],
    ["what is no number", "--minutes soon", "number from 0.01"],
    ["options that it does not have", "--host 8.8.8.8", "unknown option"],
  ])("refuses %s", async (_, args, sentence) => {
    const { code, out, errors } = await run(args);
    expect(errors).toContain(sentence);
    expect(out).toBe("");
    expect(code).toBe(64);
  });

  test.runIf(process.platform === "linux")(
    "says so when too few files may be open, and how many are needed",
    async () => {
      const limited = ["sh", "-c", 'ulimit -n 1000 && exec "$0" "$@"'];
      const { code, errors } = await run("--charge-points 5000", limited);
      expect(errors).toContain(
        "a process may have 1000 files open here, and 5000 charge points need 5300: ulimit -n 5300",
      );
      expect(code).toBe(64);
    },
  );

  test("explains itself", async () => {
    const { code, out } = await run("--help");
    expect(out).toContain("--yes-this-is-mine");
    expect(code).toBe(0);
  });
});
