// How many get in and how often, over real sockets: whoever is refused or misbehaves uses up nothing of the others.
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Admission } from "../../src/ocpp/door.ts";
import {
  admitted,
  basic,
  handshake,
  RawChargePoint,
  refusal,
  startListeners,
  stopListeners,
  talkRaw,
} from "./listenersInTest.ts";

afterEach(stopListeners);

describe("bounds", () => {
  test("more accepts a second than allowed are told to come later (503)", async () => {
    const { url } = await startListeners({ limits: { acceptsPerSecond: 2 } });
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => refusalOrIn(url, index)));
    expect(answers.filter((answer) => answer === "in")).toHaveLength(2);
    expect(answers.filter((answer) => answer === "503")).toHaveLength(4);
  });

  test.each([
    ["hostile identities", handshake("/CP%00")],
    ["unknown identities", handshake("/UNKNOWN")],
    ["wrong passwords", handshake("/LOCKED", "Authorization: Basic TE9DS0VEOnd3dw==")],
    ["a missing subprotocol", handshake("/CP1").replace("ocpp1.6", "ocpp2.0.1")],
    ["a broken handshake", handshake("/CP1").replace("GET", "PUT")],
    ["a missing key", handshake("/CP1").replace(/Sec-WebSocket-Key.*\r\n/, "")],
  ])("junk uses up no accepts, and beyond the bound it is cut without an answer: %s", async (_, junk) => {
    const admit = (identity: string): Admission =>
      identity === "UNKNOWN"
        ? { kind: "refused" }
        : { ...admitted, password: identity === "LOCKED" ? "secret" : undefined };
    const { url, count } = await startListeners({ admit, limits: { acceptsPerSecond: 3 } });
    const answers = await Promise.all(Array.from({ length: 30 }, () => junkAnswer(url, junk)));
    expect(answers.filter((answer) => answer !== "").length).toBeGreaterThanOrEqual(3);
    expect(answers.filter((answer) => answer === "").length).toBeGreaterThan(0);
    for (const answer of answers) expect(answer).not.toContain("503");
    expect(count("linksOpened")).toBe(0);
    // From the very address that the junk came from, at once.
    expect(await refusalOrIn(url, 1)).toBe("in");
    expect(await refusalOrIn(url, 2)).toBe("in");
  });

  /** Whatever comes back; nothing when the socket is cut. A WebSocket close frame is not answered, so it is ended here. */
  function junkAnswer(url: string, junk: string): Promise<string> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("error", () => {});
    socket.write(junk);
    return new Promise((resolve) => {
      socket.once("data", (chunk) => {
        resolve(chunk.toString("latin1"));
        socket.destroy();
      });
      socket.once("close", () => resolve(""));
    });
  }

  test("more connections than allowed are refused (503)", async () => {
    const { url, listeners } = await startListeners({ limits: { maxConnections: 2 } });
    expect([await refusalOrIn(url, 1), await refusalOrIn(url, 2), await refusalOrIn(url, 3)]).toEqual([
      "in",
      "in",
      "503",
    ]);
    listeners.links.get("CP1")?.close(1000, "enough");
    expect(await refusalOrIn(url, 3)).toBe("in");
  });

  test("a charge point that reconnects too often is refused for a while (503), others are not", async () => {
    const { url } = await startListeners({ limits: { maxReconnectsPerHour: 3 } });
    const answers: string[] = [];
    for (let index = 0; index < 4; index++) {
      answers.push(await refusalOrIn(url, 1));
    }
    expect(answers).toEqual(["in", "in", "in", "503"]);
    expect((await refusal(url, "/CP1")).head).toMatch(/Retry-After: 1[12]\d\d\r\n/);
    expect(await refusalOrIn(url, 2)).toBe("in");
  });

  test("ten charge points with wrong passwords lock out nobody else at their address", async () => {
    const admit = (): Admission => ({ ...admitted, password: "right" });
    const { url } = await startListeners({
      admit,
      profiles: [1],
      limits: { failedLoginsPerMinute: 30, acceptsPerSecond: 1000 },
    });
    const wrong = (identity: string) =>
      refusal(url, `/${identity}`, `Authorization: ${basic(identity, "wrong").headers.Authorization}`);
    for (let index = 0; index < 10; index++) {
      const answers = await Promise.all(Array.from({ length: 30 }, () => wrong(`BAD${index}`)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    }
    expect(await wrong("CP1")).toMatchObject({ status: 429 });
    // One that waits for the challenge before it sends its password (RFC 7617 §2) is challenged.
    const challenge = await refusal(url, "/CP1");
    expect(challenge.status).toBe(401);
    expect(challenge.head).toContain("WWW-Authenticate: Basic");
    await RawChargePoint.connect(`${url}/CP1`, basic("CP1", "right"));
    await RawChargePoint.connect(`${url}/BAD0`, basic("BAD0", "right"));
    expect(await wrong("CP1")).toMatchObject({ status: 429 });
  });

  test("what does not become a link is no reconnect: broken handshakes, a missing subprotocol", async () => {
    const { url, events } = await startListeners({ limits: { maxReconnectsPerHour: 1 } });
    for (let index = 0; index < 3; index++) {
      const broken = handshake("/CP1").replace("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 99");
      expect(await talkRaw(url, broken)).toMatch(/^HTTP\/1\.1 400 /);
      expect(await talkRaw(url, handshake("/CP1").replace("GET", "PUT"))).toMatch(/^HTTP\/1\.1 405 /);
      const other = await RawChargePoint.connect(`${url}/CP1`, {}, []);
      expect((await other.closed).code).toBe(1002);
    }
    expect(events).toEqual([]);
    expect(await refusalOrIn(url, 1)).toBe("in");
    expect(await refusalOrIn(url, 1)).toBe("503");
  });

  test("strangers who name an identity use up neither its reconnects nor those of another address", async () => {
    const passwords = new Map<string, string>();
    const { url } = await startListeners({
      limits: { maxReconnectsPerHour: 2 },
      admit: (identity) => ({ ...admitted, password: passwords.get(identity) }),
    });
    const from = (localAddress: string, options = {}) =>
      RawChargePoint.connect(`${url}/CP1`, { localAddress, ...options }).then(
        () => "in",
        (error: unknown) => String(error).replace(/\D+/, ""),
      );
    const strangers: string[] = [];
    for (let index = 0; index < 3; index++) strangers.push(await from("127.0.0.2"));
    expect(strangers).toEqual(["in", "in", "503"]);
    expect(await from("127.0.0.3")).toBe("in");
    passwords.set("CP1", "secret");
    // From the very address whose reconnects are used up: who has shown the password has a count of his own.
    expect(await from("127.0.0.2", basic("CP1", "secret"))).toBe("in");
    expect(await from("127.0.0.3", basic("CP1", "secret"))).toBe("in");
    expect(await from("127.0.0.4", basic("CP1", "secret"))).toBe("503");
  });

  test("a storm of refused connections does not become a storm of log lines", async () => {
    const { url, log, count } = await startListeners({ admit: () => ({ kind: "refused" }) });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => refusalOrIn(url, index)));
    expect(new Set(answers)).toEqual(new Set(["404"]));
    expect(count("linksRefused")).toBe(100);
    expect(log.length).toBeGreaterThanOrEqual(10);
    expect(log.length).toBeLessThan(50);
  });

  function refusalOrIn(url: string, index: number): Promise<string> {
    return RawChargePoint.connect(`${url}/CP${index}`).then(
      () => "in",
      (error: unknown) => String(error).replace(/\D+/, ""),
    );
  }
});
