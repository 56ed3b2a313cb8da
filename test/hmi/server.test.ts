import { request } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { openHttpServer, type HttpServer } from "../../src/hmi/server.ts";
import { Counts } from "../../src/std/counts.ts";

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const counts = new Counts();
const gauges = { chargePointsKnown: 3, chargePointsConnected: 2, chargePointsPending: 1, transactionsActive: 4 };

async function open(metricsOpen: boolean, reasons: string[] = []): Promise<HttpServer> {
  const server = await openHttpServer(
    { host: "127.0.0.1", port: 0, metricsOpen, maxConnections: 10 },
    { counts, gauges: () => gauges, notReady: () => reasons },
  );
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
    expect(text).toContain("process_resident_memory_bytes");
  });

  it.each(["/", "/nothing", "/metrics/../etc/passwd", "/%00", "/%zz", `/${"a".repeat(8000)}`])(
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

  it("rejects a port that is taken, naming it", async () => {
    const { url } = await open(true);
    const port = Number(new URL(url).port);
    await expect(
      openHttpServer(
        { host: "127.0.0.1", port, metricsOpen: true, maxConnections: 10 },
        { counts, gauges: () => gauges, notReady: () => [] },
      ),
    ).rejects.toThrow(String(port));
  });
});
