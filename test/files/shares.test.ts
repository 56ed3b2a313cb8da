// What one address may take of a port of files, and what is left for others: real sockets, of two addresses of loopback.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { FTP } from "./ftp/ftpInTest.ts";
import { makeCertificate } from "./certificateInTest.ts";
import { plainAddress } from "../../src/files/plainAddress.ts";
import { HandClock } from "../ocpp/handClock.ts";
import {
  rawClient,
  startTarget,
  until,
  type RawClient,
  type TargetChoices,
  type TargetInTest,
} from "./targetInTest.ts";

const ONE = "127.0.0.1";
const OTHER = "127.0.0.2";
const MOST = 3;

const targets: TargetInTest[] = [];
const clients: RawClient[] = [];
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  for (const target of targets.splice(0)) await target.stop();
});

async function start(choices: TargetChoices = {}): Promise<TargetInTest> {
  const target = await startTarget({
    ...choices,
    settings: { ftp: FTP, ...choices.settings },
    limits: { maxFileConnections: 10, maxFileConnectionsPerAddress: MOST, ...choices.limits },
  });
  targets.push(target);
  return target;
}

async function dial(url: string, address: string): Promise<RawClient> {
  const client = rawClient(url, address);
  clients.push(client);
  await once(client.socket, "connect");
  return client;
}

/** Each of the two ports: how one of its clients is greeted, and how one is turned away. */
const ports = [
  {
    name: "HTTP",
    urlOf: ({ target }: TargetInTest) => target.url,
    isServed: async (client: RawClient) => {
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      return (await client.answer).startsWith("HTTP/1.1 404");
    },
    refusal: (why: string) =>
      new RegExp(
        `^HTTP/1\\.1 503 Service Unavailable\r\n(?:.+\r\n)*Retry-After: \\d+\r\n(?:.+\r\n)*\r\n${why}\n$`,
        "u",
      ),
  },
  {
    name: "FTP",
    urlOf: ({ target }: TargetInTest) => target.ftpUrl ?? "",
    isServed: async (client: RawClient) => {
      client.send("QUIT\r\n");
      return (await client.answer).startsWith("220");
    },
    refusal: (why: string) => new RegExp(`^421 ${why}\r\n$`, "u"),
  },
];

describe.each(ports)("of the port of $name", ({ urlOf, isServed, refusal }) => {
  it("silent connections of one address take its share and no more, and another address is served", async () => {
    const inTest = await start();
    const silent = await Promise.all(Array.from({ length: MOST }, () => dial(urlOf(inTest), ONE)));
    const refused = await dial(urlOf(inTest), ONE);
    expect(await refused.answer).toMatch(refusal("Too many connections from this address."));
    expect(await isServed(await dial(urlOf(inTest), OTHER))).toBe(true);
    for (const { socket } of silent) expect(socket.closed).toBe(false);
  });

  it("the share is free again when connections have gone, however they went", async () => {
    const inTest = await start();
    const silent = await Promise.all(Array.from({ length: MOST }, () => dial(urlOf(inTest), ONE)));
    silent[0]?.socket.resetAndDestroy();
    silent[1]?.socket.destroy();
    silent[2]?.socket.end();
    await until(async () => isServed(await dial(urlOf(inTest), ONE)));
    await until(async () => {
      const all = await Promise.all(Array.from({ length: MOST }, () => dial(urlOf(inTest), ONE)));
      return (await Promise.all(all.map(isServed))).every((served) => served);
    });
  });

  it("connections of everybody together find no room beyond that of the port, and are told so", async () => {
    const inTest = await start({ limits: { maxFileConnections: 4 } });
    for (let count = 0; count < 2; count++) for (const address of [ONE, OTHER]) await dial(urlOf(inTest), address);
    const refused = await dial(urlOf(inTest), "127.0.0.3");
    expect(await refused.answer).toMatch(refusal("Too many connections."));
  });

  it("400 connections of one address that do not even read their refusal leave room for another", async () => {
    const inTest = await start();
    const crowd = await Promise.all(
      Array.from({ length: 400 }, async () => {
        const socket = connect({ port: Number(new URL(urlOf(inTest)).port), host: ONE, localAddress: ONE });
        socket.on("error", () => {});
        await Promise.race([once(socket, "connect"), once(socket, "close")]);
        return socket.pause();
      }),
    );
    expect(await isServed(await dial(urlOf(inTest), OTHER))).toBe(true);
    for (const socket of crowd) socket.destroy();
    await until(async () => isServed(await dial(urlOf(inTest), ONE)));
  });

  it("who is turned away and does not go is cut off after a while", async () => {
    const clock = new HandClock();
    const inTest = await start({ clock });
    await Promise.all(Array.from({ length: MOST }, () => dial(urlOf(inTest), ONE)));
    const stubborn = connect({
      port: Number(new URL(urlOf(inTest)).port),
      host: ONE,
      localAddress: ONE,
      allowHalfOpen: true,
    });
    const closed = new Promise((resolve) => stubborn.on("error", () => {}).once("close", resolve));
    stubborn.resume();
    await once(stubborn, "end");
    stubborn.write("x");
    expect(stubborn.destroyed).toBe(false);
    clock.move(2000);
    // Only now, when it sends to who has gone, can it know.
    await until(() => {
      if (!stubborn.destroyed) stubborn.write("x");
      return stubborn.destroyed;
    });
    await closed;
  });

  it("whoever is turned away keeps the target from nothing when it stops", async () => {
    const inTest = await start({ clock: new HandClock() });
    await Promise.all(Array.from({ length: MOST }, () => dial(urlOf(inTest), ONE)));
    const stubborn = connect({ port: Number(new URL(urlOf(inTest)).port), host: ONE, allowHalfOpen: true });
    stubborn.on("error", () => {}).resume();
    await once(stubborn, "end");
    await inTest.stop();
    targets.length = 0;
    stubborn.destroy();
  });
});

describe("of the port of HTTPS", () => {
  it("connections without a handshake take the share of their address; before a handshake nothing can be said", async () => {
    const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-files-"));
    const tls = await makeCertificate(folder);
    const { target } = await start({ settings: { http: { host: ONE, port: 0, tls } } });
    await rm(folder, { recursive: true });
    const silent = await Promise.all(Array.from({ length: MOST }, () => dial(target.url, ONE)));
    expect(await (await dial(target.url, ONE)).answer).toBe("");
    const other = await dial(target.url, OTHER);
    const secured = connectTls({ socket: other.socket, rejectUnauthorized: false });
    secured.on("error", () => {}).write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const [answer] = (await once(secured, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404/u);
    for (const { socket } of silent) expect(socket.closed).toBe(false);
  });
});

describe("an address", () => {
  it.each([
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:192.0.2.1", "192.0.2.1"],
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8::1", "2001:db8::1"],
    ["::ffff:0:1", "::ffff:0:1"],
    [undefined, ""],
  ])("%s counts as %s (RFC 4291 §2.5.5.2)", (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });

  it("of IPv4 has one share, by whichever family the port is open", async () => {
    const { target } = await start({ settings: { http: { host: "::", port: 0 } } });
    const url = `http://${ONE}:${new URL(target.url).port}`;
    await Promise.all(Array.from({ length: MOST }, () => dial(url, ONE)));
    expect(await (await dial(url, ONE)).answer).toMatch(/^HTTP\/1\.1 503/u);
    const other = await dial(url, OTHER);
    other.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await other.answer).toMatch(/^HTTP\/1\.1 404/u);
  });
});
