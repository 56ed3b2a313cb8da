// Who gets in, over real sockets: handshake, identity, subprotocol, authentication, and the ordered stop.
import { connect, Server } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Admission } from "../../src/ocpp/door.ts";
import {
  admitted,
  basic,
  closedSocket,
  connectRpc,
  handshake,
  RawChargePoint,
  refusal,
  startListeners,
  stopListeners,
  talkRaw,
  until,
} from "./listenersInTest.ts";

afterEach(stopListeners);

const KEY = "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF";

describe("the handshake", () => {
  test("is completed with ocpp1.6 and without compression", async () => {
    const { url, count } = await startListeners();
    const chargePoint = await RawChargePoint.connect(`${url}/ocpp/16/CP001`, { perMessageDeflate: true }, [
      "ocpp2.0.1",
      "ocpp1.6",
    ]);
    expect(chargePoint.socket.protocol).toBe("ocpp1.6");
    expect(chargePoint.socket.extensions).toBe("");
    expect(count("linksOpened")).toBe(1);
  });

  test("serves several listeners, each with its own profile", async () => {
    const { listeners } = await startListeners({
      profiles: [0, 1],
      admit: (identity) => (identity === "CP002" ? { ...admitted, password: "secret" } : admitted),
    });
    const [open = "", locked = ""] = listeners.urls();
    await RawChargePoint.connect(`${open}/CP001`);
    await RawChargePoint.connect(`${locked}/CP002`, basic("CP002", "secret"));
    await until(() => listeners.links.get("CP002"), "the second link");
    expect(listeners.links.get("CP001")).toMatchObject({ securityProfile: 0, remoteAddress: "127.0.0.1" });
    expect(listeners.links.get("CP002")).toMatchObject({ securityProfile: 1, remoteAddress: "127.0.0.1" });
    expect((await refusal(locked, "/CP001")).status).toBe(401);
  });

  test("does not open a profile that needs TLS without certificates, and says so", async () => {
    await expect(startListeners({ profiles: [0, 2] })).rejects.toThrow(
      "ocpp.listeners[1]: security profile 2 needs a certificate",
    );
  });

  test("a plain HTTP request is answered with one sentence (426)", async () => {
    const { url } = await startListeners();
    const answer = await fetch(url.replace("ws:", "http:"));
    expect(answer.status).toBe(426);
    expect(await answer.text()).toMatch(/^[^\n]*OCPP 1\.6[^\n]*\n$/);
  });

  test.each([
    ["no key", ["Upgrade: websocket", "Connection: Upgrade"]],
    ["a version from the future", ["Sec-WebSocket-Version: 99"]],
    ["no HTTP at all", []],
  ])("that is broken is refused: %s", async (_, headers) => {
    const { url, listeners } = await startListeners();
    const answer = await talkRaw(
      url,
      ["GET /CP001 HTTP/1.1", "Host: x", "Connection: close", ...headers, "", ""].join("\r\n"),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await talkRaw(url, "\0\0\0\0\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    expect(listeners.links.size).toBe(0);
  });

  test("headers beyond the bound are refused (431)", async () => {
    const { url } = await startListeners();
    expect((await refusal(url, "/CP001", `X-Filler: ${"x".repeat(10_000)}`)).status).toBe(431);
  });

  test("whoever is too slow with it is cut off, whether silent or dripping", async () => {
    const { url } = await startListeners({ limits: { handshakeTimeoutSeconds: 0.2 } });
    const { hostname, port } = new URL(url);
    const silent = connect({ host: hostname, port: Number(port) });
    const dripping = connect({ host: hostname, port: Number(port) });
    dripping.on("error", () => {});
    const drip = setInterval(() => dripping.write("X: y\r\n"), 20);
    dripping.write("GET /CP001 HTTP/1.1\r\n");
    await Promise.all([closedSocket(silent), closedSocket(dripping)]);
    clearInterval(drip);
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    chargePoint.send([2, "1", "Heartbeat", {}]);
    expect(await chargePoint.frames(1)).toEqual([[3, "1", { echo: {} }]]);
  });
});

describe("behaviour 20: the subprotocol", () => {
  test.each([
    ["is missing", []],
    ["is another one", ["ocpp2.0.1"]],
  ])(
    "%s: the handshake completes without the header, then the socket is closed, and the log says why",
    async (_, protocols) => {
      const { url, events, log, count } = await startListeners();
      // `ws` as a client would refuse an answer without the header that it asked for: so by hand.
      const chargePoint = await RawChargePoint.connect(
        `${url}/CP001`,
        protocols.length === 0 ? {} : { headers: { "Sec-WebSocket-Protocol": protocols.join(", ") } },
        [],
      ).catch(() => undefined);
      if (chargePoint !== undefined) {
        expect(chargePoint.socket.protocol).toBe("");
        expect(await chargePoint.closed).toMatchObject({ code: 1002, reason: "subprotocol ocpp1.6 is not offered" });
      }
      await until(() => (count("linksRefused") === 1 ? true : undefined), "the refusal");
      expect(log.at(-1)).toMatchObject({ level: "warn", fields: { chargePoint: "CP001" } });
      expect(log.at(-1)?.message).toContain("Sec-WebSocket-Protocol does not offer ocpp1.6");
      expect(events).toEqual([]);
    },
  );

  test("completes with 101 and without the header, as bytes", async () => {
    const { url } = await startListeners();
    const answer = await talkRaw(url, handshake("/CP001").replace("Sec-WebSocket-Protocol: ocpp1.6\r\n", ""));
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).not.toContain("Sec-WebSocket-Protocol");
  });

  test("may be missing where the charge point is set so", async () => {
    const { url } = await startListeners({ admit: () => ({ ...admitted, missingSubprotocol: "accept" }) });
    const chargePoint = await RawChargePoint.connect(`${url}/CP001`, {}, []);
    chargePoint.send([2, "1", "Heartbeat", {}]);
    expect(await chargePoint.frames(1)).toEqual([[3, "1", { echo: {} }]]);
  });
});

describe("behaviour 21: the identity", () => {
  test.each([
    ["/CP001", "CP001"],
    ["/a/b/CP001/", "CP001"],
    ["/CP001?x=1", "CP001"],
    ["/CP%20%231", "CP #1"],
  ])("of %s is %s", async (path, identity) => {
    const { url, events } = await startListeners();
    await RawChargePoint.connect(`${url}${path}`);
    await until(() => events[0], "the link");
    expect(events).toEqual([`linked ${identity}`]);
  });

  test.each(["/", "/..%2F..%2Fetc", "/CP%00", "/CP%2", "/%ff", `/${"x".repeat(49)}`, "/CP%0d%0aSet-Cookie:x"])(
    "of %s is refused with 404 and one sentence",
    async (path) => {
      const { url, events, count } = await startListeners();
      const { status, head, body } = await refusal(url, path);
      expect(status).toBe(404);
      expect(head).not.toContain("Set-Cookie");
      expect(body).toMatch(/^[^\n]+\n$/);
      expect(events).toEqual([]);
      expect(count("linksRefused")).toBe(1);
    },
  );

  test("that the door refuses is 404 (OCPP-J errata 3.3)", async () => {
    const { url, suspicions } = await startListeners({ admit: () => ({ kind: "refused" }) });
    expect(await refusal(url, "/CP001")).toMatchObject({ status: 404, body: "this charge point is not known\n" });
    expect(suspicions).toEqual(["CP001: this charge point is not known"]);
    await expect(connectRpc(url, "CP001")).rejects.toThrow();
  });
});

describe("behaviour 22: Basic authentication", () => {
  const admit = (identity: string): Admission =>
    identity === "NOKEY" ? admitted : { ...admitted, password: identity === "TEXT" ? "pässwörd" : KEY };

  test.each([
    ["the vector of the document", "AL1000", Buffer.from(KEY, "hex")],
    ["the key as text", "AL1000", KEY],
    ["a text in UTF-8", "TEXT", "pässwörd"],
  ])("lets in with %s", async (_, identity, password) => {
    const { url, events } = await startListeners({ profiles: [1], admit });
    await RawChargePoint.connect(`${url}/${identity}`, basic(identity, password));
    await until(() => events[0], "the link");
  });

  test("lets in the independent client", async () => {
    const { url } = await startListeners({ profiles: [1], admit });
    const client = await connectRpc(url, "TEXT", { password: "pässwörd" });
    expect(await client.call("Heartbeat", {})).toEqual({ echo: {} });
    await client.close({});
  });

  test.each([
    ["no header", "AL1000", {}, "the Authorization header is missing"],
    ["a wrong password", "AL1000", basic("AL1000", "Geheim123"), "user name or password is wrong"],
    ["another user name", "AL1000", basic("AL1001", KEY), "user name or password is wrong"],
    ["a charge point without a password", "NOKEY", basic("NOKEY", ""), "no password is set for this charge point"],
  ])("refuses %s with 401, and the password is in no log line", async (_, identity, options, reason) => {
    const { url, log, events, suspicions, count } = await startListeners({ profiles: [1], admit });
    await expect(RawChargePoint.connect(`${url}/${identity}`, options)).rejects.toThrow("401");
    // Who waits to be asked for its password is not suspected of anything.
    const isChallenge = reason.includes("header is missing");
    expect(suspicions[0]).toEqual(isChallenge ? undefined : expect.stringContaining(`${identity}: ${reason}`));
    const { head } = await refusal(url, `/${identity}`);
    expect(head).toContain("WWW-Authenticate: Basic realm=");
    expect(log[0]).toMatchObject({ level: "warn", message: expect.stringContaining(reason) });
    expect(JSON.stringify(log)).not.toMatch(/Geheim123|0001020304|Basic [A-Za-z0-9+/]{8}/);
    expect(events).toEqual([]);
    expect(count("loginsFailed")).toBe(2);
  });

  test("is demanded on a listener of profile 0 too where the register has a password: no downgrade", async () => {
    const { url, events, listeners, count } = await startListeners({ admit });
    for (const options of [{}, basic("AL1000", "wrong")])
      await expect(RawChargePoint.connect(`${url}/AL1000`, options)).rejects.toThrow("401");
    expect((await refusal(url, "/AL1000")).head).toContain("WWW-Authenticate: Basic realm=");
    expect(count("loginsFailed")).toBe(3);
    expect(events).toEqual([]);
    await RawChargePoint.connect(`${url}/AL1000`, basic("AL1000", KEY));
    await RawChargePoint.connect(`${url}/NOKEY`);
    await until(() => events[1], "both links");
    expect(listeners.links.get("AL1000")).toMatchObject({ securityProfile: 0, isProven: true });
    expect(listeners.links.get("NOKEY")).toMatchObject({ securityProfile: 0, isProven: false });
  });

  test("throttles who fails too often, yet a right password gets in", async () => {
    const { url } = await startListeners({ profiles: [1], admit, limits: { failedLoginsPerMinute: 3 } });
    const attempt = (identity: string, password: string) =>
      RawChargePoint.connect(`${url}/${identity}`, basic(identity, password)).then(
        () => "in",
        (error: unknown) => String(error).replace(/\D+/, ""),
      );
    const statuses: string[] = [];
    for (const password of ["a", "b", "c", "d", KEY]) statuses.push(await attempt("AL1000", password));
    expect(statuses).toEqual(["401", "401", "401", "429", "in"]);
    expect(await attempt("AL1001", KEY)).toBe("in");
    const { Authorization } = basic("AL1000", "e").headers;
    const { head } = await refusal(url, "/AL1000", `Authorization: ${Authorization}`);
    expect(head).toMatch(/Retry-After: [1-9]\d?\r\n/);
  });

  test("throttles an address that tries many identities", async () => {
    const { url } = await startListeners({ profiles: [1], admit, limits: { failedLoginsPerMinute: 1 } });
    const statuses: number[] = [];
    for (let index = 0; index < 12; index++) {
      const { headers } = basic(`CP${index}`, "wrong");
      statuses.push((await refusal(url, `/CP${index}`, `Authorization: ${headers.Authorization}`)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  });
});

describe("an ordered stop", () => {
  test("closes every link with 1001, tells the door, and takes no more", async () => {
    const { listeners, url, events } = await startListeners();
    const chargePoints = await Promise.all(["A", "B"].map((id) => RawChargePoint.connect(`${url}/${id}`)));
    await until(() => events[1], "both links");
    await listeners.stop();
    for (const { closed } of chargePoints) expect(await closed).toMatchObject({ code: 1001 });
    expect(events.slice(2).toSorted()).toEqual(["unlinked A", "unlinked B"]);
    await expect(RawChargePoint.connect(`${url}/C`)).rejects.toThrow("ECONNREFUSED");
  });

  test("does not wait long for who does not answer", async () => {
    const { listeners, url, events } = await startListeners();
    const chargePoint = await RawChargePoint.connect(`${url}/A`);
    await until(() => events[0], "the link");
    chargePoint.socket.pause();
    await listeners.stop();
    expect(events).toEqual(["linked A", "unlinked A"]);
    expect(listeners.links.size).toBe(0);
  });

  test("when one port is taken, the ones opened before are closed again, and the error is thrown", async () => {
    const taken = await startListeners();
    const free = await startListeners();
    await free.listeners.stop();
    const ports = [free, taken].map(({ url }) => Number(new URL(url).port));
    await expect(startListeners({ profiles: [0, 0], ports })).rejects.toThrow(
      `port ${ports[1]} on 127.0.0.1 is already in use by another program`,
    );
    await expect(RawChargePoint.connect(`${free.url}/A`)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("a port that cannot be had", () => {
  test("is named with its setting when another program has it", async () => {
    const { url } = await startListeners();
    const port = Number(new URL(url).port);
    await expect(startListeners({ profiles: [0, 0], ports: [0, port] })).rejects.toThrow(
      new RegExp(`^ocpp\\.listeners\\[1\\].*: port ${port} on 127\\.0\\.0\\.1 is already in use by another program`),
    );
  });

  test.each([
    ["of another machine (EADDRNOTAVAIL)", "192.0.2.1", "this machine has no address 192.0.2.1"],
    // A label of 64 characters is no name (RFC 1035 §2.3.4): no name server has to be asked.
    ["that is no name (ENOTFOUND)", `${"x".repeat(64)}.invalid`, "xxx.invalid"],
  ])("is named with its setting for a host %s", async (_, host, sentence) => {
    const error: unknown = await startListeners({ hosts: [host] }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    const { message } = error as Error;
    expect(message).toMatch(/^ocpp\.listeners\[0\]/);
    expect(message).toContain(sentence);
    expect(message).not.toContain("\n");
  });

  test("an error of a server that is closed already is logged with the address that it had", async () => {
    const servers: Server[] = [];
    const listen = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server, ...args) {
      servers.push(this);
      listen.mockRestore();
      return this.listen(...args);
    });
    const { listeners, url, log } = await startListeners();
    await listeners.stop();
    servers[0]?.emit("error", new Error("too many open files"));
    expect(log.at(-1)).toEqual({
      level: "error",
      fields: { url, error: "too many open files" },
      message: "listener failed",
    });
    expect(listeners.urls()).toEqual([url]);
  });
});
