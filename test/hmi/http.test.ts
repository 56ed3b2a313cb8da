import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { request, type Server } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { openHttp, type HttpServer } from "../../src/hmi/http.ts";
import { openMetrics } from "../../src/hmi/metrics.ts";
import type { Ask, Questions } from "../../src/hmi/questions.ts";
import { systemClock } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog, type Log } from "../../src/std/log.ts";

/** For documentation only (RFC 5737 §3). */
const ADDRESS_OF_NOBODY = "192.0.2.1";

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const counts = new Counts();
const errors: unknown[] = [];
const log: Log = { ...silentLog, error: (fields, message) => errors.push([message, fields["error"]]) };
const gauges = {
  chargePointsKnown: 3,
  chargePointsConnected: 2,
  chargePointsPending: 1,
  transactionsActive: 4,
  storeFailing: 0,
  rulesInUse: 7,
  rulesRefused: 0,
  scadaMethodConnected: 0,
};

const decided = [
  { action: "Authorize", source: "scada", status: "Accepted", count: 4, totalMs: 2500 },
  { action: "Authorize", source: "otherwise", status: "Blocked", count: 1, totalMs: 3000 },
];

const options = {
  host: "127.0.0.1",
  port: 0,
  anonymousRole: "none",
  metricsOpen: true,
  maxConnections: 10,
  requestsPerSecond: 100,
} as const;

/** The questions that these tests ask; any other would be a fault. */
function asking(reasons: readonly string[]): Ask {
  const metrics = openMetrics({ counts, gauges: () => gauges, decisions: () => decided });
  const questions: Partial<Questions> = {
    notReady: () => [...reasons],
    impaired: () => [],
    metrics: async () => ({ type: metrics.type, text: await metrics.render() }),
  };
  return (async (name, ...input) =>
    (questions[name] as ((...given: readonly unknown[]) => unknown) | undefined)?.(...input)) as Ask;
}

async function open(metricsOpen: boolean, reasons: string[] = [], where: object = {}): Promise<HttpServer> {
  const surroundings = { log, clock: systemClock, ask: asking(reasons), watch: () => {} };
  const server = await openHttp({ ...options, metricsOpen, ...where }, [], surroundings);
  servers.push(server);
  return server;
}

describe("the HTTP side", () => {
  it("says that the process lives, and that it serves only once it does", async () => {
    const reasons = ["starting"];
    const { url } = await open(false, reasons);
    expect(await (await fetch(`${url}/healthz`)).text()).toBe("ok\n");
    const early = await fetch(`${url}/readyz`);
    expect([early.status, await early.text()]).toEqual([503, "not ready: starting\n"]);
    reasons.pop();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it("keeps /metrics closed unless the settings open it, and says how", async () => {
    const { url } = await open(false);
    const answer = await fetch(`${url}/metrics`);
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain("hmi.metricsOpen");
  });

  it("renders counters and gauges for Prometheus", async () => {
    const { url } = await open(true);
    counts.add("framesReceived", 5);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain("ocpp_opcua_frames_received_total 5");
    expect(text).toContain("ocpp_opcua_charge_points_known 3");
    expect(text).toContain("ocpp_opcua_transactions_active 4");
    const scada = 'action="Authorize",source="scada",status="Accepted"';
    expect(text).toContain(`ocpp_opcua_decisions_made_total{${scada}} 4`);
    expect(text).toContain(`ocpp_opcua_decision_seconds_total{${scada}} 2.5`);
    expect(text).toContain('decisions_made_total{action="Authorize",source="otherwise",status="Blocked"} 1');
    expect(text).toContain("process_resident_memory_bytes");
    if (process.platform === "linux") expect(Number(/^process_open_fds (\d+)$/mu.exec(text)?.[1])).toBeGreaterThan(3);
    // What would go through all sockets while charge points wait.
    expect(text).not.toContain("nodejs_active_");
  });

  it.each(["/nothing.js", "/api/nothing", "/metrics/../etc/passwd.txt", "/%00.", "/%zz.", `/${"a".repeat(8000)}.`])(
    "answers %s with 404",
    async (path) => {
      const { url } = await open(true);
      const { hostname, port } = new URL(url);
      const status = await new Promise((resolve, reject) => {
        request({ hostname, port, path: path.replace("..", "%2e%2e") }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end();
      });
      expect(status).toBe(404);
    },
  );

  it.each([
    ["not HTTP", "\x16\x03\x01 hello\r\n\r\n"],
    ["a header without end", `GET /healthz HTTP/1.1\r\nX: ${"a".repeat(20_000)}\r\n\r\n`],
  ])("refuses %s and goes on serving", async (_, bytes) => {
    const { url } = await open(true);
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(bytes);
    socket.on("error", () => {});
    socket.resume();
    await once(socket, "close");
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("rejects a port that is taken and an address that this machine does not have, naming the setting", async () => {
    const { url } = await open(true);
    const port = Number(new URL(url).port);
    const openAt = (host: string) => open(true, [], { host, port });
    await expect(openAt("127.0.0.1")).rejects.toThrow(
      new Error(`hmi.port: port ${port} on 127.0.0.1 is already in use by another program`),
    );
    await expect(openAt(ADDRESS_OF_NOBODY)).rejects.toThrow(
      new Error(`hmi.host: this machine has no address ${ADDRESS_OF_NOBODY}`),
    );
  });

  it("logs every error of its socket and goes on serving, such as one connection too many for the system", async () => {
    const { url } = await open(true);
    let server: Server | undefined;
    const remember = (message: unknown): void => {
      ({ server } = message as { server: Server });
    };
    subscribe("http.server.request.start", remember);
    await (await fetch(`${url}/healthz`)).text();
    unsubscribe("http.server.request.start", remember);
    for (const text of ["accept EMFILE", "accept ENFILE"]) server?.emit("error", new Error(text));
    expect(errors).toEqual([
      ["the HTTP server failed", "accept EMFILE"],
      ["the HTTP server failed", "accept ENFILE"],
    ]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});
