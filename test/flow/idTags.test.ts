// The list of id tags through the whole bridge: a SCADA that sets, finds and removes over OPC UA, a restart, roles, hostile arguments
// (INTERFACES §3 /IdTags).
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AttributeIds, constructEventFilter, TimestampsToReturn, type ClientSession, type DataValue } from "node-opcua";
import { afterEach, describe, expect, it } from "vitest";
import { membersOf, ordinalOf } from "../../src/datapoints/enumerations.ts";
import { ADDITIONAL_INFO, call, callAll, date, int, nothing, on, text, type Answer } from "../opcua/callsInTest.ts";
import { openSession, read, readValue, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start(
  role = "operator",
  yaml = "",
  data = "data",
): Promise<{ bridge: BridgeInTest; session: ClientSession }> {
  const bridge = await startBridgeInTest(yaml, 0, role, { data: data });
  cleanUps.push(() => bridge.stop());
  const opened = await openSession(bridge.bridge.addresses.opcua);
  cleanUps.push(() => opened.close());
  return { bridge, session: opened.session };
}

const status = (name: string) => int(ordinalOf("AuthorizationStatus", name));
const END = new Date("2035-01-01T00:00:00Z");

/** What Find says. */
async function find(session: ClientSession, idTag: string): Promise<unknown[]> {
  const { outputs, ...answer } = await call(session, on("/IdTags", "Find", [text(idTag)]));
  expect(answer.status).toBe("Good");
  const [said, ...others] = outputs.map(({ value }) => value as unknown);
  return [membersOf("AuthorizationStatus")[Number(said)], ...others];
}

const set = (session: ClientSession, ...inputs: Parameters<typeof on>[2] & object): Promise<Answer> =>
  call(session, on("/IdTags", "Set", inputs), ADDITIONAL_INFO);

describe("the list of id tags over OPC UA", () => {
  it("is set, found in whatever case, counted at once and removed; and all of it is there after a restart", async () => {
    const data = await mkdtemp(join(tmpdir(), "ocpp-opcua-test-"));
    cleanUps.push(() => rm(data, { recursive: true }));
    const first = await start("operator", "", data);
    const { session } = first;
    await readValue(session, "/IdTags/Count", 0);
    expect(await find(session, "Card")).toEqual(["Invalid", null, null, false]);
    expect((await set(session, text("Card"), status("Accepted"), date(END), text("Staff"))).status).toBe("Good");
    // Without waiting: whoever reads after the answer sees it.
    expect((await read(session, "/IdTags/Count")).value.value).toBe(1);
    expect(await find(session, "CARD")).toEqual(["Accepted", END, "Staff", true]);
    expect((await set(session, text("Lost"), status("Blocked"), nothing, text(""))).status).toBe("Good");
    expect(await find(session, "lost")).toEqual(["Blocked", null, null, true]);
    expect(
      (await set(session, text("Old"), status("Accepted"), date(new Date("2020-01-01T00:00:00Z")), nothing)).status,
    ).toBe("Good");
    expect(await find(session, "Old")).toEqual(["Expired", new Date("2020-01-01T00:00:00Z"), null, true]);
    expect((await call(session, on("/IdTags", "Remove", [text("OLD")]))).status).toBe("Good");
    expect((await read(session, "/IdTags/Count")).value.value).toBe(2);
    expect((await call(session, on("/IdTags", "Remove", [text("OLD")]))).status).toBe("BadNotFound");
    for (const cleanUp of cleanUps.splice(1).toReversed()) await cleanUp();

    const again = await start("operator", "", data);
    await readValue(again.session, "/IdTags/Count", 2);
    expect(await find(again.session, "cArd")).toEqual(["Accepted", END, "Staff", true]);
    expect(await find(again.session, "LOST")).toEqual(["Blocked", null, null, true]);
  });

  it("takes many changes at once, each answered when it is on disk, and no more than there may be", async () => {
    const { session } = await start("operator", "limits: { maxIdTags: 50 }");
    const calls = Array.from({ length: 60 }, (_, index) =>
      on("/IdTags", "Set", [text(`T${index}`), status("Accepted"), nothing, nothing]),
    );
    const answers = await callAll(session, calls, ADDITIONAL_INFO);
    expect(answers.filter((answer) => answer.status === "Good")).toHaveLength(50);
    const refused = answers.filter((answer) => answer.status !== "Good");
    expect(new Set(refused.map((answer) => `${answer.status} ${answer.additionalInfo}`))).toEqual(
      new Set(["BadInvalidState there is no room: the list has at most 50 (limits.maxIdTags)"]),
    );
    expect((await read(session, "/IdTags/Count")).value.value).toBe(50);
  });

  it("is a typed object with the NodeIds that INTERFACES promises, whose methods can be called by those of the type", async () => {
    const { session } = await start();
    const { references } = await session.browse({ nodeId: "ns=4;s=/IdTags", referenceTypeId: "i=47", resultMask: 63 });
    const nodeIds = (references ?? []).map(({ nodeId }) => nodeId.toString());
    expect(nodeIds.toSorted()).toEqual(["Count", "Find", "Remove", "Set"].map((name) => `ns=4;s=/IdTags/${name}`));
    const type = await session.browse({ nodeId: "ns=4;s=/IdTags", referenceTypeId: "i=40", resultMask: 63 });
    const typeId = type.references?.[0]?.nodeId.toString() ?? "";
    expect(type.references?.[0]?.browseName.toString()).toBe("3:IdTagsType");
    const declared = await session.browse({ nodeId: typeId, referenceTypeId: "i=47", resultMask: 63 });
    const methodId = declared.references?.find(({ browseName }) => browseName.name === "Find")?.nodeId.toString() ?? "";
    expect((await call(session, { objectId: "ns=4;s=/IdTags", methodId, inputs: [text("X")] })).status).toBe("Good");
    expect((await call(session, { objectId: typeId, methodId, inputs: [text("X")] })).status).toBe("BadNotExecutable");
    expect((await call(session, { objectId: "ns=4;s=/ChargePoints", methodId, inputs: [text("X")] })).status).toBe(
      "BadMethodInvalid",
    );
  });

  it("is closed to an observer, who may only count", async () => {
    const { session } = await start("observer");
    expect((await set(session, text("A"), status("Accepted"), nothing, nothing)).status).toBe("BadUserAccessDenied");
    expect((await call(session, on("/IdTags", "Find", [text("A")]))).status).toBe("BadUserAccessDenied");
    expect((await call(session, on("/IdTags", "Remove", [text("A")]))).status).toBe("BadUserAccessDenied");
    await readValue(session, "/IdTags/Count", 0);
  });

  const refused = [
    ["an empty id tag", [text(""), status("Accepted"), nothing, nothing], 0, "IdTag|idTag"],
    ["a null id tag", [nothing, status("Accepted"), nothing, nothing], 0, "IdTag: must be one String"],
    ["a long id tag", [text("x".repeat(21)), status("Accepted"), nothing, nothing], 0, "1 to 20"],
    ["a very long id tag", [text("x".repeat(100_000)), status("Accepted"), nothing, nothing], 0, "1 to 20"],
    ["an id tag that looks like another one", [text("\u0410BC"), status("Accepted"), nothing, nothing], 0, "ASCII"],
    ["a status of none", [text("A"), int(0), nothing, nothing], 1, "no member"],
    ["a status that is found out, not set", [text("A"), status("ConcurrentTx"), nothing, nothing], 1, "cannot be set"],
    [
      "a time that means none elsewhere",
      [text("A"), status("Accepted"), date(new Date("1601-01-02T00:00:00Z")), nothing],
      2,
      "1970",
    ],
    ["a parent of control characters", [text("A"), status("Accepted"), nothing, text("\u0000")], 3, "ASCII"],
  ] as const;

  it("refuses what is no entry at the argument that it is about, and keeps nothing", async () => {
    const { session } = await start();
    for (const [what, inputs, index, words] of refused) {
      const answer = await set(session, ...inputs);
      expect([what, answer.status]).toEqual([what, "BadInvalidArgument"]);
      expect([what, answer.results.map((result) => result !== "Good").indexOf(true)]).toEqual([what, index]);
      expect(answer.additionalInfo, what).toMatch(new RegExp(words, "u"));
    }
    expect((await read(session, "/IdTags/Count")).value.value).toBe(0);
  });

  it("tells every change as a CommandFinished event of the folder, and no look-up", async () => {
    const { session } = await start();
    const heard: string[] = [];
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      publishingEnabled: true,
      priority: 1,
    });
    const filter = constructEventFilter(["3:Action", "3:Payload", "3:ChargePointId", "3:RequestedVia"]);
    const item = await subscription.monitor(
      { nodeId: "i=2253", attributeId: AttributeIds.EventNotifier },
      { samplingInterval: 0, queueSize: 100, discardOldest: true, filter },
      TimestampsToReturn.Neither,
    );
    item.on("changed", ((fields: readonly DataValue["value"][]) =>
      heard.push(
        fields
          .slice(0, 4)
          .map(({ value }) => String(value))
          .join("|"),
      )) as never);
    await find(session, "Card");
    await set(session, text("Card"), status("Blocked"), nothing, nothing);
    await find(session, "Card");
    await call(session, on("/IdTags", "Remove", [text("Card")]));
    const deadline = performance.now() + 30_000;
    while (heard.length < 2 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(heard).toEqual([
      'IdTags/Set|{"idTag":"Card","status":"Blocked"}||method',
      'IdTags/Remove|{"idTag":"Card"}||method',
    ]);
    await subscription.terminate();
  });
});
