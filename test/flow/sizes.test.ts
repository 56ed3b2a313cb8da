// What is too long, on the road out and on the way back, through the whole bridge: told as what it is, and shown as what it is worth.
import { DataType, Variant, type ClientSession, type DataValue } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ADDITIONAL_INFO, call, int, on, text, type Answer } from "../opcua/callsInTest.ts";
import {
  connectChargePoint,
  openSession,
  read,
  readUntil,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

const MAX_FRAME = 30_000;
const MAX_KEPT = 8000;
const MAX_KEYS = 20;
const MAX_CALL = 4000;

let bridge: BridgeInTest;
let client: Awaited<ReturnType<typeof openSession>>;
let session: ClientSession;
let chargePoint: RPCClient;
let answer: (method: string) => Record<string, unknown>;
const received: { method: string; params: unknown }[] = [];

interface Key {
  readonly key: string;
  readonly readonly: boolean;
  readonly value: string;
}
const key = (name: string, value: string): Key => ({ key: name, readonly: false, value });
const keys = (...configurationKey: Key[]): Record<string, unknown> => ({ configurationKey });

const nothing = new Variant();
const getConfiguration = (): Promise<Answer> =>
  call(session, on("CP001", "GetConfiguration", [nothing]), ADDITIONAL_INFO);

async function connect(): Promise<void> {
  // Not strict: what it answers breaks the schema where values are longer than 500 characters.
  chargePoint = await connectChargePoint(bridge.ocpp, "CP001", { strictMode: false });
  chargePoint.handle(async ({ method = "", params }) => {
    received.push({ method, params });
    return answer(method);
  });
  await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  await readValue(session, "CP001/State/Connected", true);
}

beforeAll(async () => {
  bridge = await startBridgeInTest(
    `chargePoints: [{ id: CP001 }]
limits:
  maxFrameBytes: ${MAX_FRAME}
  maxKeptCharacters: ${MAX_KEPT}
  maxConfigurationKeys: ${MAX_KEYS}
  maxCallBytes: ${MAX_CALL}
`,
    0,
    "administrator",
  );
  client = await openSession(bridge.bridge.addresses.opcua);
  session = client.session;
  await connect();
}, 60_000);

afterAll(async () => {
  await chargePoint.close({ force: true });
  await client.close();
  await bridge.stop();
});

beforeEach(() => {
  received.length = 0;
  answer = () => ({ status: "Accepted" });
});

const codeOf = ({ statusCode }: DataValue): string => statusCode.name;

describe("a configuration value", () => {
  test("of any length up to limits.maxKeptCharacters is whole, and Good", async () => {
    const long = "0123456789".repeat(MAX_KEPT / 10);
    answer = () => keys(key("Long", long));
    const { status, outputs } = await getConfiguration();
    expect(status).toBe("Good");
    expect(JSON.parse(outputs[0]?.value)).toEqual([key("Long", long)]);
    await readValue(session, "CP001/Configuration/Long", long);
    await readValue(
      session,
      "CP001/State/LastViolation",
      "GetConfiguration configurationKey[0].value: longer than 500 characters",
    );
  });

  test("that is longer is answered whole, but shown cut: Uncertain, and it says so", async () => {
    const long = "0123456789".repeat(MAX_KEPT / 5);
    answer = () => keys(key("Longer", long), key("Short", "1"));
    const { status, outputs } = await getConfiguration();
    expect(status).toBe("Good");
    expect(JSON.parse(outputs[0]?.value)).toEqual([key("Longer", long), key("Short", "1")]);
    const shown = await readUntil(session, "CP001/Configuration/Longer", (each) => codeOf(each) === "Uncertain");
    expect(shown.value.value).toBe(`${long.slice(0, MAX_KEPT)}… (cut from ${long.length} characters)`);
    await readValue(session, "CP001/Configuration/Short", "1");
    answer = () => keys(key("Longer", "short now"));
    await getConfiguration();
    await readValue(session, "CP001/Configuration/Longer", "short now");
  });
});

describe("another text that is kept", () => {
  test("is left out as JSON where it is JSON, Uncertain", async () => {
    await chargePoint.call("DataTransfer", { vendorId: "v", data: "x".repeat(MAX_KEPT) });
    const path = "CP001/State/LastDataTransfer";
    const shown = await readUntil(session, path, (each) => codeOf(each) === "Uncertain");
    expect(JSON.parse(shown.value.value)).toEqual({
      leftOut: expect.stringMatching(/^80\d\d characters, more than limits.maxKeptCharacters$/u),
    });
    await chargePoint.call("DataTransfer", { vendorId: "v", data: "short" });
    await readValue(session, path, '{"vendorId":"v","data":"short"}');
  });

  test("is cut where it is none, Uncertain, beside others that are Good", async () => {
    const info = "i".repeat(600);
    await chargePoint.call("StatusNotification", { connectorId: 1, status: "Faulted", errorCode: "OtherError", info });
    const shown = await readUntil(session, "CP001/Connector1/Status/Info", (each) => codeOf(each) === "Uncertain");
    expect(shown.value.value).toBe(`${"i".repeat(512)}… (cut from 600 characters)`);
    expect(codeOf(await read(session, "CP001/Connector1/Status/ErrorCode"))).toBe("Good");
  });
});

test("more configuration keys than limits.maxConfigurationKeys are counted, and told with their number", async () => {
  const before = (await read(session, "CP001/State/Violations")).value.value as number;
  const many = Array.from({ length: MAX_KEYS + 7 }, (_, n) => key(`Many${n}`, `${n}`));
  answer = () => keys(...many);
  const { status, outputs } = await getConfiguration();
  expect(status).toBe("Good");
  expect(JSON.parse(outputs[0]?.value)).toEqual(many);
  const last = await readUntil(session, "CP001/State/LastViolation", ({ value }) =>
    String(value.value).includes("maxConfigurationKeys"),
  );
  // Long, Longer and Short are there already.
  expect(last.value.value).toBe(
    `GetConfiguration.conf: keys beyond limits.maxConfigurationKeys, ${MAX_KEYS}, not kept: 10`,
  );
  await readValue(session, "CP001/State/Violations", before + 1);
  await readValue(session, `CP001/Configuration/Many${MAX_KEYS - 4}`, `${MAX_KEYS - 4}`);
  expect(codeOf(await read(session, `CP001/Configuration/Many${MAX_KEYS - 3}`))).toBe("BadNodeIdUnknown");
});

describe("a call longer than limits.maxCallBytes", () => {
  const tags = (count: number): string =>
    JSON.stringify(Array.from({ length: count }, (_, n) => ({ idTag: `T${n}`, idTagInfo: { status: "Accepted" } })));

  test("is refused with the limit and not sent; one that fits is", async () => {
    const send = (list: string): Promise<Answer> =>
      call(session, on("CP001", "SendLocalList", [int(1), int(2), text(list)]), ADDITIONAL_INFO);
    expect(await send(tags(60))).toMatchObject({ status: "Good" });
    expect(await send(tags(90))).toMatchObject({
      status: "BadInvalidArgument",
      results: ["Good", "Good", "BadOutOfRange"],
      additionalInfo: expect.stringContaining("(limits.maxCallBytes)"),
    });
    expect(received.map(({ method }) => method)).toEqual(["SendLocalList"]);
  });

  test("though its texts are not is refused as well: a call is measured in bytes", async () => {
    const transfer = (data: string): Promise<Answer> =>
      call(session, on("CP001", "DataTransfer", [text("v"), text(""), text(data)]), ADDITIONAL_INFO);
    expect(await transfer('"'.repeat(3000))).toMatchObject({
      status: "BadInvalidArgument",
      additionalInfo: expect.stringMatching(
        /^the call has 6\d\d\d bytes, and must have at most 4000 \(limits.maxCallBytes\)$/u,
      ),
    });
    expect(received).toEqual([]);
  });

  test("is refused to the command variables too", async () => {
    const write = async (path: string, dataType: DataType, value: unknown): Promise<string> =>
      (
        await session.write({
          nodeId: `ns=4;s=CP001/Command/${path}`,
          attributeId: 13,
          value: { value: { dataType, value } },
        })
      ).name;
    const before = (await read(session, "CP001/Command/Sequence")).value.value as number;
    expect(await write("Action", DataType.String, "DataTransfer")).toBe("Good");
    const payload = JSON.stringify({ vendorId: "v", data: "é".repeat(MAX_CALL / 2) });
    expect(await write("Payload", DataType.String, payload)).toBe("Good");
    expect(await write("Trigger", DataType.Boolean, true)).toBe("Good");
    await readValue(session, "CP001/Command/Sequence", before + 1);
    await readValue(session, "CP001/Command/Result", "BadInvalidArgument");
    expect(received).toEqual([]);
  });
});

describe("an answer longer than limits.maxFrameBytes", () => {
  test("ends the command with BadResponseTooLarge and the limit, at once, and the link with 1009; the next link is as good as new", async () => {
    answer = () => keys(...Array.from({ length: 100 }, (_, n) => key(`Huge${n}`, "x".repeat(490))));
    const closed = new Promise<{ code: number }>((resolve) => chargePoint.once("disconnect", resolve));
    const { status, additionalInfo } = await getConfiguration();
    expect([status, additionalInfo]).toEqual([
      "BadResponseTooLarge",
      `it has been sent, but what came then was longer than limits.maxFrameBytes, ${MAX_FRAME}, and not read: what came of it is unknown`,
    ]);
    await readValue(session, "CP001/State/Connected", false);
    expect((await closed).code).toBe(1009);
    await connect();
    answer = () => keys(key("Long", "1"));
    expect((await getConfiguration()).status).toBe("Good");
    await readValue(session, "CP001/Configuration/Long", "1");
  });
});
