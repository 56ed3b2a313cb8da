// TCP keeps no bounds of frames: what a charge point says counts however its bytes come, and one that says nothing any more is let go.
import { afterEach, describe, expect, test } from "vitest";
import {
  ByteChargePoint,
  callBytes,
  cutSockets,
  FIRST_PART,
  LAST_PART,
  MIDDLE_PART,
  PING,
  PONG,
  TEXT,
  webSocketFrame,
} from "./bytesInTest.ts";
import { requests } from "./calls.ts";
import { closedSocket, connectRpc, startListeners, stopListeners, until } from "./listenersInTest.ts";
import { TwinDoor } from "./twinDoor.ts";

afterEach(() => {
  cutSockets();
  return stopListeners();
});

const { BootNotification, StatusNotification } = requests;
const calls = [
  callBytes("boot", "BootNotification", BootNotification),
  callBytes("status", "StatusNotification", { ...StatusNotification, connectorId: 1, status: "Charging" }),
  callBytes("beat", "Heartbeat", {}),
];
const answers = ["3 boot", "3 status", "3 beat"];
const frames = calls.map((call) => webSocketFrame(TEXT, call));

async function scene(limits: object = {}) {
  const door = new TwinDoor();
  const under = await startListeners(Object.assign(door, { limits }));
  const chargePoint = new ByteChargePoint(under.url, "CP001");
  return { ...under, door, chargePoint };
}

describe("all calls are answered, in order, that come", () => {
  test("in one packet with the handshake", async () => {
    const { chargePoint, door } = await scene();
    await chargePoint.write(Buffer.concat([chargePoint.handshake, ...frames]));
    expect(await chargePoint.answered(3)).toEqual(answers);
    expect(door.twins.get("CP001")?.connectors.get(1)?.status?.status).toBe("Charging");
  });

  test("byte by byte, the handshake as well", async () => {
    const { chargePoint, door } = await scene();
    for (const byte of Buffer.concat([chargePoint.handshake, ...frames])) await chargePoint.write(Buffer.from([byte]));
    expect(await chargePoint.answered(3)).toEqual(answers);
    expect(door.twins.get("CP001")?.connectors.get(1)?.status?.status).toBe("Charging");
  });

  test("so slowly that a ping falls into the middle of a frame, and is answered only behind it", async () => {
    const { chargePoint } = await scene({ pingIntervalSeconds: 0.2, pingTimeoutSeconds: 60 });
    await chargePoint.write(chargePoint.handshake);
    const bytes = Buffer.concat(frames);
    await chargePoint.write(bytes.subarray(0, 40));
    const [ping = Buffer.alloc(0)] = await chargePoint.frames(PING, 1);
    await chargePoint.write(bytes.subarray(40));
    await chargePoint.write(webSocketFrame(PONG, ping));
    expect(await chargePoint.answered(3)).toEqual(answers);
  });

  test("as fragments with a pong between them (RFC 6455 §5.4)", async () => {
    const { chargePoint } = await scene();
    await chargePoint.write(chargePoint.handshake);
    for (const call of calls) {
      await chargePoint.write(webSocketFrame(FIRST_PART, call.subarray(0, 5)));
      await chargePoint.write(webSocketFrame(PONG, Buffer.alloc(0)));
      await chargePoint.write(webSocketFrame(MIDDLE_PART, call.subarray(5, 9)));
      await chargePoint.write(webSocketFrame(LAST_PART, call.subarray(9)));
    }
    expect(await chargePoint.answered(3)).toEqual(answers);
  });
});

describe("a half-open socket", () => {
  test("whose charge point has ended its direction is closed, and what it said before counts", async () => {
    const { chargePoint, door, events } = await scene();
    chargePoint.socket.end(Buffer.concat([chargePoint.handshake, ...frames]));
    await closedSocket(chargePoint.socket);
    await until(() => events.find((event) => event === "unlinked CP001"), "the end of the link");
    expect(door.twins.get("CP001")?.connectors.get(1)?.status?.status).toBe("Charging");
  });

  test("whose charge point has vanished is let go, however many they are, and others are answered meanwhile", async () => {
    const { url, events } = await scene({ pingIntervalSeconds: 0.3, pingTimeoutSeconds: 0.3 });
    const witness = await connectRpc(url, "WITNESS", { strictMode: true });
    const vanished = Array.from({ length: 50 }, (_, index) => new ByteChargePoint(url, `GONE${index}`));
    for (const one of vanished) await one.write(one.handshake);
    const ended = (): string[] => events.filter((event) => event.startsWith("unlinked GONE"));
    while (ended().length < vanished.length)
      expect(await witness.call("Heartbeat", {})).toEqual({ currentTime: expect.any(String) });
    expect(new Set(ended()).size).toBe(vanished.length);
    expect(events).not.toContain("unlinked WITNESS");
  });
});
