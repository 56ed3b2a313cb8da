// What the gate decides as hours go by, on a clock that the test moves; the handshakes are parsed by Node's own server.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { Gate, type Handshake } from "../../src/ocpp/gate.ts";
import { HandClock } from "./handClock.ts";
import { admitted, basic, defaultLimits, handshake } from "./listenersInTest.ts";

const ADDRESS = "192.0.2.1";

/** The upgrade request of a charge point with its password, as the listener gets it. */
async function upgradeRequest(identity: string, password: string): Promise<IncomingMessage> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(handshake(`/${identity}`, `Authorization: ${basic(identity, password).headers.Authorization}`));
  const [request] = (await once(server, "upgrade")) as [IncomingMessage];
  socket.destroy();
  request.socket.destroy();
  server.close();
  await once(server, "close");
  return request;
}

function openGate(clock: HandClock, maxReconnectsPerHour: number): Gate {
  return new Gate({
    clock,
    door: {
      admit: () => ({ ...admitted, password: "right" }),
      refused: () => {},
      contested: () => {},
      linked: () => {},
      unlinked: () => {},
      handleCall: () => ({ kind: "result", payload: {} }),
    },
    limits: { ...defaultLimits, maxReconnectsPerHour },
    openLinks: () => 0,
  });
}

test.each([
  [60, 60],
  [7, 515],
  [1, 3600],
])("with %i reconnects an hour, one more is let in after its Retry-After of %i s", async (most, retrySeconds) => {
  const clock = new HandClock();
  const gate = openGate(clock, most);
  const request = await upgradeRequest("CP1", "right");
  const reconnect = (): Handshake => {
    const answer = gate.judge(request, { securityProfile: 1, remoteAddress: ADDRESS }) as Handshake;
    if (answer.kind === "accepted") gate.connected(answer, ADDRESS);
    return answer;
  };
  for (let index = 0; index < most; index++) expect(reconnect().kind).toBe("accepted");
  for (let round = 0; round < 3; round++) {
    const refused = reconnect();
    expect(refused).toMatchObject({ kind: "refused", status: 503, reason: "reconnects too often" });
    const seconds = Number(refused.kind === "refused" && refused.headers["Retry-After"]);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(retrySeconds);
    if (round === 0) expect(seconds).toBe(retrySeconds);
    clock.move(seconds * 1000 - 1000);
    expect(reconnect().kind).toBe("refused");
    clock.move(1000);
    expect(reconnect().kind).toBe("accepted");
  }
});
