// What keeps an order by HTTP from being done late, and by what its sender knows its end among those of others.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../src/control/ask.ts";
import { startBridgeInTest, type BridgeInTest } from "../flow/bridgeInTest.ts";
import { BrowserInTest } from "./browserInTest.ts";

const PASSWORD = "correct horse";
const HOUR_MS = 3_600_000;
const putOff = { kind: "setRegistration", chargePointId: "CP001", status: "Pending" };

let bridge: BridgeInTest;
let browser: BrowserInTest;
beforeAll(async () => {
  bridge = await startBridgeInTest("chargePoints: [{ id: CP001, connectors: 1 }]");
  const user = { kind: "addAccount", chargePointId: "", name: "anna", role: "engineer", password: PASSWORD } as const;
  await ask(join(bridge.directory, "data"), "command", { command: user });
  browser = new BrowserInTest(bridge.bridge.addresses.hmi);
  await browser.logIn("anna", PASSWORD);
});
afterAll(() => bridge.stop());

describe("an order", () => {
  it.each([
    ["/api/commands", putOff],
    ["/api/methods", { chargePointId: "CP001", connectorId: 1, method: "SetLimit", payload: { amperes: 10 } }],
    ["/api/alarms/act", { chargePointId: "CP001", connector: 0, name: "Connection", act: { kind: "disable" } }],
  ])("to %s that comes after its time is refused and not done", async (path, body) => {
    const events = await browser.events("?chargePoint=CP001");
    const { status, body: answer } = await browser.post(`${path}?notAfter=${Date.now() - 1}`, body);
    expect([status, answer["error"]]).toEqual([
      409,
      "the request has come too late, so nothing has been done; send it again if it is still wanted",
    ]);
    await browser.post("/api/commands?reference=next", { kind: "clearLimit", chargePointId: "CP001", connectorId: 1 });
    await events.until("occurrence", ({ reference }) => reference === "next");
    const ended = events.told.filter(({ data }) => data["type"] === "CommandFinishedEventType");
    expect(ended.map(({ data }) => data["reference"])).toEqual(["next"]);
    events.close();
  });

  it("that is a file of id tags and comes after its time is refused and not done, and in time is done", async () => {
    const send = (notAfter: number) =>
      browser.post(`/api/id-tags.csv?notAfter=${notAfter}`, "idTag,status\r\nLATE,Accepted\r\n", {
        "content-type": "text/csv",
      });
    const listed = async () => (await browser.get("/api/id-tags?beginning=LATE")).body["entries"];
    const { status, body } = await send(Date.now() - 1);
    expect([status, body["error"]]).toEqual([409, expect.stringContaining("has come too late")]);
    expect(await listed()).toEqual([]);
    expect((await send(Date.now() + HOUR_MS)).status).toBe(200);
    expect(await listed()).toMatchObject([{ idTag: "LATE" }]);
  });

  it("in time is done, and the event of its end bears the reference of its sender", async () => {
    const events = await browser.events("?chargePoint=CP001");
    await events.until("datapoints");
    const { status } = await browser.post(`/api/commands?reference=mine&notAfter=${Date.now() + HOUR_MS}`, putOff);
    expect(status).toBe(200);
    await browser.post("/api/commands", putOff);
    const isMine = ({ reference }: Record<string, unknown>) => reference === "mine";
    expect(await events.until("occurrence", isMine)).toMatchObject({
      type: "CommandFinishedEventType",
      fields: { RequestedBy: "anna" },
    });
    const isOther = ({ type, reference }: Record<string, unknown>) =>
      type === "CommandFinishedEventType" && reference === undefined;
    await events.until("occurrence", isOther);
    events.close();
  });

  it.each<[string, object, number, string]>([
    ["left out", {}, 503, "not connected"],
    ["left empty", { updateType: "" }, 503, "not connected"],
    ["one that there is not", { updateType: "Everything" }, 422, "must be equal to one of the allowed values"],
  ])("to send the id tags with an update type that is %s is answered clearly", async (_, payload, expected, said) => {
    const { status, body } = await browser.post("/api/methods", {
      chargePointId: "CP001",
      method: "SendIdTags",
      payload,
    });
    expect([status, body["error"]]).toEqual([expected, expect.stringContaining(said)]);
  });

  it.each(["notAfter=soon", `reference=${"x".repeat(65)}`, "reference="])("with ?%s is refused", async (query) => {
    expect((await browser.post(`/api/commands?${query}`, putOff)).status).toBe(400);
  });
});
