// Who may do what by HTTP, and what hostile pages and programs are told: login, cookie, origin, host, schema, role, number of requests.
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { json, text as textOf } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../src/control/ask.ts";
import type { AccountCommand } from "../../src/twin/commands.ts";
import { startBridgeInTest, type BridgeInTest } from "../flow/bridgeInTest.ts";
import { eventually } from "../opcua/fixture.ts";
import { BrowserInTest } from "./browserInTest.ts";

const PASSWORD = "correct horse";
const users = ["observer", "operator", "engineer", "administrator"] as const;

let bridge: BridgeInTest;
let url: string;
const change = async (command: AccountCommand): Promise<void> => {
  const asked = await ask(join(bridge.directory, "data"), "command", { command });
  if (asked.kind !== "answered" || asked.answer.outcome.kind !== "answered") throw new Error(JSON.stringify(asked));
};
const loggedIn = async (name: string): Promise<BrowserInTest> => {
  const browser = new BrowserInTest(url);
  const { status, body } = await browser.logIn(name, PASSWORD);
  expect([status, body]).toEqual([200, { user: name, role: name }]);
  return browser;
};

beforeAll(async () => {
  bridge = await startBridgeInTest("chargePoints: [{ id: CP001 }]");
  url = bridge.bridge.addresses.hmi;
  for (const name of users)
    await change({ kind: "addAccount", chargePointId: "", name, role: name, password: PASSWORD });
});
afterAll(() => bridge.stop());

describe("without login", () => {
  it.each([
    "/api/charge-points",
    "/api/charge-points/CP001/values",
    "/api/commands",
    "/events",
    "/api/transactions.csv",
  ])("%s is closed and says what to do", async (path) => {
    const { status, body } = await new BrowserInTest(url).get(path);
    expect([status, body]).toEqual([401, { error: "log in first" }]);
  });

  it.each(["/api/commands", "/api/methods", "/api/alarms/act"])("nothing is done by %s", async (path) => {
    expect((await new BrowserInTest(url).post(path, {})).status).toBe(401);
  });

  it.each(["/healthz", "/readyz", "/api/session", "/api/openapi.json"])("%s is open", async (path) => {
    expect((await new BrowserInTest(url).get(path)).status).toBe(200);
  });
});

describe("a login", () => {
  it("is refused with the same words for a wrong password and for a user that there is not", async () => {
    const browser = new BrowserInTest(url);
    const wrong = await browser.logIn("observer", "wrong");
    const nobody = await browser.logIn("nobody", PASSWORD);
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect(wrong.body).toEqual(nobody.body);
  });

  it("gives a cookie that no script and no other site gets", async () => {
    const { headers } = await new BrowserInTest(url).logIn("observer", PASSWORD);
    expect(headers.get("set-cookie")).toMatch(/^ocpp_opcua_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/u);
  });

  it("ends with the logout, and its cookie is worth nothing afterwards", async () => {
    const browser = await loggedIn("observer");
    const { headers } = await browser.get("/api/charge-points");
    expect(headers.get("cache-control")).toBe("no-store");
    expect((await browser.post("/api/logout", {})).body).toEqual({ role: "none" });
    expect((await browser.get("/api/charge-points")).status).toBe(401);
  });

  it("ends at once, with its events, when the account gets another password", async () => {
    const name = "passing";
    await change({ kind: "addAccount", chargePointId: "", name, role: "operator", password: PASSWORD });
    const browser = new BrowserInTest(url);
    await browser.logIn(name, PASSWORD);
    const events = await browser.events();
    await change({ kind: "setAccountRole", chargePointId: "", name, role: "observer" });
    await events.until("session", ({ role }) => role === "observer");
    await change({ kind: "setAccountPassword", chargePointId: "", name, password: "another horse" });
    await events.until("session", ({ role }) => role === "none");
    await eventually(() => events.isOver);
    expect((await browser.get("/api/charge-points")).status).toBe(401);
  });

  it.each([
    ["no JSON", "{"],
    ["no password", { name: "observer" }],
    ["a password that is no text", { name: "observer", password: 5 }],
    ["more than is asked for", { name: "observer", password: PASSWORD, role: "administrator" }],
    ["a list", []],
  ])("of %s is refused with 400", async (_, body) => {
    expect((await new BrowserInTest(url).post("/api/login", body)).status).toBe(400);
  });

  it("of a megabyte is not read", async () => {
    const body = { name: "observer", password: "x".repeat(1_000_000) };
    expect((await new BrowserInTest(url).post("/api/login", body)).status).toBe(415);
  });
});

describe("another site", () => {
  const reset = { chargePointId: "CP001", method: "Reset", payload: { type: "Soft" } };

  it.each([
    ["an origin of its own", { origin: "http://evil.example", "sec-fetch-site": "cross-site" }],
    ["the origin null", { origin: "null" }],
    ["an origin that is none", { origin: "%%%" }],
    ["the same host by another port", { origin: "http://127.0.0.1:1" }],
    ["no origin but the browser's word", { origin: "", "sec-fetch-site": "same-site" }],
  ])("does nothing with the cookie of who is logged in: %s", async (_, headers) => {
    const browser = await loggedIn("operator");
    const { status, body } = await browser.post("/api/methods", reset, headers);
    expect([status, body]).toEqual([403, { error: "a request of another site is not taken" }]);
  });

  it("does nothing by a form, whose type is no JSON", async () => {
    const browser = await loggedIn("operator");
    const { status } = await browser.post("/api/methods", JSON.stringify(reset), { "content-type": "text/plain" });
    expect(status).toBe(415);
  });

  it("cannot put the page into a frame or bring scripts into it", async () => {
    const { headers } = await new BrowserInTest(url).get("/");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("a proxy", () => {
  const password = { kind: "setAccountPassword", chargePointId: "", name: "observer", password: PASSWORD };

  it("that says that a request came without TLS gets no password taken", async () => {
    const administrator = await loggedIn("administrator");
    const forwarded = { "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "http" };
    const { status, body } = await administrator.post("/api/commands", password, forwarded);
    expect([status, body["kind"]]).toEqual([403, "denied"]);
    const overTls = { ...forwarded, "x-forwarded-proto": "https" };
    expect((await administrator.post("/api/commands", password, overTls)).status).toBe(200);
  });

  it("makes the cookie one that goes over TLS alone where it says so", async () => {
    const browser = new BrowserInTest(url);
    const { headers } = await browser.post(
      "/api/login",
      { name: "operator", password: PASSWORD },
      { "x-forwarded-proto": "https" },
    );
    expect(headers.get("set-cookie")).toContain("; Secure");
  });
});

describe("a name that leads here (DNS rebinding)", () => {
  it("is nobody, where an address needs no login", async () => {
    const open = await startBridgeInTest("", 0, "none", { hmi: "anonymousRole: operator" });
    const { port } = new URL(open.bridge.addresses.hmi);
    const roleAs = (host: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        request({ port, host: "127.0.0.1", path: "/api/session", headers: { host } }, (answer) => {
          json(answer).then(resolve, reject);
        })
          .on("error", reject)
          .end();
      });
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect(await roleAs(host), host).toEqual({ role: "operator" });
    for (const host of [`evil.example:${port}`, "evil.localhost.example", "127.0.0.1.evil.example"])
      expect(await roleAs(host), host).toEqual({ role: "none" });
    const proxied = await new BrowserInTest(open.bridge.addresses.hmi).get("/api/session", {
      "x-forwarded-for": "192.0.2.7",
    });
    expect(proxied.body).toEqual({ role: "none" });
    await open.stop();
  });
});

describe("roles", () => {
  const reset = { chargePointId: "CP001", method: "Reset", payload: { type: "Soft" } };

  it("are judged on the road, as for OPC UA", async () => {
    const statuses = [];
    for (const name of users) statuses.push((await (await loggedIn(name)).post("/api/methods", reset)).status);
    // Nothing was sent: the charge point is not connected.
    expect(statuses).toEqual([403, 503, 503, 503]);
  });

  it("let administrators alone change users, and say so", async () => {
    const command = { kind: "removeAccount", chargePointId: "", name: "nobody" };
    const engineer = await (await loggedIn("engineer")).post("/api/commands", command);
    expect(engineer.status).toBe(403);
    expect(engineer.body["error"]).toContain("administrator");
    expect((await (await loggedIn("administrator")).post("/api/commands", command)).status).toBe(404);
  });

  it("are needed for records about persons", async () => {
    expect((await (await loggedIn("observer")).get("/api/transactions.csv")).status).toBe(403);
    expect((await (await loggedIn("operator")).get("/api/transactions.csv")).status).toBe(200);
  });
});

describe("a body", () => {
  it.each([
    ["no command", "/api/commands", {}, ""],
    ["a kind that there is not", "/api/commands", { kind: "boom", chargePointId: "CP001" }, ""],
    ["a field too many", "/api/commands", { kind: "remove", chargePointId: "CP001", force: true }, ""],
    [
      "an identity of 256 characters",
      "/api/commands",
      { kind: "remove", chargePointId: "x".repeat(256) },
      "/chargePointId",
    ],
    ["a payload that is a text", "/api/methods", { chargePointId: "CP001", method: "Reset", payload: "" }, "/payload"],
    [
      "connector 0",
      "/api/methods",
      { chargePointId: "CP001", connectorId: 0, method: "X", payload: {} },
      "/connectorId",
    ],
    [
      "an act that there is not",
      "/api/alarms/act",
      { chargePointId: "", connector: 0, name: "X", act: { kind: "x" } },
      "/act",
    ],
  ])("of %s is refused with its place", async (_, path, body, place) => {
    const answer = await (await loggedIn("administrator")).post(path, body);
    expect(answer.status).toBe(400);
    expect(String(answer.body["at"])).toContain(place);
    expect(answer.body["error"]).not.toBe("");
  });

  it("whose argument has another type is refused before anything is sent", async () => {
    const administrator = await loggedIn("administrator");
    const limit = { chargePointId: "CP001", connectorId: 1, method: "SetLimit", payload: { amperes: "much" } };
    expect((await administrator.post("/api/methods", limit)).status).toBe(422);
    const add = { chargePointId: "", method: "Add", payload: { id: "CP002", connectors: "two" } };
    expect((await administrator.post("/api/methods", add)).status).toBe(422);
    const unknown = await administrator.post("/api/methods", { ...add, method: "Explode" });
    expect([unknown.status, unknown.body["at"]]).toEqual([404, "/method"]);
  });

  it("of more than a request to a charge point may have is refused", async () => {
    const text = { kind: "prepare", chargePointId: "CP001", payload: "x".repeat(300_000) };
    expect((await (await loggedIn("operator")).post("/api/commands", text)).status).toBe(413);
  });

  it("that comes slowly and is refused unread does not cost the connection", async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const answers = textOf(socket);
    const length = 300_000;
    socket.write(`POST /api/commands HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: ${length}\r\n\r\n`);
    for (let part = 0; part < 10; part++) {
      await setTimeout(100);
      socket.write("x".repeat(length / 10));
    }
    socket.write(`GET /healthz HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
    expect(await answers).toMatch(/^HTTP\/1\.1 (?:401|403)[^]*HTTP\/1\.1 200 OK[^]*ok\n/u);
  });

  it("that is long and refused is cut off", async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise<void>((done) => socket.once("close", () => done()));
    socket.on("error", () => {});
    socket.resume();
    socket.write(`POST /api/commands HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 1000000000\r\n\r\n`);
    const more = (): boolean => socket.writable && socket.write("x".repeat(1_000_000), () => more());
    more();
    await closed;
    expect(socket.bytesWritten).toBeLessThan(1_000_000_000);
  });

  // A few thousand can be sent by one thread and not be read by the other, whose stack is smaller.
  it.each([65, 3000, 8000, 20_000, 100_000])("that is nested %i times is answered", async (depth) => {
    const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const body = `{"chargePointId":"CP001","method":"Call","payload":{"action":"X","payload":{"a":${deep}}}}`;
    const { status } = await (await loggedIn("engineer")).post("/api/methods", body);
    expect([400, 422]).toContain(status);
  });

  it("of somebody who may not is not read", async () => {
    const large = { kind: "call", chargePointId: "CP001", action: "X", payload: { x: "y".repeat(300_000) } };
    expect((await new BrowserInTest(url).post("/api/commands", large)).status).toBe(401);
  });

  it("may name query parameters only where there are some", async () => {
    const { status, body } = await (await loggedIn("operator")).get("/api/commands?boom=1");
    expect(status).toBe(400);
    expect(body["error"]).toContain("boom");
  });
});

describe("a flood of requests", () => {
  it("is answered with 429 once its address has had its share", async () => {
    const small = await startBridgeInTest("limits: { httpRequestsPerSecond: 1 }");
    const browser = new BrowserInTest(small.bridge.addresses.hmi);
    const statuses = [];
    for (let count = 0; count < 30; count++) statuses.push((await browser.get("/api/session")).status);
    expect(statuses.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    // A watchdog is answered all the same.
    expect((await browser.get("/healthz")).status).toBe(200);
    await small.stop();
  });
});
