// `messages`, `transactions`, `backup`, `restore` and /api/transactions.csv: the executable, a running bridge and an independent charge
// point, while the bridge runs and after it has ended.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { connectChargePoint } from "../flow/bridgeInTest.ts";
import { Workplace, type Ended, type Program } from "./programInTest.ts";

const workplace = new Workplace();
const settings = (role: string): string => `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
opcua: { host: 127.0.0.1, port: 0, anonymousRole: observer }
hmi: { host: 127.0.0.1, port: 0, metricsOpen: true, anonymousRole: ${role} }
store: { directory: ${role} }
chargePoints: [{ id: CP001 }, { id: CP002 }]
`;
const KEY = "000102030405060708090A0B0C0D0E0F10111213";
const START = { connectorId: 1, idTag: "=1+1", meterStart: 100 };
let config: string;
let bridge: Program;
let addresses: { readonly ocpp: readonly string[]; readonly hmi: string };
let chargePoint: RPCClient;
let transactionId: number;

const run = (...args: string[]): Promise<Ended> => workplace.run([...args, "--config", config]);

async function messages(...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, out, errors } = await run("messages", "--json", ...args);
  expect([code, errors]).toEqual([0, ""]);
  return out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Until what has been sent last is there: it waits a moment in the bridge. */
async function messagesUntil(count: number, ...args: string[]): Promise<Record<string, unknown>[]> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const found = await messages(...args);
    if (found.length >= count) return found;
  }
  throw new Error(`there were never ${count} messages`);
}

beforeAll(async () => {
  config = workplace.write("bridge.yaml", settings("operator"));
  bridge = workplace.start(["run", "--config", config, "--log-level", "error"]);
  await bridge.says("\n");
  addresses = JSON.parse(bridge.out.replace(/^ready /u, "")) as typeof addresses;
  chargePoint = await connectChargePoint(addresses.ocpp[0] ?? "", "CP001", { strictMode: false });
  chargePoint.handle("ChangeConfiguration", async () => ({ status: "Accepted" }));
  chargePoint.handle("GetConfiguration", async () => ({
    configurationKey: [{ key: "AuthorizationKey", readonly: false, value: KEY }],
  }));
  chargePoint.handle("UnlockConnector", async () => ({ status: "Opened" }));
  await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  const started = await chargePoint.call("StartTransaction", { ...START, timestamp: "2026-11-01T10:00:00Z" });
  ({ transactionId } = started as { transactionId: number });
});

afterAll(async () => {
  await chargePoint.close({ force: true });
  await workplace.clean();
});

describe("ocpp-opcua messages", () => {
  it("shows requests of both sides with their answers, the newest first, while the bridge runs", async () => {
    await run("send", "CP001", "UnlockConnector", "--connector-id", "1");
    const [unlock, start, boot] = await messagesUntil(3, "CP001");
    expect(unlock).toMatchObject({
      chargePointId: "CP001",
      from: "bridge",
      action: "UnlockConnector",
      outcome: "Answered",
      violations: [expect.stringContaining("status")],
      request: expect.stringMatching(/^\[2,"[-0-9a-f]{36}","UnlockConnector",\{"connectorId":1\}\]$/u),
      answer: expect.stringMatching(/^\[3,"[-0-9a-f]{36}",\{"status":"Opened"\}\]$/u),
    });
    expect(unlock?.["latencyMs"]).toBeGreaterThan(0);
    expect(start).toMatchObject({ from: "chargePoint", action: "StartTransaction", violations: [] });
    expect(start?.["answer"]).toContain(`"transactionId":${transactionId}`);
    expect(boot).toMatchObject({ action: "BootNotification" });
    expect(Date.parse(String(boot?.["at"]))).toBeLessThanOrEqual(Date.parse(String(start?.["at"])));
    expect(await messages("--action", "BootNotification")).toEqual([boot]);
    expect(await messages("--until", String(start?.["at"]))).toEqual([boot]);
    expect(await messages("CP001", "--limit", "1")).toEqual([unlock]);
    expect(await messages("--violations", "--action", "UnlockConnector")).toEqual([unlock]);
    expect(await messages("CP002")).toEqual([]);
  });

  it("shows no AuthorizationKey in either direction", async () => {
    await run("send", "CP001", "ChangeConfiguration", "--key", "AuthorizationKey", "--value", KEY);
    await run("send", "CP001", "GetConfiguration");
    const [got] = await messagesUntil(1, "--action", "GetConfiguration");
    const [changed] = await messagesUntil(1, "--action", "ChangeConfiguration");
    expect(got?.["answer"]).toContain('"value":"***"');
    expect(changed?.["request"]).toContain('{"key":"AuthorizationKey","value":"***"}');
    const directory = join(workplace.folder, "operator");
    for (const name of ["messages.db", "messages.db-wal"])
      expect(readFileSync(join(directory, name)).includes(KEY), name).toBe(false);
  });

  it("shows what is no frame, what nobody waits for, and what was refused, harmless for a terminal", async () => {
    const socket = new WebSocket(`${addresses.ocpp[0]}/CP002`, ["ocpp1.6"]);
    await new Promise((resolve) => socket.once("open", resolve));
    const frames = [
      "no frame\n\u001b[2J at all",
      '[2,"7",5,{}]',
      '[3,"nobody",{}]',
      '[9,"x"]',
      '[2,"8","Nothing",{}]',
      Buffer.from([0xff, 0xfe, 0x00]),
    ];
    for (const frame of frames) socket.send(frame);
    const found = await messagesUntil(6, "CP002", "--violations");
    socket.terminate();
    expect(found.map(({ outcome }) => outcome)).toEqual([
      "BadFrame",
      "CallError",
      "Ignored",
      "Ignored",
      "BadFrame",
      "BadFrame",
    ]);
    expect(found[5]).toMatchObject({ request: frames[0], violations: ["the frame is not JSON"] });
    expect(found[4]?.["answer"]).toMatch(/^\[4,"7","FormationViolation"/u);
    const { out } = await run("messages", "CP002");
    expect(out).toContain("    request    no frame\\n\\u001b[2J at all\n");
  });

  it.each([
    [["--since", "yesterday"], "It must be a time with its offset"],
    [["--limit", "0"], "It must be a whole number from 1 to"],
    [["CP001", "CP002"], "too many arguments"],
  ])("refuses %j with 64 (EX_USAGE)", async (args, sentence) => {
    const { code, errors } = await run("messages", ...args);
    expect(code).toBe(64);
    expect(errors).toContain(sentence);
  });
});

describe("charge detail records", () => {
  const line = (): string => `${transactionId},CP001,1,'=1+1,Accepted,,2026-11-01T10:00:00.000Z,,100,`;

  it("come from the command line and over HTTP, while the bridge runs, into a file as well", async () => {
    const { code, out } = await run("transactions");
    expect(code).toBe(0);
    expect(out).toContain(`\r\n${line()}`);
    const file = join(workplace.folder, "records.csv");
    const written = await run("transactions", "--charge-point", "CP001", "--output", file);
    expect(written).toEqual({ code: 0, out: "", errors: `1 transactions in ${file}\n` });
    expect(readFileSync(file, "utf8")).toBe(out);
    const answer = await fetch(`${addresses.hmi}/api/transactions.csv?chargePoint=CP001&since=2026-11-01T00:00:00Z`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      200,
      "text/csv; charset=utf-8; header=present",
    ]);
    expect(await answer.text()).toBe(out);
    expect((await run("transactions", "--since", "2026-11-02T00:00:00Z")).out).toBe(`${out.split("\r\n")[0]}\r\n`);
  });

  it.each(["since=yesterday", "until=", "chargePoint=", `chargePoint=${"x".repeat(300)}`, "charge_point=CP001"])(
    "are refused over HTTP for ?%.30s with 400 and a sentence",
    async (query) => {
      const answer = await fetch(`${addresses.hmi}/api/transactions.csv?${query}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({ error: expect.stringMatching(/^[^\n]+$/u) });
    },
  );

  it("cost nothing that stays when nobody reads on, however often", async () => {
    const served = (method: string): Promise<string> =>
      vi.waitFor(
        async () => {
          const answer = await fetch(`${addresses.hmi}/api/transactions.csv`, { method });
          expect(answer.status).toBe(200);
          return answer.text();
        },
        { timeout: 30_000, interval: 50 },
      );
    for (let round = 0; round < 6; round++) {
      const over = new AbortController();
      const asked = fetch(`${addresses.hmi}/api/transactions.csv`, { signal: over.signal });
      if (round % 2 === 0) await (await asked).body?.cancel();
      over.abort();
      await asked.catch(() => {});
      // Those before end in the background.
      expect(await served("HEAD")).toBe("");
    }
    expect(await served("GET")).toContain(",100,");
  });

  it("are for nobody without login, though metrics are", async () => {
    const closed = workplace.write("closed.yaml", settings("none"));
    const other = workplace.start(["run", "--config", closed, "--log-level", "error"]);
    await other.says("\n");
    const { hmi } = JSON.parse(other.out.replace(/^ready /u, "")) as { hmi: string };
    expect((await fetch(`${hmi}/metrics`)).status).toBe(200);
    for (const method of ["GET", "HEAD"])
      expect((await fetch(`${hmi}/api/transactions.csv`, { method })).status).toBe(401);
    expect((await fetch(`${hmi}/api/transactions.csv`, { method: "POST" })).status).toBe(404);
    other.signal("SIGTERM");
    await other.ended();
  });

  it("are not written where the file cannot be, which is said", async () => {
    const { code, errors } = await run("transactions", "--output", join(workplace.folder, "missing", "x.csv"));
    expect(code).toBe(1);
    expect(errors).toMatch(/^error: .*x\.csv cannot be written: .*ENOENT/u);
  });
});

describe("backup and restore", () => {
  it("copy while the bridge runs, refuse to restore then, and restore afterwards; everything can be read without a bridge", async () => {
    const output = join(workplace.folder, "copy");
    const backup = await run("backup", "--output", output);
    const files = ["state.db", "history.db", "messages.db"].map((name) => join(output, name));
    expect(backup).toEqual({ code: 0, out: files.map((path) => `${path}\n`).join(""), errors: "" });
    const early = await run("restore", output);
    expect(early).toMatchObject({ code: 1, out: "", errors: expect.stringContaining("a bridge is running on") });
    const stop = { transactionId, meterStop: 350, timestamp: "2026-11-01T11:00:00Z" };
    await chargePoint.call("StopTransaction", stop);
    bridge.signal("SIGTERM");
    expect((await bridge.ended()).code).toBe(0);

    expect(await messages("--action", "StopTransaction")).toHaveLength(1);
    expect((await run("transactions")).out).toContain(",100,350,250,Local,");
    const restored = await run("restore", output);
    expect(restored).toMatchObject({ code: 0, errors: "" });
    expect(restored.out.match(/^(?:restored|what was there before): /gmu)).toHaveLength(6);
    expect(await messages("--action", "StopTransaction")).toEqual([]);
    expect((await run("transactions")).out).not.toContain("350");
  });

  it("say what is missing where no bridge has run", async () => {
    const nowhere = join(workplace.folder, "nowhere");
    const ask = (...args: string[]): Promise<Ended> => workplace.run([...args, "--data", nowhere]);
    expect((await ask("messages")).errors).toMatch(/has no messages\.db/u);
    expect((await ask("transactions")).errors).toMatch(/no bridge has run here yet/u);
    expect((await ask("backup", "--output", "x")).errors).toMatch(/nothing to back up/u);
    expect((await ask("restore", workplace.folder)).errors).toMatch(/does not exist/u);
  });
});
