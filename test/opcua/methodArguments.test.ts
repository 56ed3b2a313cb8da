// Arguments of method calls: each that breaks a rule is named by its own result (OPC 10000-4 §5.12.2), and nothing is wanted of anybody.
import { DataType, Variant, VariantArrayType, type ClientSession } from "node-opcua";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ADDITIONAL_INFO,
  call,
  date,
  double,
  int,
  Kept,
  nothing,
  on,
  text,
  texts,
  serve,
  type Served,
} from "./callsInTest.ts";
import { twinOf, withState } from "./fixture.ts";

const kept = new Kept();
let served: Served;
let session: ClientSession;

beforeAll(async () => {
  served = await serve(kept.command);
  session = served.session;
  served.fed.publish(undefined, withState(twinOf("A1"), "Connected"));
}, 60_000);

afterAll(() => served.stop());

beforeEach(() => {
  kept.commands.length = 0;
  kept.outcome = { kind: "answered", response: {} };
});

const GOOD = "Good";
const MISMATCH = "BadTypeMismatch";
const OUT_OF_RANGE = "BadOutOfRange";
const INVALID = "BadInvalidArgument";

const of = (dataType: DataType, value: unknown, arrayType = VariantArrayType.Scalar): Variant =>
  new Variant({ dataType, arrayType, value });
const list = (dataType: DataType, value: unknown): Variant => of(dataType, value, VariantArrayType.Array);
const profile = '{"chargingProfileId":1}';
const reservation = (expiry: Variant, id: Variant = int(3)): Variant[] => [int(1), expiry, text("TAG"), id];
const noon = date(new Date("2026-05-01T12:00:00Z"));

interface Case {
  readonly method: string;
  readonly inputs: readonly Variant[];
  readonly results: readonly string[];
  /** Part of the text. */
  readonly says: string;
}

const cases: readonly Case[] = [
  // wrong types
  { method: "Reset", inputs: [text("Soft")], results: [MISMATCH], says: "Type: must be one Int32 (ResetType)" },
  { method: "Reset", inputs: [text("")], results: [MISMATCH], says: "Type" },
  { method: "Reset", inputs: [nothing], results: [MISMATCH], says: "Type" },
  { method: "Reset", inputs: [double(1)], results: [MISMATCH], says: "Type" },
  { method: "Reset", inputs: [of(DataType.UInt32, 1)], results: [MISMATCH], says: "Type" },
  { method: "Reset", inputs: [of(DataType.Int64, [0, 1])], results: [MISMATCH], says: "Type" },
  { method: "Reset", inputs: [list(DataType.Int32, [1])], results: [MISMATCH], says: "Type" },
  { method: "Reset", inputs: [list(DataType.Int32, [])], results: [MISMATCH], says: "Type" },
  { method: "UnlockConnector", inputs: [of(DataType.Boolean, true)], results: [MISMATCH], says: "ConnectorId" },
  {
    method: "ChangeConfiguration",
    inputs: [text("Key"), of(DataType.LocalizedText, { text: "5" })],
    results: [GOOD, MISMATCH],
    says: "Value: must be one String",
  },
  {
    method: "ChangeConfiguration",
    inputs: [of(DataType.ByteString, Buffer.from("Key")), text("5")],
    results: [MISMATCH, GOOD],
    says: "Key",
  },
  { method: "GetConfiguration", inputs: [text("Key")], results: [MISMATCH], says: "Key: must be a list of String" },
  { method: "GetConfiguration", inputs: [list(DataType.Int32, [1])], results: [MISMATCH], says: "Key" },
  {
    method: "GetConfiguration",
    inputs: [
      new Variant({
        dataType: DataType.String,
        arrayType: VariantArrayType.Matrix,
        dimensions: [2, 2],
        value: ["a", "b", "c", "d"],
      }),
    ],
    results: [MISMATCH],
    says: "Key",
  },
  {
    method: "GetConfiguration",
    inputs: [list(DataType.Variant, [text("a"), texts(["b"])])],
    results: [MISMATCH],
    says: "Key",
  },
  { method: "ReserveNow", inputs: reservation(text("2026-05-01")), results: [GOOD, MISMATCH, GOOD, GOOD], says: "" },
  // values that no request can bear
  { method: "Reset", inputs: [int(0)], results: [OUT_OF_RANGE], says: "one of 1 Hard, 2 Soft" },
  { method: "Reset", inputs: [int(3)], results: [OUT_OF_RANGE], says: "ResetType" },
  { method: "Reset", inputs: [int(-1)], results: [OUT_OF_RANGE], says: "ResetType" },
  { method: "Connector1/SetLimit", inputs: [double(NaN)], results: [OUT_OF_RANGE], says: "Amperes: must be a finite" },
  { method: "Connector1/SetLimit", inputs: [double(Infinity)], results: [OUT_OF_RANGE], says: "Amperes" },
  { method: "Connector1/SetLimit", inputs: [double(-Infinity)], results: [OUT_OF_RANGE], says: "Amperes" },
  {
    method: "ReserveNow",
    inputs: reservation(date(new Date(Date.UTC(1601, 0, 1)))),
    results: [GOOD, OUT_OF_RANGE, GOOD, GOOD],
    says: "ExpiryDate",
  },
  {
    method: "ReserveNow",
    inputs: reservation(date(new Date(Date.UTC(20_000, 0, 1)))),
    results: [GOOD, OUT_OF_RANGE, GOOD, GOOD],
    says: "ExpiryDate",
  },
  {
    method: "DataTransfer",
    inputs: [text("x".repeat(262_145))],
    results: [OUT_OF_RANGE],
    says: "VendorId: the texts must have at most 262144 characters together (limits.maxCallBytes)",
  },
  // No JSON, but nothing is parsed of what is too long together with what stands before it.
  {
    method: "SendLocalList",
    inputs: [int(1), int(2), text("[".repeat(262_145))],
    results: [GOOD, GOOD, OUT_OF_RANGE],
    says: "LocalAuthorizationList: the texts must have at most 262144 characters together (limits.maxCallBytes)",
  },
  {
    method: "DataTransfer",
    inputs: [text("x".repeat(131_072)), text("y".repeat(131_072)), text("z")],
    results: [GOOD, GOOD, OUT_OF_RANGE],
    says: "Data: the texts must have at most 262144 characters together (limits.maxCallBytes)",
  },
  {
    method: "GetConfiguration",
    inputs: [texts(Array.from({ length: 10_000 }, () => "x".repeat(200)))],
    results: [OUT_OF_RANGE],
    says: "Key: the texts must have at most 262144 characters together (limits.maxCallBytes)",
  },
  // JSON
  ...[
    ["", "CsChargingProfiles: is missing"],
    ["{", "CsChargingProfiles: is no JSON"],
    ["17", "CsChargingProfiles: must be a JSON object"],
    ["null", "CsChargingProfiles: must be a JSON object"],
    ['"text"', "CsChargingProfiles: must be a JSON object"],
    ["NaN", "CsChargingProfiles: is no JSON"],
    [`${"[".repeat(100_000)}${"]".repeat(100_000)}`, "CsChargingProfiles: must be nested at most 32 deep"],
    [`${'{"a":'.repeat(33)}1${"}".repeat(33)}`, "CsChargingProfiles: must be nested at most 32 deep"],
  ].map(([json = "", says = ""]) => ({
    method: "SetChargingProfile",
    inputs: [int(1), text(json)],
    results: [GOOD, INVALID],
    says,
  })),
];

const name = ({ method, inputs }: Case): string =>
  `${method}(${inputs.map(({ dataType, value }) => `${DataType[dataType]} ${String(value).slice(0, 20)}`).join(", ")})`;

describe("an argument that breaks a rule", () => {
  test.each(cases.map((each) => [name(each), each] as const))("%s", async (_, { method, inputs, results, says }) => {
    const [path, own] = method.includes("/") ? ["A1/Connector1", method.split("/")[1]!] : ["A1", method];
    const answer = await call(session, on(path, own, inputs), ADDITIONAL_INFO);
    expect(answer).toMatchObject({ status: INVALID, results, outputs: [] });
    expect(answer.additionalInfo).toContain(says);
    expect(kept.commands).toEqual([]);
  });
});

describe("the number of arguments", () => {
  test.each([
    ["Reset", [], "BadArgumentsMissing"],
    ["ReserveNow", reservation(noon).slice(0, 3), "BadArgumentsMissing"],
    ["Reset", [int(1), int(1)], "BadTooManyArguments"],
    ["ClearCache", [nothing], "BadTooManyArguments"],
    ["ReserveNow", [...reservation(noon), nothing, nothing], "BadTooManyArguments"],
    ["ClearCache", Array.from({ length: 10_000 }, () => int(1)), "BadTooManyArguments"],
  ] as const)("%s(%#): %s results for no argument alone", async (method, inputs, status) => {
    const answer = await call(session, on("A1", method, [...inputs]), ADDITIONAL_INFO);
    expect(answer).toMatchObject({ status, results: [], outputs: [] });
    expect(answer.additionalInfo).toMatch(/^it takes /u);
    expect(kept.commands).toEqual([]);
  });
});

describe("an argument that breaks none", () => {
  test.each([
    ["a list of 10,000 texts", "GetConfiguration", [texts(Array.from({ length: 10_000 }, String))], 10_000],
    ["a null text in a list", "GetConfiguration", [texts(["a", null])], 2],
  ] as const)("%s arrives", async (_, method, inputs, length) => {
    expect(await call(session, on("A1", method, [...inputs]))).toMatchObject({ status: GOOD, results: [] });
    expect((kept.last as any).payload.key).toHaveLength(length);
  });

  test("an empty list says as much as none", async () => {
    expect((await call(session, on("A1", "GetConfiguration", [texts([])]))).status).toBe(GOOD);
    expect(kept.last).toMatchObject({ payload: {} });
  });

  test("a long JSON text arrives as it is meant", async () => {
    const tags = Array.from({ length: 4000 }, (_, index) => ({
      idTag: `TAG${index}`,
      idTagInfo: { status: "Accepted" },
    }));
    const inputs = [int(5), int(2), text(JSON.stringify(tags))];
    expect((await call(session, on("A1", "SendLocalList", inputs))).status).toBe(GOOD);
    expect((kept.last as any).payload.localAuthorizationList).toEqual(tags);
  });

  test("a member named __proto__ stays a member and changes nothing", async () => {
    const json = '{"__proto__":{"polluted":true},"constructor":1}';
    expect((await call(session, on("A1", "Call", [text("Own"), text(json)]))).status).toBe(GOOD);
    expect(JSON.stringify((kept.last as any).payload)).toBe(json);
    expect(({} as any).polluted).toBeUndefined();
  });

  test("a required text may be empty", async () => {
    expect((await call(session, on("A1", "ChangeConfiguration", [text("Key"), text("")]))).status).toBe(GOOD);
    expect(kept.last).toMatchObject({ payload: { key: "Key", value: "" } });
  });

  test("a time is passed in whole seconds, as OCPP writes it", async () => {
    expect((await call(session, on("A1", "ReserveNow", reservation(noon)))).status).toBe(GOOD);
    expect(kept.last).toMatchObject({ payload: { expiryDate: "2026-05-01T12:00:00Z" } });
  });
});

describe("a rule of OCPP that is judged later", () => {
  test.each([
    ["connectorId", [OUT_OF_RANGE, GOOD]],
    ["csChargingProfiles.stackLevel", [GOOD, OUT_OF_RANGE]],
    ["csChargingProfiles[0].stackLevel", [GOOD, OUT_OF_RANGE]],
    ["", [GOOD, GOOD]],
    ["somethingElse", [GOOD, GOOD]],
  ])("broken at %j is shown by the argument that it leads into", async (path, results) => {
    kept.outcome = { kind: "invalid", path, text: "must be so" };
    const answer = await call(session, on("A1", "SetChargingProfile", [int(1), text(profile)]), ADDITIONAL_INFO);
    expect(answer).toMatchObject({ status: INVALID, results, outputs: [] });
    expect(answer.additionalInfo).toBe(path === "" ? "must be so" : `${path}: must be so`);
  });

  test.each([
    ["type", [GOOD, OUT_OF_RANGE]],
    ["", [GOOD, OUT_OF_RANGE]],
    ["action", [OUT_OF_RANGE, GOOD]],
  ])("of Call that is broken at %j is shown by Payload, unless it is the action", async (path, results) => {
    kept.outcome = { kind: "invalid", path, text: "must be so" };
    const answer = await call(session, on("A1", "Call", [text("Reset"), text('{"type":"x"}')]));
    expect(answer).toMatchObject({ status: INVALID, results, outputs: [] });
  });

  test("broken at an argument that was left out is told by its text alone", async () => {
    kept.outcome = { kind: "invalid", path: "parentIdTag", text: "must be there" };
    const answer = await call(session, on("A1", "ReserveNow", reservation(noon)), ADDITIONAL_INFO);
    expect(answer).toMatchObject({ status: INVALID, results: [GOOD, GOOD, GOOD, GOOD] });
    expect(answer.additionalInfo).toBe("parentIdTag: must be there");
  });
});
