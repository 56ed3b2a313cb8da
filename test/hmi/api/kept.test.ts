// What is kept, as a browser asks for it of a whole bridge: pages that are complete though messages come in meanwhile, downloads of the
// same, who may ask, and queries that mean harm.
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessagesView, TransactionDetail } from "../../../src/hmi/shapes.ts";
import type { KeptExchange, LedgerEntry, TransactionPage } from "../../../src/twin/keptPages.ts";
import { connectChargePoint, startBridgeInTest, type BridgeInTest } from "../../flow/bridgeInTest.ts";
import { eventually } from "../../opcua/fixture.ts";
import { BrowserInTest } from "../browserInTest.ts";

const RULES = `version: 1
rules:
  - name: no foreigners
    on: [StartTransaction]
    when: idTag == "FOREIGN"
    then: { status: Blocked }
`;
const HOSTILE_TAG = "<img src=x>\u202E'";
const PATHS = [
  "/api/transactions",
  "/api/transactions/1",
  "/api/messages",
  "/api/transactions.csv",
  "/api/messages.jsonl",
];

const open: { stop(): Promise<void> }[] = [];
const chargePoints: RPCClient[] = [];

async function start(role: string, more = ""): Promise<{ bridge: BridgeInTest; browser: BrowserInTest }> {
  const yaml = `${more}
ocpp: { unknownChargePoints: accept, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }
rules: [rules.yaml]
`;
  const surroundings = { files: { "rules.yaml": RULES }, hmi: `anonymousRole: ${role}` };
  const started = await startBridgeInTest(yaml, 0, "none", surroundings);
  open.push(started);
  return { bridge: started, browser: new BrowserInTest(started.bridge.addresses.hmi) };
}

let bridge: BridgeInTest;
let browser: BrowserInTest;
let chargePoint: RPCClient;

beforeAll(async () => {
  ({ bridge, browser } = await start("operator"));
  chargePoint = await connectChargePoint(bridge.ocpp, "CP001");
  chargePoints.push(chargePoint);
  await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
});
afterAll(async () => {
  for (const each of chargePoints) await each.close();
  for (const each of open) await each.stop();
});

async function charge(connectorId: number, idTag: string, isEnding = true): Promise<number> {
  const timestamp = new Date().toISOString();
  const start_ = { connectorId, idTag, meterStart: 1000, timestamp };
  const { transactionId } = (await chargePoint.call("StartTransaction", start_)) as { transactionId: number };
  if (isEnding) await chargePoint.call("StopTransaction", { transactionId, idTag, meterStop: 3500, timestamp });
  return transactionId;
}

async function messages(query: string): Promise<MessagesView> {
  const { status, body } = await browser.get(`/api/messages?${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as unknown as MessagesView;
}

describe("transactions", () => {
  let ended = 0;
  let running = 0;
  beforeAll(async () => {
    ended = await charge(1, HOSTILE_TAG);
    await charge(3, "FOREIGN");
    running = await charge(2, "Tag2", false);
  });
  const ids = async (query = ""): Promise<number[]> => {
    const { body } = await browser.get(`/api/transactions?${query}`);
    return (body as unknown as TransactionPage).transactions.map(({ transactionId }) => transactionId);
  };

  it.each([
    [0, []],
    [1, ["1"]],
    [2, ["2"]],
  ])("can be had of connector %s alone", async (connector, found) => {
    const { body } = await browser.get(`/api/transactions?connector=${connector}`);
    const { transactions } = body as unknown as TransactionPage;
    expect(transactions.map(({ connectorId }) => String(connectorId))).toEqual(found);
  });

  it("come the newest first, with what they were, whatever their id tag is", async () => {
    const { body } = await browser.get("/api/transactions");
    const { transactions, next } = body as unknown as TransactionPage;
    expect(next).toBeUndefined();
    expect(transactions.map(({ idTag }) => idTag)).toEqual(["Tag2", "FOREIGN", HOSTILE_TAG]);
    expect(transactions[2]).toMatchObject({
      transactionId: ended,
      endedBy: "chargePoint",
      energy: 2500,
      reason: "Local",
    });
    expect(transactions[0]).not.toHaveProperty("endedAt");
  });

  it.each([
    ["running=true", () => [running]],
    ["idTag=tAG2", () => [running]],
    [`idTag=${encodeURIComponent(HOSTILE_TAG)}`, () => [ended]],
    ["chargePoint=CP002", () => []],
    ["until=2026-01-01T00:00:00Z", () => []],
    ["idTag=' OR 1=1 --", () => []],
  ])("are found by %s", async (query, expected) => expect(await ids(query)).toEqual(expected()));

  it("come page by page, each once", async () => {
    const found: LedgerEntry[] = [];
    for (let next: number | undefined = Number.MAX_SAFE_INTEGER; next !== undefined;) {
      const { body } = await browser.get(`/api/transactions?limit=1&before=${next}`);
      const page = body as unknown as TransactionPage;
      found.push(...page.transactions);
      next = page.next;
    }
    expect(found.map(({ transactionId }) => transactionId)).toEqual(await ids());
  });

  it("say which rule has decided them", async () => {
    const [, foreign = 0] = await ids();
    const detail = await eventually(async () => {
      const { body } = await browser.get(`/api/transactions/${foreign}`);
      const { decisions } = body as unknown as TransactionDetail;
      return decisions.length > 0 ? (body as unknown as TransactionDetail) : undefined;
    });
    expect(detail.transaction.idTag).toBe("FOREIGN");
    expect(detail.decisions[0]).toMatchObject({
      action: "StartTransaction",
      source: "rule",
      rule: "no foreigners",
      status: "Blocked",
    });
  });

  it.each(["0", "-1", "1e3", "99999999999", "%2e%2e", "'"])("of which there is none by %s are 404", async (id) => {
    expect((await browser.get(`/api/transactions/${id}`)).status).toBe(404);
  });

  it("are downloaded as the filter says", async () => {
    const { body, headers } = await browser.get("/api/transactions.csv?idTag=TAG2");
    const lines = String(body["text"]).trim().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`${running},CP001,2,Tag2`);
    expect(headers.get("content-disposition")).toContain("transactions.csv");
  });

  it("make the energy of the day, those that run as well", async () => {
    const values = [{ value: "1700", measurand: "Energy.Active.Import.Register", unit: "Wh" }];
    const meterValue = [{ timestamp: new Date().toISOString(), sampledValue: values }];
    await chargePoint.call("MeterValues", { connectorId: 2, transactionId: running, meterValue });
    const events = await browser.events();
    await events.until("bridge", ({ energyToday }) => energyToday === 2500 + 2500 + 700);
    events.close();
  });
});

describe("messages", () => {
  it("come page by page, each once, though others come in meanwhile", async () => {
    const beat = async (): Promise<void> => void (await chargePoint.call("Heartbeat", {}));
    for (let count = 0; count < 30; count++) await beat();
    const before = await eventually(async () => {
      const { exchanges } = (await messages("action=Heartbeat&limit=200")).page;
      return exchanges.length >= 30 ? exchanges.map(({ number }) => number) : undefined;
    });
    const { page } = await messages("action=Heartbeat&limit=7");
    const found = [...page.exchanges];
    for (let { next } = page; next !== undefined;) {
      await beat();
      const older = await messages(`action=Heartbeat&limit=7&before=${next.at}.${next.number}`);
      found.push(...older.page.exchanges);
      next = older.page.next;
    }
    expect(found.map(({ number }) => number)).toEqual(before);
    expect(found[0]).toMatchObject({
      chargePointId: "CP001",
      from: "chargePoint",
      outcome: "Answered",
      violations: [],
    });
  });

  it("are followed without a gap and without one twice", async () => {
    let { newest } = (await messages("limit=1")).page;
    const numbers: number[] = [];
    const sent = Array.from({ length: 40 }, async () => chargePoint.call("Heartbeat", {}));
    await eventually(async () => {
      const { page } = await messages(`after=${newest}&action=Heartbeat&limit=7`);
      numbers.push(...page.exchanges.map(({ number }) => number).toReversed());
      ({ newest } = page);
      return numbers.length >= 40;
    });
    await Promise.all(sent);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it("that break the schema are found, with what is wrong", async () => {
    // The strict client would not even send it.
    const careless = await connectChargePoint(bridge.ocpp, "CP002", { strictMode: false });
    chargePoints.push(careless);
    await expect(careless.call("Nonsense", {})).rejects.toThrow();
    const { page } = await eventually(async () => {
      const view = await messages("faulty=true&chargePoint=CP002");
      return view.page.exchanges.length > 0 ? view : undefined;
    });
    expect(page.exchanges[0]).toMatchObject({ action: "Nonsense", outcome: "CallError" });
  });

  it("are downloaded as lines of JSON", async () => {
    const answer = await fetch(`${bridge.bridge.addresses.hmi}/api/messages.jsonl?action=BootNotification`);
    const lines = (await answer.text()).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as KeptExchange).action)).toEqual(["BootNotification"]);
  });

  it("are none, and it says why, where the settings keep none", async () => {
    const { browser: asking } = await start("operator", "store: { directory: data, messageLog: { keep: off } }");
    const { body } = await asking.get("/api/messages");
    expect(body).toEqual({ kept: "off", page: { exchanges: [], newest: 0 } });
  });
});

describe("a query", () => {
  const bad = [
    "since=yesterday",
    "since=2026-05-01",
    "until=",
    "until[]=1",
    "chargePoint=",
    "connector=-1",
    "connector=one",
    `chargePoint=${"a".repeat(256)}`,
    "limit=0",
    "limit=201",
    "limit=1e9",
    "limit=NaN",
    "before=-1",
    "before=1;DROP TABLE exchanges",
    "constructor=1",
    "__proto__=1",
  ];
  it.each(bad)("of transactions with %s is refused in a sentence", async (query) => {
    const { status, body } = await browser.get(`/api/transactions?${query}`);
    expect([status, typeof body["error"]]).toEqual([400, "string"]);
  });
  it.each([...bad, "after=-1", "after=1&before=1.1", "faulty=perhaps"])(
    "of messages with %s is refused in a sentence",
    async (query) => {
      const { status, body } = await browser.get(`/api/messages?${query}`);
      expect([status, typeof body["error"]]).toEqual([400, "string"]);
    },
  );
  it.each(["since=yesterday", "limit=1", "chargePoint="])(
    "of a download with %s is refused in a sentence",
    async (query) => {
      for (const path of ["/api/transactions.csv", "/api/messages.jsonl"])
        expect((await browser.get(`${path}?${query}`)).status).toBe(400);
    },
  );
});

describe("who may ask", () => {
  it.each([
    ["none", 401],
    ["observer", 403],
  ])("is not %s", async (role, expected) => {
    const { browser: asking } = await start(role);
    for (const path of PATHS) expect((await asking.get(path)).status, path).toBe(expected);
  });
});
