// What a broken or hostile charge point sends: each is answered, refused or cut off, and another charge point never notices.
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { requests } from "./calls.ts";
import {
  closedSocket,
  connectRpc,
  handshake,
  RawChargePoint,
  startListeners,
  stopListeners,
  until,
} from "./listenersInTest.ts";
import { webSocketFrame } from "./bytesInTest.ts";
import { TwinDoor } from "./twinDoor.ts";

afterEach(stopListeners);

/** Listeners with twins, and a well-behaved charge point whose heartbeats must be answered whatever the other one does. */
async function scene() {
  const door = new TwinDoor();
  const under = await startListeners(door);
  const witness = await connectRpc(under.url, "WITNESS", { strictMode: true });
  const heartbeat = async () =>
    expect(await witness.call("Heartbeat", {})).toEqual({ currentTime: expect.stringMatching(/^\d{4}-.*:\d\dZ$/) });
  const attacker = await RawChargePoint.connect(`${under.url}/ATTACKER`);
  await heartbeat();
  return { ...under, door, attacker, heartbeat };
}

const nested = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
const nestedObject = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
const { MeterValues, StartTransaction, StatusNotification } = requests;

describe("a frame", () => {
  test.each([
    ["not JSON", "\u0001\u0002hello"],
    ["empty", ""],
    ["NUL", "\0"],
    ["10,000 nested arrays", nested],
    ["10,000 opened arrays", "[".repeat(10_000)],
    ["wrong arity", "[]"],
    ["wrong arity of an answer", "[3]"],
    ["an unknown message type", '[99,"1",{}]'],
    ["an object as id", '[2,{"toString":1},"Heartbeat",{}]'],
    ["a number beyond all numbers as type", "[1e999]"],
    ["a number beyond all numbers as id", '[2,1e400,"Heartbeat",{}]'],
  ])("that cannot be answered is not, and the link goes on: %s", async (_, text) => {
    const { attacker, heartbeat } = await scene();
    attacker.send(text, [2, "after", "Heartbeat", {}]);
    expect((await attacker.frames(1))[0].slice(0, 2)).toEqual([3, "after"]);
    await heartbeat();
  });

  test.each([
    ["broken JSON with an id", '[2,"1","Heartbeat",{', "FormationViolation"],
    ["no action", '[2,"1"]', "FormationViolation"],
    ["10,000 nested arrays as payload", `[2,"1","Heartbeat",${nested}]`, "FormationViolation"],
    ["10,000 nested arrays as action", `[2,"1",${nested},{}]`, "FormationViolation"],
    ["10,000 nested objects as id tag", `[2,"1","Authorize",{"idTag":${nestedObject}}]`, "TypeConstraintViolation"],
    ["an unknown action", '[2,"1","Foo",{}]', "NotImplemented"],
    ["an action of JavaScript's own", '[2,"1","__proto__",{}]', "NotImplemented"],
    ["an action for charge points", '[2,"1","Reset",{"type":"Hard"}]', "NotSupported"],
    ["an Authorize with an empty id tag", '[2,"1","Authorize",{"idTag":""}]', "OccurenceConstraintViolation"],
    ["an Authorize without id tag", '[2,"1","Authorize",{}]', "OccurenceConstraintViolation"],
    [
      "an infinite connector",
      '[2,"1","StatusNotification",{"connectorId":1e999,"status":"Available","errorCode":"NoError"}]',
      "TypeConstraintViolation",
    ],
  ])("that can be refused is refused with code and place: %s", async (_, text, code) => {
    const { attacker, heartbeat } = await scene();
    attacker.send(text);
    const [[type, id, sentCode, description, details]] = await attacker.frames(1);
    expect([type, id, sentCode]).toEqual([4, "1", code]);
    expect(description.length).toBeGreaterThan(10);
    expect(description.length).toBeLessThanOrEqual(255);
    expect(details).toBeTypeOf("object");
    await heartbeat();
  });

  test.each([
    ["1e308 as connector", "StatusNotification", { ...StatusNotification, connectorId: 1e308 }],
    ["a negative connector", "StatusNotification", { ...StatusNotification, connectorId: -1 }],
    ["a start on connector 0", "StartTransaction", { ...StartTransaction, connectorId: 0 }],
    ["a start between connectors", "StartTransaction", { ...StartTransaction, connectorId: 1.5 }],
    ["1e308 as transaction", "MeterValues", { ...MeterValues, transactionId: 1e308 }],
    [
      "1e308 as value",
      "MeterValues",
      { connectorId: 1, meterValue: [{ timestamp: "", sampledValue: [{ value: "1e308", unit: "kWh" }] }] },
    ],
    [
      "nested arrays as value",
      "MeterValues",
      `{"connectorId":1,"meterValue":[{"timestamp":"","sampledValue":[{"value":${nested}}]}]}`,
    ],
    [
      "nested objects as extra property",
      "StatusNotification",
      `{"connectorId":1,"status":"Available","errorCode":"NoError","x":${nestedObject}}`,
    ],
    ["a timestamp of 1970", "StatusNotification", { ...StatusNotification, timestamp: "1970-01-01T00:00:00Z" }],
    ["a timestamp of 9999", "StatusNotification", { ...StatusNotification, timestamp: "9999-12-31T23:59:59Z" }],
    ["a timestamp of 60,000 digits", "StatusNotification", { ...StatusNotification, timestamp: "9".repeat(60_000) }],
    ["NUL in texts", "StatusNotification", { ...StatusNotification, info: "\0\0", vendorId: "\uD800" }],
    [
      "4,000 samples",
      "MeterValues",
      {
        connectorId: 1,
        meterValue: [{ timestamp: "", sampledValue: Array.from({ length: 4000 }, () => ({ value: "1" })) }],
      },
    ],
    [
      "5,000 extra properties",
      "Heartbeat",
      Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${index}`, 1])),
    ],
    [
      "a prototype",
      "StatusNotification",
      `{"connectorId":1,"status":"Available","errorCode":"NoError","__proto__":{"info":"x"}}`,
    ],
  ])("whose usable part is kept gets a normal answer: %s", async (_, action, payload) => {
    const { attacker, door, heartbeat } = await scene();
    attacker.send(`[2,"1","${action}",${typeof payload === "string" ? payload : JSON.stringify(payload)}]`);
    expect((await attacker.frames(1))[0].slice(0, 2)).toEqual([3, "1"]);
    const twin = door.twins.get("ATTACKER");
    for (const connector of twin?.connectors.keys() ?? []) expect(connector).toBe(1);
    await heartbeat();
  });

  test("of 64 MB closes the link with 1009 and is never taken into memory", async () => {
    const { attacker, heartbeat, count } = await scene();
    const before = count("framesReceived");
    attacker.send(`[2,"1","DataTransfer",{"vendorId":"x","data":"${"x".repeat(64_000_000)}"}]`);
    expect([1006, 1009]).toContain((await attacker.closed).code);
    expect(count("framesReceived")).toBe(before);
    await heartbeat();
  });

  test("with broken UTF-8 keeps what is readable of it", async () => {
    const { attacker, door } = await scene();
    const text = JSON.stringify([
      2,
      "1",
      "BootNotification",
      { chargePointVendor: "Ladesäule", chargePointModel: "M" },
    ]);
    attacker.socket.send(Buffer.from(text, "latin1"), { binary: false });
    await attacker.frames(1);
    expect(door.twins.get("ATTACKER")?.identification?.vendor).toBe("Lades\uFFFDule");
  });

  test("that is binary is read like text", async () => {
    const { attacker } = await scene();
    attacker.socket.send(Buffer.from('[2,"1","Heartbeat",{}]'), { binary: true });
    expect((await attacker.frames(1))[0].slice(0, 2)).toEqual([3, "1"]);
  });
});

describe("a connection", () => {
  /** What comes back, as bytes, when `frames` are sent right behind the handshake, until the other side closes. */
  async function sendBytes(url: string, ...frames: Buffer[]): Promise<Buffer> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("error", () => {});
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.write(Buffer.concat([Buffer.from(handshake("/BYTES")), ...frames]));
    await closedSocket(socket);
    return Buffer.concat(chunks);
  }

  test.each([
    ["a compressed frame, which was not agreed on", webSocketFrame(0xc1, Buffer.alloc(100)), 1002],
    ["a reserved opcode", webSocketFrame(0x83, Buffer.alloc(1)), 1002],
    ["a continuation of nothing", webSocketFrame(0x80, Buffer.alloc(1)), 1002],
    ["a frame that is not masked", Buffer.from([0x81, 1, 48]), 1002],
    ["a length of 2^62", Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 1009],
  ])("with %s is closed with a code", async (_, bytes, code) => {
    const { url, heartbeat } = await scene();
    const answer = await sendBytes(url, bytes);
    const close = answer.subarray(answer.indexOf("\r\n\r\n") + 4);
    expect(close[0]).toBe(0x88);
    expect(close.readUInt16BE(2)).toBe(code);
    await heartbeat();
  });

  test("that is cut in the middle of a frame ends", async () => {
    const { url, events, heartbeat } = await scene();
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(
      Buffer.concat([Buffer.from(handshake("/BYTES")), webSocketFrame(0x81, Buffer.alloc(90)).subarray(0, 50)]),
    );
    await until(() => events.find((event) => event === "linked BYTES"), "the link");
    socket.resetAndDestroy();
    await until(() => events.find((event) => event === "unlinked BYTES"), "its end");
    await heartbeat();
  });

  test("that floods with pings, bad frames and statuses does not keep a heartbeat of another from its answer", async () => {
    const { url, attacker, heartbeat } = await scene();
    const pings = Buffer.concat(Array.from({ length: 5000 }, () => webSocketFrame(0x89, Buffer.alloc(10))));
    const pinging = sendBytes(url, pings, webSocketFrame(0x88, Buffer.alloc(0)));
    for (let index = 0; index < 2000; index++)
      attacker.send([2, String(index), "StatusNotification", StatusNotification]);
    const storms = Array.from({ length: 5 }, async (_, index) => {
      const storm = await RawChargePoint.connect(`${url}/STORM${index}`);
      for (let bad = 0; bad < 1000; bad++) storm.send("[");
      return storm.closed;
    });
    for (let index = 0; index < 20; index++) await heartbeat();
    await pinging;
    expect((await attacker.frames(2000)).map(([, id]) => Number(id))).toEqual([...Array(2000).keys()]);
    for (const { code } of await Promise.all(storms)) expect([1006, 1008]).toContain(code);
  });
});
