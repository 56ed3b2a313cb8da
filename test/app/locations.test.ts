// Which location of which command is filled in, with what, and what is left alone: over a real target.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillLocations, locate } from "../../src/app/locations.ts";
import { argumentsOf, payloadOf } from "../../src/datapoints/arguments.ts";
import { openFileTarget, type FileTarget } from "../../src/files/target.ts";
import { fieldsOf } from "../../src/schema/ocpp16.ts";
import { silentLog } from "../../src/std/log.ts";
import { HandClock } from "../ocpp/handClock.ts";
import { call, openRoadOut } from "./roadOutInTest.ts";

const clock = new HandClock();
let directory: string;
let files: FileTarget;
/** The same with a port of FTP. */
let filesByFtp: FileTarget;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ocpp-opcua-locations-"));
  const settings = {
    directory,
    http: { host: "127.0.0.1", port: 0 },
    maxUploadBytes: 1024,
    maxTotalBytes: 1024,
    keepDays: 1,
    tokenMinutes: 10,
  };
  const others = {
    limits: { maxFileConnections: 5, maxFileConnectionsPerAddress: 5, fileIdleSeconds: 5, failedLoginsPerMinute: 5 },
    clock,
    log: silentLog,
    received: () => {},
  };
  files = await openFileTarget({ settings, ...others });
  const ftp = { host: "127.0.0.1", port: 0, passivePorts: [0, 0] };
  filesByFtp = await openFileTarget({ settings: { ...settings, ftp }, ...others });
  await writeFile(join(directory, "firmware", "fw-2.bin"), "firmware");
});

afterAll(async () => {
  await files.stop();
  await filesByFtp.stop();
  await rm(directory, { recursive: true });
});

const fill = (action: string, payload: object, protocols?: string, target = files) =>
  fillLocations(target, { action, payload: payload as Record<string, unknown>, chargePointId: "A" }, protocols);
const uploadUrl = () => expect.stringMatching(new RegExp(`^${files.url}/up/[0-9a-f]{32}/$`, "u"));
const downloadUrl = () => expect.stringMatching(new RegExp(`^${files.url}/firmware/[0-9a-f]{32}/fw-2\\.bin$`, "u"));

describe("a location", () => {
  it("of an upload that is left empty becomes a URL of the target", async () => {
    expect(await fill("GetDiagnostics", { location: "", retries: 2 })).toEqual({
      payload: { location: uploadUrl(), retries: 2 },
    });
    const log = { logType: "SecurityLog", requestId: 1, log: { remoteLocation: "", oldestTimestamp: "x" } };
    expect(await fill("GetLog", log)).toEqual({
      payload: { ...log, log: { remoteLocation: uploadUrl(), oldestTimestamp: "x" } },
    });
  });

  it("of firmware that is the name of a file becomes the URL of that file", async () => {
    const update = { location: "fw-2.bin", retrieveDate: "2026-11-28T04:00:00Z" };
    expect(await fill("UpdateFirmware", update)).toEqual({ payload: { ...update, location: downloadUrl() } });
    const firmware = { location: "fw-2.bin", retrieveDateTime: "2026-11-28T04:00:00Z", signature: "s" };
    expect(await fill("SignedUpdateFirmware", { requestId: 1, firmware })).toEqual({
      payload: { requestId: 1, firmware: { ...firmware, location: downloadUrl() } },
    });
  });

  it("of firmware is valid from its retrieve date on", async () => {
    const retrieveDate = new Date(clock.now() + 86_400_000).toISOString();
    const filled = await fill("UpdateFirmware", { location: "fw-2.bin", retrieveDate });
    const url = "payload" in filled ? String(filled.payload["location"]) : "";
    clock.move(86_400_000 + 9 * 60_000);
    expect(await (await fetch(url)).text()).toBe("firmware");
    clock.move(60_000);
    expect((await fetch(url)).status).toBe(404);
  });

  it.each([
    ["UpdateFirmware", { location: "none.bin" }, "location", "no such file in "],
    ["UpdateFirmware", { location: "../secret" }, "location", "no such file in "],
    ["UpdateFirmware", { location: "//host/x" }, "location", "no such file in "],
    ["UpdateFirmware", { location: "" }, "location", "must be a URL or the name of a file in the folder firmware"],
    ["SignedUpdateFirmware", { firmware: { location: "none" } }, "firmware.location", "no such file in "],
  ])("of %s that leads nowhere is refused with field and rule: %j", async (action, payload, path, text) => {
    expect(await fill(action, payload)).toEqual({ path, text: expect.stringContaining(text) });
  });

  it.each([
    ["GetDiagnostics", { location: "ftp://user:secret@host/path/" }],
    ["GetDiagnostics", { location: "somewhere" }],
    ["GetDiagnostics", {}],
    ["GetDiagnostics", { location: null }],
    ["GetDiagnostics", { location: 5 }],
    ["GetLog", { log: { remoteLocation: "https://host/x" } }],
    ["GetLog", { log: null }],
    ["GetLog", { log: "" }],
    ["GetLog", { log: [""] }],
    ["GetLog", {}],
    ["UpdateFirmware", { location: "https://host/fw.bin" }],
    ["UpdateFirmware", { location: ["fw-2.bin"] }],
    ["UpdateFirmware", {}],
    ["SignedUpdateFirmware", { firmware: 1 }],
    ["DataTransfer", { location: "" }],
    ["constructor", { location: "" }],
    ["__proto__", { location: "" }],
  ])("that is given, and whatever is no location, stays: %s %j", async (action, payload) => {
    expect(await fill(action, payload)).toEqual({ payload });
  });

  it("stays where the settings have no target", async () => {
    const wanted = { action: "GetDiagnostics", payload: { location: "" }, chargePointId: "A" };
    expect(await fillLocations(undefined, wanted, undefined)).toEqual({ payload: { location: "" } });
  });
});

describe("SupportedFileTransferProtocols", () => {
  it.each([undefined, "", " , ", "HTTP", "FTP,HTTPS", "ftp, http"])("%j lets HTTP be used", async (protocols) => {
    expect(await fill("GetDiagnostics", { location: "" }, protocols)).toHaveProperty("payload");
  });

  it.each([
    ["FTP", " (files.ftp of the settings would add FTP)"],
    ["FTP,FTPS", " (files.ftp of the settings would add FTP)"],
    ["FTPS", ""],
    ["SFTP", ""],
    ["HTTPX", ""],
  ])("%j does not, and the refusal says so%s", async (protocols, advice) => {
    const text = `must be a URL: the charge point moves files by ${protocols} alone, the built-in target by HTTP${advice}`;
    expect(await fill("GetDiagnostics", { location: "" }, protocols)).toEqual({ path: "location", text });
    expect(await fill("UpdateFirmware", { location: "fw-2.bin" }, protocols)).toEqual({ path: "location", text });
    expect(await fill("GetDiagnostics", { location: "ftp://host/" }, protocols)).toHaveProperty("payload");
  });

  it.each(["FTP", "ftp", "SFTP, FTP", "FTPS,FTP"])(
    "%j lets FTP be used where the target speaks it",
    async (protocols) => {
      const login = "[0-9a-f]{16}:[0-9a-f]{16}@";
      const url = (path: string) => {
        const pattern = `^${filesByFtp.ftpUrl?.replace("://", `://${login}`)}/${path}$`;
        return expect.stringMatching(new RegExp(pattern, "u"));
      };
      expect(await fill("GetDiagnostics", { location: "" }, protocols, filesByFtp)).toEqual({
        payload: { location: url("") },
      });
      expect(await fill("UpdateFirmware", { location: "fw-2.bin" }, protocols, filesByFtp)).toEqual({
        payload: { location: url("fw-2\\.bin") },
      });
      expect(await fill("UpdateFirmware", { location: "none" }, protocols, filesByFtp)).toHaveProperty("text");
    },
  );

  it.each([undefined, "", "HTTP", "FTP,HTTP", "https,ftp"])("%j prefers HTTP all the same", async (protocols) => {
    expect(await fill("GetDiagnostics", { location: "" }, protocols, filesByFtp)).toEqual({
      payload: { location: expect.stringMatching(/^http:/u) },
    });
  });

  it.each(["FTPS", "SFTP"])("%j lets nothing be used that the target speaks", async (protocols) => {
    const text = `must be a URL: the charge point moves files by ${protocols} alone, the built-in target by HTTP and FTP`;
    expect(await fill("GetDiagnostics", { location: "" }, protocols, filesByFtp)).toEqual({ path: "location", text });
  });

  it("is taken from the twin", async () => {
    const { road, ...out } = openRoadOut();
    const request = { kind: "request", action: "GetDiagnostics", payload: { location: "" } } as const;
    const locateThere = () => locate({ house: road.house, files: () => files }, "CP001", request);
    expect(await locateThere()).toMatchObject({ kind: "request", payload: { location: uploadUrl() } });
    const stamp = { at: 2000, received: 2000 };
    const key = { key: "SupportedFileTransferProtocols", value: "FTP", readonly: true };
    out.happen({ type: "ConfigurationReported", entries: [key], ...stamp });
    expect(out.twin().configuration?.size).toBe(1);
    expect(await locateThere()).toMatchObject({ kind: "invalid", path: "location" });
  });
});

describe("the road out", () => {
  it("has a place for the empty text: a required text may be empty, and the schema is asked after the URL is in", async () => {
    const made = payloadOf(argumentsOf(fieldsOf("GetDiagnostics", "request")), [""]);
    expect(made).toEqual({ payload: { location: "" } });
    const { road, sent, told, ...out } = openRoadOut();
    expect(await out.send(call("GetDiagnostics", { location: "" }))).toMatchObject({
      kind: "invalid",
      path: "location",
    });
    Object.assign(road, { files: () => files });
    expect(await out.send(call("GetDiagnostics", { location: "" }))).not.toMatchObject({ kind: "invalid" });
    expect(sent).toHaveLength(1);
    const token = /\/up\/([0-9a-f]{32})\/"/u.exec(sent[0] ?? "")?.[1] ?? "none";
    expect(token).toMatch(/^[0-9a-f]{32}$/u);
    expect(JSON.stringify(told)).toContain("/up/***/");
    expect(JSON.stringify(told)).not.toContain(token);
  });

  it("sends the login of FTP to the charge point and tells it to nobody else", async () => {
    const { road, sent, told, ...out } = openRoadOut();
    Object.assign(road, { files: () => filesByFtp });
    const key = { key: "SupportedFileTransferProtocols", value: "FTP", readonly: true };
    out.happen({ type: "ConfigurationReported", entries: [key], at: 2000, received: 2000 });
    await out.send(call("GetDiagnostics", { location: "" }));
    const [, user = "none", secret = "none"] = /ftp:\/\/([0-9a-f]{16}):([0-9a-f]{16})@/u.exec(sent[0] ?? "") ?? [];
    expect(secret).toMatch(/^[0-9a-f]{16}$/u);
    expect(JSON.stringify(told)).toContain("ftp://***@");
    for (const half of [user, secret]) {
      expect(JSON.stringify(told)).not.toContain(half);
      expect(JSON.stringify(out.twin())).not.toContain(half);
    }
  });

  it("sends nothing when there is no such file", async () => {
    const { road, sent, ...out } = openRoadOut();
    Object.assign(road, { files: () => files });
    const update = call("UpdateFirmware", { location: "none.bin", retrieveDate: "2026-11-28T04:00:00Z" });
    expect(await out.send(update)).toEqual({
      kind: "invalid",
      path: "location",
      text: `no such file in ${join(directory, "firmware")}`,
    });
    expect(sent).toEqual([]);
  });
});
