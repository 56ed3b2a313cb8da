// Uploads over FTP, by an independent client where it can do it and by raw sockets where none would.
import { once } from "node:events";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { HandClock } from "../../ocpp/handClock.ts";
import { until, type TargetChoices, type TargetInTest } from "../targetInTest.ts";
import { closing, dataPortOf, dial, FTP, login, rawFtp, startFtp, store } from "./ftpInTest.ts";

const targets: TargetInTest[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.stop();
});

async function start(choices: TargetChoices = {}): Promise<TargetInTest & { url: string }> {
  const target = await startFtp(choices);
  targets.push(target);
  return { ...target, url: target.target.uploadUrl("CP 1", "diagnostics", "ftp") };
}

/** Bytes of every value, so that nothing may be read as text. */
const binary = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) % 256);

/** An upload that has begun and is not complete. */
async function begin(target: TargetInTest, url: string, content = "half") {
  const ftp = await rawFtp(url);
  const data = await ftp.openData();
  expect(await ftp.ask("STOR half.bin")).toMatch(/^150/u);
  data.write(content);
  await until(async () => (await target.uploaded()).length === 1);
  return { ftp, data };
}

describe("an upload", () => {
  it("is kept as it is, under a name of ours, and told of", async () => {
    const { url, uploads, uploaded, received } = await start();
    const client = await login(url);
    await client.uploadFrom(Readable.from([binary]), "diag.tar.gz");
    client.close();
    const [name = "", ...others] = await uploaded();
    expect(others).toEqual([]);
    expect(name).toMatch(/^CP%201_\d{8}T\d{6}Z_diag\.tar\.gz$/u);
    expect(await readFile(join(uploads, name))).toEqual(Buffer.from(binary));
    expect(received).toMatchObject([{ chargePointId: "CP 1", kind: "diagnostics", fileName: name, bytes: 300_000 }]);
  });

  it("may be called an append, and be of any type: bytes are kept as they are", async () => {
    const { url, uploads, uploaded } = await start();
    const client = await login(url);
    await client.send("TYPE A");
    await client.appendFrom(Readable.from(["a\nb\r\nc\u{FF}"]), "log.txt");
    client.close();
    expect(await readFile(join(uploads, (await uploaded())[0] ?? ""), "utf8")).toBe("a\nb\r\nc\u{FF}");
  });

  it("comes by PASV as well (RFC 959 §4.1.2)", async () => {
    const { url, uploaded } = await start();
    const ftp = await rawFtp(url);
    const reply = await ftp.ask("PASV");
    expect(reply).toMatch(/^227 .*\(127,0,0,1,\d{1,3},\d{1,3}\)/u);
    const data = await dial(dataPortOf(reply));
    expect(await ftp.ask("STOR x")).toMatch(/^150/u);
    data.end("content");
    expect(await ftp.next()).toMatch(/^226/u);
    expect(await uploaded()).toHaveLength(1);
  });

  it("may open its data connection only when it is told to begin", async () => {
    const { url, uploaded } = await start();
    const ftp = await rawFtp(url);
    const port = dataPortOf(await ftp.ask("EPSV"));
    expect(await ftp.ask("STOR x")).toMatch(/^150/u);
    (await dial(port)).end("content");
    expect(await ftp.next()).toMatch(/^226/u);
    expect(await uploaded()).toHaveLength(1);
  });

  it("is kept when all of it has been sent, though its client goes without waiting for the answer", async () => {
    const { url, received } = await start();
    const ftp = await rawFtp(url);
    const data = await ftp.openData();
    expect(await ftp.ask("STOR x")).toMatch(/^150/u);
    data.end("x".repeat(900_000));
    await once(data, "finish");
    ftp.socket.end();
    await ftp.answer;
    expect(received).toMatchObject([{ bytes: 900_000 }]);
  });

  it("is taken once for each URL, in the same session and in another one", async () => {
    const { url, uploaded } = await start();
    const ftp = await rawFtp(url);
    expect(await store(ftp, "STOR a", "one")).toMatch(/^226/u);
    expect(await store(ftp, "STOR b", "two")).toMatch(/^530/u);
    await expect(login(url)).rejects.toThrow("530");
    expect(await uploaded()).toHaveLength(1);
  });

  it("is not taken once the URL is too old, even by whoever has logged in before", async () => {
    const clock = new HandClock();
    const { url, uploaded } = await start({
      clock,
      settings: { ftp: FTP, tokenMinutes: 1 },
      limits: { fileIdleSeconds: 90 },
    });
    const ftp = await rawFtp(url);
    clock.move(30_000);
    expect(await ftp.ask("NOOP")).toMatch(/^200/u);
    clock.move(29_999);
    expect(ftp.socket.closed).toBe(false);
    clock.move(1);
    expect(await ftp.next()).toMatch(/^421/u);
    expect(await uploaded()).toEqual([]);
  });

  it("is one of several at the same time, each with its own login", async () => {
    const { target, uploads, uploaded } = await start({ clock: new HandClock() });
    const contents = Array.from({ length: 5 }, (_, index) => `${index}`.repeat(50_000));
    const replies = await Promise.all(
      contents.map(async (content) => store(await rawFtp(target.uploadUrl("A", "log", "ftp")), "STOR x", content)),
    );
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual(contents.map(() => "226"));
    const kept = await Promise.all((await uploaded()).map((name) => readFile(join(uploads, name), "utf8")));
    expect(kept.toSorted()).toEqual(contents);
  });

  it.each([
    ["../../../etc/passwd", "passwd"],
    ["/etc/cron.d/x", "x"],
    ["..", "diagnostics"],
    ["/", "diagnostics"],
    ["..\\..\\win.ini", "win.ini"],
    [".htaccess", "htaccess"],
    ["-rf", "rf"],
    ["a:stream", "a_stream"],
    ["🔌.zip", "zip"],
  ])("called %s is kept under a plain name, in the folder", async (path, original) => {
    const { url, uploaded } = await start({ clock: new HandClock() });
    expect(await store(await rawFtp(url), `STOR ${path}`, "x")).toMatch(/^226/u);
    expect(await uploaded()).toEqual([`CP%201_19700101T000001Z_${original}`]);
  });

  it("with a name that is too long is kept under the beginning and the extension of it", async () => {
    const { url, uploaded } = await start({ clock: new HandClock() });
    expect(await store(await rawFtp(url), `STOR ${"n".repeat(1900)}.tar.gz`, "x")).toMatch(/^226/u);
    expect(await uploaded()).toEqual([`CP%201_19700101T000001Z_${"n".repeat(93)}.tar.gz`]);
  });
});

describe("the size of an upload", () => {
  const settings = { ftp: FTP, maxUploadBytes: 70_000 };

  it("may be as large as the settings say and not one byte larger", async () => {
    const { url, uploaded } = await start({ settings });
    const ftp = await rawFtp(url);
    expect(await store(ftp, "STOR x", "x".repeat(70_001))).toMatch(/^552/u);
    expect(await uploaded()).toEqual([]);
    expect(await store(ftp, "STOR x", "x".repeat(70_000))).toMatch(/^226/u);
  });

  it("is told to a client that goes on sending without end", async () => {
    const { url, uploaded } = await start({ settings });
    const ftp = await rawFtp(url);
    const data = await ftp.openData();
    expect(await ftp.ask("STOR x")).toMatch(/^150/u);
    let hasReply = false;
    ftp.socket.once("data", () => (hasReply = true));
    await until(() => {
      data.write(Buffer.alloc(10_000));
      return hasReply;
    });
    expect(await ftp.next()).toMatch(/^552/u);
    expect(await uploaded()).toEqual([]);
  });

  it("may be announced (RFC 959 §4.1.3 ALLO)", async () => {
    const { url } = await start({ settings });
    const ftp = await rawFtp(url);
    expect(await ftp.ask("ALLO 70001")).toMatch(/^552/u);
    expect(await ftp.ask("ALLO 70000 R 10")).toMatch(/^200/u);
    expect(await ftp.ask("ALLO much")).toMatch(/^501/u);
  });

  it("is not nothing", async () => {
    const { url, uploaded } = await start();
    expect(await store(await rawFtp(url), "STOR x", "")).toMatch(/^550 The file is empty/u);
    expect(await uploaded()).toEqual([]);
  });
});

describe("an upload that fails", () => {
  it("leaves nothing when its data connection breaks, and may be tried again in the same session", async () => {
    const inTest = await start();
    const { ftp, data } = await begin(inTest, inTest.url);
    data.resetAndDestroy();
    expect(await ftp.next()).toMatch(/^426/u);
    expect(await inTest.uploaded()).toEqual([]);
    expect(await store(ftp, "STOR again", "x")).toMatch(/^226/u);
  });

  it("leaves nothing when its control connection ends before it (RFC 959 §4.1.1), and may be tried again", async () => {
    const clock = new HandClock();
    const inTest = await start({ clock });
    const { ftp, data } = await begin(inTest, inTest.url);
    const closed = closing(data);
    data.resume();
    await keeps(inTest, clock, 4);
    ftp.socket.end();
    await until(() => clock.running === 3);
    clock.move(2000);
    await closed;
    await until(async () => (await inTest.uploaded()).length === 0);
    expect(await store(await rawFtp(inTest.url), "STOR again", "x")).toMatch(/^226/u);
  });

  it("leaves nothing when its control connection breaks", async () => {
    const inTest = await start();
    const { ftp, data } = await begin(inTest, inTest.url);
    const closed = closing(data);
    data.resume();
    ftp.socket.resetAndDestroy();
    await closed;
    await until(async () => (await inTest.uploaded()).length === 0);
  });

  it.each([
    ["plainly", "ABOR\r\n"],
    ["after IP and Synch of Telnet (RFC 959 §4.1.3)", Buffer.from("\xff\xf4\xff\xf2ABOR\r\n", "latin1")],
    ["after a Synch whose mark was urgent data", Buffer.from("\xff\xf4\xffABOR\r\n", "latin1")],
  ])("is aborted %s: 426, then 226, and leaves nothing", async (_, bytes) => {
    const inTest = await start();
    const { ftp } = await begin(inTest, inTest.url);
    ftp.send(bytes);
    expect(await ftp.next()).toMatch(/^426/u);
    expect(await ftp.next()).toMatch(/^226/u);
    expect(await inTest.uploaded()).toEqual([]);
    expect(await store(ftp, "STOR again", "x")).toMatch(/^226/u);
  });

  it("is one of two with the same login: the second one is told so, the first one goes on", async () => {
    const inTest = await start();
    const { ftp, data } = await begin(inTest, inTest.url);
    expect(await store(await rawFtp(inTest.url), "STOR x", "second")).toMatch(/^450/u);
    data.end();
    expect(await ftp.next()).toMatch(/^226/u);
    expect(await inTest.uploaded()).toHaveLength(1);
  });

  /** Waits until the piece is kept and the wait for the next one has begun; the other timer is that of the age of uploads. */
  async function keeps({ uploads, uploaded }: TargetInTest, clock: HandClock, bytes: number): Promise<void> {
    await until(async () => (await stat(join(uploads, (await uploaded())[0] ?? ""))).size === bytes);
    await until(() => clock.running === 2);
  }

  it("is given up when it stands still", async () => {
    const clock = new HandClock();
    const inTest = await start({ clock, limits: { fileIdleSeconds: 20 } });
    const { ftp } = await begin(inTest, inTest.url);
    await keeps(inTest, clock, 4);
    clock.move(19_999);
    expect(await inTest.uploaded()).toHaveLength(1);
    clock.move(1);
    expect(await ftp.next()).toMatch(/^421/u);
    expect(await inTest.uploaded()).toEqual([]);
    expect(await store(await rawFtp(inTest.url), "STOR again", "x")).toMatch(/^226/u);
  });

  it("is given up when it is not complete while its URL is valid, however evenly it drips", async () => {
    const clock = new HandClock();
    const settings = { ftp: FTP, tokenMinutes: 1 };
    const inTest = await start({ clock, settings, limits: { fileIdleSeconds: 50 } });
    const { ftp, data } = await begin(inTest, inTest.url);
    await keeps(inTest, clock, 4);
    clock.move(40_000);
    data.write("y");
    await keeps(inTest, clock, 5);
    clock.move(19_999);
    expect(await inTest.uploaded()).toHaveLength(1);
    clock.move(1);
    expect(await ftp.next()).toMatch(/^421/u);
    expect(await inTest.uploaded()).toEqual([]);
  });

  it("ends with the target, and leaves nothing", async () => {
    const inTest = await start();
    await begin(inTest, inTest.url);
    await inTest.target.stop();
    expect(await inTest.uploaded()).toEqual([]);
  });

  it("says that the disk is full, leaves nothing, and goes on when there is room", async () => {
    let isFull = true;
    const { url, uploaded } = await start({
      create: async (path) => {
        const file = await open(path, "wx");
        if (!isFull) return file;
        await file.close();
        // The system's own file of a disk without room: every write of it is ENOSPC.
        return open("/dev/full", "w");
      },
    });
    const ftp = await rawFtp(url);
    expect(await store(ftp, "STOR x", "x".repeat(10_000))).toMatch(/^452/u);
    expect(await uploaded()).toEqual([]);
    isFull = false;
    expect(await store(ftp, "STOR x", "x")).toMatch(/^226/u);
  });

  it("says so when the folder is gone, and does not end the program", async () => {
    const { url } = await start({ create: () => open("/nonexistent/folder/file", "wx") });
    const ftp = await rawFtp(url);
    expect(await store(ftp, "STOR x", "x")).toMatch(/^451/u);
    expect(await store(ftp, "STOR x", "x")).toMatch(/^451/u);
  });

  it("is refused where it would begin in the middle", async () => {
    const { url, uploaded } = await start();
    const ftp = await rawFtp(url);
    expect(await ftp.ask("REST 5")).toMatch(/^350/u);
    expect(await store(ftp, "STOR x", "x")).toMatch(/^554/u);
    expect(await uploaded()).toEqual([]);
    expect(await store(ftp, "STOR x", "x")).toMatch(/^226/u);
  });
});
