// Hostile charge points, browsers and users against a whole bridge, all at once with a witness: whatever they send, each of the witness's
// Heartbeats is answered, SCADA reads, a newcomer gets in, and an attacker is answered, refused or cut off (guarantee G6).
import { connect, type Socket } from "node:net";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { handshake } from "../ocpp/listenersInTest.ts";
import { webSocketFrame } from "../ocpp/bytesInTest.ts";
import { actionsFromChargePoint } from "../../src/schema/ocpp16.generated.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest, type BridgeInTest } from "./bridgeInTest.ts";

const ANSWERS = 20;
const PASSWORD = "rightPassword123";

let site: BridgeInTest;
let witness: RPCClient;
let scada: Awaited<ReturnType<typeof openSession>>;
const sockets: (Socket | WebSocket)[] = [];

beforeAll(async () => {
  const ids = ["WITNESS", "NEWCOMER", "STORM", "TWICE", "FUZZ"].map((id) => `{ id: ${id}, connectors: 1 }`);
  site = await startBridgeInTest(
    `limits: { handshakeTimeoutSeconds: 60, acceptsPerSecond: 2000 }
chargePoints: [${ids.join(", ")}, { id: LOCKED, password: ${PASSWORD} }]`,
  );
  witness = await connectChargePoint(site.ocpp, "WITNESS", { callTimeoutMs: 60_000 });
  scada = await openSession(site.bridge.addresses.opcua);
}, 120_000);

afterAll(async () => {
  for (const socket of sockets)
    if (socket instanceof WebSocket) socket.terminate();
    else socket.destroy();
  await scada.close();
  await witness.close({ force: true });
  await site.stop();
}, 60_000);

/** The witness is answered so often while `attack` goes on, one after the other. */
async function served(attack: Promise<unknown>): Promise<void> {
  for (let answered = 0; answered < ANSWERS; answered++)
    expect(await witness.call("Heartbeat", {})).toEqual({ currentTime: expect.any(String) });
  await readValue(scada.session, "WITNESS/State/Connected", true);
  await attack;
}

function raw(): Socket {
  const { hostname, port } = new URL(site.ocpp);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  sockets.push(socket);
  return socket;
}

/** Once it is open, or refused. */
function link(id: string): Promise<WebSocket> {
  const socket = new WebSocket(`${site.ocpp}/${id}`, "ocpp1.6", { perMessageDeflate: false });
  socket.on("error", () => {});
  sockets.push(socket);
  return new Promise((resolve) => {
    for (const event of ["open", "close"]) socket.once(event, () => resolve(socket));
  });
}

describe("nobody is kept waiting by", () => {
  it("a thousand handshakes that never end, and a newcomer gets in beside them", { timeout: 120_000 }, async () => {
    const dripping = Array.from({ length: 1000 }, raw);
    const attack = (async () => {
      for (const byte of handshake("/SLOW").slice(0, 20))
        for (const socket of dripping) if (!socket.destroyed) socket.write(byte);
    })();
    const newcomer = await connectChargePoint(site.ocpp, "NEWCOMER");
    expect(await newcomer.call("Heartbeat", {})).toHaveProperty("currentTime");
    await newcomer.close();
    await served(attack);
    for (const socket of dripping) socket.destroy();
  });

  it("a storm of status, each of which is answered in its order", { timeout: 120_000 }, async () => {
    const storm = await link("STORM");
    const answered: string[] = [];
    storm.on("message", (data: Buffer) => answered.push((JSON.parse(data.toString()) as [number, string])[1]));
    const COUNT = 5000;
    for (let index = 0; index < COUNT; index++) {
      const status = ["Available", "Preparing", "Charging", "Finishing"][index % 4];
      const payload = { connectorId: 1, errorCode: "NoError", status, timestamp: new Date().toISOString() };
      storm.send(JSON.stringify([2, String(index), "StatusNotification", payload]));
    }
    await served(expect.poll(() => answered.length, { timeout: 60_000 }).toBe(COUNT));
    expect(answered).toEqual(Array.from({ length: COUNT }, (_, index) => String(index)));
    // Finishing, the last of them: Finishing is 6 (OPC UA: the order of OCPP 1.6 §7.7, from 1).
    await readValue(scada.session, "STORM/Connector1/Status/Status", 6);
  });

  it("a thousand wrong passwords, and the right one gets in", { timeout: 120_000 }, async () => {
    const upgrade = (password: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${site.ocpp}/LOCKED`, "ocpp1.6", { auth: `LOCKED:${password}` });
        socket.once("open", () => {
          socket.terminate();
          resolve("in");
        });
        socket.once("unexpected-response", (_request, { statusCode }) => {
          socket.terminate();
          resolve(String(statusCode));
        });
        socket.on("error", () => resolve("cut"));
      });
    const attack = Promise.all(Array.from({ length: 1000 }, (_, index) => upgrade(`wrong${index}`)));
    await served(attack);
    expect(new Set(await attack).has("in")).toBe(false);
    await expect.poll(() => upgrade(PASSWORD), { timeout: 60_000, interval: 500 }).toBe("in");
  });

  it("bombs: compression that unpacks to 20 MB was not agreed on and ends its link", { timeout: 120_000 }, async () => {
    const bomb = deflateRawSync(Buffer.alloc(20_000_000)).subarray(0, 60_000);
    const ended = Array.from({ length: 20 }, (_, index) => {
      const socket = raw();
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.resume();
      socket.write(Buffer.concat([Buffer.from(handshake(`/BOMB${index}`)), webSocketFrame(0xc1, bomb)]));
      return closed;
    });
    await served(Promise.all(ended));
  });

  it("one identity that dials again and again from two places at once", { timeout: 120_000 }, async () => {
    const attack = (async () => {
      for (let turn = 0; turn < 10; turn++) await Promise.all([link("TWICE"), link("TWICE")]);
    })();
    await served(attack);
    await readValue(scada.session, "TWICE/State/Connected", true);
  });
});

/** Texts as attackers choose them. */
const hostileText = fc.oneof(
  fc.string(),
  fc.constantFrom("", "\0", "__proto__", "constructor", "1e308", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"),
  fc.string({ unit: "binary", maxLength: 300 }),
);
const hostileValue = fc.oneof(
  hostileText,
  fc.double(),
  fc.constantFrom(null, true, 1e308, -1, 2 ** 53, [], {}),
  fc.jsonValue({ maxDepth: 4 }),
);
const FIELDS = [
  "connectorId",
  "idTag",
  "meterStart",
  "meterStop",
  "meterValue",
  "status",
  "timestamp",
  "transactionId",
];

it("any payload of any action is answered once, and the next call as well", { timeout: 120_000 }, async () => {
  const fuzz = await link("FUZZ");
  const answers = new Map<string, number>();
  fuzz.on("message", (data: Buffer) => {
    const [type, id] = JSON.parse(data.toString()) as [number, string];
    if (type !== 2) answers.set(id, (answers.get(id) ?? 0) + 1);
  });
  let number = 0;
  const payloads = fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), fc.string()), hostileValue, { maxKeys: 8 });
  const calls = fc.tuple(fc.constantFrom(...actionsFromChargePoint), payloads);
  await fc.assert(
    fc.asyncProperty(calls, async ([action, payload]) => {
      const [id, next] = [`f${++number}`, `h${number}`];
      fuzz.send(JSON.stringify([2, id, action, payload]));
      fuzz.send(JSON.stringify([2, next, "Heartbeat", {}]));
      await expect.poll(() => answers.get(next), { timeout: 30_000, interval: 2 }).toBe(1);
      expect(answers.get(id), action).toBe(1);
    }),
    { numRuns: 200, seed: 20_261_128 },
  );
  expect(fuzz.readyState).toBe(WebSocket.OPEN);
  await served(Promise.resolve());
});
