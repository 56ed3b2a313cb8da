// How a simulated charge point comes online and stays there (OCPP 1.6 §4.2, §4.6; OCPP-J 1.6 §3, §6).
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SimulatedChargePointOptions } from "../../src/simulator/options.ts";
import { SimulatedChargePoint } from "../../src/simulator/simulatedChargePoint.ts";
import { HandClock } from "./handClock.ts";
import { fastClock, StrictCentralSystem } from "./strictCentralSystem.ts";

let centralSystem: StrictCentralSystem;
let chargePoint: SimulatedChargePoint;

beforeEach(async () => {
  centralSystem = await StrictCentralSystem.open();
});
afterEach(async () => {
  await chargePoint.stop();
  await centralSystem.close();
  expect(centralSystem.violations).toEqual([]);
});

function start(options: Partial<SimulatedChargePointOptions> = {}): void {
  chargePoint = new SimulatedChargePoint({
    url: centralSystem.url,
    id: "CP001",
    clock: fastClock(50),
    listener: centralSystem.listener,
    timing: { callTimeoutMs: 600_000 },
    ...options,
  });
  chargePoint.start();
}

const actions = (): string[] => centralSystem.received.map((each) => each.action);

/** Answers BootNotification with these statuses one after the other, the last one for ever. */
function answerBoot(...statuses: string[]): void {
  centralSystem.answers["BootNotification"] = () => ({
    status: statuses.length > 1 ? statuses.shift() : statuses[0],
    currentTime: new Date().toISOString(),
    interval: 2,
  });
}

test.each(["Pending", "Rejected"])(
  "%s repeats BootNotification after the interval given and sends nothing else (§4.2.1)",
  async (status) => {
    answerBoot(status, status, "Accepted");
    start();
    await centralSystem.status(2, "Available");
    expect(actions().slice(0, 4)).toEqual([
      "BootNotification",
      "BootNotification",
      "BootNotification",
      "StatusNotification",
    ]);
  },
);

test("a BootNotification that gets a CALLERROR is repeated", async () => {
  let calls = 0;
  centralSystem.answers["BootNotification"] = () => {
    if (++calls === 1) throw new Error("not today");
    return { status: "Accepted", currentTime: new Date().toISOString(), interval: 60 };
  };
  start({ timing: { bootRetryMs: 1_000 } });
  await centralSystem.status(0, "Available");
  expect(calls).toBe(2);
});

test("a BootNotification that is never answered is repeated after its timeout", async () => {
  let calls = 0;
  centralSystem.answers["BootNotification"] = () => {
    if (++calls === 1) return new Promise(() => {});
    return { status: "Accepted", currentTime: new Date().toISOString(), interval: 60 };
  };
  start({ timing: { callTimeoutMs: 20_000, bootRetryMs: 1_000 } });
  await centralSystem.first("BootNotification", 2);
  await centralSystem.status(0, "Available");
});

test("Heartbeats come at the interval that BootNotification.conf has set", async () => {
  answerBoot("Accepted");
  start();
  await centralSystem.first("Heartbeat", 3);
  expect(chargePoint.configurationValue("HeartbeatInterval")).toBe("2");
});

test.each([
  [true, ["DataTransfer", "DataTransfer", "Heartbeat"]],
  [false, ["DataTransfer", "Heartbeat", "DataTransfer"]],
])(
  "with heartbeatSuppressedByTraffic = %s, traffic within the interval brings %j (§4.6)",
  async (heartbeatSuppressedByTraffic, expected) => {
    answerBoot("Accepted");
    const clock = new HandClock();
    start({ clock, heartbeatSuppressedByTraffic });
    await centralSystem.status(2, "Available");
    const before = centralSystem.received.length;
    clock.advance(1_500);
    await chargePoint.call("DataTransfer", { vendorId: "sim" });
    // The interval of 2 s ends here, half a second after the last message.
    clock.advance(500);
    await chargePoint.call("DataTransfer", { vendorId: "sim" });
    clock.advance(2_000);
    await centralSystem.until("three messages", () => centralSystem.received.length >= before + 3);
    expect(actions().slice(before, before + 3)).toEqual(expected);
  },
);

test("once in 24 hours a Heartbeat is sent for the sake of the time, whatever the traffic (§4.6)", async () => {
  answerBoot("Accepted");
  const clock = new HandClock();
  start({ clock, heartbeatSuppressedByTraffic: true, configuration: { MeterValuesAlignedData: "" } });
  await centralSystem.status(2, "Available");
  centralSystem.answers["DataTransfer"] = () => ({ status: "Accepted" });
  await centralSystem.command("CP001", "ChangeConfiguration", { key: "HeartbeatInterval", value: "36000" });
  for (let hour = 0; hour < 22; hour++) {
    clock.advance(3_600_000);
    await chargePoint.call("DataTransfer", { vendorId: "sim" });
  }
  expect(centralSystem.of("Heartbeat")).toHaveLength(1);
});

test("a reconnect needs no BootNotification and reports only what has changed", async () => {
  start();
  await centralSystem.status(2, "Available");
  chargePoint.goOffline(5_000);
  chargePoint.plugIn(2);
  await centralSystem.status(2, "Preparing");
  expect(centralSystem.of("BootNotification")).toHaveLength(1);
  expect(centralSystem.of("StatusNotification")).toHaveLength(4);
});

test.each([
  [true, "keeps a link whose pings are answered"],
  [false, "cuts one whose pings are not, and dials again"],
])("with WebSocketPingInterval and autoPong = %s it %s", async (autoPong) => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, autoPong });
  await once(server, "listening");
  let links = 0;
  let pings = 0;
  const isDone = new Promise<void>((done) => {
    server.on("connection", (socket) => {
      if (++links === 2) done();
      socket.on("ping", () => ++pings === 3 && done());
      socket.on("message", (data: Buffer) => {
        const [, id, action] = JSON.parse(data.toString("utf8"));
        const boot = { status: "Accepted", currentTime: new Date().toISOString(), interval: 300 };
        socket.send(JSON.stringify([3, id, action === "BootNotification" ? boot : {}]));
      });
    });
  });
  chargePoint = new SimulatedChargePoint({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    id: "CP001",
    clock: fastClock(10),
    configuration: { WebSocketPingInterval: "4" },
  });
  chargePoint.start();
  await isDone;
  expect(links).toBe(autoPong ? 1 : 2);
  await chargePoint.stop();
  for (const each of server.clients) each.terminate();
  server.close();
});

test("a link that the central system ends is dialled again", async () => {
  start();
  await centralSystem.status(2, "Available");
  await centralSystem.hangUp("CP001");
  await centralSystem.until("second link", () => centralSystem.handshakes.length === 2);
});

test("it dials again and again until there is somebody to answer, and tells why not", async () => {
  const { url } = centralSystem;
  await centralSystem.close();
  const reasons: string[] = [];
  await new Promise<void>((done) => {
    const disconnected = (_cp: unknown, _code: number, reason: string): void => {
      if (reasons.push(reason) === 3) done();
    };
    chargePoint = new SimulatedChargePoint({
      url,
      id: "CP001",
      clock: fastClock(50),
      listener: { disconnected },
    });
    chargePoint.start();
  });
  expect(reasons.every((each) => each.includes("ECONNREFUSED"))).toBe(true);
});

test.each([
  ["text", "sesame öffne dich", Buffer.from("sesame öffne dich")],
  [
    "a raw AuthorizationKey",
    "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF",
    Buffer.from("0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF", "hex"),
  ],
])("Basic authentication sends %s as raw bytes (OCPP-J 1.6 §6.2.1)", async (_kind, password, bytes) => {
  start({ password });
  await centralSystem.status(0, "Available");
  expect(centralSystem.handshakes[0]?.identity).toBe("CP001");
  expect(centralSystem.handshakes[0]?.password).toEqual(bytes);
});

test("an identity is percent-encoded in the address", async () => {
  start({ id: "Depot 7/ä" });
  await centralSystem.status(0, "Available");
  expect(centralSystem.handshakes[0]?.identity).toBe("Depot 7/ä");
});

test.each([
  [true, "ocpp1.6"],
  [false, undefined],
])("the subprotocol header can be left out: %s sends %s (OCPP-J 1.6 §3.1.2)", async (offersSubprotocol, expected) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const upgrade = once(server, "upgrade");
  chargePoint = new SimulatedChargePoint({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    id: "CP001",
    offersSubprotocol,
  });
  chargePoint.start();
  const [request, socket] = await upgrade;
  expect(request.headers["sec-websocket-protocol"]).toBe(expected);
  expect(request.headers["sec-websocket-extensions"]).toBeUndefined();
  socket.destroy();
  await chargePoint.stop();
  server.close();
});

test("security events are reported where wanted (security extension A05)", async () => {
  start({ reportsSecurityEvents: true });
  const [event] = await centralSystem.first("SecurityEventNotification");
  expect(event?.payload.type).toBe("StartupOfTheDevice");
});

test.each([
  ["an address that is none", { url: "nowhere" }],
  ["an address of another kind", { url: "http://127.0.0.1/ocpp" }],
  ["a speed of 0", { speed: 0 }],
  ["an unknown configuration key", { configuration: { Nonsense: "1" } }],
])("%s is refused at once", (_what, options) => {
  expect(() => new SimulatedChargePoint({ url: centralSystem.url, id: "CP001", ...options })).toThrow();
  chargePoint = new SimulatedChargePoint({ url: centralSystem.url, id: "CP001" });
});
