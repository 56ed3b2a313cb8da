import { describe, expect, it } from "vitest";
import { sendCommand } from "../../src/app/sendCommand.ts";
import { secretKeys } from "../../src/twin/secretKeys.ts";
import type { Command, CommandOutcome, Role } from "../../src/twin/commands.ts";
import type { RegistrationStatus } from "../../src/twin/twin.ts";
import type { VendorFlags } from "../../src/twin/vendorProfile.ts";
import { ACCEPTED, call, openRoadOut, REGISTER } from "./roadOutInTest.ts";
import { flagged } from "./vendorProfilesInTest.ts";

const onConnector = (kind: "stopTransaction" | "clearLimit", connectorId: number): Command => ({
  kind,
  chargePointId: "CP001",
  connectorId,
});
const started = (connector: number, transactionId: number) =>
  ({
    type: "TransactionStarted",
    connector,
    transactionId,
    idTag: "T",
    meterStart: 0,
    idTagStatus: "Accepted",
    timestamp: "2026-01-01T00:00:00Z",
    at: 1000,
    received: 1000,
  }) as const;

describe("what a charge point does not bear by its vendor profile", () => {
  it.each<[keyof VendorFlags, Command]>([
    ["noChangeAvailability", call("ChangeAvailability", { connectorId: 0, type: "Operative" })],
    ["noTrigger", call("TriggerMessage", { requestedMessage: "StatusNotification" })],
    ["noTrigger", call("ExtendedTriggerMessage", { requestedMessage: "StatusNotification" })],
  ])("is not sent where it has %s: %j", async (flag, command) => {
    const { happen, send, sent } = openRoadOut();
    happen(flagged({ [flag]: true }));
    expect(await send(command)).toMatchObject({ kind: "unsupported", text: expect.stringContaining("acme") });
    expect(sent).toEqual([]);
    happen(flagged({}));
    expect(await send(command)).toMatchObject({ kind: "answered" });
    expect(sent).toHaveLength(1);
  });
});

describe("who may send what", () => {
  it.each<[Role, Role, Command]>([
    ["observer", "operator", call("Reset", { type: "Soft" })],
    ["operator", "engineer", call("ChangeConfiguration", { key: "HeartbeatInterval", value: "60" })],
    ["operator", "engineer", call("UpdateFirmware", { location: "http://h/f", retrieveDate: "2026-01-01T00:00:00Z" })],
    ["operator", "engineer", call("AcmeSelfTest")],
    ["operator", "engineer", call("constructor")],
    ["operator", "engineer", call("__proto__")],
    ["engineer", "administrator", call("ChangeConfiguration", { key: " authorizationKEY", value: "00" })],
    ["engineer", "administrator", call("DataTransfer", { vendorId: "x", data: '{"AuthorizationKey":"1"}' })],
    ["engineer", "administrator", call("DeleteCertificate", {})],
    ["operator", "engineer", { kind: "setRegistration", chargePointId: "CP001", status: "Accepted" }],
    ["operator", "engineer", { kind: "add", chargePointId: "NEW" }],
    ["observer", "operator", { kind: "trigger", chargePointId: "CP001", on: true }],
  ])("%s is denied what needs %s: %j", async (role, need, command) => {
    const { send, sent } = openRoadOut();
    const outcome = await send(command, role);
    expect(outcome).toMatchObject({ kind: "denied" });
    expect((outcome as { text: string }).text).toContain(`needs the role ${need}`);
    expect((outcome as { text: string }).text).toContain(role);
    expect((await send(command, need)).kind).not.toBe("denied");
    expect(sent.length).toBeLessThanOrEqual(1);
  });

  it("tells whoever has no right nothing of which charge points there are", async () => {
    const { send } = openRoadOut();
    const reset = { ...call("Reset", { type: "Soft" }), chargePointId: "NOBODY" };
    expect(await send(reset, "observer")).toMatchObject({ kind: "denied" });
    expect(await send(reset, "operator")).toMatchObject({ kind: "unknown" });
  });
});

/** Errata 3.10: it is write-only, but some charge points tell it. */
it.each<[Role, string]>([
  ["operator", "***"],
  ["engineer", "***"],
  ["administrator", "s3cret"],
])("of an AuthorizationKey that a charge point tells, the %s sees %s", async (role, value) => {
  const entry = { key: "AuthorizationKey", readonly: false };
  const { send } = openRoadOut({ kind: "answered", payload: { configurationKey: [{ ...entry, value: "s3cret" }] } });
  const response = { configurationKey: [{ ...entry, value }] };
  expect(await send(call("GetConfiguration"), role)).toEqual({ kind: "answered", response });
});

it("shows nobody an AuthorizationKey where somebody else could read along", async () => {
  const configurationKey = [{ key: "AuthorizationKey", readonly: false, value: "s3cret" }];
  const { road } = openRoadOut({ kind: "answered", payload: { configurationKey } });
  const requester = { via: "method", role: "administrator", user: "ANNA", isPrivate: false } as const;
  expect(await sendCommand(road, call("GetConfiguration"), requester)).toEqual({
    kind: "answered",
    response: { configurationKey: [{ ...configurationKey[0], value: "***" }] },
  });
});

describe("what is sent", () => {
  it("is the request as it was given, and the outcome is what the charge point has said", async () => {
    const { send, sent } = openRoadOut({ kind: "answered", payload: { status: "Rejected" } });
    expect(await send(call("Reset", { type: "Soft" }))).toEqual({ kind: "answered", response: { status: "Rejected" } });
    expect(sent).toEqual(['Reset {"type":"Soft"}']);
  });

  it("is an action that OCPP does not know as well, with any object as its answer", async () => {
    const { send, sent } = openRoadOut({ kind: "answered", payload: { anything: [1] } });
    expect(await send(call("AcmeSelfTest", { x: 1 }))).toEqual({ kind: "answered", response: { anything: [1] } });
    expect(sent).toEqual(['AcmeSelfTest {"x":1}']);
  });

  it("is the stop of the transaction that runs on the connector (OCPP 1.6 §5.12)", async () => {
    const { send, sent, happen } = openRoadOut();
    happen(started(2, 77));
    expect(await send(onConnector("stopTransaction", 1))).toMatchObject({ kind: "conflict" });
    await send(onConnector("stopTransaction", 2));
    expect(sent).toEqual(['RemoteStopTransaction {"transactionId":77}']);
  });

  it("has its times in whole seconds, for some charge points refuse fractions", async () => {
    const { send, sent } = openRoadOut();
    await send(call("UpdateFirmware", { location: "http://h/f", retrieveDate: "2026-01-01T00:00:00.123Z" }));
    expect(sent).toEqual(['UpdateFirmware {"location":"http://h/f","retrieveDate":"2026-01-01T00:00:00Z"}']);
  });

  it("is a charging profile when a connector is limited, and its removal when the limit is taken back", async () => {
    const { send, sent, twin, happen } = openRoadOut();
    happen({ type: "ConnectorKnown", connector: 1 });
    await send({ kind: "setLimit", chargePointId: "CP001", connectorId: 1, amperes: 16 });
    expect(sent[0]).toMatch(/^SetChargingProfile .*"limit":16\b/u);
    expect(twin().connectors.get(1)?.profiles).toHaveLength(1);
    await send(onConnector("clearLimit", 1));
    expect(sent[1]).toMatch(/^ClearChargingProfile \{"id":\d+\}$/u);
    expect(twin().connectors.get(1)?.profiles ?? []).toHaveLength(0);
  });

  it.each([-1, NaN, 5000])("is no limit of %s A", async (amperes) => {
    const { send, sent } = openRoadOut();
    expect(await send({ kind: "setLimit", chargePointId: "CP001", connectorId: 1, amperes })).toMatchObject({
      kind: "invalid",
      path: "amperes",
    });
    expect(sent).toEqual([]);
  });
});

const deep = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));

describe("nothing is sent", () => {
  it.each<[string, Command, Partial<CommandOutcome>]>([
    ["when a field is missing", call("Reset"), { kind: "invalid", path: "type" }],
    ["when a value is none of an enumeration", call("Reset", { type: "x" }), { kind: "invalid", path: "type" }],
    [
      "when a text is too long",
      call("RemoteStartTransaction", { idTag: "T".repeat(21) }),
      { kind: "invalid", path: "idTag" },
    ],
    ["when there is a field too many", call("ClearCache", { x: 1 }), { kind: "invalid" }],
    ["when the payload is a list", call("AcmeSelfTest", []), { kind: "invalid", path: "payload" }],
    [
      "when the action is spelt in another case",
      call("reset", { type: "Soft" }),
      { kind: "invalid", path: "action", text: '"reset" is no action; did you mean Reset?' },
    ],
    ["when the action has blanks around it", call("DeleteCertificate ", {}), { kind: "invalid", path: "action" }],
    ["when the action is empty", call(""), { kind: "invalid", path: "action" }],
    ["when the action is no name", call("x".repeat(101)), { kind: "invalid", path: "action" }],
    ["when the payload is nested too deeply", call("AcmeSelfTest", { x: deep(5000) }), { kind: "invalid" }],
    ["when the payload is too large", call("AcmeSelfTest", { x: "x".repeat(600_000) }), { kind: "invalid" }],
    ["when charge points send the action themselves", call("Heartbeat"), { kind: "unsupported" }],
    [
      "for a connector beyond the limit",
      call("UnlockConnector", { connectorId: 65 }),
      { kind: "invalid", path: "connectorId" },
    ],
    ["on a connector beyond the limit", onConnector("stopTransaction", 65), { kind: "invalid", path: "connectorId" }],
  ])("%s", async (_, command, outcome) => {
    const { send, sent } = openRoadOut();
    expect(await send(command)).toMatchObject(outcome);
    expect(sent).toEqual([]);
  });

  it.each([
    ["maxCallBytes: 2000", 2000, "limits.maxCallBytes"],
    ["maxUnsentBytes: 65536", 32_768, "half of limits.maxUnsentBytes"],
  ])("that is longer than %s allows, in bytes of the frame, ids and all", async (limits, most, named) => {
    const { send, sent } = openRoadOut(ACCEPTED, `${REGISTER}\nlimits: { ${limits} }`);
    const around = '[2,"00000000-0000-0000-0000-000000000000","DataTransfer",{"vendorId":"v","data":""}]'.length;
    // Two bytes each in UTF-8.
    const data = "é".repeat((most - around) / 2) + "x".repeat((most - around) % 2);
    expect(await send(call("DataTransfer", { vendorId: "v", data }))).toMatchObject({ kind: "answered" });
    expect(await send(call("DataTransfer", { vendorId: "v", data: `${data}x` }))).toEqual({
      kind: "invalid",
      path: "",
      text: `the call has ${most + 1} bytes, and must have at most ${most} (${named})`,
    });
    expect(sent).toHaveLength(1);
  });

  it("to a connector that the register or the charge point itself does not have; one that has reported exists", async () => {
    const road = openRoadOut(ACCEPTED, "chargePoints: [{ id: CP001, connectors: 2 }]");
    const unlock = (connectorId: number): Promise<CommandOutcome> =>
      road.send(call("UnlockConnector", { connectorId }));
    expect(await unlock(3)).toMatchObject({ kind: "invalid", path: "connectorId" });
    road.happen({ type: "ConnectorKnown", connector: 3 });
    expect(road.sent).toEqual([]);
    await unlock(3);
    expect(road.sent).toHaveLength(1);
    road.happen({
      type: "ConfigurationReported",
      entries: [{ key: "NumberOfConnectors", value: "4", readonly: true }],
      at: 1000,
      received: 1000,
    });
    await unlock(4);
    expect(road.sent).toHaveLength(2);
    expect(await unlock(5)).toMatchObject({ kind: "invalid", path: "connectorId" });
  });

  it.each<[RegistrationStatus, string, object, boolean]>([
    ["Rejected", "GetConfiguration", {}, false],
    ["Pending", "GetConfiguration", {}, true],
    ["Pending", "TriggerMessage", { requestedMessage: "BootNotification" }, true],
    ["Pending", "RemoteStartTransaction", { idTag: "T" }, false],
    ["Pending", "RemoteStopTransaction", { transactionId: 1 }, false],
  ])("while the registration is %s but what OCPP 1.6 §4.2 allows: %s", async (status, action, payload, isSent) => {
    const { send, sent } = openRoadOut(
      { kind: "answered", payload: {} },
      `chargePoints: [{ id: CP001, registration: ${status} }]`,
    );
    const { kind } = await send(call(action, payload));
    expect(sent).toHaveLength(isSent ? 1 : 0);
    expect(kind === "conflict").toBe(!isSent);
  });

  it("when the charge point is not connected", async () => {
    const { send, sent } = openRoadOut("absent");
    expect(await send(call("ClearCache"))).toEqual({ kind: "offline" });
    expect(sent).toEqual([]);
  });
});

describe("an answer", () => {
  it.each([
    ["that lacks what is required", call("Reset", { type: "Soft" }), {}, "status"],
    ["that is no object", call("AcmeSelfTest"), [], "object"],
    ["that is nested too deeply", call("AcmeSelfTest"), { x: deep(5000) }, "deeply"],
  ])("%s is malformed, with the rule that it breaks", async (_, command, payload, text) => {
    const { send } = openRoadOut({ kind: "answered", payload });
    const outcome = await send(command);
    expect(outcome.kind).toBe("malformed");
    expect((outcome as { text: string }).text).toContain(text);
  });

  it("that is a CALLERROR is told as it came, but for its length", async () => {
    const { send } = openRoadOut({
      kind: "refused",
      code: "NotSupported",
      description: "n".repeat(5000),
      details: {},
    });
    expect(await send(call("ClearCache"))).toEqual({
      kind: "callError",
      code: "NotSupported",
      description: "n".repeat(255),
    });
  });

  it("changes the twin before the outcome is there, by what the charge point has agreed to", async () => {
    const agreed = openRoadOut();
    await agreed.send(call("ChangeConfiguration", { key: "HeartbeatInterval", value: "60" }));
    expect(agreed.twin().configuration?.get("heartbeatinterval")?.value).toBe("60");
    const refused = openRoadOut({ kind: "answered", payload: { status: "Rejected" } });
    await refused.send(call("ChangeConfiguration", { key: "HeartbeatInterval", value: "60" }));
    expect(refused.twin().configuration?.get("heartbeatinterval")).toBeUndefined();
  });

  it("that deviates from its schema is kept where it can be used, and counted; a strict charge point's is malformed", async () => {
    const odd = { kind: "answered", payload: { status: "Accepted", extra: 1 } } as const;
    const tolerant = openRoadOut(odd);
    expect(await tolerant.send(call("ClearCache"))).toEqual({ kind: "answered", response: { status: "Accepted" } });
    expect(tolerant.twin().violations?.count).toBe(1);
    const strict = openRoadOut(odd, "chargePoints: [{ id: CP001, validation: strict }]");
    expect(await strict.send(call("ClearCache"))).toMatchObject({ kind: "malformed" });
  });

  it("counts as a sign of life", async () => {
    const { send, clock, twin } = openRoadOut();
    clock.move(5000);
    await send(call("ClearCache"));
    expect(twin().lastMessage?.at).toBe(6000);
  });

  it("that comes after the charge point was removed makes no twin anew", async () => {
    const road = openRoadOut(async () => {
      road.happen({ type: "Unlinked", at: 1000, received: 1000 });
      await road.send({ kind: "remove", chargePointId: "CP001" });
      return ACCEPTED;
    });
    expect(await road.send(call("ClearCache"))).toMatchObject({ kind: "answered" });
    expect(road.road.house.twins.size).toBe(0);
  });
});

describe("every command", () => {
  it("is counted by what became of it", async () => {
    const answered = openRoadOut();
    await answered.send(call("ClearCache"));
    await answered.send(call("Reset"));
    const timedOut = openRoadOut({ kind: "timedOut" });
    await timedOut.send(call("ClearCache"));
    expect(Object.fromEntries(answered.road.counts.entries())).toMatchObject({
      commandsSent: 1,
      commandsAnswered: 1,
      commandsRefused: 1,
    });
    expect(Object.fromEntries(timedOut.road.counts.entries())).toMatchObject({ commandsSent: 1, commandsTimedOut: 1 });
  });

  it.each([
    ["ChangeConfiguration of a secret key", call("ChangeConfiguration", { key: "authorizationKEY", value: "00" })],
    ["a payload that names one", call("DataTransfer", { vendorId: "x", data: '{"AuthorizationKey":"1"}' })],
    ["a password", { kind: "add", chargePointId: "NEW", password: "0123456789abcdef" } as const],
  ])("takes %s only where nobody can read along", async (_, command) => {
    const { road, sent, lines } = openRoadOut();
    const requester = { via: "method", role: "administrator", user: "ANNA" } as const;
    const refused = await sendCommand(road, command, { ...requester, isPrivate: false });
    expect(refused).toEqual({ kind: "denied", text: expect.stringContaining("over an encrypted channel") });
    expect([sent, road.register.get("NEW")]).toEqual([[], undefined]);
    expect(lines.at(-1)?.fields).toMatchObject({ outcome: "BadUserAccessDenied", user: "ANNA" });
    // OCPP-J 1.6 §6.2: an engineer who adds charge points does not hand out what they log in with.
    const engineer = { ...requester, role: "engineer", isPrivate: true } as const;
    expect(await sendCommand(road, command, engineer)).toMatchObject({ kind: "denied" });
    expect(await sendCommand(road, command, { ...requester, isPrivate: true })).toMatchObject({ kind: "answered" });
  });

  it("takes what is public on any way", async () => {
    const { road } = openRoadOut();
    const requester = { via: "method", role: "administrator", user: "ANNA", isPrivate: false } as const;
    const certificate = { certificateType: "CentralSystemRootCertificate", certificate: "MIIB" };
    for (const command of [call("InstallCertificate", certificate), { kind: "add", chargePointId: "NEW" } as const])
      expect(await sendCommand(road, command, requester)).toMatchObject({ kind: "answered" });
  });

  it("is a line of the log that says who wanted what and what came of it, without a secret", async () => {
    const { send, lines } = openRoadOut();
    for (const key of secretKeys) await send(call("ChangeConfiguration", { key, value: "0123456789abcdef" }));
    await send({ kind: "add", chargePointId: "P", password: "0123456789abcdef" });
    const infos = lines.filter(({ level }) => level === "info");
    expect(infos[0]?.fields).toMatchObject({
      chargePoint: "CP001",
      action: "ChangeConfiguration",
      outcome: "Good",
      status: "Accepted",
      user: "ANNA",
      via: "method",
    });
    expect(infos).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain("0123456789abcdef");
  });

  it("has an outcome also when a part of ours fails, and the log says where", async () => {
    const { road, lines } = openRoadOut();
    const broken = {
      ...road,
      linkOf: () => {
        throw new Error("broken part");
      },
    };
    const requester = { via: "method", role: "administrator", user: "ANNA", isPrivate: true } as const;
    expect(await sendCommand(broken, call("ClearCache"), requester)).toEqual({ kind: "timedOut" });
    expect(lines.find(({ level }) => level === "error")?.fields["stack"]).toContain("sendCommand.test.ts");
  });
});

describe("what the next BootNotification is answered with", () => {
  it("is set without sending anything", async () => {
    const { send, sent, twin } = openRoadOut();
    const status = { kind: "setRegistration", chargePointId: "CP001", status: "Pending" } as const;
    expect(await send(status)).toEqual({ kind: "answered", response: {} });
    const interval = { kind: "setHeartbeatInterval", chargePointId: "CP001", seconds: 2 ** 31 - 1 } as const;
    expect(await send(interval)).toEqual({ kind: "answered", response: {} });
    expect(twin().registration).toMatchObject({ status: "Pending", heartbeatIntervalSeconds: 2 ** 31 - 1 });
    expect(sent).toEqual([]);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 31])("is no heartbeat interval of %s s", async (seconds) => {
    const { send, twin } = openRoadOut();
    expect(await send({ kind: "setHeartbeatInterval", chargePointId: "CP001", seconds })).toMatchObject({
      kind: "invalid",
      path: "seconds",
    });
    expect(twin().registration.heartbeatIntervalSeconds).toBe(300);
  });
});
