// Firmware over FTP: what is served, from where on, and what is not.
import { rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { silentLog } from "../../../src/std/log.ts";
import { HandClock } from "../../ocpp/handClock.ts";
import { until, type TargetChoices, type TargetInTest } from "../targetInTest.ts";
import { contentOf, FTP, login, rawFtp, startFtp } from "./ftpInTest.ts";

const targets: TargetInTest[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.stop();
});

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256));
const NAME = "fw 2.4.1.bin";

async function start(choices: TargetChoices = {}, bytes: Buffer = content): Promise<TargetInTest & { url: string }> {
  const target = await startFtp(choices);
  targets.push(target);
  await writeFile(join(target.firmware, NAME), bytes);
  const found = await target.target.downloadUrl("CP 1", NAME, undefined, "ftp");
  if (!("url" in found)) throw new Error(found.problem);
  return { ...target, url: found.url };
}

/** What the independent client gets of a file. */
async function download(url: string, path: string, from = 0): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const keep = new Writable({
    write: (piece: Buffer, _, done) => {
      pieces.push(piece);
      done();
    },
  });
  const client = await login(url);
  await client.downloadTo(keep, path, from).finally(() => client.close());
  return Buffer.concat(pieces);
}

describe("a file of the firmware folder", () => {
  it("has a URL that names it, with a login for it alone", async () => {
    const { url, target } = await start();
    expect(url).toMatch(/^ftp:\/\/[0-9a-f]{16}:[0-9a-f]{16}@127\.0\.0\.1:\d+\/fw%202\.4\.1\.bin$/u);
    expect(url.replace(/\/[^/]*@/u, "/")).toBe(`${target.ftpUrl}/fw%202.4.1.bin`);
  });

  it.each([NAME, `/${NAME}`, `./${NAME}`, "fw%202.4.1.bin"])(
    "is served as it is when asked for as %s",
    async (path) => {
      const { url } = await start();
      expect((await download(url, path)).equals(content)).toBe(true);
    },
  );

  it.each([1, 100_000, 199_999, 200_000])(
    "is served from byte %i on, so that it can be resumed (RFC 3659 §5)",
    async (from) => {
      const { url } = await start();
      expect((await download(url, NAME, from)).equals(content.subarray(from))).toBe(true);
    },
  );

  it("is not served from behind its end, and the next time from its beginning", async () => {
    const { url } = await start();
    const ftp = await rawFtp(url);
    await ftp.openData();
    expect(await ftp.ask("REST 200001")).toMatch(/^350/u);
    expect(await ftp.ask(`RETR ${NAME}`)).toMatch(/^554/u);
    const data = await ftp.openData();
    expect(await ftp.ask(`RETR ${NAME}`)).toMatch(/^150/u);
    expect((await contentOf(data)).equals(content)).toBe(true);
    expect(await ftp.next()).toMatch(/^226/u);
  });

  it.each(["-1", "x", "", "1e3", "9".repeat(20)])("is not served from what is no byte: REST %j", async (from) => {
    const ftp = await rawFtp((await start()).url);
    expect(await ftp.ask(`REST ${from}`)).toMatch(/^501/u);
  });

  it("has a size and a time (RFC 3659 §3, §4), whatever the type", async () => {
    const { url, firmware } = await start();
    const time = new Date("2026-01-02T03:04:05.678Z");
    await utimes(join(firmware, NAME), time, time);
    const ftp = await rawFtp(url);
    expect(await ftp.ask("TYPE A")).toMatch(/^200/u);
    expect(await ftp.ask(`SIZE ${NAME}`)).toBe("213 200000");
    expect(await ftp.ask(`MDTM /${NAME}`)).toBe("213 20260102030405");
  });

  it("may be fetched again and again until its time is over", async () => {
    const clock = new HandClock();
    const lines: string[] = [];
    const warn = (_: unknown, line: string) => void lines.push(line);
    const { url } = await start({ clock, log: { ...silentLog, warn }, settings: { ftp: FTP, tokenMinutes: 10 } });
    for (let count = 0; count < 2; count++) expect(await download(url, NAME)).toHaveLength(200_000);
    clock.move(10 * 60_000);
    const ftp = await rawFtp(url, false);
    const { username, password } = new URL(url);
    expect(await ftp.ask(`USER ${username}`)).toMatch(/^331/u);
    ftp.send(`PASS ${password}\r\n`);
    await until(() => lines.length === 1 && clock.running === 2);
    clock.move(1000);
    expect(await ftp.next()).toMatch(/^530/u);
  });

  it("may be empty", async () => {
    const { url } = await start({}, Buffer.of());
    expect(await download(url, NAME)).toHaveLength(0);
  });

  it("is not there any more when it has been removed", async () => {
    const { url, firmware } = await start();
    await rm(join(firmware, NAME));
    const ftp = await rawFtp(url);
    await ftp.openData();
    for (const command of ["SIZE", "MDTM", "RETR"]) expect(await ftp.ask(`${command} ${NAME}`)).toMatch(/^550/u);
  });
});

describe("a login for one file", () => {
  it.each(["other.bin", "../uploads/x", "/etc/passwd", "..", "/", "", ".", `x/${NAME}`, "*", "__proto__"])(
    "opens no other: %j",
    async (path) => {
      const { url, firmware } = await start();
      await writeFile(join(firmware, "other.bin"), "for somebody else");
      const ftp = await rawFtp(url);
      await ftp.openData();
      for (const command of ["SIZE", "MDTM", "RETR"]) expect(await ftp.ask(`${command} ${path}`)).toMatch(/^550/u);
    },
  );

  it("brings none, and that of an upload fetches none", async () => {
    const { target, url, uploaded } = await start();
    const ftp = await rawFtp(url);
    await ftp.openData();
    expect(await ftp.ask(`STOR ${NAME}`)).toMatch(/^550/u);
    expect(await uploaded()).toEqual([]);
    const other = await rawFtp(target.uploadUrl("CP 1", "log", "ftp"));
    await other.openData();
    for (const command of ["SIZE", "MDTM", "RETR"]) expect(await other.ask(`${command} ${NAME}`)).toMatch(/^550/u);
  });
});

describe("a download that is not complete", () => {
  /** More than the buffers of a connection hold. */
  const large = Buffer.alloc(30_000_000, 7);

  it("is told of when its reader goes, and may go on in the same session", async () => {
    const { url } = await start({}, large);
    const ftp = await rawFtp(url);
    const data = await ftp.openData();
    expect(await ftp.ask(`RETR ${NAME}`)).toMatch(/^150/u);
    data.destroy();
    expect(await ftp.next()).toMatch(/^426/u);
    const rest = await ftp.openData();
    await ftp.ask("REST 29999990");
    expect(await ftp.ask(`RETR ${NAME}`)).toMatch(/^150/u);
    expect(await contentOf(rest)).toHaveLength(10);
  });

  it("is aborted by ABOR: 426, then 226", async () => {
    const { url } = await start({}, large);
    const ftp = await rawFtp(url);
    await ftp.openData();
    expect(await ftp.ask(`RETR ${NAME}`)).toMatch(/^150/u);
    expect(await ftp.ask("ABOR")).toMatch(/^426/u);
    expect(await ftp.next()).toMatch(/^226/u);
  });

  it("ends when nobody reads it", async () => {
    const clock = new HandClock();
    const { url } = await start({ clock, limits: { fileIdleSeconds: 20 } }, large);
    const ftp = await rawFtp(url);
    await ftp.openData();
    expect(await ftp.ask(`RETR ${NAME}`)).toMatch(/^150/u);
    let hasReply = false;
    ftp.socket.once("data", () => (hasReply = true));
    await until(() => {
      clock.move(20_000);
      return hasReply;
    });
    expect(await ftp.next()).toMatch(/^426/u);
  });

  it("ends with the target", async () => {
    const { url, target } = await start({}, large);
    const ftp = await rawFtp(url);
    await ftp.openData();
    expect(await ftp.ask(`RETR ${NAME}`)).toMatch(/^150/u);
    await target.stop();
    expect(await ftp.next()).toBe("closed");
  });
});
