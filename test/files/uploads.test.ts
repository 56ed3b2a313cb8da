// Uploads over real HTTP: every way in which charge points send files, and every way in which one could misbehave.
import { createHash } from "node:crypto";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { rawClient, rawStatus, startTarget, until, type TargetChoices, type TargetInTest } from "./targetInTest.ts";
import { HandClock } from "../ocpp/handClock.ts";

const targets: TargetInTest[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.stop();
});

async function start(choices: TargetChoices = {}): Promise<TargetInTest> {
  const target = await startTarget(choices);
  targets.push(target);
  return target;
}

const pathOf = (url: string): string => new URL(url).pathname;
const put = (url: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(url, { method: "PUT", body });

function multipart(name: string, content: string | Uint8Array<ArrayBuffer>): FormData {
  const form = new FormData();
  form.append("comment", "diagnostics of today");
  form.append("file", new Blob([content]), name);
  form.append("after", "what stands behind the file is not looked at");
  return form;
}

/** Bytes of every value, so that nothing may be read as text. */
const binary = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31 + (index >> 8)) % 256);

describe("an upload", () => {
  const ways: readonly (readonly [string, string, (url: string) => Promise<Response>, string])[] = [
    ["PUT behind the URL", "d.zip", (url) => put(`${url}d.zip`, binary), "d.zip"],
    ["PUT to the URL itself", "", (url) => put(url, binary), "diagnostics"],
    ["PUT to the URL without its last slash", "", (url) => put(url.slice(0, -1), binary), "diagnostics"],
    ["POST of the bytes", "", (url) => fetch(`${url}d.log?x=1`, { method: "POST", body: binary }), "d.log"],
    [
      "POST of a form",
      "",
      (url) => fetch(url, { method: "POST", body: multipart("cp 1.tar.gz", binary) }),
      "cp_1.tar.gz",
    ],
    ["PUT of a form", "", (url) => fetch(url, { method: "PUT", body: multipart("f.bin", binary) }), "f.bin"],
    [
      "PUT in chunks of unknown length",
      "",
      (url) => fetch(`${url}s.bin`, { method: "PUT", body: new Blob([binary]).stream(), duplex: "half" }),
      "s.bin",
    ],
  ];

  it.each(ways)("arrives byte for byte: %s", async (_, __, send, original) => {
    const { target, uploads, uploaded, received } = await start();
    const answer = await send(target.uploadUrl("CP001", "diagnostics"));
    expect(answer.status).toBe(201);
    const [fileName = "", ...others] = await uploaded();
    expect(others).toEqual([]);
    expect(fileName).toMatch(new RegExp(`^CP001_\\d{8}T\\d{6}Z_${original.replaceAll(".", "\\.")}$`, "u"));
    expect(new Uint8Array(await readFile(join(uploads, fileName)))).toEqual(binary);
    const sha256 = createHash("sha256").update(binary).digest("hex");
    expect(received).toEqual([{ chargePointId: "CP001", kind: "diagnostics", fileName, bytes: 300_000, sha256 }]);
  });

  it("is taken once for each URL", async () => {
    const { target, uploaded } = await start();
    const url = target.uploadUrl("CP001", "log");
    expect((await put(url, "one")).status).toBe(201);
    expect((await put(url, "two")).status).toBe(404);
    expect(await uploaded()).toHaveLength(1);
  });

  it("is not taken once the URL is too old", async () => {
    const clock = new HandClock();
    const { target, uploaded } = await start({ clock, settings: { tokenMinutes: 10 } });
    const [inTime, late] = [target.uploadUrl("A", "log"), target.uploadUrl("A", "log")];
    clock.move(10 * 60_000 - 1);
    expect((await put(inTime, "x")).status).toBe(201);
    clock.move(1);
    expect((await put(late, "x")).status).toBe(404);
    expect(await uploaded()).toHaveLength(1);
  });

  it("overwrites nothing: a second one of the same second and name gets a number", async () => {
    const { target, uploaded } = await start({ clock: new HandClock() });
    for (const content of ["a", "b", "c"])
      expect((await put(`${target.uploadUrl("A", "log")}x.tar.gz`, content)).status).toBe(201);
    expect(await uploaded()).toEqual([
      "A_19700101T000001Z_x-2.tar.gz",
      "A_19700101T000001Z_x-3.tar.gz",
      "A_19700101T000001Z_x.tar.gz",
    ]);
  });

  it("runs beside others, and two that begin at once get two names", async () => {
    const { target, uploads, uploaded } = await start({ clock: new HandClock() });
    const contents = Array.from({ length: 5 }, (_, index) => `${index}`.repeat(50_000));
    const answers = await Promise.all(contents.map((content) => put(`${target.uploadUrl("A", "log")}x`, content)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    const kept = await Promise.all((await uploaded()).map((name) => readFile(join(uploads, name), "utf8")));
    expect(kept.toSorted()).toEqual(contents);
  });
});

describe("the size of an upload", () => {
  it.each([
    ["announced", (body: string) => body],
    ["not announced", (body: string) => new Blob([body]).stream()],
  ])("may be as large as the settings say and not one byte larger, %s", async (_, as) => {
    const { target, uploaded } = await start({ settings: { maxUploadBytes: 70_000 } });
    const send = (url: string, bytes: number) =>
      fetch(url, { method: "PUT", body: as("x".repeat(bytes)), duplex: "half" });
    const url = target.uploadUrl("A", "log");
    expect((await send(url, 70_001)).status).toBe(413);
    expect(await uploaded()).toEqual([]);
    expect((await send(url, 70_000)).status).toBe(201);
  });

  it("is bounded for the file in a form too, and the whole form may be a little larger", async () => {
    const { target, uploaded } = await start({ settings: { maxUploadBytes: 70_000 } });
    const url = target.uploadUrl("A", "log");
    const send = (bytes: number) => fetch(url, { method: "POST", body: multipart("f", "x".repeat(bytes)) });
    expect((await send(70_001)).status).toBe(413);
    expect(await uploaded()).toEqual([]);
    expect((await send(70_000)).status).toBe(201);
  });

  it("is told to a client that goes on sending without end", async () => {
    const { target, uploaded } = await start({ settings: { maxUploadBytes: 1024 } });
    const client = rawClient(target.url);
    client.send(
      `PUT ${pathOf(target.uploadUrl("A", "log"))} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
    let hasAnswer = false;
    client.socket.once("data", () => (hasAnswer = true));
    await until(() => {
      client.send(chunk);
      return hasAnswer;
    });
    client.socket.end();
    expect(await client.answer).toContain("413");
    expect(await uploaded()).toEqual([]);
  });

  it("is not nothing", async () => {
    const { target, uploaded } = await start();
    const url = target.uploadUrl("A", "log");
    expect((await put(url, "")).status).toBe(400);
    expect(await uploaded()).toEqual([]);
    expect((await put(url, "x")).status).toBe(201);
  });
});

describe("an upload that fails", () => {
  const begin = (url: string) =>
    `PUT ${pathOf(url)}half.bin HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n${"x".repeat(500)}`;

  /** The timers of the age of uploads and of the wait for the next piece. */
  const WAITING = 2;

  /** Waits until so many bytes are kept and the wait for the next ones has begun. */
  async function keeps({ uploads, uploaded }: TargetInTest, clock: HandClock, bytes: number): Promise<void> {
    await until(async () => {
      const [part] = await uploaded();
      return part !== undefined && (await stat(join(uploads, part))).size === bytes;
    });
    await until(() => clock.running === WAITING);
  }

  it("leaves nothing when its sender goes, and may be tried again (OCPP 1.6 §6.27 retries)", async () => {
    const { target, uploaded } = await start();
    const url = target.uploadUrl("A", "diagnostics");
    const client = rawClient(url);
    client.send(begin(url));
    await until(async () => (await uploaded()).length === 1);
    expect((await uploaded())[0]).toMatch(/^\..*\.part$/u);
    client.socket.destroy();
    await until(async () => (await uploaded()).length === 0);
    expect((await put(url, "again")).status).toBe(201);
  });

  it("is one of two at the same URL: the second one is told so, the first one goes on", async () => {
    const { target, uploaded } = await start();
    const url = target.uploadUrl("A", "diagnostics");
    const client = rawClient(url);
    client.send(begin(url));
    await until(async () => (await uploaded()).length === 1);
    expect((await put(url, "second")).status).toBe(409);
    client.send("y".repeat(500));
    expect(await client.answer).toContain("201");
    expect(await uploaded()).toHaveLength(1);
  });

  it("is given up when it stands still", async () => {
    const clock = new HandClock();
    const inTest = await start({ clock, limits: { fileIdleSeconds: 20 } });
    const url = inTest.target.uploadUrl("A", "diagnostics");
    const client = rawClient(url);
    client.send(begin(url));
    await keeps(inTest, clock, 500);
    clock.move(19_999);
    expect(await inTest.uploaded()).toHaveLength(1);
    clock.move(1);
    await until(() => client.received().includes(" 408 "));
    expect(await inTest.uploaded()).toEqual([]);
    clock.move(2000);
    expect(await client.answer).toContain("The upload takes too long.");
    expect((await put(url, "again")).status).toBe(201);
  });

  it("is given up when it is not complete while its URL is valid, however evenly it drips", async () => {
    const clock = new HandClock();
    const inTest = await start({ clock, settings: { tokenMinutes: 1 }, limits: { fileIdleSeconds: 50 } });
    const url = inTest.target.uploadUrl("A", "diagnostics");
    const client = rawClient(url);
    client.send(begin(url));
    await keeps(inTest, clock, 500);
    clock.move(40_000);
    client.send("y");
    await keeps(inTest, clock, 501);
    clock.move(19_999);
    expect(await inTest.uploaded()).toHaveLength(1);
    clock.move(1);
    await until(() => client.received().includes(" 408 "));
    expect(await inTest.uploaded()).toEqual([]);
  });

  it("ends with the target, and leaves nothing", async () => {
    const { target, uploaded } = await start();
    const url = target.uploadUrl("A", "diagnostics");
    const client = rawClient(url);
    client.send(begin(url));
    await until(async () => (await uploaded()).length === 1);
    await target.stop();
    expect(await uploaded()).toEqual([]);
  });

  it("says that the disk is full, leaves nothing, and goes on when there is room", async () => {
    let isFull = true;
    const { target, uploaded } = await start({
      create: async (path) => {
        const file = await open(path, "wx");
        if (!isFull) return file;
        await file.close();
        // The system's own file of a disk without room: every write of it is ENOSPC.
        return open("/dev/full", "w");
      },
    });
    const url = target.uploadUrl("A", "log");
    const answer = await put(url, "x".repeat(10_000));
    expect([answer.status, await answer.text()]).toEqual([507, "There is no room for the file.\n"]);
    expect(await uploaded()).toEqual([]);
    isFull = false;
    expect((await put(url, "x")).status).toBe(201);
  });

  it("says so when the folder is gone, and does not end the program", async () => {
    const { target } = await start({ create: () => open("/nonexistent/folder/file", "wx") });
    expect((await put(target.uploadUrl("A", "log"), "x")).status).toBe(500);
    expect((await put(target.uploadUrl("A", "log"), "x")).status).toBe(500);
  });
});

describe("a form", () => {
  const boundary = "----b";
  const part = (headers: string, content: string) => `------b\r\n${headers}\r\n\r\n${content}\r\n`;
  const file = 'Content-Disposition: form-data; name="f"; filename="a.txt"';
  const send = (url: string, body: string) =>
    fetch(url, { method: "POST", body, headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` } });

  it.each([
    ["a text before the first part", `preamble\r\n${part(file, "content")}------b--\r\n`],
    [
      "other headers, in any case and order",
      `${part(`X: y\r\n${file.toLowerCase()}\r\nContent-Type: a/b`, "content")}------b--`,
    ],
    ["blanks behind the boundary", `${part(file, "content").replace("--b", "--b \t")}------b--`],
  ])("may have %s", async (_, body) => {
    const { target, uploads, uploaded } = await start();
    expect((await send(target.uploadUrl("A", "log"), body)).status).toBe(201);
    const [name = ""] = await uploaded();
    expect(name).toMatch(/_a\.txt$/u);
    expect(await readFile(join(uploads, name), "utf8")).toBe("content");
  });

  it("may hold what looks like a boundary", async () => {
    const content = "\r\n-----b\r\n--\r\n------\r\n------B\r\n\r\n";
    const { target, uploads, uploaded } = await start();
    expect((await send(target.uploadUrl("A", "log"), `${part(file, content)}------b--`)).status).toBe(201);
    const [name = ""] = await uploaded();
    expect(await readFile(join(uploads, name), "utf8")).toBe(content);
  });

  it.each([
    ["nothing", ""],
    ["no boundary", "x".repeat(1000)],
    ["no boundary in more than may stand before it", "x".repeat(200_000)],
    ["no file", `${part('Content-Disposition: form-data; name="f"', "v")}------b--`],
    ["a file without its end", part(file, "content").slice(0, -2)],
    ["headers without end", `------b\r\n${"X: y\r\n".repeat(5000)}`],
    ["one header without end", `------b\r\nX: ${"y".repeat(100_000)}`],
    ["fields without end", part('Content-Disposition: form-data; name="f"', "v").repeat(100)],
  ])("is refused and leaves nothing where it has %s", async (_, body) => {
    const { target, uploaded } = await start();
    const url = target.uploadUrl("A", "log");
    expect((await send(url, body)).status).toBe(400);
    expect(await uploaded()).toEqual([]);
    expect((await put(url, "the URL is still valid")).status).toBe(201);
  });

  it("is found whatever pieces it comes in", async () => {
    const { target, uploads, uploaded } = await start();
    const body = `${part('Content-Disposition: form-data; name="x"', "v")}${part(file, "a\r\n----b")}------b--\r\n`;
    const client = rawClient(target.url);
    client.socket.setNoDelay(true);
    client.send(
      `POST ${pathOf(target.uploadUrl("A", "log"))} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary="----b"\r\n\r\n`,
    );
    for (const character of body) client.send(`1\r\n${character}\r\n`);
    client.send("0\r\n\r\n");
    expect(await client.answer).toContain("201");
    const [name = ""] = await uploaded();
    expect(await readFile(join(uploads, name), "utf8")).toBe("a\r\n----b");
  });
});

describe("whoever has no token", () => {
  it.each(["GET", "HEAD", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "MKCOL"])(
    "gets nowhere with %s",
    async (method) => {
      const { target } = await start();
      const url = target.uploadUrl("A", "log");
      expect((await put(`${url}a.txt`, "secret")).status).toBe(201);
      for (const path of [pathOf(url), `${pathOf(url)}a.txt`, "/up/", "/up", `/up/${"0".repeat(32)}/`])
        expect([path, await rawStatus(target.url, `${method} ${path} HTTP/1.1`)]).toEqual([path, 405]);
      for (const path of ["/", "/uploads/", "/files", "*", "/..", "//"])
        expect([path, await rawStatus(target.url, `${method} ${path} HTTP/1.1`)]).toEqual([path, 404]);
    },
  );

  it.each([
    ["none", ""],
    ["a guessed one", "0".repeat(32)],
    ["a short one", "a"],
    ["a long one", "a".repeat(4000)],
    ["a name of the language", "__proto__"],
    ["a wildcard", "*"],
  ])("cannot upload with %s", async (_, token) => {
    const { target, uploaded } = await start();
    target.uploadUrl("A", "log");
    expect(await rawStatus(target.url, `PUT /up/${token}/x HTTP/1.1\r\nContent-Length: 1`, "x")).toBe(404);
    expect(await uploaded()).toEqual([]);
  });

  it("cannot upload with the token of a download", async () => {
    const { target, uploaded, firmware } = await start();
    await (await open(join(firmware, "f.bin"), "w")).close();
    const found = await target.downloadUrl("A", "f.bin");
    const token = "url" in found ? new URL(found.url).pathname.split("/")[2] : undefined;
    expect(token).toMatch(/^[0-9a-f]{32}$/u);
    expect((await put(`${target.url}/up/${token}/x`, "x")).status).toBe(404);
    expect(await uploaded()).toEqual([]);
  });
});

describe("a name from outside", () => {
  it.each([
    ["/../../../etc/passwd", "passwd"],
    ["..", "log"],
    ["%2e%2e%2f%2e%2e%2fetc%2fcron.d%2fx", "x"],
    ["..%5c..%5cwindows%5cwin.ini", "win.ini"],
    ["%00", "log"],
    ["a%00.txt", "a_.txt"],
    ["%zz", "zz"],
    [".htaccess", "htaccess"],
    ["x.part", "x.part"],
    ["CON", "CON"],
    ["a:stream", "a_stream"],
    ["%F0%9F%94%8C.zip", "zip"],
    ["-rf", "rf"],
    [`${"n".repeat(3000)}.tar.gz`, `${"n".repeat(93)}.tar.gz`],
  ])("%s becomes a plain one, in the folder", async (path, original) => {
    const { target, uploaded } = await start({ clock: new HandClock() });
    const url = pathOf(target.uploadUrl("A", "log"));
    expect(await rawStatus(target.url, `PUT ${url}${path} HTTP/1.1\r\nContent-Length: 1`, "x")).toBe(201);
    expect(await uploaded()).toEqual([`A_19700101T000001Z_${original}`]);
  });

  it("cannot come in by a form either", async () => {
    const { target, uploaded } = await start({ clock: new HandClock() });
    const form = multipart("../../../../tmp/evil\r\n\u0000.sh", "x");
    expect((await fetch(target.uploadUrl("../A", "log"), { method: "POST", body: form })).status).toBe(201);
    expect(await uploaded()).toEqual(["%2E.%2FA_19700101T000001Z_evil_0D_0A_.sh"]);
  });
});
