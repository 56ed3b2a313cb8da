// A control connection as a whole: which command is answered how, who gets in, and everything that a hostile client could say.
import { writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import type { FtpParts } from "../../../src/files/ftp/conversation.ts";
import { Session } from "../../../src/files/ftp/session.ts";
import { silentLog, type Log } from "../../../src/std/log.ts";
import { HandClock } from "../../ocpp/handClock.ts";
import { rawClient, startTarget, until, type TargetChoices, type TargetInTest } from "../targetInTest.ts";
import { dataPortOf, dial, FTP, login, rawFtp, startFtp, type RawFtp } from "./ftpInTest.ts";

const targets: TargetInTest[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.stop();
});

async function start(choices: TargetChoices = {}): Promise<TargetInTest & { url: string }> {
  const target = await startFtp(choices);
  targets.push(target);
  return { ...target, url: target.target.uploadUrl("CP 1", "diagnostics", "ftp") };
}

/** A log that keeps every line with its fields. */
function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const write = (fields: unknown, message: string) => void lines.push(JSON.stringify({ message, fields }));
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
  return { log, lines };
}

/** A failed login is answered after a while, for which the test's clock waits here. */
async function failLogin(ftp: RawFtp, clock: HandClock, user = "0".repeat(16), password = "0".repeat(16)) {
  expect(await ftp.ask(`USER ${user}`)).toMatch(/^331/u);
  const timers = clock.running;
  ftp.send(`PASS ${password}\r\n`);
  let reply = "";
  void ftp.next().then((text) => (reply = text));
  await until(() => {
    if (clock.running === timers) clock.move(500);
    return reply !== "";
  });
  return reply;
}

describe("a command", () => {
  it.each([
    ["NOOP", "200"],
    ["noop", "200"],
    ["SYST", "215 UNIX"],
    ["PWD", '257 "/"'],
    ["CWD /", "250"],
    ["CWD .", "250"],
    ["CWD ..", "250"],
    ["CWD uploads", "550"],
    ["CWD ../../etc", "550"],
    ["CDUP", "250"],
    ["TYPE I", "200"],
    ["TYPE A", "200"],
    ["TYPE a n", "200"],
    ["TYPE L 8", "200"],
    ["TYPE E", "504"],
    ["TYPE", "504"],
    ["MODE S", "200"],
    ["MODE B", "504"],
    ["STRU F", "200"],
    ["STRU R", "504"],
    ["OPTS UTF8 ON", "200"],
    ["OPTS MLST type", "501"],
    ["ALLO 10", "200"],
    ["REST 0", "350"],
    ["ABOR", "226"],
    ["EPSV", "229"],
    ["EPSV 1", "229"],
    ["EPSV 2", "522"],
    ["EPSV x", "501"],
    ["PASV", "227"],
    ["QUIT", "221"],
    // RFC 2577 §3: nobody is dialled.
    ["PORT 127,0,0,1,0,80", "502"],
    ["EPRT |1|127.0.0.1|80|", "502"],
    ["LIST", "502"],
    ["NLST", "502"],
    ["MLSD", "502"],
    ["DELE x", "502"],
    ["RNFR x", "502"],
    ["MKD x", "502"],
    ["RMD x", "502"],
    ["STOU", "502"],
    ["SITE CHMOD 777 x", "502"],
    ["SITE EXEC ls", "502"],
    ["STAT /", "502"],
    ["AUTH TLS", "502"],
    ["ACCT x", "502"],
    ["constructor", "500"],
    ["__proto__", "500"],
    ["XXXX", "502"],
    ["", "500"],
    [" NOOP", "500"],
    ["NOOP\tx", "501"],
    ["STOR a\u0000b", "501"],
    ["STOR a\rDELE b", "501"],
    ["RETR \u001B[2J", "501"],
    ["GET / HTTP/1.1", "502"],
    ["USER", "501"],
    ["PASS x", "503"],
  ])("%j is answered %s", async (line, expected) => {
    expect(await (await rawFtp((await start()).url)).ask(line)).toMatch(new RegExp(`^${expected}`, "u"));
  });

  it.each([
    "STOR x",
    "APPE x",
    "RETR x",
    "SIZE x",
    "MDTM x",
    "PASV",
    "EPSV",
    "CWD /",
    "PWD",
    "TYPE I",
    "REST 1",
    "ABOR",
  ])("%j needs a login", async (line) => {
    const ftp = await rawFtp((await start()).url, false);
    expect(await ftp.ask(line)).toMatch(/^530/u);
  });

  it("FEAT tells what there is beyond RFC 959 (RFC 2389 §3.2)", async () => {
    const ftp = await rawFtp((await start()).url, false);
    expect(await ftp.ask("FEAT")).toBe("211-Features:\r\n EPSV\r\n MDTM\r\n REST STREAM\r\n SIZE\r\n UTF8\r\n211 End");
  });

  it("EPSV ALL leaves no other way (RFC 2428 §4)", async () => {
    const ftp = await rawFtp((await start()).url);
    expect(await ftp.ask("EPSV ALL")).toMatch(/^200/u);
    expect(await ftp.ask("PASV")).toMatch(/^503/u);
    expect(await ftp.ask("EPSV")).toMatch(/^229/u);
  });

  it("PASV tells the address by which charge points reach this machine", async () => {
    const { target } = await start({ settings: { ftp: FTP, publicHost: "192.0.2.7" } });
    const url = target.uploadUrl("A", "log", "ftp").replace("192.0.2.7", "127.0.0.1");
    expect(await (await rawFtp(url)).ask("PASV")).toMatch(/\(192,0,2,7,\d+,\d+\)/u);
  });

  it("comes in a row without waiting for answers, and each is answered in its turn", async () => {
    const { url, uploaded } = await start();
    const { username, password } = new URL(url);
    const ftp = await rawFtp(url, false);
    ftp.send(`USER ${username}\r\nPASS ${password}\r\nTYPE I\r\nEPSV\r\n`);
    const replies = [await ftp.next(), await ftp.next(), await ftp.next(), await ftp.next()];
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(["331", "230", "200", "229"]);
    const data = await dial(dataPortOf(replies[3] ?? ""));
    ftp.send("STOR x\r\nNOOP\r\nQUIT\r\n");
    data.end("content");
    const rest = [await ftp.next(), await ftp.next(), await ftp.next(), await ftp.next()];
    expect(rest.map((reply) => reply.slice(0, 3))).toEqual(["150", "226", "200", "221"]);
    expect(await uploaded()).toHaveLength(1);
    await ftp.answer;
  });

  it("may be followed by a thousand others", async () => {
    const ftp = await rawFtp((await start()).url);
    ftp.send(`${"NOOP\r\n".repeat(1000)}QUIT\r\n`);
    expect((await ftp.answer).match(/^200/gmu)).toHaveLength(1000);
  });

  it("is no longer read from a client that reads no answers", async () => {
    const begun = Promise.withResolvers<Socket>();
    const needed = { clock: new HandClock(), log: silentLog, idleMs: 1000, sessionMs: 1000 };
    const server = createServer((socket) => {
      new Session(needed as unknown as FtpParts, socket);
      begun.resolve(socket);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const client = await dial((server.address() as AddressInfo).port);
    const socket = await begun.promise;
    const flood = Buffer.from("NOOP\r\n".repeat(10_000));
    const isStuck = () => socket.isPaused() && socket.writableNeedDrain;
    // Far more than the buffers of a connection hold.
    for (let count = 0; count < 500; count++) client.write(flood);
    await until(isStuck);
    const { bytesRead } = socket;
    await until(isStuck);
    expect(socket.bytesRead).toBe(bytesRead);
    expect(socket.writableLength).toBeLessThan(500_000);
    client.destroy();
    server.close();
  });

  it.each([
    ["one line without end", "x".repeat(10_000)],
    ["what begins as a command", `STOR ${"n".repeat(3000)}\r\n`],
    ["bytes of no text", Buffer.alloc(5000, 0x80)],
  ])("is refused and the connection closed when it is too long: %s", async (_, bytes) => {
    const ftp = await rawFtp((await start()).url);
    ftp.send(bytes);
    expect(await ftp.next()).toMatch(/^421/u);
    await ftp.answer;
  });

  it("of another protocol ends nothing but its own connection", async () => {
    const { url } = await start();
    for (const bytes of [
      "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "\xff".repeat(999),
    ]) {
      const client = rawClient(url);
      client.send(bytes);
      client.socket.end();
      await client.answer;
    }
    expect(await (await rawFtp(url)).ask("PWD")).toMatch(/^257/u);
  });
});

describe("a login", () => {
  it.each([
    ["another secret", (url: URL) => [url.username, "0".repeat(16)]],
    ["another user", (url: URL) => ["0".repeat(16), url.password]],
    ["the halves in another place", (url: URL) => [url.username.slice(1), (url.username[0] ?? "") + url.password]],
    ["the whole as user", (url: URL) => [url.username + url.password, ""]],
    ["upper case", (url: URL) => [url.username.toUpperCase(), url.password.toUpperCase()]],
    ["a name that is common", () => ["anonymous", "a@b.c"]],
    ["a name of the language", () => ["__proto__", "constructor"]],
  ])("with %s fails, and the right one is let in afterwards", async (_, wrong) => {
    const clock = new HandClock();
    const { url } = await start({ clock });
    const [user = "", password = ""] = wrong(new URL(url));
    const ftp = await rawFtp(url, false);
    expect(await failLogin(ftp, clock, user, password)).toMatch(/^530/u);
    expect(await ftp.ask("PWD")).toMatch(/^530/u);
    const right = new URL(url);
    expect(await ftp.ask(`USER ${right.username}`)).toMatch(/^331/u);
    expect(await ftp.ask(`PASS ${right.password}`)).toMatch(/^230/u);
  });

  it("that fails is answered slowly, and after three the connection is closed", async () => {
    const clock = new HandClock();
    const ftp = await rawFtp((await start({ clock })).url, false);
    const begun = clock.now();
    expect(await failLogin(ftp, clock)).toMatch(/^530/u);
    expect(clock.now() - begun).toBeGreaterThanOrEqual(1000);
    expect(await failLogin(ftp, clock)).toMatch(/^530/u);
    expect(await failLogin(ftp, clock)).toMatch(/^421/u);
    expect(clock.now() - begun).toBeGreaterThanOrEqual(6000);
    await ftp.answer;
  });

  it("that fails too often from one address is cut at once, and one that is right is let in all the same", async () => {
    const clock = new HandClock();
    const { log, lines } = recordingLog();
    const { url } = await start({ clock, log, limits: { failedLoginsPerMinute: 2 } });
    const guess = async () => failLogin(await rawFtp(url, false), clock);
    expect([await guess(), await guess(), await guess(), await guess()].map((reply) => reply.slice(0, 3))).toEqual([
      "530",
      "530",
      "421",
      "421",
    ]);
    expect(lines.filter((line) => line.includes("a login for files has failed"))).toHaveLength(2);
    expect(await (await rawFtp(url)).ask("PWD")).toMatch(/^257/u);
    clock.move(60_000);
    expect(await guess()).toMatch(/^530/u);
  });

  it("is forgotten when USER is said again, with its data connection", async () => {
    const { url } = await start();
    const ftp = await rawFtp(url);
    const port = dataPortOf(await ftp.ask("EPSV"));
    expect(await ftp.ask("USER x")).toMatch(/^331/u);
    expect(await ftp.ask("PWD")).toMatch(/^530/u);
    await expect(dial(port)).rejects.toThrow("ECONNREFUSED");
  });

  it("is waited for only so long, whatever else is said", async () => {
    const clock = new HandClock();
    const ftp = await rawFtp((await start({ clock, limits: { fileIdleSeconds: 20 } })).url, false);
    clock.move(15_000);
    expect(await ftp.ask("NOOP")).toMatch(/^200/u);
    clock.move(4999);
    expect(await ftp.ask("NOOP")).toMatch(/^200/u);
    clock.move(1);
    expect(await ftp.next()).toMatch(/^421/u);
    await ftp.answer;
  });

  it("does not last when nothing follows", async () => {
    const clock = new HandClock();
    const ftp = await rawFtp((await start({ clock, limits: { fileIdleSeconds: 20 } })).url);
    clock.move(15_000);
    expect(await ftp.ask("NOOP")).toMatch(/^200/u);
    clock.move(20_000);
    expect(await ftp.next()).toMatch(/^421/u);
    await ftp.answer;
  });

  it("and what it moves stands in no line of the log that tells the token", async () => {
    const clock = new HandClock();
    const { log, lines } = recordingLog();
    const { target, url, firmware } = await start({ clock, log });
    await writeFile(join(firmware, "fw.bin"), "firmware");
    const found = await target.downloadUrl("CP 1", "fw.bin", undefined, "ftp");
    const download = "url" in found ? found.url : "";
    await failLogin(await rawFtp(url, false), clock, new URL(url).username, "wrong");
    const ftp = await rawFtp(url);
    await ftp.openData().then((data) => data.resetAndDestroy());
    expect(await ftp.ask("STOR x")).toMatch(/^150/u);
    expect(await ftp.next()).toMatch(/^4/u);
    const client = await login(url);
    await client.uploadFrom(Readable.from(["x"]), "x");
    client.close();
    const fetching = await rawFtp(download);
    await fetching.openData();
    expect(await fetching.ask("RETR fw.bin")).toMatch(/^150/u);
    expect(await fetching.next()).toMatch(/^226/u);
    expect(lines.join("\n")).toContain("fetches firmware");
    expect(lines.join("\n")).toContain("an upload has failed");
    const halves = [url, download].flatMap((each) => [new URL(each).username, new URL(each).password]);
    for (const half of halves) expect(lines.join("\n")).not.toContain(half);
  });
});

describe("the port", () => {
  it("takes no more connections than it may, and says so to the others", async () => {
    const { url } = await start({ limits: { maxFileConnections: 2 } });
    const [first] = [await rawFtp(url), await rawFtp(url)];
    const refused = rawClient(url);
    expect(await refused.answer).toBe("421 Too many connections.\r\n");
    first.socket.destroy();
    await until(async () => {
      const client = rawClient(url);
      await until(() => client.received() !== "");
      const isTaken = client.received().startsWith("220");
      client.socket.destroy();
      return isTaken;
    });
  });

  it("ends all its connections with the target", async () => {
    const { url, target } = await start();
    const clients = [await rawFtp(url), await rawFtp(url, false), rawClient(url)];
    await target.stop();
    for (const { answer } of clients) await answer;
  });

  it("that is taken keeps the target from starting, and is named", async () => {
    const { target } = await start();
    const port = Number(new URL(target.ftpUrl ?? "").port);
    await expect(startTarget({ settings: { ftp: { ...FTP, port } } })).rejects.toThrow(
      `files.ftp.port: port ${port} on 127.0.0.1 is already in use by another program`,
    );
  });

  it("is not there where the settings have none", async () => {
    const target = await startTarget({ log: silentLog });
    targets.push(target);
    expect(target.target.ftpUrl).toBeUndefined();
    expect(() => target.target.uploadUrl("A", "log", "ftp")).toThrow("there is no port of FTP");
  });
});
