// A target of files in a folder of its own, on a free port of loopback, and a raw client that sends what no library would.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileTarget, type FileTarget, type FileTargetOptions } from "../../src/files/target.ts";
import type { ReceivedFile } from "../../src/files/parts.ts";
import { systemClock, type Clock } from "../../src/std/clock.ts";
import { silentLog, type Log } from "../../src/std/log.ts";
import type { FilesSettings } from "../../src/settings/settings.ts";

export interface TargetInTest {
  readonly target: FileTarget;
  readonly uploads: string;
  readonly firmware: string;
  /** What the target has told of. */
  readonly received: readonly ReceivedFile[];
  /** Everything in the folder of uploads, parts included. */
  readonly uploaded: () => Promise<string[]>;
  stop(): Promise<void>;
}

export interface TargetChoices {
  readonly settings?: Partial<FilesSettings>;
  readonly limits?: Partial<FileTargetOptions["limits"]>;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly create?: FileTargetOptions["create"];
  /** A folder that is there already; it stays. */
  readonly directory?: string;
}

export async function startTarget(choices: TargetChoices = {}): Promise<TargetInTest> {
  const directory = choices.directory ?? (await mkdtemp(join(tmpdir(), "ocpp-opcua-files-")));
  const received: ReceivedFile[] = [];
  const target = await openFileTarget({
    settings: {
      directory,
      http: { host: "127.0.0.1", port: 0 },
      maxUploadBytes: 1_000_000,
      maxTotalBytes: 30_000_000,
      keepDays: 90,
      tokenMinutes: 60,
      ...choices.settings,
    },
    limits: {
      maxFileConnections: 20,
      maxFileConnectionsPerAddress: 20,
      fileIdleSeconds: 30,
      failedLoginsPerMinute: 20,
      ...choices.limits,
    },
    clock: choices.clock ?? systemClock,
    log: choices.log ?? silentLog,
    received: (file) => received.push(file),
    ...(choices.create === undefined ? {} : { create: choices.create }),
  });
  const uploads = join(directory, "uploads");
  return {
    target,
    uploads,
    firmware: join(directory, "firmware"),
    received,
    uploaded: async () => (await readdir(uploads)).toSorted(),
    stop: async () => {
      await target.stop();
      if (choices.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A connection of a client that may send anything. */
export interface RawClient {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** What has come so far. */
  received(): string;
  /** Everything that has come when the server has closed the connection. */
  readonly answer: Promise<string>;
}

/** Connects, from another address of this machine where one is given. */
export function rawClient(url: string, localAddress?: string): RawClient {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, ...(localAddress !== undefined && { localAddress }) });
  const pieces: Buffer[] = [];
  socket.on("data", (piece: Buffer) => pieces.push(piece));
  const received = (): string => Buffer.concat(pieces).toString("latin1");
  const answer = new Promise<string>((resolve) => {
    // A server that has had enough may reset the connection; what came before is the answer all the same.
    socket.on("error", () => {});
    socket.on("close", () => resolve(received()));
  });
  return { socket, send: (bytes) => void socket.write(bytes), received, answer };
}

/** Sends one request as it stands and gives the status of the answer. */
export async function rawStatus(url: string, head: string, body: string | Uint8Array = ""): Promise<number> {
  const client = rawClient(url);
  client.send(`${head}\r\nHost: x\r\nConnection: close\r\n\r\n`);
  client.send(body);
  return Number(/^HTTP\/1\.1 (\d{3})/u.exec(await client.answer)?.[1]);
}

const DEADLINE_MS = 30_000;
const PAUSE_MS = 5;

/** Asks again and again until it holds; throws when the deadline has passed. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never held: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
