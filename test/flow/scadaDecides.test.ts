// SCADA decides by answering (INTERFACES §4 a): an independent charge point asks, an OPC UA client hears of it, finds it in the list and
// answers, or nobody does.
import { ReadEventDetails, type ClientSession } from "node-opcua";
import { afterEach, describe, expect, it } from "vitest";
import { date, text } from "../opcua/callsInTest.ts";
import { historyRead } from "../opcua/historyInTest.ts";
import { connectChargePoint } from "./bridgeInTest.ts";
import {
  PATIENT,
  RULE,
  answer,
  askScada,
  bootChargePoint,
  fieldFilter,
  known,
  openSite,
  pending,
  pendingCount,
  seenOf,
  until,
  watchEvents,
  type Seen,
  type Site,
} from "./scadaInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const open = (rules: string, yaml = known("CP1", "CP2"), role = "operator"): Promise<Site> =>
  openSite(cleanUps, { rules, yaml, role });
const chargePoint = (site: Site, id: string) => bootChargePoint(cleanUps, site, id);

async function typeName(session: ClientSession, { EventType }: Seen): Promise<string> {
  return (await session.read({ nodeId: String(EventType), attributeId: 3 })).value.value.name as string;
}

/** Of this type. */
async function ofType(session: ClientSession, seen: readonly Seen[], name: string): Promise<Seen[]> {
  const names = await Promise.all(seen.map((each) => typeName(session, each)));
  return seen.filter((_, index) => names[index] === `${name}EventType`);
}

const startOf = (idTag: string, connectorId = 1): object => ({
  connectorId,
  idTag,
  meterStart: 0,
  timestamp: new Date().toISOString(),
});

describe("a question to SCADA", () => {
  it("is told as an event, stands in the list, and is answered once somebody answers it", async () => {
    const site = await open(askScada("Authorize"));
    const { session } = site;
    const places = ["ns=4;s=/Decisions", "ns=4;s=CP1", "ns=4;s=/ChargePoints", "i=2253"];
    const heard = await Promise.all(places.map((place) => watchEvents(session, place)));
    const stranger = await watchEvents(session, "ns=4;s=CP2");
    const client = await chargePoint(site, "CP1");
    expect(await pending(session)).toEqual([]);
    const verdict = client.call("Authorize", { idTag: "Card" });
    const [question, ...others] = await pendingCount(session, 1);
    expect(others).toEqual([]);
    expect(question).toEqual({
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/u),
      Action: "Authorize",
      ChargePointId: "CP1",
      ConnectorId: 0,
      IdTag: "Card",
      Payload: '{"idTag":"Card"}',
      Deadline: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/u),
    });
    await until(() => heard.every((seen) => seen.length === 1));
    for (const [seen] of heard) {
      expect(await typeName(session, seen!)).toBe("DecisionRequestEventType");
      const { EventType: _, SourceNode, Severity: __, ...fields } = seen!;
      expect(String(SourceNode)).toBe("ns=4;s=CP1");
      expect(fields).toMatchObject({ ...question, Deadline: new Date(question!.Deadline) });
    }
    const left = Date.parse(question!.Deadline) - Date.now();
    expect(left).toBeLessThanOrEqual(PATIENT * 1000);

    const END = new Date("2035-01-01T00:00:00Z");
    const given = { expiryDate: date(END), parentIdTag: text("Staff") };
    expect((await answer(session, question!.RequestId, "Accepted", given)).status).toBe("Good");
    // Without waiting: whoever reads after the answer sees it.
    expect(await pending(session)).toEqual([]);
    expect(await verdict).toEqual({
      idTagInfo: { status: "Accepted", expiryDate: "2035-01-01T00:00:00Z", parentIdTag: "Staff" },
    });

    await until(async () => {
      const made = await Promise.all(heard.map((seen) => ofType(session, seen, "DecisionMade")));
      return made.every((list) => list.length === 1);
    });
    const [made] = await ofType(session, heard[0]!, "DecisionMade");
    expect(made).toMatchObject({
      RequestId: question!.RequestId,
      Action: "Authorize",
      ChargePointId: "CP1",
      IdTag: "Card",
      Source: "scada",
      Asked: "scada",
      Rule: RULE,
      Status: "Accepted",
      Answer: '{"status":"Accepted","expiryDate":"2035-01-01T00:00:00Z","parentIdTag":"Staff"}',
      AnsweredBy: "anonymous",
      LatencyMs: expect.any(Number),
      Reason: "",
    });
    // At /Decisions are seen decisions alone, such as no end of a command.
    expect(heard[0]).toHaveLength(2);
    expect(stranger).toEqual([]);
  });

  it("about a connector is seen there, and read back from the history of its charge point", async () => {
    const site = await open(askScada("StartTransaction"), "chargePoints: [{ id: CP1, connectors: 2 }]\n");
    const { session } = site;
    const heard = await watchEvents(session, "ns=4;s=CP1/Connector1");
    const other = await watchEvents(session, "ns=4;s=CP1/Connector2");
    const client = await chargePoint(site, "CP1");
    const verdict = client.call("StartTransaction", startOf("Card"));
    const [question] = await pendingCount(session, 1);
    expect(question).toMatchObject({ Action: "StartTransaction", ConnectorId: 1, IdTag: "Card" });
    expect((await answer(session, question!.RequestId, "Expired")).status).toBe("Good");
    expect(await verdict).toMatchObject({ transactionId: expect.any(Number), idTagInfo: { status: "Expired" } });
    await until(() => heard.filter(({ RequestId }) => RequestId === question!.RequestId).length === 2);
    expect(heard.map(({ ConnectorId }) => ConnectorId)).toEqual(heard.map(() => 1));
    expect(other).toEqual([]);

    const details = new ReadEventDetails({
      startTime: new Date(Date.now() - 600_000),
      endTime: new Date(Date.now() + 600_000),
      numValuesPerNode: 0,
      filter: fieldFilter,
    });
    const kept = async (nodeId: string): Promise<Seen[]> => {
      const [result] = await historyRead(session, [nodeId], { details });
      return (result?.events ?? []).map(seenOf).filter(({ RequestId }) => RequestId === question!.RequestId);
    };
    await until(async () => (await kept("ns=4;s=CP1")).length === 2);
    expect((await kept("ns=4;s=CP1")).map(({ Source, Status }) => [Source, Status])).toEqual(
      [
        [undefined, undefined],
        ["scada", "Expired"],
      ].map((pair) => pair.map((each) => each ?? null)),
    );
    expect(await kept("ns=4;s=CP1/Connector1")).toHaveLength(2);
    expect(await kept("ns=4;s=CP1/Connector2")).toHaveLength(0);
  });

  it("of a DataTransfer gets its data, and its secrets are shown to nobody", async () => {
    const site = await open(askScada("DataTransfer", PATIENT, "{ status: Rejected }"));
    const { session } = site;
    const heard = await watchEvents(session, "ns=4;s=/Decisions");
    const client = await chargePoint(site, "CP1");
    const secret = JSON.stringify({ user: "u", password: "topsecret" });
    const verdict = client.call("DataTransfer", { vendorId: "V", messageId: "M", data: secret });
    const [question] = await pendingCount(session, 1);
    expect(JSON.parse(question!.Payload)).toMatchObject({ vendorId: "V", messageId: "M" });
    const given = { data: text('{"password":"othersecret","price":1}') };
    expect((await answer(session, question!.RequestId, "Accepted", given)).status).toBe("Good");
    expect(await verdict).toEqual({ status: "Accepted", data: '{"password":"othersecret","price":1}' });
    await until(() => heard.length === 2);
    expect(JSON.stringify([question, heard])).not.toMatch(/topsecret|othersecret/u);
  });

  it("of an unknown charge point that boots is whether it may come in", async () => {
    const site = await open(askScada("BootNotification", PATIENT, "{ status: Rejected }"), "");
    const client = await connectChargePoint(site.bridge.ocpp, "NEW");
    cleanUps.push(() => client.close({ force: true }));
    const booted = client.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
    const [question] = await pendingCount(site.session, 1);
    expect(question).toMatchObject({ Action: "BootNotification", ChargePointId: "NEW", IdTag: "" });
    expect((await answer(site.session, question!.RequestId, "Accepted")).status).toBe("Good");
    expect(await booted).toMatchObject({ status: "Accepted" });
  });

  it("survives that the client goes and another one comes", async () => {
    const site = await open(askScada("Authorize"));
    const first = await site.connect();
    const client = await chargePoint(site, "CP1");
    const verdict = client.call("Authorize", { idTag: "Card" });
    const [before] = await pendingCount(first.session, 1);
    await first.close();
    const second = await site.connect();
    expect(await pending(second.session)).toEqual([before]);
    expect((await answer(second.session, before!.RequestId, "Accepted")).status).toBe("Good");
    expect(await verdict).toEqual({ idTagInfo: { status: "Accepted" } });
  });

  it("is decided otherwise when nobody answers in time; then an answer is too late", async () => {
    const site = await open(askScada("Authorize", 0.3));
    const heard = await watchEvents(site.session, "ns=4;s=/Decisions");
    const client = await chargePoint(site, "CP1");
    expect(await client.call("Authorize", { idTag: "Card" })).toEqual({ idTagInfo: { status: "Blocked" } });
    await until(() => heard.length === 2);
    const [asked, made] = heard;
    expect(made).toMatchObject({
      RequestId: asked!.RequestId,
      Source: "otherwise",
      Asked: "scada",
      Rule: RULE,
      Status: "Blocked",
      AnsweredBy: "",
      Reason: `${RULE}: scada has not answered within 0.3 s`,
      Severity: 500,
    });
    await pendingCount(site.session, 0);
    const late = await answer(site.session, String(asked!.RequestId), "Accepted");
    expect([late.status, late.additionalInfo]).toEqual(["BadInvalidState", expect.stringContaining("deadline")]);
    const metrics = await (await fetch(`${site.bridge.bridge.addresses.hmi}/metrics`)).text();
    expect(metrics).toContain(
      'ocpp_opcua_decisions_made_total{action="Authorize",source="otherwise",status="Blocked"} 1',
    );
  });

  it("has the time of the settings where the rule does not say, and then the default", async () => {
    const rules = `version: 1\nrules: [{ name: r, on: Authorize, ask: scada }]\n`;
    const site = await open(rules, `${known("CP1")}decisions: { timeoutSeconds: 0.2 }\n`);
    const heard = await watchEvents(site.session, "ns=4;s=CP1");
    const client = await chargePoint(site, "CP1");
    expect(await client.call("Authorize", { idTag: "Card" })).toEqual({ idTagInfo: { status: "Accepted" } });
    await until(() => heard.length === 2);
    expect(heard[1]).toMatchObject({ Source: "default", Rule: "", Reason: "r: scada has not answered within 0.2 s" });
  });

  it("is withdrawn when its charge point has gone, and decided otherwise", async () => {
    const site = await open(askScada("Authorize"));
    const heard = await watchEvents(site.session, "ns=4;s=CP1");
    const client = await chargePoint(site, "CP1");
    client.call("Authorize", { idTag: "Card" }).catch(() => {});
    const [question] = await pendingCount(site.session, 1);
    await client.close({ force: true });
    await pendingCount(site.session, 0);
    expect((await answer(site.session, question!.RequestId, "Accepted")).status).toBe("BadInvalidState");
    await until(() => heard.length === 2);
    expect(heard[1]).toMatchObject({ Source: "otherwise", Reason: expect.stringContaining("withdrawn") });
  });

  it("is decided otherwise at once when too many wait already", async () => {
    const site = await open(askScada("Authorize"), `${known("CP1", "CP2")}limits: { maxPendingDecisions: 1 }\n`);
    const heard = await watchEvents(site.session, "ns=4;s=CP2");
    const [first, second] = [await chargePoint(site, "CP1"), await chargePoint(site, "CP2")];
    const verdict = first.call("Authorize", { idTag: "A" });
    const [question] = await pendingCount(site.session, 1);
    expect(await second.call("Authorize", { idTag: "B" })).toEqual({ idTagInfo: { status: "Blocked" } });
    expect(await pending(site.session)).toEqual([question]);
    await until(() => heard.length === 1);
    expect(heard[0]).toMatchObject({ RequestId: "", Reason: expect.stringContaining("limits.maxPendingDecisions") });
    expect((await answer(site.session, question!.RequestId, "Accepted")).status).toBe("Good");
    expect(await verdict).toEqual({ idTagInfo: { status: "Accepted" } });
  });
});

describe("a charge point that asks without end", () => {
  it("is decided otherwise at once, and fills no history: further decisions are only counted", async () => {
    const yaml = `${known("CP1", "CP2")}limits: { maxDecisionEventsPerHour: 2 }\n`;
    const site = await open(askScada("Authorize"), yaml);
    const heard = await watchEvents(site.session, "ns=4;s=/Decisions");
    const [noisy, quiet] = [await chargePoint(site, "CP1"), await chargePoint(site, "CP2")];
    for (let round = 0; round < 2; round++) {
      const verdict = noisy.call("Authorize", { idTag: "A" });
      const [question] = await pendingCount(site.session, 1);
      await answer(site.session, question!.RequestId, "Accepted");
      expect(await verdict).toEqual({ idTagInfo: { status: "Accepted" } });
    }
    for (let round = 0; round < 5; round++)
      expect(await noisy.call("Authorize", { idTag: "A" })).toEqual({ idTagInfo: { status: "Blocked" } });
    const verdict = quiet.call("Authorize", { idTag: "B" });
    const [question] = await pendingCount(site.session, 1);
    await answer(site.session, question!.RequestId, "Accepted");
    expect(await verdict).toEqual({ idTagInfo: { status: "Accepted" } });
    await until(() => heard.filter(({ ChargePointId }) => ChargePointId === "CP2").length === 2);
    expect(heard.filter(({ ChargePointId }) => ChargePointId === "CP1")).toHaveLength(4);
    const metrics = await (await fetch(`${site.bridge.bridge.addresses.hmi}/metrics`)).text();
    expect(metrics).toContain("ocpp_opcua_decisions_untold_total 5");
    expect(metrics).toContain('action="Authorize",source="otherwise",status="Blocked"} 5');
  });
});
