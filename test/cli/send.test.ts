// `ocpp-opcua send` through the executable and a running bridge to an independent charge point, and back.
import { join } from "node:path";
import { createRPCError, type RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectChargePoint } from "../flow/bridgeInTest.ts";
import { Workplace, type Ended, type Program } from "./programInTest.ts";

const workplace = new Workplace();
const settings = `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
  callTimeoutSeconds: 1
opcua: { host: 127.0.0.1, port: 0, anonymousRole: observer }
hmi: { host: 127.0.0.1, port: 0 }
store: { directory: data }
chargePoints: [{ id: CP001, connectors: 2, validation: strict }, { id: OFF }]
`;
let config: string;
let bridge: Program;
let chargePoint: RPCClient;
/** What the charge point was sent, in order. */
const received: { readonly action: string; readonly params: unknown }[] = [];

/** What it answers to each action. */
const answers: Readonly<Record<string, (params: Record<string, unknown>) => object>> = {
  Reset: ({ type }) => ({ status: type === "Soft" ? "Accepted" : "Rejected" }),
  ClearCache: () => Promise.reject(createRPCError("InternalError", "the relay \u001b[31mis stuck")),
  GetLocalListVersion: () => new Promise(() => {}),
  UnlockConnector: () => ({ status: "Opened" }),
  GetConfiguration: () => ({
    configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }],
    unknownKey: ["Colour"],
  }),
  ChangeConfiguration: () => ({ status: "RebootRequired" }),
  RemoteStartTransaction: () => ({ status: "Accepted" }),
  RemoteStopTransaction: () => ({ status: "Accepted" }),
  ReserveNow: () => ({ status: "Occupied" }),
  DataTransfer: () => ({ status: "Accepted", data: "\u009b2Jred" }),
  Blink: () => ({ times: 3 }),
};

beforeAll(async () => {
  config = workplace.write("bridge.yaml", settings);
  bridge = workplace.start(["run", "--config", config, "--log-level", "error"]);
  await bridge.says("\n");
  const { ocpp } = JSON.parse(bridge.out.replace(/^ready /u, "")) as { ocpp: string[] };
  // Not strict: it also answers what OCPP does not know.
  chargePoint = await connectChargePoint(ocpp[0] ?? "", "CP001", { strictMode: false });
  for (const [action, answer] of Object.entries(answers))
    chargePoint.handle(action, async ({ params = {} }) => {
      received.push({ action, params });
      return answer(params);
    });
});

afterAll(async () => {
  await chargePoint.close({ force: true });
  await workplace.clean();
});

const send = (...args: string[]): Promise<Ended> => workplace.run(["send", "--config", config, ...args]);

describe("what came of a command", () => {
  const stuck = 'error: "CP001" answered with an error: InternalError: the relay \\u001b[31mis stuck\n';
  const cases: readonly (readonly [what: string, args: string, code: number, out: string, errors: string | RegExp])[] =
    [
      ["Accepted", "CP001 Reset --type Soft", 0, "status: Accepted\n", ""],
      ["Rejected", "CP001 Reset --type Hard", 1, "status: Rejected\n", ""],
      [
        "another refusal",
        "CP001 ReserveNow --connector-id 1 --expiry-date 2030-01-01T00:00:00+01:00 --id-tag A --reservation-id 7",
        1,
        "status: Occupied\n",
        "",
      ],
      ["RebootRequired", "CP001 ChangeConfiguration --key A --value B", 0, "status: RebootRequired\n", ""],
      ["CALLERROR", "CP001 ClearCache", 70, "", stuck],
      [
        "an answer that OCPP does not know",
        "CP001 UnlockConnector --connector-id 1",
        76,
        "",
        /cannot be understood: .*status/u,
      ],
      ["no answer", "CP001 GetLocalListVersion", 74, "", /has not answered in time; it was sent/u],
      ["not connected", "OFF Reset --type Soft", 68, "", 'error: "OFF" is not connected; nothing was sent\n'],
      ["not known", "NOBODY Reset --type Soft", 67, "", /no charge point "NOBODY" is known/u],
      [
        "a field that breaks a rule",
        `CP001 RemoteStartTransaction --id-tag ${"x".repeat(30)}`,
        65,
        "",
        /idTag.*20.*nothing was sent/u,
      ],
      ["an action of charge points", "CP001 Call --action Heartbeat", 64, "", /is sent by a charge point/u],
      [
        "no transaction to stop",
        "CP001 RemoteStopTransaction --connector-id 1",
        1,
        "",
        /no transaction runs on connector 1/u,
      ],
    ];

  it.each(cases)("%s: `%s` ends with %i", async (_, args, code, out, errors) => {
    const ended = await send(...args.split(" "));
    expect(ended).toEqual({ code, out, errors: typeof errors === "string" ? errors : expect.stringMatching(errors) });
  });

  it("is printed as text for people, and as JSON for programs, without anything that a terminal obeys", async () => {
    const text = await send("CP001", "GetConfiguration");
    expect(text.out).toBe(
      'configurationKey:\n  - key: HeartbeatInterval\n    readonly: false\n    value: "300"\nunknownKey:\n  - Colour\n',
    );
    const json = await send("CP001", "DataTransfer", "--vendor-id", "x", "--json");
    expect(json).toEqual({ code: 0, out: '{"status":"Accepted","data":"\\u009b2Jred"}\n', errors: "" });
  });
});

describe("what the charge point is sent", () => {
  const profile = {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: "TxProfile",
    chargingProfileKind: "Relative",
    chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 9.5 }] },
  };
  const cases: readonly (readonly [what: string, args: () => readonly string[], action: string, params: object])[] = [
    [
      "lists, by repetition",
      () => ["GetConfiguration", "--key", "A", "--key", "B"],
      "GetConfiguration",
      { key: ["A", "B"] },
    ],
    [
      "texts that look like numbers, or like options",
      () => ["ChangeConfiguration", "--key", "7", "--value", "-1"],
      "ChangeConfiguration",
      { key: "7", value: "-1" },
    ],
    [
      "times in UTC, without fractions",
      () => [
        "ReserveNow",
        "--connector-id",
        "1",
        "--expiry-date",
        "2030-01-01T00:00:00.5+01:00",
        "--id-tag",
        "A",
        "--reservation-id",
        "7",
      ],
      "ReserveNow",
      { connectorId: 1, expiryDate: "2029-12-31T23:00:00Z", idTag: "A", reservationId: 7 },
    ],
    [
      "what is nested, as JSON",
      () => ["RemoteStartTransaction", "--id-tag", "A", "--charging-profile", JSON.stringify(profile)],
      "RemoteStartTransaction",
      { idTag: "A", chargingProfile: profile },
    ],
    [
      "what is nested, from a file",
      () => [
        "RemoteStartTransaction",
        "--id-tag",
        "A",
        "--charging-profile",
        `@${workplace.write("profile.json", JSON.stringify(profile))}`,
      ],
      "RemoteStartTransaction",
      { idTag: "A", chargingProfile: profile },
    ],
    [
      "any action with any payload",
      () => ["Call", "--action", "Blink", "--payload", '{"lamp":{"colour":"red"}}'],
      "Blink",
      { lamp: { colour: "red" } },
    ],
    [
      "a field that bears the name of an option of send",
      () => ["DataTransfer", "--vendor-id", "x", "--data", "hello"],
      "DataTransfer",
      { vendorId: "x", data: "hello" },
    ],
    [
      "a transaction to stop, by its id",
      () => ["RemoteStopTransaction", "--transaction-id", "12"],
      "RemoteStopTransaction",
      { transactionId: 12 },
    ],
  ];

  it.each(cases)("%s", async (_, args, action, params) => {
    received.length = 0;
    expect(await send("CP001", ...args())).toMatchObject({ errors: "" });
    expect(received).toEqual([{ action, params }]);
  });

  it("is the transaction that runs on a connector, where that is what should stop", async () => {
    const start = { connectorId: 2, idTag: "A", meterStart: 0, timestamp: new Date().toISOString() };
    await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
    const { transactionId } = (await chargePoint.call("StartTransaction", start)) as { transactionId: number };
    received.length = 0;
    const ended = await send("CP001", "RemoteStopTransaction", "--connector-id", "2");
    expect(ended).toEqual({ code: 0, out: "status: Accepted\n", errors: "" });
    expect(received).toEqual([{ action: "RemoteStopTransaction", params: { transactionId } }]);
  });

  it("is nothing where the bridge itself is meant: Add, Reject, Accept and Remove", async () => {
    const done = { code: 0, out: "done\n", errors: "" };
    expect(await send("NEW", "Add", "--registration", "Pending", "--connectors", "1")).toEqual(done);
    expect(await send("NEW", "Add")).toMatchObject({ code: 1, errors: "error: NEW is in the register already\n" });
    expect(await send("NEW", "Reject")).toEqual(done);
    expect(await send("NEW", "Accept", "--json")).toEqual({ ...done, out: "{}\n" });
    expect(await send("NEW", "Remove")).toEqual(done);
    expect(await send("NEW", "Remove")).toMatchObject({ code: 67 });
    expect(await send("CP001", "Remove")).toMatchObject({ code: 1, errors: expect.stringContaining("is connected") });
  });
});

describe("the command line", () => {
  const wrong: readonly (readonly [args: string, sentence: string])[] = [
    ["CP001", "say which action to send"],
    ["CP001 Rest --type Soft", "unknown action 'Rest'; did you mean Reset?"],
    ["CP001 reset --type Soft", "unknown action 'reset'; did you mean Reset?"],
    ["CP001 Blink", "unknown action 'Blink'; Call sends any action by its name"],
    ["CP001 Reset", "required option '--type <word>' not specified"],
    ["CP001 Reset --type Warm", "argument 'Warm' is invalid. Allowed choices are Hard, Soft."],
    ["CP001 Reset --type Soft --tipe Hard", "(Did you mean --type?)"],
    ["CP001 Reset --type Soft more", "too many arguments"],
    ["CP001 UnlockConnector --connector-id one", "It must be a whole number."],
    ["CP001 UnlockConnector --connector-id 1.5", "It must be a whole number."],
    ["CP001 UnlockConnector --connector-id 3000000000", "It must be a whole number."],
    ["CP001 ReserveNow --expiry-date tomorrow", "It must be a time with its offset"],
    ["CP001 RemoteStartTransaction --id-tag A --charging-profile {", "ChargingProfile: is no JSON"],
    [
      "CP001 RemoteStartTransaction --id-tag A --charging-profile @missing.json",
      "missing.json cannot be read (ENOENT).",
    ],
    ["CP001 RemoteStopTransaction", "TransactionId: is missing; or name a connector with --connector-id"],
    ["CP001 RemoteStopTransaction --transaction-id 1 --connector-id 1", "TransactionId: cannot be given together with"],
    ["CP001 SetLimit --amperes 10", "required option '--connector-id <integer>' not specified"],
    ["CP001 SetLimit --connector-id 1 --amperes ten", "It must be a number such as 10 or 9.5."],
    ["CP001 ClearLimit --connector-id 0", "ConnectorId: must be 1 or more"],
    ["CP001 Call", "required option '--action <text>' not specified"],
  ];

  it.each(wrong)("refuses `send %s` with 64 (EX_USAGE), and sends nothing", async (args, sentence) => {
    received.length = 0;
    const { code, out, errors } = await send(...args.split(" "));
    expect([code, out]).toEqual([64, ""]);
    expect(errors).toContain(sentence);
    expect(errors).toMatch(/\n\(ocpp-opcua send .*--help .*\)\n$/u);
    expect(received).toEqual([]);
  });

  it("lists the actions by feature profile", async () => {
    const { code, out } = await send("--help");
    expect(code).toBe(0);
    expect(out).toMatch(/Smart Charging:\n.*GetCompositeSchedule.*SetLimit/u);
    expect(out).toMatch(/Anything else:\n +Call, SendIdTags, ApplyConfiguration\n/u);
    expect((await send("CP001", "--help")).out).toBe(out);
  });

  it("shows the flags of an action with their descriptions and choices", async () => {
    const { code, out } = await send("CP001", "Reset", "--help");
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: ocpp-opcua send CP001 Reset/u);
    expect(out.replaceAll(/\s+/gu, " ")).toMatch(/--type <word> .+\(required\) \(choices: "Hard", "Soft"\)/u);
  });
});

describe("the bridge", () => {
  it("is found by its data directory, by option before and after the action, and by variable", async () => {
    const data = join(workplace.folder, "data");
    const command = ["CP001", "Reset", "--type", "Soft"];
    const accepted = { code: 0, out: "status: Accepted\n", errors: "" };
    expect(await workplace.run(["send", "--data", data, ...command])).toEqual(accepted);
    expect(await workplace.run(["send", ...command, "--data", data])).toEqual(accepted);
    expect(await workplace.run(["send", ...command, "--config", config])).toEqual(accepted);
    expect(await workplace.run(["send", ...command], { OCPP_OPCUA_DATA: data })).toEqual(accepted);
  });

  it("that does not run is said not to, with the way out and 69 (EX_UNAVAILABLE)", async () => {
    const { code, out, errors } = await send("--data", join(workplace.folder, "elsewhere"), "CP001", "ClearCache");
    expect([code, out]).toEqual([69, ""]);
    expect(errors).toMatch(/^error: no bridge is running on .*elsewhere; start it with `ocpp-opcua run`/u);
  });

  it("is not looked for with wrong settings, which are said to be wrong with 78 (EX_CONFIG)", async () => {
    const bad = workplace.write("bad.yaml", "hmi:\n  port: many\n");
    const { code, out, errors } = await send("--config", bad, "CP001", "ClearCache");
    expect([code, out]).toEqual([78, ""]);
    expect(errors).toContain(`${bad}:2:9 error /hmi/port`);
  });

  it("runs once on a data directory: another one is told so", async () => {
    const { code, errors } = await workplace.run(["run", "--config", config, "--log-level", "error"]);
    expect(code).toBe(1);
    expect(errors).toContain("ocpp-opcua cannot start: a bridge is running on this data directory already: ");
  });
});
