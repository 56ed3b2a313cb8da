// What the gate decides as hours go by, on a clock that the test moves; the handshakes are parsed by Node's own server.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { Admission } from "../../src/ocpp/door.ts";
import { Gate, type Handshake } from "../../src/ocpp/gate.ts";
import { costOfChargePointsPasswords, hashPasswordNow } from "../../src/std/passwordHash.ts";
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

function openGate(
  clock: HandClock,
  maxReconnectsPerHour: number,
  admit: () => Admission = () => ({ ...admitted, password: "right" }),
  openLinks = () => 0,
): Gate {
  return new Gate({
    clock,
    door: {
      admit,
      tookPassword: () => {},
      refused: () => {},
      contested: () => {},
      linked: () => {},
      unlinked: () => {},
      handleCall: () => ({ kind: "result", payload: {} }),
      misread: () => {},
    },
    limits: { ...defaultLimits, maxReconnectsPerHour },
    openLinks,
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

const hashOf = (password: string): string => hashPasswordNow(password, costOfChargePointsPasswords);
const before = { ...admitted, hashed: { hash: hashOf("right") } } satisfies Admission;

test.each<[string, Admission, object]>([
  ["is as before", before, { kind: "accepted" }],
  ["has got other terms", { ...before, ping: false }, { kind: "accepted", admission: { ping: false } }],
  ["has been removed", { kind: "refused" }, { kind: "refused", status: 404 }],
  ["has another hash", { ...before, hashed: { hash: hashOf("new") } }, { kind: "refused", status: 503 }],
  ["has another password", { ...before, password: "new" }, { kind: "refused", status: 503 }],
  ["has connected with a higher profile", { ...before, lowestProfile: 2 }, { kind: "refused", status: 401 }],
])("a charge point that %s once its password has been compared is judged by that", async (_, after, expected) => {
  let now: Admission = before;
  const gate = openGate(new HandClock(), 60, () => now);
  const judged = gate.judge(await upgradeRequest("CP1", "right"), { securityProfile: 1, remoteAddress: ADDRESS });
  now = after;
  expect(await judged).toMatchObject(expected);
});

test("a charge point for which there is no room any more once its password has been compared is refused", async () => {
  let open = 0;
  const gate = openGate(
    new HandClock(),
    60,
    () => before,
    () => open,
  );
  const judged = gate.judge(await upgradeRequest("CP1", "right"), { securityProfile: 1, remoteAddress: ADDRESS });
  open = defaultLimits.maxConnections;
  expect(await judged).toMatchObject({ kind: "refused", status: 503 });
});
