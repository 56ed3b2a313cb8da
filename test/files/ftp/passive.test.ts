// Data connections in passive mode: who gets in at their ports, how often, for how long.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { HandClock } from "../../ocpp/handClock.ts";
import { until, type TargetChoices, type TargetInTest } from "../targetInTest.ts";
import { closing, dataPortOf, dial, FTP, rawFtp, startFtp, store } from "./ftpInTest.ts";

const targets: TargetInTest[] = [];
afterEach(async () => {
  for (const target of targets.splice(0)) await target.stop();
});

async function start(choices: TargetChoices = {}): Promise<TargetInTest & { url: string }> {
  const target = await startFtp(choices);
  targets.push(target);
  return { ...target, url: target.target.uploadUrl("CP 1", "diagnostics", "ftp") };
}

describe("a data connection", () => {
  it("comes first: without PASV or EPSV nothing is moved", async () => {
    const { url } = await start();
    expect(await (await rawFtp(url)).ask("STOR x")).toMatch(/^425/u);
  });

  it("that does not come is not waited for without end", async () => {
    const clock = new HandClock();
    const { url, uploaded } = await start({ clock, limits: { fileIdleSeconds: 20 } });
    const ftp = await rawFtp(url);
    const port = dataPortOf(await ftp.ask("EPSV"));
    expect(await ftp.ask("STOR x")).toMatch(/^150/u);
    clock.move(20_000);
    expect(await ftp.next()).toMatch(/^425/u);
    await expect(dial(port)).rejects.toThrow("ECONNREFUSED");
    expect(await uploaded()).toEqual([]);
    expect(await store(ftp, "STOR x", "x")).toMatch(/^226/u);
  });

  it("from another address is cut, and that of the client still comes (RFC 2577 §4)", async () => {
    const { url, uploads, uploaded } = await start();
    const ftp = await rawFtp(url);
    const port = dataPortOf(await ftp.ask("EPSV"));
    const stranger = await dial(port, "127.0.0.2");
    const cut = closing(stranger);
    stranger.resume().write("of a stranger");
    await cut;
    expect(await ftp.ask("STOR x")).toMatch(/^150/u);
    (await dial(port)).end("content");
    expect(await ftp.next()).toMatch(/^226/u);
    expect(await readFile(join(uploads, (await uploaded())[0] ?? ""), "utf8")).toBe("content");
  });

  it("is taken once: nobody else gets in at its port, and a new port ends the one before", async () => {
    const { url } = await start();
    const ftp = await rawFtp(url);
    const first = dataPortOf(await ftp.ask("EPSV"));
    const data = await dial(first);
    await until(async () => {
      const other = await dial(first).catch(() => undefined);
      other?.destroy();
      return other === undefined;
    });
    const closed = closing(data);
    data.resume();
    const second = dataPortOf(await ftp.ask("EPSV"));
    await closed;
    expect(second).not.toBe(first);
    expect(await store(ftp, "STOR x", "x")).toMatch(/^226/u);
  });

  it("comes in at one of the ports that the settings name, and is refused when none is free", async () => {
    const { target } = await start();
    const taken = dataPortOf(await (await rawFtp(target.uploadUrl("A", "log", "ftp"))).ask("EPSV"));
    const other = await start({ settings: { ftp: { ...FTP, passivePorts: [taken, taken] } } });
    const ftp = await rawFtp(other.url);
    expect(await ftp.ask("EPSV")).toMatch(/^425/u);
    expect(await ftp.ask("PASV")).toMatch(/^425/u);
    await target.stop();
    expect(dataPortOf(await ftp.ask("EPSV"))).toBe(taken);
    expect(dataPortOf(await ftp.ask("PASV"))).toBe(taken);
  });
});
