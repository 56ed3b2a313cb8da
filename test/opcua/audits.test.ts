// Audit events (OPC 10000-4 §6.5, OPC 10000-5 §6.4): one for every login, call and write, with who it was and how it ended; seen by
// administrators alone, and without secrets.
import {
  AttributeIds,
  CallMethodRequest,
  CallRequest,
  DataType,
  LocalizedText,
  RequestHeader,
  Variant,
  VariantArrayType,
  WriteRequest,
  coerceNodeId,
  type ClientSession,
  type VariantOptions,
  type WriteValueOptions,
} from "node-opcua";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { MOST_AUDITS } from "../../src/opcua/auditBounds.ts";
import { systemClock, type Timer } from "../../src/std/clock.ts";
import { hashPassword } from "../../src/std/passwordHash.ts";
import { loginAccountOf, type Account, type AccountRole } from "../../src/twin/accounts.ts";
import { listen, type Audit } from "./auditsInTest.ts";
import { call, on, text } from "./callsInTest.ts";
import {
  connect,
  endpointOptions,
  eventually,
  site,
  startFedWith,
  temporaryFolder,
  twinOf,
  withKeys,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";

const PASSWORD = "correct horse";
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
const connected = new Map<string, Connected>();
const seenBy = new Map<string, Audit[]>();

/** Ends of minutes; the minute of this test has none of its own. */
const ends: (() => void)[] = [];

function after(delayMs: number, run: () => void): Timer {
  if (delayMs !== 60_000) return systemClock.after(delayMs, run);
  ends.push(run);
  return { cancel: () => {} };
}

beforeAll(async () => {
  folder = await temporaryFolder();
  const passwordHash = await hashPassword(PASSWORD);
  const accounts = (["engineer", "administrator"] as const).map((role: AccountRole): Account => ({
    name: role,
    role,
    isEnabled: true,
    passwordHash,
    createdAt: 0,
    changedAt: 0,
  }));
  fed = await startFedWith(endpointOptions(folder.path), {
    clock: { ...systemClock, monotonic: () => 0, after },
    accounts: accounts.flatMap((account) => loginAccountOf(account) ?? []),
    verify: async ({ name, password }) => {
      const account = accounts.find((each) => each.name === name.toLowerCase());
      return account !== undefined && password === PASSWORD ? { kind: "accepted", account } : { kind: "refused" };
    },
    command: async () => ({ kind: "answered", response: { status: "Accepted" } }),
  });
  const keys = [
    { key: "HeartbeatInterval", readonly: false, value: "300" },
    { key: "AuthorizationKey", readonly: false },
    { key: "WifiPassword", readonly: false, value: "hunter2 of old" },
  ];
  fed.publish(undefined, withKeys(withState(twinOf("A1"), "Connected"), keys));
  for (const name of ["anonymous", "engineer", "administrator"]) {
    const client = await connect(fed.ua.endpointUrl, folder.path, "None", userOf(name));
    connected.set(name, client);
    seenBy.set(name, await listen(client.session));
  }
}, 60_000);

afterAll(async () => {
  for (const { close } of connected.values()) await close();
  await fed.ua.stop();
  await folder.clean();
});

const userOf = (userName: string, password = PASSWORD): Parameters<typeof connect>[3] =>
  userName === "anonymous" ? undefined : { type: 1, userName, password };
const session = (name: string): ClientSession => connected.get(name)!.session;
const administrators = (): Audit[] => seenBy.get("administrator")!;

/** The next event that fits; those before it are taken away. */
async function next(wanted: Audit): Promise<Audit> {
  return eventually(() => {
    const seen = administrators();
    const at = seen.findIndex((audit) => Object.entries(wanted).every(([name, value]) => audit[name] === value));
    return at < 0 ? undefined : seen.splice(0, at + 1).at(-1);
  });
}

async function write(name: string, path: string, value: string, auditEntryId = ""): Promise<string> {
  return writeValue(name, site(path), { dataType: DataType.String, value }, auditEntryId);
}

async function writeValue(name: string, nodeId: string, value: VariantOptions, auditEntryId = ""): Promise<string> {
  const node = { nodeId: coerceNodeId(nodeId), attributeId: AttributeIds.Value, value: { value: new Variant(value) } };
  return (await writeAll(name, [node], auditEntryId))[0]!.name;
}

async function writeAll(
  name: string,
  nodesToWrite: WriteValueOptions[],
  auditEntryId = "",
): Promise<{ name: string }[]> {
  const request = new WriteRequest({ requestHeader: new RequestHeader({ auditEntryId }), nodesToWrite });
  const raw = session(name) as unknown as {
    performMessageTransaction(asked: object): Promise<{ results: { name: string }[] }>;
  };
  return (await raw.performMessageTransaction(request)).results;
}

it("is said of the Server that it audits (OPC 10000-5 §6.3.1)", async () => {
  expect((await session("anonymous").read({ nodeId: "i=2994", attributeId: AttributeIds.Value })).value.value).toBe(
    true,
  );
});

describe("a call", () => {
  it("is told with its arguments, by whom, and what the client calls it", async () => {
    const before = Date.now();
    const request = new CallRequest({
      requestHeader: new RequestHeader({ auditEntryId: "order 7" }),
      methodsToCall: [
        new CallMethodRequest({
          objectId: coerceNodeId(site("A1")),
          methodId: coerceNodeId(site("A1/ChangeConfiguration")),
          inputArguments: [text("HeartbeatInterval"), text("60")],
        }),
      ],
    });
    await (
      session("engineer") as unknown as { performMessageTransaction(asked: object): Promise<unknown> }
    ).performMessageTransaction(request);
    const audit = await next({ EventType: "ns=0;i=2127" });
    expect(audit).toMatchObject({
      SourceNode: "ns=4;s=A1",
      SourceName: "Attribute/Call",
      Message: "ChangeConfiguration called by engineer: Good",
      Status: true,
      Severity: 100,
      ServerId: expect.stringMatching(/^urn:.*:ocpp-opcua$/u),
      ClientAuditEntryId: "order 7",
      ClientUserId: "engineer",
      MethodId: "ns=4;s=A1/ChangeConfiguration",
      InputArguments: ["HeartbeatInterval", "60"],
    });
    const at = (audit["ActionTimeStamp"] as Date).getTime();
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it("that is refused is told as well", async () => {
    await call(session("anonymous"), on("A1", "ClearCache"));
    expect(await next({ EventType: "ns=0;i=2127" })).toMatchObject({
      Message: "ClearCache called by anonymous: BadUserAccessDenied",
      Status: false,
      Severity: 500,
      // OPC 10000-5 §6.4.3: of an anonymous user there is none.
      ClientUserId: null,
    });
  });

  test.each([
    ["a password", "A1", "ChangeConfiguration", ["AuthorizationKey", "hunter2 and more"]],
    ["a password within a text", "A1", "Call", ["X", '{"password":"hunter2"}']],
    ["a password of a charge point", "/ChargePoints", "Add", ["A9", "", "hunter2 and more"]],
    ["a URL with a password", "A1", "GetDiagnostics", ["ftp://me:hunter2@192.0.2.1/", "", ""]],
    ["a very long text", "A1", "DataTransfer", ["V", "", "hunter2".repeat(2000)]],
  ])("with %s is told without it", async (_, path, name, values) => {
    await call(session("administrator"), on(path, name, values.map(text)));
    const audit = await next({ EventType: "ns=0;i=2127" });
    expect(audit).toMatchObject({ MethodId: `ns=4;s=${path}/${name}`, ClientUserId: "administrator" });
    expect(audit["InputArguments"]).toHaveLength(values.length);
    expect(JSON.stringify(audit)).not.toContain("hunter2");
  });
});

describe("a call that is none of ours", () => {
  test.each([
    ["of the library's own method", "i=2253", "i=11492", "BadSubscriptionIdInvalid"],
    ["of a method of nothing", site("Nothing"), site("Nothing/ClearCache"), "BadNodeIdUnknown"],
    ["of nothing on something", "i=2253", "i=99999", "BadMethodInvalid"],
  ])("%s is told as well", async (_, objectId, methodId, status) => {
    const subscriptionId = new Variant({ dataType: DataType.UInt32, value: 4_000_000_000 });
    const answer = await call(session("engineer"), { objectId, methodId, inputs: [subscriptionId] });
    expect(answer.status).toBe(status);
    expect(await next({ EventType: "ns=0;i=2127" })).toMatchObject({
      SourceNode: coerceNodeId(objectId).toString(),
      MethodId: coerceNodeId(methodId).toString(),
      Status: false,
      ClientUserId: "engineer",
    });
  });
});

describe("a write", () => {
  it("is told with what was and what is to be, and what the client calls it", async () => {
    expect(await write("engineer", "A1/Configuration/HeartbeatInterval", "60", "order 8")).toBe("Good");
    expect(await next({ EventType: "ns=0;i=2100" })).toMatchObject({
      SourceNode: "ns=4;s=A1/Configuration/HeartbeatInterval",
      SourceName: "Attribute/Write",
      Message: "HeartbeatInterval written by engineer: Good",
      Status: true,
      ClientAuditEntryId: "order 8",
      ClientUserId: "engineer",
      AttributeId: AttributeIds.Value,
      IndexRange: null,
      OldValue: "300",
      NewValue: "60",
    });
  });

  test.each([
    ["A1/State/Connected", "BadNotWritable"],
    ["A1/Nothing", "BadNodeIdUnknown"],
    ["A1/Config/HeartbeatInterval", "BadUserAccessDenied"],
  ])("of %s that is refused is told as well", async (path, status) => {
    expect(await write("anonymous", path, "x")).toBe(status);
    expect(await next({ EventType: "ns=0;i=2100" })).toMatchObject({
      SourceNode: site(path),
      Status: false,
      ClientUserId: null,
    });
  });

  test.each([
    ["administrator", "i=2294", { dataType: DataType.Boolean, value: true }, "Good"],
    ["engineer", "i=2254", { dataType: DataType.String, value: "x" }, "BadNotWritable"],
  ])("by %s of %s, which has permissions of its own, is told", async (name, nodeId, value, status) => {
    expect(await writeValue(name, nodeId, value)).toBe(status);
    expect(await next({ EventType: "ns=0;i=2100" })).toMatchObject({
      SourceNode: `ns=0;${nodeId}`,
      Status: status === "Good",
      ClientUserId: name,
    });
  });

  test.each<[string, VariantOptions]>([
    ["bytes", { dataType: DataType.ByteString, value: Buffer.alloc(1_000_000, "hunter2") }],
    ["a list", { dataType: DataType.Double, arrayType: VariantArrayType.Array, value: new Float64Array(10_000) }],
    [
      "a list of texts",
      { dataType: DataType.String, arrayType: VariantArrayType.Array, value: Array(1000).fill("hunter2") },
    ],
  ])("of %s that is long is told with its length alone", async (_, value) => {
    await writeValue("engineer", site("A1/State/Connected"), value);
    const audit = await next({ EventType: "ns=0;i=2100" });
    expect(audit["NewValue"]).toMatch(/^\(\d+ bytes\)$/u);
  });

  it("of a node with a name without end is told without it, and so is what the client calls it", async () => {
    const endless = "x".repeat(100_000);
    expect(await writeValue("engineer", site(endless), { dataType: DataType.Boolean, value: true }, endless)).toBe(
      "BadNodeIdUnknown",
    );
    const audit = await next({ EventType: "ns=0;i=2100" });
    expect(audit["SourceNode"]).toBe("ns=4;s=(2 of 100000)");
    expect(JSON.stringify(audit).length).toBeLessThan(2000);
  });

  test.each<[string, VariantOptions]>([
    ["bytes", { dataType: DataType.ByteString, value: Buffer.from("hunter2") }],
    ["a localized text", { dataType: DataType.LocalizedText, value: new LocalizedText({ text: "hunter2" }) }],
    ["a number", { dataType: DataType.UInt32, value: 55_055 }],
    ["a list", { dataType: DataType.String, arrayType: VariantArrayType.Array, value: ["hunter2"] }],
  ])("of a secret as %s is told without it", async (_, value) => {
    await writeValue("administrator", site("A1/Configuration/AuthorizationKey"), value);
    expect(await next({ EventType: "ns=0;i=2100" })).toMatchObject({ NewValue: "***" });
    const inputs = [text("AuthorizationKey"), new Variant(value)];
    await call(session("administrator"), on("A1", "ChangeConfiguration", inputs));
    expect(await next({ EventType: "ns=0;i=2127" })).toMatchObject({ InputArguments: ["AuthorizationKey", "***"] });
  });

  test.each(["AuthorizationKey", "WifiPassword"])("of the secret %s is told without it", async (key) => {
    await write("administrator", `A1/Configuration/${key}`, "hunter2 and more");
    const audit = await next({ EventType: "ns=0;i=2100" });
    expect(audit).toMatchObject({ SourceNode: `ns=4;s=A1/Configuration/${key}`, NewValue: "***" });
    expect(JSON.stringify(audit)).not.toContain("hunter2");
  });
});

describe("a login", () => {
  it("is told, and so is the end of the session", async () => {
    const { close } = await connect(fed.ua.endpointUrl, folder.path, "None", userOf("ENGINEER"));
    expect(await next({ SourceName: "Session/CreateSession" })).toMatchObject({
      EventType: "ns=0;i=2071",
      Status: true,
    });
    expect(await next({ SourceName: "Session/ActivateSession" })).toMatchObject({
      EventType: "ns=0;i=2075",
      Status: true,
      ClientUserId: "engineer",
    });
    await close();
    expect(await next({ SourceName: "Session/CloseSession" })).toMatchObject({
      EventType: "ns=0;i=2069",
      Status: true,
    });
  });

  it("that fails is told, without the password", async () => {
    await connect(fed.ua.endpointUrl, folder.path, "None", userOf("engineer", "hunter2")).catch(() => {});
    const audit = await next({ SourceName: "Session/ActivateSession", Status: false });
    expect(audit).toMatchObject({ ClientUserId: "engineer", Message: "ActivateSession rejected: BadUserAccessDenied" });
    const { password } = audit["UserIdentityToken"] as { password: Buffer };
    expect(password.toString()).toMatch(/^\*+$/u);
  });
});

it("is told of a command that came another way, without secrets", async () => {
  fed.ua.audit({
    at: Date.UTC(2026, 0, 1),
    user: "root",
    via: "cli",
    action: "Accounts/Add",
    payload: '{"name":"anna","role":"operator","password":"***"}',
    isDone: false,
    result: "BadInvalidState",
  });
  expect(await next({ SourceName: "cli/Accounts/Add" })).toMatchObject({
    EventType: "ns=0;i=2127",
    SourceNode: "ns=0;i=2253",
    ActionTimeStamp: new Date("2026-01-01"),
    Message: "Accounts/Add by root: BadInvalidState",
    Status: false,
    ClientUserId: "root",
    InputArguments: ['{"name":"anna","role":"operator","password":"***"}'],
  });
});

describe("what is refused", () => {
  it("is told as often as can be read, then only its number", async () => {
    administrators().length = 0;
    const nodeId = coerceNodeId(site("A1/State/Connected"));
    const value = { value: new Variant({ dataType: DataType.Boolean, value: true }) };
    const many = Array.from({ length: MOST_AUDITS }, () => ({ nodeId, attributeId: AttributeIds.Value, value }));
    await writeAll("anonymous", many);
    await writeAll("anonymous", many.slice(0, 50));
    for (const end of ends.splice(0)) end();
    const { Message: message } = await next({ SourceName: "Audit/Omitted" });
    const [told] = /^\d+/u.exec(String(message)) ?? [];
    expect(Number(told)).toBeGreaterThanOrEqual(50);
    expect(Number(told)).toBeLessThan(100);
    expect(message).toContain("calls and writes of anonymous");
    // Whoever may change something is told all the same.
    expect(await write("engineer", "A1/Configuration/HeartbeatInterval", "90")).toBe("Good");
    expect(await next({ EventType: "ns=0;i=2100" })).toMatchObject({ NewValue: "90" });
  });
});

it("is told to administrators alone", () => {
  expect(seenBy.get("anonymous")).toEqual([]);
  expect(seenBy.get("engineer")).toEqual([]);
});
