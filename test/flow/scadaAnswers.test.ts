// What a deciding SCADA may say, who may say it, and that its silence holds up nobody else (INTERFACES §4 a; rules read again on demand).
import { writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { ADDITIONAL_INFO, call, on, text } from "../opcua/callsInTest.ts";
import { read, readValue } from "./bridgeInTest.ts";
import { answer, askScada, bootChargePoint, known, openSite, pending, pendingCount, type Site } from "./scadaInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const open = (rules: string, yaml = known("CP1", "CP2"), role = "operator"): Promise<Site> =>
  openSite(cleanUps, { rules, yaml, role });
const chargePoint = (site: Site, id: string) => bootChargePoint(cleanUps, site, id);

describe("an answer", () => {
  it("counts once: of two clients one wins, and the other is told", async () => {
    const site = await open(askScada("Authorize"));
    const other = await site.connect();
    const client = await chargePoint(site, "CP1");
    for (let round = 0; round < 5; round++) {
      const verdict = client.call("Authorize", { idTag: `T${round}` });
      const [question] = await pendingCount(site.session, 1);
      const answers = await Promise.all([
        answer(site.session, question!.RequestId, "Accepted"),
        answer(other.session, question!.RequestId, "Expired"),
      ]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual(["BadInvalidState", "Good"]);
      const winner = answers[0]?.status === "Good" ? "Accepted" : "Expired";
      expect(await verdict).toEqual({ idTagInfo: { status: winner } });
      expect((await answer(site.session, question!.RequestId, "Accepted")).status).toBe("BadInvalidState");
    }
  });

  it("that OCPP forbids is refused at its argument, and the question stays open", async () => {
    const site = await open(askScada("Authorize"));
    const client = await chargePoint(site, "CP1");
    const verdict = client.call("Authorize", { idTag: "Card" });
    const [question] = await pendingCount(site.session, 1);
    const refused: [string, Parameters<typeof answer>[3], number, string][] = [
      ["Acceptd", {}, 1, "Accepted, Blocked, Expired, Invalid, ConcurrentTx"],
      ["accepted", {}, 1, "Accepted, Blocked"],
      ["", {}, 1, "Accepted, Blocked"],
      ["UnknownVendorId", {}, 1, "Authorize"],
      ["Accepted", { parentIdTag: text("x".repeat(21)) }, 3, "20"],
      ["Accepted", { data: text("x") }, 4, "Authorize"],
      ["Accepted", { expiryDate: text("tomorrow") }, 2, "DateTime"],
    ];
    for (const [status, given, index, words] of refused) {
      const said = await answer(site.session, question!.RequestId, status, given);
      expect([status, said.status, said.results.findIndex((result) => result !== "Good")]).toEqual([
        status,
        "BadInvalidArgument",
        index,
      ]);
      expect(said.additionalInfo).toContain(words);
    }
    expect(await pending(site.session)).toEqual([question]);
    expect((await answer(site.session, question!.RequestId, "Invalid")).status).toBe("Good");
    expect(await verdict).toEqual({ idTagInfo: { status: "Invalid" } });
  });

  it("to what nobody has asked is BadInvalidState, whatever it says", async () => {
    const { session } = await open(askScada("Authorize"));
    for (const requestId of ["00000000-0000-4000-8000-000000000000", "", "x".repeat(100_000), "__proto__", "\u0000"])
      for (const status of ["Accepted", "Nonsense"])
        expect((await answer(session, requestId, status)).status).toBe("BadInvalidState");
  });

  it("is not for an observer, who may see what is asked", async () => {
    const site = await open(askScada("Authorize", 1), undefined, "observer");
    const client = await chargePoint(site, "CP1");
    const verdict = client.call("Authorize", { idTag: "Card" });
    const [question] = await pendingCount(site.session, 1);
    expect((await answer(site.session, question!.RequestId, "Accepted")).status).toBe("BadUserAccessDenied");
    expect(await verdict).toEqual({ idTagInfo: { status: "Blocked" } });
  });

  it("is given by the NodeId of the type's method as well, without what may be left out", async () => {
    const site = await open(askScada("Authorize"));
    const { session } = site;
    const type = await session.browse({ nodeId: "ns=4;s=/Decisions", referenceTypeId: "i=40", resultMask: 63 });
    expect(type.references?.[0]?.browseName.toString()).toBe("3:DecisionsType");
    const typeId = String(type.references?.[0]?.nodeId);
    const declared = await session.browse({ nodeId: typeId, referenceTypeId: "i=47", resultMask: 63 });
    const methodId = String(declared.references?.find(({ browseName }) => browseName.name === "Answer")?.nodeId);
    const client = await chargePoint(site, "CP1");
    const verdict = client.call("Authorize", { idTag: "Card" });
    const [question] = await pendingCount(session, 1);
    const inputs = [text(question!.RequestId), text("Accepted")];
    expect((await call(session, { objectId: typeId, methodId, inputs })).status).toBe("BadNotExecutable");
    expect((await call(session, { objectId: "ns=4;s=/Decisions", methodId, inputs })).status).toBe("Good");
    expect(await verdict).toEqual({ idTagInfo: { status: "Accepted" } });
  });
});

describe("a SCADA that never answers", () => {
  it("holds up nobody but those who ask", async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `CP${index + 1}`);
    const site = await open(askScada("Authorize"), known(...ids));
    const clients = await Promise.all(ids.map((id) => chargePoint(site, id)));
    const asking = clients.slice(0, 50).map((client) => client.call("Authorize", { idTag: "Card" }));
    const settled: unknown[] = [];
    for (const each of asking) each.then(() => settled.push(1)).catch(() => settled.push(0));
    const before = await pendingCount(site.session, 50);
    const beats = await Promise.all(clients.slice(50).map((client) => client.call("Heartbeat", {})));
    expect(beats).toHaveLength(50);
    const metered = {
      connectorId: 1,
      meterValue: [{ timestamp: new Date().toISOString(), sampledValue: [{ value: "1" }] }],
    };
    await Promise.all(clients.slice(50).map((client) => client.call("MeterValues", metered)));
    // All that was answered while all of them still waited.
    expect(settled).toEqual([]);
    expect(await pending(site.session)).toEqual(before);
    expect(new Set(before.map(({ RequestId }) => RequestId)).size).toBe(50);
    const answers = await Promise.all(before.map(({ RequestId }) => answer(site.session, RequestId, "Accepted")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(["Good"]));
    expect(await pending(site.session)).toEqual([]);
    expect(await Promise.all(asking)).toEqual(asking.map(() => ({ idTagInfo: { status: "Accepted" } })));
  }, 60_000);
});

describe("the rules of the contract", () => {
  it("let SCADA decide two actions, each of which has words of its own for no", async () => {
    const site = await open(askScada("Authorize, DataTransfer", 0.2));
    const client = await chargePoint(site, "CP1");
    expect(await client.call("Authorize", { idTag: "Card" })).toEqual({ idTagInfo: { status: "Blocked" } });
    expect(await client.call("DataTransfer", { vendorId: "V" })).toEqual({ status: "Rejected" });
  });

  it("are read again on demand, by an engineer; with an error those from before stay, and it is named", async () => {
    const accept = (status: string): string =>
      `version: 1\nrules: [{ name: all, on: Authorize, then: { status: ${status} } }]\n`;
    const site = await open(accept("Invalid"), known("CP1"), "engineer");
    const { session, rulesFile } = site;
    const client = await chargePoint(site, "CP1");
    const authorize = () => client.call("Authorize", { idTag: "Card" });
    const reload = () => call(session, on("/Decisions", "ReloadRules"), ADDITIONAL_INFO);
    await readValue(session, "/Bridge/RulesInUse", 1);
    expect(await authorize()).toEqual({ idTagInfo: { status: "Invalid" } });
    await writeFile(rulesFile, accept("Acceptd"));
    const refused = await reload();
    expect([refused.status, refused.additionalInfo]).toEqual([
      "BadInvalidState",
      expect.stringMatching(/rules\.yaml:2:\d+ "Acceptd" is no status/u),
    ]);
    // Without waiting: whoever reads after the answer sees it.
    expect((await read(session, "/Bridge/RulesError")).value.value).toContain("Acceptd");
    expect(await authorize()).toEqual({ idTagInfo: { status: "Invalid" } });
    await writeFile(rulesFile, `${accept("Blocked")}lists: { a: [B] }\n`);
    expect((await reload()).status).toBe("Good");
    expect((await read(session, "/Bridge/RulesError")).value.value).toBe("");
    expect(await authorize()).toEqual({ idTagInfo: { status: "Blocked" } });
  });

  it("are not read again for an operator", async () => {
    const site = await open(askScada("Authorize"));
    expect((await call(site.session, on("/Decisions", "ReloadRules"))).status).toBe("BadUserAccessDenied");
  });
});
