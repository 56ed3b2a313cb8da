// The built-in target of file transfers: folder, port and URLs. app/start.ts opens it when the settings have `files`.
import { join } from "node:path";
import { AttemptWindow } from "../std/attemptWindow.ts";
import { every, type Clock, type EpochMs } from "../std/clock.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { FilesSettings, Limits } from "../settings/settings.ts";
import { answerRequest } from "./door.ts";
import { Firmware } from "./firmware.ts";
import { credentialsOf } from "./ftp/login.ts";
import { openFtpPort, type FtpPort } from "./ftp/port.ts";
import { because, openHttpPort } from "./httpPort.ts";
import type { DoorParts, ReceivedFile } from "./parts.ts";
import { createExclusively, type ReceiveOptions } from "./receive.ts";
import { Shelf } from "./shelf.ts";
import { Transfers, type UploadKind } from "./transfers.ts";

export interface FileTargetOptions {
  readonly settings: FilesSettings;
  readonly limits: Pick<
    Limits,
    "maxFileConnections" | "maxFileConnectionsPerAddress" | "fileIdleSeconds" | "failedLoginsPerMinute"
  >;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after a file is safely on disk. */
  readonly received: (file: ReceivedFile) => void;
  /** Creates the file of an upload; the file system's own where absent. */
  readonly create?: ReceiveOptions["create"];
}

/** A URL with the hash of what it serves, as hexadecimal digits. */
export type Download = { readonly url: string; readonly sha256: string } | { readonly problem: string };

/** By which protocol a charge point is to move a file; `http` is HTTPS where there is a certificate. */
export type Way = "http" | "ftp";

export interface FileTarget extends Running {
  /** Where charge points reach it by HTTP or HTTPS, without any path. */
  readonly url: string;
  /** Where they reach it by FTP, without any login; undefined when it speaks none. */
  readonly ftpUrl: string | undefined;
  /** A new URL for one upload, a folder as OCPP 1.6 §6.27 has it: with or without a file name behind it. */
  uploadUrl(chargePointId: string, kind: UploadKind, way?: Way): string;
  /** A new URL for a file of the firmware folder, valid from now, or from a later retrieve date on. */
  downloadUrl(chargePointId: string, fileName: string, from?: EpochMs, way?: Way): Promise<Download>;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_ADDRESSES = 50_000;

/** Takes and serves files until stopped; rejects with an error that names the setting when it cannot. */
export async function openFileTarget(options: FileTargetOptions): Promise<FileTarget> {
  const { settings, clock, log } = options;
  const firmware = await openFolder(() => new Firmware(join(settings.directory, "firmware")));
  const shelf = await openFolder(() =>
    Shelf.open({
      directory: join(settings.directory, "uploads"),
      maxTotalBytes: settings.maxTotalBytes,
      keepMs: settings.keepDays * DAY_MS,
      log,
    }),
  );
  const transfers = new Transfers(clock, settings.tokenMinutes * MINUTE_MS);
  const door = doorParts(options, { shelf, firmware, transfers });
  const underWay = new Set<Promise<void>>();
  const http = await openHttpPort(options, (request, response) => {
    const answered = answerRequest(door, request, response).finally(() => underWay.delete(answered));
    underWay.add(answered);
  });
  const ftp = await openFtp(options, door).catch(async (error: unknown) => {
    await http.stop();
    throw error;
  });
  shelf.age(clock.now());
  const ageing = every(clock, HOUR_MS, () => shelf.age(clock.now()));
  const urls = urlsOf(settings, http.port, ftp?.port);
  log.info({ ...urls, directory: settings.directory }, "files are taken and served");
  return {
    url: urls.url,
    ftpUrl: urls.ftpUrl,
    uploadUrl: (chargePointId, kind, way = "http") =>
      urlWith(urls, transfers.open({ way: "upload", chargePointId, kind }), { way, path: "up" }),
    downloadUrl: async (chargePointId, fileName, from, way = "http") => {
      const found = await firmware.open(fileName);
      if (found === undefined) return { problem: `no such file in ${firmware.directory}` };
      await found.file.close();
      const token = transfers.open({ way: "download", chargePointId, fileName }, from);
      const url = urlWith(urls, token, { way, path: "firmware" }) + encodeURIComponent(fileName);
      return { url, sha256: found.sha256 };
    },
    stop: async () => {
      ageing.cancel();
      await Promise.all([http.stop(), ftp?.stop()]);
      await Promise.all(underWay);
    },
  };
}

/** The port of FTP, where the settings have one. */
async function openFtp({ settings, limits, clock }: FileTargetOptions, door: DoorParts): Promise<FtpPort | undefined> {
  const { ftp, publicHost, tokenMinutes } = settings;
  if (ftp === undefined) return undefined;
  const [from = 0, to = from] = ftp.passivePorts;
  const failedLogins = new AttemptWindow({
    clock,
    windowMs: MINUTE_MS,
    most: limits.failedLoginsPerMinute,
    mostKeys: MOST_ADDRESSES,
  });
  return openFtpPort({
    ...door,
    host: ftp.host,
    port: ftp.port,
    most: limits.maxFileConnections,
    mostPerAddress: limits.maxFileConnectionsPerAddress,
    publicHost,
    passivePorts: [from, to],
    failedLogins,
    sessionMs: tokenMinutes * MINUTE_MS,
  });
}

function doorParts(
  { settings, limits, clock, log, received, create }: FileTargetOptions,
  parts: Pick<DoorParts, "shelf" | "firmware" | "transfers">,
): DoorParts {
  return {
    ...parts,
    clock,
    log,
    received,
    create: create ?? createExclusively,
    maxUploadBytes: settings.maxUploadBytes,
    idleMs: limits.fileIdleSeconds * 1000,
  };
}

async function openFolder<T>(opened: () => T | Promise<T>): Promise<T> {
  try {
    return await opened();
  } catch (error) {
    throw because("files.directory", error);
  }
}

interface Urls {
  readonly url: string;
  readonly ftpUrl: string | undefined;
}

function urlsOf({ publicHost, http, ftp }: FilesSettings, httpPort: number, ftpPort: number | undefined): Urls {
  const authority = (host: string, port: number): string => `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const scheme = http.tls === undefined ? "http" : "https";
  return {
    url: `${scheme}://${authority(publicHost ?? http.host, httpPort)}`,
    ftpUrl:
      ftp === undefined || ftpPort === undefined ? undefined : `ftp://${authority(publicHost ?? ftp.host, ftpPort)}`,
  };
}

/** A folder that a token opens: by HTTP in the path, by FTP as user and password (RFC 1738 §3.2.1). */
function urlWith({ url, ftpUrl }: Urls, token: string, { way, path }: { way: Way; path: string }): string {
  if (way === "http") return `${url}/${path}/${token}/`;
  if (ftpUrl === undefined) throw new Error("there is no port of FTP");
  const { user, secret } = credentialsOf(token);
  return `${ftpUrl.replace("://", `://${user}:${secret}@`)}/`;
}
