// Every command as a method call, through the whole bridge, to an independent charge point, and every outcome that there is. The
// charge point is strict: it refuses whatever breaks the OCPP schemas of its own, and its answers must fit them too.
import { Variant, type ClientSession } from "node-opcua";
import { createRPCError, type RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OutgoingAction } from "../../src/ocpp/v16/message.ts";
import { actionsFromCentralSystem } from "../../src/schema/ocpp16.generated.ts";
import { fieldsOf } from "../../src/schema/ocpp16.ts";
import { ADDITIONAL_INFO, call, on, type Answer } from "../opcua/callsInTest.ts";
import { connectChargePoint, openSession, read, readUntil, startBridgeInTest } from "./bridgeInTest.ts";
import { commandTable } from "./commandTable.ts";
import { inputsOf, outputsOf, valuesOf } from "./methodCallsInTest.ts";

type Answering = (params: unknown) => Promise<Record<string, unknown>>;

/** A charge point of its own for each action: one that stays silent holds up nobody. */
const idOf = (action: OutgoingAction): string => `CP-${action}`;
const ids = actionsFromCentralSystem.map(idOf);
const offlineId = "CP-offline";

let bridge: Awaited<ReturnType<typeof startBridgeInTest>>;
let client: Awaited<ReturnType<typeof openSession>>;
let session: ClientSession;
const chargePoints = new Map<string, RPCClient>();
const answering = new Map<string, Answering>();
const received = new Map<string, unknown[]>();

async function connectOne(id: string, strictMode: boolean): Promise<void> {
  const chargePoint = await connectChargePoint(bridge.ocpp, id, { strictMode });
  chargePoints.set(id, chargePoint);
  chargePoint.handle(async ({ method, params }) => {
    received.set(id, [...(received.get(id) ?? []), { method, params }]);
    return (await answering.get(id)?.(params)) ?? {};
  });
  await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  await chargePoint.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
}

beforeAll(async () => {
  const register = [...ids, offlineId].map((id) => `  - { id: ${id}, connectors: 1 }`).join("\n");
  bridge = await startBridgeInTest(
    `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
  callTimeoutSeconds: 1
chargePoints:
${register}`,
    0,
    "administrator",
  );
  client = await openSession(bridge.bridge.addresses.opcua);
  session = client.session;
}, 60_000);

afterAll(async () => {
  for (const chargePoint of chargePoints.values()) await chargePoint.close({ force: true });
  await client.close();
  await bridge.stop();
});

const wanted = (action: OutgoingAction, id = idOf(action)): Promise<Answer> =>
  call(session, on(id, action, inputsOf(action, commandTable[action].request)), ADDITIONAL_INFO);

describe("a strict charge point", () => {
  beforeAll(() => Promise.all(ids.map((id) => connectOne(id, true))), 60_000);
  afterAll(async () => {
    for (const id of ids) await chargePoints.get(id)?.close({ force: true });
  });

  test.each(actionsFromCentralSystem)(
    "gets %s as it was wanted, and its answer is Good, whatever it says",
    async (action) => {
      const { request, willing, unwilling } = commandTable[action];
      received.delete(idOf(action));
      for (const response of unwilling === undefined ? [willing] : [willing, unwilling]) {
        answering.set(idOf(action), async () => response);
        const answer = await wanted(action);
        expect([answer.status, answer.additionalInfo]).toEqual(["Good", undefined]);
        expect(valuesOf(answer)).toEqual(outputsOf(action, response));
        expect(received.get(idOf(action))?.at(-1)).toEqual({ method: action, params: request });
      }
    },
  );

  test.each(actionsFromCentralSystem)("gets %s with its required fields alone", async (action) => {
    const { request, willing } = commandTable[action];
    answering.set(idOf(action), async () => willing);
    const required = fieldsOf(action, "request").filter((field) => field.required);
    const least = Object.fromEntries(required.map(({ name }) => [name, request[name]]));
    const { status } = await call(session, on(idOf(action), action, inputsOf(action, least)));
    expect(status).toBe("Good");
    expect(received.get(idOf(action))?.at(-1)).toEqual({ method: action, params: least });
  });

  test.each(actionsFromCentralSystem)(
    "that answers %s with a CALLERROR is quoted (OCPP-J 1.6 §4.2.3)",
    async (action) => {
      answering.set(idOf(action), async () => {
        throw createRPCError("NotSupported", "not in this firmware") as Error;
      });
      const answer = await wanted(action);
      expect(answer).toMatchObject({ status: "BadUnexpectedError", outputs: [] });
      expect(answer.additionalInfo).toBe("NotSupported: not in this firmware");
    },
  );

  test("that stays silent is a timeout, for every command at once", async () => {
    for (const id of ids) answering.set(id, () => new Promise(() => {}));
    const answers = await Promise.all(actionsFromCentralSystem.map((action) => wanted(action)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(["BadTimeout"]));
  });

  test("whose link is lost in the middle is a timeout: nobody knows what it has done", async () => {
    const [action] = actionsFromCentralSystem;
    answering.set(idOf(action), async () => {
      void chargePoints.get(idOf(action))?.close({ force: true });
      return new Promise(() => {});
    });
    expect((await wanted(action)).status).toBe("BadTimeout");
    expect((await wanted(action)).status).toBe("BadNoCommunication");
  });
});

describe("a charge point that minds no schema", () => {
  beforeAll(() => Promise.all(ids.map((id) => connectOne(id, false))), 60_000);

  /** Actions whose response has a field that must be there. */
  const demanding = actionsFromCentralSystem.filter((action) => fieldsOf(action, "response").some((f) => f.required));

  test.each(demanding)("answers %s without what must be there: malformed, and the field is named", async (action) => {
    const [field] = fieldsOf(action, "response").filter((f) => f.required);
    for (const response of [{}, { [field?.name ?? ""]: { deep: [] } }, []]) {
      answering.set(idOf(action), async () => response as Record<string, unknown>);
      const answer = await wanted(action);
      expect(answer).toMatchObject({ status: "BadUnknownResponse", outputs: [] });
      if (!Array.isArray(response)) expect(answer.additionalInfo).toContain(field?.name);
    }
  });

  test.each(demanding)("answers %s with more than OCPP knows: the usable part is given", async (action) => {
    const { willing } = commandTable[action];
    answering.set(idOf(action), async () => ({ ...willing, vendorExtra: { a: 1 } }));
    const answer = await wanted(action);
    expect(answer.status).toBe("Good");
    expect(valuesOf(answer)).toEqual(outputsOf(action, willing));
  });
});

describe("a charge point that is not connected", () => {
  test.each(actionsFromCentralSystem)("is not sent %s", async (action) => {
    const answer = await wanted(action, offlineId);
    expect(answer).toMatchObject({ status: "BadNoCommunication", outputs: [] });
    expect(received.get(offlineId)).toBeUndefined();
  });
});

describe("a request that breaks a rule", () => {
  const id = idOf("Reset");
  const hostile = [
    ["a text that is too long", "RemoteStartTransaction", { idTag: "x".repeat(21) }, 0, /20 characters/u],
    ["a nested field that is missing", "SetChargingProfile", { connectorId: 1, csChargingProfiles: {} }, 1, /missing/u],
    [
      "a limit in finer steps than 0.1",
      "SetChargingProfile",
      {
        connectorId: 1,
        csChargingProfiles: {
          ...(commandTable.SetChargingProfile.request["csChargingProfiles"] as object),
          chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.15 }] },
        },
      },
      1,
      /limit/u,
    ],
    ["a connector that does not exist", "UnlockConnector", { connectorId: 9 }, 0, /connector/iu],
    ["connector 0 for a start (behaviour 25)", "RemoteStartTransaction", { idTag: "A", connectorId: 0 }, 1, /./u],
  ] as const;

  test.each(hostile)("is not sent: %s", async (_, action, request, index, says) => {
    received.delete(id);
    const answer = await call(session, on(id, action, inputsOf(action, request)), ADDITIONAL_INFO);
    expect(answer.status).toBe("BadInvalidArgument");
    expect(answer.results.map((result, place) => [place, result]).filter(([, result]) => result !== "Good")).toEqual([
      [index, expect.stringMatching(/^Bad/u)],
    ]);
    expect(answer.additionalInfo).toMatch(says);
    expect(received.get(id)).toBeUndefined();
  });
});

test("what has been answered can be read at once", async () => {
  const id = idOf("GetConfiguration");
  answering.set(id, async () => commandTable.GetConfiguration.willing);
  expect((await wanted("GetConfiguration")).status).toBe("Good");
  expect((await read(session, `${id}/Configuration/HeartbeatInterval`)).value.value).toBe("300");
  await readUntil(session, `${id}/State/Connected`, ({ value }) => value.value === true);
});

test("more keys than the charge point takes at once are asked for in pages (OCPP 1.6 §9.1.9)", async () => {
  const id = idOf("GetConfiguration");
  const tell = (key: string): object => ({ key, readonly: true, value: key === "GetConfigurationMaxKeys" ? "2" : key });
  answering.set(id, async (params) => {
    const { key = ["GetConfigurationMaxKeys"] } = params as { key?: string[] };
    return key.length > 2 ? { configurationKey: [] } : { configurationKey: key.map(tell), unknownKey: [`no${key[0]}`] };
  });
  expect((await call(session, on(id, "GetConfiguration", [new Variant()]))).status).toBe("Good");
  const answer = await call(
    session,
    on(id, "GetConfiguration", inputsOf("GetConfiguration", { key: ["A", "B", "C"] })),
  );
  expect(JSON.parse(String(answer.outputs[0]?.value))).toEqual(["A", "B", "C"].map(tell));
  expect(answer.outputs[1]?.value).toEqual(["noA", "noC"]);
});
