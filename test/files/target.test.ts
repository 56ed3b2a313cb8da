// The target as a whole: which uploads are kept, what it finds when it starts, why it does not start.
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { makeCertificate } from "./certificateInTest.ts";
import { HandClock } from "../ocpp/handClock.ts";
import { rawClient, startTarget, until, type TargetChoices, type TargetInTest } from "./targetInTest.ts";

const targets: TargetInTest[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.stop();
  for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true });
});

async function start(choices: TargetChoices = {}): Promise<TargetInTest> {
  const target = await startTarget(choices);
  targets.push(target);
  return target;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "ocpp-opcua-files-"));
  folders.push(path);
  return path;
}

const put = (url: string, bytes: number) => fetch(url, { method: "PUT", body: "x".repeat(bytes) });

describe("uploads", () => {
  it("are kept as long as there is room; then the oldest go", async () => {
    const clock = new HandClock();
    const { target, uploaded } = await start({ clock, settings: { maxUploadBytes: 4000, maxTotalBytes: 10_000 } });
    for (const name of ["a", "b", "c", "d"]) {
      clock.move(1000);
      expect((await put(`${target.uploadUrl("A", "log")}${name}`, 4000)).status).toBe(201);
    }
    await until(async () => (await uploaded()).length === 2);
    expect((await uploaded()).map((name) => name.at(-1))).toEqual(["c", "d"]);
  });

  it("give back the room of one that has failed", async () => {
    const { target, uploaded } = await start({ settings: { maxUploadBytes: 4000, maxTotalBytes: 4000 } });
    const url = target.uploadUrl("A", "log");
    for (let count = 0; count < 3; count++) {
      const client = rawClient(url);
      client.send(
        `PUT ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n${"x".repeat(3999)}`,
      );
      await until(async () => (await uploaded()).length === 1);
      client.socket.destroy();
      await until(async () => (await uploaded()).length === 0);
    }
    await until(async () => (await put(url, 4000)).status === 201);
  });

  it("have no room while others that are under way take it all", async () => {
    const { target, uploaded } = await start({ settings: { maxUploadBytes: 4000, maxTotalBytes: 5000 } });
    const url = target.uploadUrl("A", "log");
    const client = rawClient(url);
    client.send(`PUT ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n${"x".repeat(3000)}`);
    await until(async () => (await uploaded()).length === 1);
    await until(async () => (await put(target.uploadUrl("B", "log"), 3000)).status === 507);
    expect(await uploaded()).toHaveLength(1);
    client.send("x".repeat(1000));
    expect(await client.answer).toContain("201");
  });

  it("go when they are too old", async () => {
    const clock = new HandClock();
    const { target, uploaded } = await start({ clock, settings: { keepDays: 2 } });
    expect((await put(target.uploadUrl("A", "log"), 1)).status).toBe(201);
    clock.move(86_400_000);
    expect((await put(target.uploadUrl("B", "log"), 1)).status).toBe(201);
    clock.move(86_400_000 + 3_600_000);
    await until(async () => (await uploaded()).length === 1);
    expect((await uploaded())[0]).toMatch(/^B_/u);
  });

  it("of an earlier run count and age; what is not finished goes, what is none of ours stays", async () => {
    const directory = await folder();
    const uploads = join(directory, "uploads");
    await mkdir(uploads);
    await writeFile(join(uploads, "A_20200101T000000Z_old"), "x");
    await writeFile(join(uploads, "A_20261127T000000Z_a"), "x".repeat(3000));
    await writeFile(join(uploads, "A_20261128T000000Z_b.part"), "x".repeat(3000));
    await writeFile(join(uploads, ".A_20261128T000000Z_c.part"), "unfinished");
    await writeFile(join(uploads, "notes.txt"), "the operator's own".repeat(1000));
    const clock = new HandClock();
    clock.move(Date.parse("2026-11-28T12:00:00Z") - clock.now());
    const { target, uploaded } = await start({
      directory,
      clock,
      settings: { maxUploadBytes: 5000, maxTotalBytes: 9000 },
    });
    await until(async () => (await readdir(uploads)).length === 3);
    expect((await put(`${target.uploadUrl("A", "log")}d`, 4000)).status).toBe(201);
    await until(async () => (await readdir(uploads)).length === 3);
    expect(await uploaded()).toEqual(["A_20261128T000000Z_b.part", "A_20261128T120000Z_d", "notes.txt"]);
  });
});

describe("the target", () => {
  it("names the host by which charge points reach it", async () => {
    const named = await start({ settings: { publicHost: "bridge.example", http: { host: "127.0.0.1", port: 0 } } });
    expect(named.target.uploadUrl("A", "log")).toMatch(/^http:\/\/bridge\.example:\d+\/up\/[0-9a-f]{32}\/$/u);
    const six = await start({ settings: { publicHost: "2001:db8::1", http: { host: "127.0.0.1", port: 0 } } });
    expect(six.target.url).toMatch(/^http:\/\/\[2001:db8::1\]:\d+$/u);
  });

  it("speaks HTTPS with a certificate", async () => {
    const { certificate, key } = await makeCertificate(await folder());
    const { target, uploaded } = await start({
      settings: { http: { host: "127.0.0.1", port: 0, tls: { certificate, key } } },
    });
    const url = target.uploadUrl("A", "log");
    expect(url).toMatch(/^https:/u);
    const status = await new Promise((resolve, reject) => {
      request(url, { method: "PUT", rejectUnauthorized: false }, (answer) => resolve(answer.resume().statusCode))
        .on("error", reject)
        .end("content");
    });
    expect(status).toBe(201);
    expect(await uploaded()).toHaveLength(1);
  });

  it("does not start without the certificate, and names the setting", async () => {
    const { certificate, key } = await makeCertificate(await folder());
    const startWith = (tls: { certificate: string; key: string }) =>
      startTarget({ settings: { http: { host: "127.0.0.1", port: 0, tls } } });
    await expect(startWith({ certificate: "/none", key })).rejects.toThrow("files.http.tls.certificate: ENOENT");
    await expect(startWith({ certificate, key: "/none" })).rejects.toThrow("files.http.tls.key: ENOENT");
    await expect(startWith({ certificate: key, key })).rejects.toThrow("files.http.tls: ");
  });

  it("does not start on a port that is taken or in a folder that is none, and names the setting", async () => {
    const { target } = await start();
    const port = Number(new URL(target.url).port);
    await expect(startTarget({ settings: { http: { host: "127.0.0.1", port } } })).rejects.toThrow(
      `files.http.port: port ${port} on 127.0.0.1 is already in use by another program`,
    );
    const directory = join(await folder(), "file");
    await writeFile(directory, "");
    await expect(startTarget({ directory })).rejects.toThrow("files.directory: ENOTDIR");
  });

  it("cuts what is no HTTP and headers without end, and goes on", async () => {
    const { target } = await start();
    for (const bytes of ["\x16\x03\x01 hello\r\n\r\n", `PUT / HTTP/1.1\r\nX: ${"a".repeat(30_000)}\r\n\r\n`]) {
      const client = rawClient(target.url);
      client.send(bytes);
      expect(await client.answer).toMatch(/^HTTP\/1\.1 4\d\d/u);
    }
    expect((await put(target.uploadUrl("A", "log"), 1)).status).toBe(201);
  });

  it("takes no more connections than it may", async () => {
    const { target, uploaded } = await start({ limits: { maxFileConnections: 2 } });
    const begin = () => {
      const url = target.uploadUrl("A", "log");
      const client = rawClient(url);
      client.send(`PUT ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx`);
      return client;
    };
    const clients = [begin(), begin()];
    await until(async () => (await uploaded()).length === 2);
    expect(await begin().answer).toMatch(/^HTTP\/1\.1 503/u);
    clients[0]?.socket.destroy();
    await until(async () => (await uploaded()).length === 1);
    await until(async () => {
      const answer = await put(target.uploadUrl("A", "log"), 1).catch(() => undefined);
      return answer?.status === 201;
    });
  });
});
