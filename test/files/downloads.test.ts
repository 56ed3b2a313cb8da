// Firmware over real HTTP: what is served, with which digest, in which parts, and what is not.
import { createHash } from "node:crypto";
import { mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { HandClock } from "../ocpp/handClock.ts";
import { rawClient, rawStatus, startTarget, until, type TargetChoices, type TargetInTest } from "./targetInTest.ts";

const targets: TargetInTest[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.stop();
});

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256));
const NAME = "fw 2.4.1.bin";

async function start(choices: TargetChoices = {}): Promise<TargetInTest> {
  const target = await startTarget(choices);
  targets.push(target);
  await writeFile(join(target.firmware, NAME), content);
  return target;
}

async function urlOf({ target }: TargetInTest, name = NAME, from?: number): Promise<string> {
  const found = await target.downloadUrl("CP001", name, from);
  if (!("url" in found)) throw new Error(found.problem);
  return found.url;
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const digestOf = (bytes: Uint8Array) => `sha-256=:${sha256(bytes).toString("base64")}:`;
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

describe("a file of the firmware folder", () => {
  it("is served as it is, with length, entity tag and the digest of RFC 9530", async () => {
    const target = await start();
    const found = await target.target.downloadUrl("CP001", NAME);
    expect(found).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/firmware\/[0-9a-f]{32}\/fw%202\.4\.1\.bin$/u),
      sha256: sha256(content).toString("hex"),
    });
    const answer = await fetch((found as { url: string }).url);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-length": "200000",
      "accept-ranges": "bytes",
      etag: `"${sha256(content).toString("hex")}"`,
      "repr-digest": digestOf(content),
      "x-content-type-options": "nosniff",
    });
    expect((await bytesOf(answer)).equals(content)).toBe(true);
  });

  it("is told of without being sent (HEAD)", async () => {
    const answer = await fetch(await urlOf(await start()), { method: "HEAD", headers: { Range: "bytes=0-1" } });
    expect([answer.status, answer.headers.get("content-length")]).toEqual([200, "200000"]);
    expect(await answer.text()).toBe("");
  });

  it.each([
    ["bytes=0-0", 0, 0],
    ["bytes=199999-", 199_999, 199_999],
    ["bytes=100000-", 100_000, 199_999],
    ["bytes=5-300000", 5, 199_999],
    ["bytes=-10", 199_990, 199_999],
    ["bytes=-300000", 0, 199_999],
  ])("is served in part, so that a download can be resumed: %s (RFC 9110 §14)", async (range, first, last) => {
    const answer = await fetch(await urlOf(await start()), { headers: { Range: range } });
    expect([answer.status, answer.headers.get("content-range")]).toEqual([206, `bytes ${first}-${last}/200000`]);
    expect(answer.headers.get("repr-digest")).toBe(digestOf(content));
    expect((await bytesOf(answer)).equals(content.subarray(first, last + 1))).toBe(true);
  });

  it.each(["bytes=200000-", "bytes=999999999999-", "bytes=-0"])("has no such part: %s", async (range) => {
    const answer = await fetch(await urlOf(await start()), { headers: { Range: range } });
    expect([answer.status, answer.headers.get("content-range")]).toEqual([416, "bytes */200000"]);
  });

  it.each(["bytes=0-1,5-6", "bytes=", "bytes=-", "bytes=5-1", "lines=0-1", "bytes=a-b", `bytes=${"9".repeat(400)}-`])(
    "is served as a whole where the range is none that is known: %s",
    async (range) => {
      const answer = await fetch(await urlOf(await start()), { headers: { Range: range } });
      expect(answer.status).toBe(200);
      expect(await bytesOf(answer)).toHaveLength(200_000);
    },
  );

  it("goes on only with the file that it began with (RFC 9110 §13.1.5)", async () => {
    const target = await start();
    const url = await urlOf(target);
    const etag = (await fetch(url, { method: "HEAD" })).headers.get("etag") ?? "";
    const resume = () => fetch(url, { headers: { Range: "bytes=1-", "If-Range": etag } });
    expect((await resume()).status).toBe(206);
    await writeFile(join(target.firmware, NAME), "another version");
    const answer = await resume();
    expect([answer.status, answer.headers.get("repr-digest")]).toEqual([200, digestOf(Buffer.from("another version"))]);
    expect(await answer.text()).toBe("another version");
  });

  it("is not sent to whom already has it", async () => {
    const url = await urlOf(await start());
    const etag = (await fetch(url, { method: "HEAD" })).headers.get("etag") ?? "";
    const answer = await fetch(url, { headers: { "If-None-Match": `"x", ${etag}` } });
    expect([answer.status, await answer.text()]).toEqual([304, ""]);
  });

  it("may be empty", async () => {
    const target = await start();
    await writeFile(join(target.firmware, "empty"), "");
    const answer = await fetch(await urlOf(target, "empty"));
    expect([answer.status, await answer.text(), answer.headers.get("repr-digest")]).toEqual([
      200,
      "",
      digestOf(Buffer.of()),
    ]);
  });

  it("is read for its digest once as long as it does not change", async () => {
    const target = await start();
    const path = join(target.firmware, NAME);
    const time = new Date("2026-01-01T00:00:00Z");
    await utimes(path, time, time);
    const before = await target.target.downloadUrl("A", NAME);
    // Other bytes under the same size and time: whoever read it again would see them.
    await writeFile(
      path,
      content.map((byte) => byte ^ 1),
    );
    await utimes(path, time, time);
    expect(await target.target.downloadUrl("A", NAME)).toMatchObject({ sha256: (before as { sha256: string }).sha256 });
    await utimes(path, time, new Date("2026-01-01T00:00:01Z"));
    expect(await target.target.downloadUrl("A", NAME)).toMatchObject({
      sha256: sha256(content.map((byte) => byte ^ 1)).toString("hex"),
    });
  });
});

describe("the URL of a download", () => {
  it("is valid again and again until its time is over", async () => {
    const clock = new HandClock();
    const target = await start({ clock, settings: { tokenMinutes: 10 } });
    const url = await urlOf(target);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    clock.move(10 * 60_000 - 1);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    clock.move(1);
    expect((await fetch(url)).status).toBe(404);
  });

  it("is valid as long after the retrieve date when the firmware is fetched later (OCPP 1.6 §6.52)", async () => {
    const clock = new HandClock();
    const target = await start({ clock, settings: { tokenMinutes: 10 } });
    const url = await urlOf(target, NAME, clock.now() + 86_400_000);
    clock.move(86_400_000 + 10 * 60_000 - 1);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    clock.move(1);
    expect((await fetch(url)).status).toBe(404);
  });

  it("is one of at most eight of a charge point: the oldest falls out, others keep theirs", async () => {
    const target = await start();
    const other = (await target.target.downloadUrl("B", NAME)) as { url: string };
    const urls: string[] = [];
    for (let count = 0; count < 10; count++) urls.push(await urlOf(target));
    const statusOf = async (url: string) => (await fetch(url, { method: "HEAD" })).status;
    expect(await Promise.all(urls.map(statusOf))).toEqual([404, 404, ...Array.from({ length: 8 }, () => 200)]);
    expect(await statusOf(other.url)).toBe(200);
  });

  it("is no way to upload, and one of an upload no way to fetch", async () => {
    const target = await start();
    const url = await urlOf(target);
    for (const method of ["PUT", "POST", "DELETE"]) expect((await fetch(url, { method })).status).toBe(405);
    const upload = target.target.uploadUrl("CP001", "log").replace("/up/", "/firmware/");
    expect((await fetch(`${upload}${encodeURIComponent(NAME)}`)).status).toBe(404);
  });

  it("leads to its own file whatever stands behind the token", async () => {
    const target = await start();
    await writeFile(join(target.firmware, "..", "secret"), "secret");
    const token = new URL(await urlOf(target)).pathname.split("/")[2];
    for (const path of ["../secret", "%2e%2e/secret", "..%2fsecret", "%00", ""]) {
      const client = rawClient(target.target.url);
      client.send(`GET /firmware/${token}/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      const answer = await client.answer;
      expect(answer).toContain(digestOf(content));
    }
    for (const path of [
      "/firmware/",
      "/firmware",
      `/firmware/../secret`,
      "/firmware/%2e%2e/secret",
      `//firmware/${token}/x`,
    ])
      expect([path, await rawStatus(target.target.url, `GET ${path} HTTP/1.1`)]).toEqual([path, 404]);
  });
});

describe("no file", () => {
  it.each([
    "missing",
    "",
    ".",
    "..",
    "../secret",
    "sub/f",
    "sub\\f",
    "sub",
    ".hidden",
    "a\u0000b",
    "x".repeat(300),
    "link",
    "pipe",
  ])("is found by the name %j", async (name) => {
    const target = await start();
    await writeFile(join(target.firmware, "..", "secret"), "secret");
    await writeFile(join(target.firmware, ".hidden"), "secret");
    await mkdir(join(target.firmware, "sub"));
    await writeFile(join(target.firmware, "sub", "f"), "secret");
    await symlink(join(target.firmware, "..", "secret"), join(target.firmware, "link"));
    execFileSync("sh", ["-c", `mkfifo "$0"`, join(target.firmware, "pipe")]);
    expect(await target.target.downloadUrl("A", name)).toEqual({ problem: `no such file in ${target.firmware}` });
  });

  it("is served once it has been taken away", async () => {
    const target = await start();
    const url = await urlOf(target);
    await rm(join(target.firmware, NAME));
    expect((await fetch(url)).status).toBe(404);
  });
});

describe("a client that goes in the middle", () => {
  it("ends its download and nothing else", async () => {
    const target = await start();
    await writeFile(join(target.firmware, "large"), Buffer.alloc(20_000_000, 1));
    const url = await urlOf(target, "large");
    const client = rawClient(url);
    let bytes = 0;
    client.socket.on("data", (piece) => (bytes += piece.length));
    client.send(`GET ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => bytes > 100_000);
    client.socket.destroy();
    expect((await fetch(await urlOf(target))).status).toBe(200);
  });
});
