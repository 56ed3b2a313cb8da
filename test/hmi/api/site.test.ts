// What the pages about the site ask, over a whole bridge: who may, what comes of it, and what hostile requests are told.
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../../src/control/ask.ts";
import type { AccountCommand } from "../../../src/twin/commands.ts";
import { connectChargePoint, startBridgeInTest, type BridgeInTest } from "../../flow/bridgeInTest.ts";
import { connect, eventually } from "../../opcua/fixture.ts";
import { BrowserInTest } from "../browserInTest.ts";

const PASSWORD = "correct horse";
const users = ["observer", "operator", "engineer", "administrator"] as const;
type User = (typeof users)[number];

const RULES = `version: 1
rules:
  - name: staff
    on: [Authorize, StartTransaction]
    when: idTag.startsWith("STAFF")
    then: { status: Accepted }
  - name: list
    on: [Authorize, StartTransaction]
    ask: idTags
  - name: control room
    on: DataTransfer
    ask: scada
    timeoutSeconds: 30
    otherwise: { status: Rejected }
`;
const VENDOR = `version: 1
maker: Acme
match: [{ vendor: Acme }]
dataTransfer:
  - { vendorId: com.acme, messageId: Battery, path: /soc, datapoint: BatterySoC, type: Double, unit: "%", history: true, source: manual }
`;
/** Of a charge point, with what a URL and a NodeId write otherwise. */
const ODD = "CP/0 1%";

let bridge: BridgeInTest;
let url: string;
const browsers = new Map<User, BrowserInTest>();
const as = (user: User): BrowserInTest => browsers.get(user) as BrowserInTest;

beforeAll(async () => {
  const yaml = `rules: [rules.yaml]\nvendors: [acme.yaml]\nchargePoints: [{ id: CP001, connectors: 2 }, { id: "${ODD}", connectors: 1 }]`;
  bridge = await startBridgeInTest(yaml, 0, "observer", {
    files: { "rules.yaml": RULES, "acme.yaml": VENDOR },
  });
  url = bridge.bridge.addresses.hmi;
  for (const name of users) {
    const command: AccountCommand = { kind: "addAccount", chargePointId: "", name, role: name, password: PASSWORD };
    await ask(join(bridge.directory, "data"), "command", { command });
    const browser = new BrowserInTest(url);
    expect((await browser.logIn(name, PASSWORD)).status).toBe(200);
    browsers.set(name, browser);
  }
});
afterAll(() => bridge.stop());

const trial = { action: "Authorize", chargePointId: "CP001", idTag: "STAFF1" };
const csv = { "content-type": "text/csv" };
const importing = (browser: BrowserInTest, file: string, query = "", headers: Record<string, string> = csv) =>
  browser.post(`/api/id-tags.csv${query}`, file, headers);

describe("a role", () => {
  it.each([
    ["GET /api/rules", "engineer", (browser: BrowserInTest) => browser.get("/api/rules")],
    ["POST /api/rules/try", "engineer", (browser: BrowserInTest) => browser.post("/api/rules/try", trial)],
    ["GET /api/decisions", "operator", (browser: BrowserInTest) => browser.get("/api/decisions")],
    ["GET /api/decisions/pending", "operator", (browser: BrowserInTest) => browser.get("/api/decisions/pending")],
    ["GET /api/id-tags", "operator", (browser: BrowserInTest) => browser.get("/api/id-tags")],
    ["GET /api/id-tags.csv", "operator", (browser: BrowserInTest) => browser.get("/api/id-tags.csv")],
    ["POST /api/id-tags.csv", "operator", (browser: BrowserInTest) => importing(browser, "idTag,status\nR,Accepted\n")],
    ["GET /api/users", "administrator", (browser: BrowserInTest) => browser.get("/api/users")],
    ["GET /api/certificates", "administrator", (browser: BrowserInTest) => browser.get("/api/certificates")],
    ["GET /api/datapoints", "observer", (browser: BrowserInTest) => browser.get("/api/datapoints")],
    ["GET /api/datapoints.csv", "observer", (browser: BrowserInTest) => browser.get("/api/datapoints.csv")],
  ] as const)("is asked for by %s: %s", async (_, least, request) => {
    expect((await request(new BrowserInTest(url))).status).toBe(401);
    const statuses = [];
    for (const user of users) statuses.push((await request(as(user))).status);
    const first = users.indexOf(least);
    expect(statuses).toEqual(users.map((__, index) => (index < first ? 403 : 200)));
  });
});

describe("a hostile request", () => {
  it.each([
    ["/api/decisions?before=1", "before"],
    ["/api/decisions?before=1.2.3", "before"],
    ["/api/decisions?before=%3Cscript%3E", "before"],
    ["/api/decisions?limit=0", "limit"],
    ["/api/decisions?limit=201", "limit"],
    ["/api/decisions?limit=1e999", "limit"],
    ["/api/decisions?chargePoint=", "chargePoint"],
    [`/api/decisions?chargePoint=${"x".repeat(256)}`, "chargePoint"],
    ["/api/id-tags?limit=-1", "limit"],
    ["/api/id-tags?beginning=123456789012345678901", "beginning"],
    ["/api/id-tags?after=123456789012345678901", "after"],
    ["/api/id-tags?key=x", "key"],
    ["/api/datapoints?from=-1", "from"],
    ["/api/datapoints?from=x", "from"],
    ["/api/users?name=x", "name"],
  ])("%s is refused with 400 and its place", async (path, said) => {
    const { status, body } = await as("administrator").get(path);
    expect(status).toBe(400);
    expect(body["error"]).toContain(said);
  });

  it.each([
    ["no action", { chargePointId: "CP001" }],
    ["an action that nobody decides", { ...trial, action: "Heartbeat" }],
    ["a field too many", { ...trial, now: 0 }],
    ["a connector that is none", { ...trial, connectorId: 1.5 }],
    ["a payload that is a list", { ...trial, payload: [] }],
    [
      "a payload of a thousand levels",
      { ...trial, payload: JSON.parse(`${'{"a":'.repeat(1000)}1${"}".repeat(1000)}`) },
    ],
    ["a prototype", `{"action":"__proto__","chargePointId":"CP001"}`],
    ["no JSON", "{"],
  ])("of a trial with %s is refused", async (_, body) => {
    expect((await as("engineer").post("/api/rules/try", body)).status).toBe(400);
  });

  it.each([
    ["a forged origin", { origin: "http://evil.example" }, 403],
    ["another site's word", { origin: "", "sec-fetch-site": "cross-site" }, 403],
    ["another type", { "content-type": "text/plain" }, 415],
    ["a form's type", { "content-type": "multipart/form-data; boundary=x" }, 415],
  ])("with %s neither tries nor imports", async (_, headers, expected) => {
    expect((await as("administrator").post("/api/rules/try", trial, headers)).status).toBe(expected);
    const file = "idTag,status\nEVIL,Accepted\n";
    expect((await importing(as("administrator"), file, "", { ...csv, ...headers })).status).toBe(expected);
    const { body } = await as("operator").get("/api/id-tags?beginning=EVIL");
    expect(body["entries"]).toEqual([]);
  });

  it("for wildcards of SQL finds nothing but what is spelt so", async () => {
    for (const beginning of ["%", "_", "' OR 1=1 --", "\u0000", "é"])
      expect(
        (await as("operator").get(`/api/id-tags?beginning=${encodeURIComponent(beginning)}`)).body["entries"],
      ).toEqual([]);
  });
});

describe("rules", () => {
  it("are shown with their files, and tried without any effect", async () => {
    const { body } = await as("engineer").get("/api/rules");
    const file = join(bridge.directory, "rules.yaml");
    expect(body).toMatchObject({ error: "", ruleCount: 3, files: [{ file, text: RULES }], faults: [] });
    expect(body["rules"]).toMatchObject([
      { name: "staff", line: 3, when: 'idTag.startsWith("STAFF")' },
      { asks: "idTags" },
      {},
    ]);
    const tried = await as("engineer").post("/api/rules/try", trial);
    expect(tried.body).toMatchObject({ answer: { status: "Accepted" }, source: "rule", rule: "staff", asked: [] });
    expect(tried.body["explained"]).toMatchObject([{ name: "staff", fits: true, parts: [{ value: "is true" }, {}] }]);
  });

  it("that ask the list of id tags are tried with it, and nobody else is asked", async () => {
    const ofList = await as("engineer").post("/api/rules/try", { ...trial, idTag: "NOBODY" });
    expect(ofList.body).toMatchObject({ answer: { status: "Invalid" }, source: "idTags", asked: ["idTags"] });
    const ofScada = await as("engineer").post("/api/rules/try", {
      action: "DataTransfer",
      chargePointId: "CP001",
      payload: { vendorId: "x" },
    });
    expect(ofScada.body).toMatchObject({ answer: { status: "Rejected" }, source: "otherwise", asked: ["scada"] });
    expect((await as("operator").get("/api/decisions/pending")).body).toEqual({ questions: [] });
  });

  it("with an error are shown in place while those from before stay in use", async () => {
    const file = join(bridge.directory, "rules.yaml");
    await writeFile(file, RULES.replace("idTag.startsWith", "idTagg.startsWith"));
    const reload = { kind: "reloadRules", chargePointId: "" };
    const refused = await as("engineer").post("/api/commands", reload);
    expect(refused.status).toBe(409);
    const { body } = await as("engineer").get("/api/rules");
    expect(body["error"]).toContain(`${file}:5:`);
    expect(body["faults"]).toMatchObject([{ file, line: 5, severity: "error", excerpt: expect.stringContaining("^") }]);
    expect(body["rules"]).toHaveLength(3);
    expect((await as("engineer").post("/api/rules/try", trial)).body).toMatchObject({ rule: "staff" });
    await writeFile(file, RULES);
    expect((await as("engineer").post("/api/commands", reload)).status).toBe(200);
    expect((await as("engineer").get("/api/rules")).body).toMatchObject({ error: "", faults: [] });
  });
});

describe("a decision", () => {
  it("waits for SCADA, is answered, and stands in the list with who has answered", async () => {
    const client = await connectChargePoint(bridge.ocpp, "CP001");
    const answered = client.call("DataTransfer", { vendorId: "<b>x</b>", data: "?" });
    const [question] = await eventually(async () => {
      const { body } = await as("operator").get("/api/decisions/pending");
      const questions = body["questions"] as readonly Record<string, unknown>[];
      return questions.length > 0 && questions;
    });
    expect(question).toMatchObject({ action: "DataTransfer", chargePointId: "CP001" });
    const requestId = question?.["requestId"];
    const answer = { kind: "answerDecision", chargePointId: "", requestId, status: "Accepted" };
    expect((await as("observer").post("/api/commands", answer)).status).toBe(403);
    expect((await as("operator").post("/api/commands", answer)).status).toBe(200);
    expect(await answered).toMatchObject({ status: "Accepted" });
    expect((await as("operator").post("/api/commands", answer)).status).toBe(409);
    for (let count = 0; count < 3; count++) await client.call("Authorize", { idTag: `STAFF${count}` });
    await client.close();
    const decided = (query: string) => as("operator").get(`/api/decisions?${query}`);
    const { body } = await eventually(async () => {
      const page = await decided("limit=3");
      return (page.body["decisions"] as readonly { idTag: string }[])[0]?.idTag === "STAFF2" && page;
    });
    expect(body).toMatchObject({
      isKept: true,
      decisions: [{ idTag: "STAFF2", rule: "staff", source: "rule" }, {}, {}],
    });
    const rest = await decided(`limit=3&before=${String(body["next"])}`);
    expect(rest.body["decisions"]).toMatchObject([{ action: "DataTransfer", source: "scada", answeredBy: "operator" }]);
    expect((await decided("chargePoint=CP002")).body["decisions"]).toEqual([]);
  });
});

describe("id tags", () => {
  it("are set, found by how they begin, paged and removed", async () => {
    const set = (idTag: string) =>
      as("operator").post("/api/commands", { kind: "setIdTag", chargePointId: "", idTag, status: "Blocked" });
    for (const idTag of ["Page-3", "page-1", "PAGE-2", "other"]) expect((await set(idTag)).status).toBe(200);
    const page = (query: string) => as("operator").get(`/api/id-tags?beginning=pAgE&${query}`);
    const first = await page("limit=2");
    expect(first.body).toMatchObject({
      entries: [{ idTag: "page-1", status: "Blocked" }, { idTag: "PAGE-2" }],
      next: "PAGE-2",
    });
    const last = await page("limit=2&after=PAGE-2");
    expect(last.body["entries"]).toMatchObject([{ idTag: "Page-3", expiryDate: "", parentIdTag: "" }]);
    expect(last.body["next"]).toBeUndefined();
    const remove = { kind: "removeIdTag", chargePointId: "", idTag: "page-3" };
    expect((await as("operator").post("/api/commands", remove)).status).toBe(200);
    expect((await page("limit=200")).body["entries"]).toHaveLength(2);
  });

  it("come from a file and go into one, which reads back the same", async () => {
    const lines = Array.from({ length: 2500 }, (_, index) => `F${index},Accepted,2030-01-01T00:00:00Z,"=G,""x"""`);
    const file = `idTag,status,expiryDate,parentIdTag\r\n${lines.join("\r\n")}\r\n`;
    expect((await importing(as("operator"), file, "?replace=true")).body).toEqual({ imported: 2500 });
    const { body, headers } = await as("operator").get("/api/id-tags.csv");
    expect(headers.get("content-disposition")).toContain("id-tags.csv");
    const text = String(body["text"]);
    expect(text.split("\r\n")).toHaveLength(2502);
    // A spreadsheet must not take it for a formula.
    expect(text).toContain(`F1,Accepted,2030-01-01T00:00:00Z,"'=G,""x"""`);
    expect((await importing(as("operator"), text)).body).toEqual({ imported: 2500 });
    expect((await as("operator").get("/api/id-tags")).body["count"]).toBe(2500);
  });

  it.each([
    ["nothing", "", "it is empty"],
    ["another table", "name;status\r\n", "unknown column"],
    ["a status that there is not", "idTag,status\r\nA,Accepted\r\nB,Maybe\r\n", "line 3: status"],
    ["one twice", "idTag,status\r\nA,Accepted\r\na,Blocked\r\n", "line 3: idTag"],
    ["markup", "idTag,status\r\n<img src=x onerror=alert(1)>,Accepted\r\n", "line 2: idTag"],
    ["a quote without end", 'idTag,status\r\n"A,Accepted\r\n', "line 2"],
  ])("in a file of %s are not imported, and the place is said", async (_, file, said) => {
    const before = (await as("operator").get("/api/id-tags")).body["count"];
    const { status, body } = await importing(as("operator"), file, "?replace=true");
    expect(status).toBe(422);
    expect(body["error"]).toContain("nothing was imported");
    expect(body["error"]).toContain(said);
    expect((await as("operator").get("/api/id-tags")).body["count"]).toBe(before);
  });

  it("in a file that is no text are refused, and one of more than 64 MiB is not read", async () => {
    const bytes = await importing(as("operator"), "idTag,status\r\n\ud800,Accepted\r\n");
    expect(bytes.status).toBe(422);
    expect((await importing(as("operator"), "idTag,status\r\n", "?replace=perhaps")).status).toBe(400);
    expect(await sendHead("67108865")).toBe("413");
  });

  it("come in again after a file that has broken off", async () => {
    expect(await sendHead("1000", "idTag,status\r\nBROKEN,Accepted\r\n")).toBeUndefined();
    const file = "idTag,status\r\nAFTER,Accepted\r\n";
    const { body } = await eventually(async () => {
      const answer = await importing(as("operator"), file);
      return answer.status === 200 && answer;
    });
    expect(body).toEqual({ imported: 1 });
    expect((await as("operator").get("/api/id-tags?beginning=BROKEN")).body["entries"]).toEqual([]);
  });
});

/** Sends the head of an import and what there is of its file; the status, or undefined where the connection is ended before there is one. */
async function sendHead(length: string, text = ""): Promise<string | undefined> {
  const socket = createConnection(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  const cookie = await cookieOf("operator");
  const head = `POST /api/id-tags.csv HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: ${length}\r\nCookie: ${cookie}\r\n\r\n`;
  socket.write(head + text);
  if (text !== "") {
    // It has been read once others are turned away meanwhile.
    await eventually(async () => (await importing(as("operator"), "idTag,status\r\nX,Accepted\r\n")).status === 503);
    socket.destroy();
    return undefined;
  }
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return /^HTTP\/1\.1 (\d+)/u.exec(answer.toString())?.[1];
}

async function cookieOf(user: User): Promise<string> {
  const { headers } = await new BrowserInTest(url).logIn(user, PASSWORD);
  return headers.get("set-cookie")?.split(";")[0] ?? "";
}

describe("users", () => {
  it("are shown without anything of their passwords", async () => {
    const { body } = await as("administrator").get("/api/users");
    expect(body["users"]).toHaveLength(users.length);
    expect(body["users"]).toContainEqual({
      name: "engineer",
      role: "engineer",
      isEnabled: true,
      hasPassword: true,
      changedAt: expect.any(Number),
    });
    expect(JSON.stringify(body)).not.toMatch(/scrypt|hash|salt/iu);
  });
});

describe("certificates", () => {
  it("of a client that was turned away are listed, trusted, and its client comes in", async () => {
    const knock = () => connect(bridge.bridge.addresses.opcua, bridge.directory, "Basic256Sha256");
    await expect(knock()).rejects.toThrow();
    const listed = async (state: string) => {
      const { body } = await as("administrator").get("/api/certificates");
      return (body["certificates"] as readonly Record<string, string>[]).filter((each) => each["state"] === state);
    };
    const [rejected] = await eventually(async () => {
      const found = await listed("rejected");
      return found.length > 0 && found;
    });
    expect(await listed("own")).toHaveLength(1);
    const trust = { kind: "trustCertificate", chargePointId: "", thumbprint: rejected?.["thumbprint"] };
    expect((await as("engineer").post("/api/commands", trust)).status).toBe(403);
    expect((await as("administrator").post("/api/commands", trust)).status).toBe(200);
    expect(await listed("rejected")).toEqual([]);
    const { client, session } = await knock();
    expect((await session.read({ nodeId: "i=2258" })).statusCode.isGood()).toBe(true);
    await client.disconnect();
  });
});

async function allPoints(query: string): Promise<readonly Record<string, string>[]> {
  const points = [];
  for (let from: number | undefined = 0; from !== undefined;) {
    const { body } = await as("observer").get(`/api/datapoints?${query}from=${from}`);
    points.push(...(body["points"] as readonly Record<string, string>[]));
    from = body["next"] as number | undefined;
  }
  return points;
}

describe("the point list", () => {
  it("of a charge point names nodes that the OPC UA server has, however its identity is spelt", async () => {
    const client = await connectChargePoint(bridge.ocpp, ODD);
    const boot = { chargePointVendor: "V", chargePointModel: "M" };
    await client.call("BootNotification", boot);
    const meterValue = [{ timestamp: new Date().toISOString(), sampledValue: [{ value: "7" }] }];
    await client.call("MeterValues", { connectorId: 1, meterValue });
    await client.close();
    const points = await allPoints(`chargePoint=${encodeURIComponent(ODD)}&`);
    const there = points.filter(({ exists }) => exists !== "once reported").map(({ nodeId }) => nodeId);
    expect(there).toContain("ns=4;s=CP%2F0 1%25/Connector1/MeterValues/Energy.Active.Import.Register");
    expect(new Set(points.map(({ nodeId }) => nodeId)).size).toBe(points.length);
    const { session, client: opcua } = await connect(bridge.bridge.addresses.opcua, bridge.directory, "None");
    const read = await session.read(there.map((nodeId) => ({ nodeId: nodeId ?? "", attributeId: 5 })));
    expect(there.filter((_, index) => read[index]?.statusCode.isGood() !== true)).toEqual([]);
    await opcua.disconnect();
  });

  it("of the site has what its vendor files and configuration keys add to any charge point", async () => {
    const points = await allPoints("");
    const named = (path: string) => points.filter(({ nodeId }) => nodeId === `ns=4;s=<id>/${path}`);
    const charge = { dataType: "Double", unit: "%", history: "yes", exists: "once reported" };
    for (const owner of ["", "Connector<n>/"]) expect(named(`${owner}Vendor/BatterySoC`)).toMatchObject([charge]);
    expect(named("Configuration/<key>")).toMatchObject([{ access: "RW", exists: "once reported" }]);
    expect(new Set(points.map(({ nodeId }) => nodeId)).size).toBe(points.length);
  });

  it("is the same as a file, and of a charge point that is not known there is none", async () => {
    const points = await allPoints("");
    const { body, headers } = await as("observer").get("/api/datapoints.csv");
    expect(headers.get("content-type")).toContain("text/csv");
    expect(String(body["text"]).trimEnd().split("\r\n")).toHaveLength(points.length + 1);
    for (const path of ["/api/datapoints", "/api/datapoints.csv"])
      expect((await as("observer").get(`${path}?chargePoint=nobody`)).status).toBe(404);
  });
});
