// A target of files with a port of FTP on loopback, an independent client, and a raw one that says what no library would.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Client } from "basic-ftp";
import { rawClient, startTarget, type RawClient, type TargetChoices, type TargetInTest } from "../targetInTest.ts";

export const FTP = { host: "127.0.0.1", port: 0, passivePorts: [0, 0] };

export function startFtp(choices: TargetChoices = {}): Promise<TargetInTest> {
  return startTarget({ ...choices, settings: { ftp: FTP, ...choices.settings } });
}

/** The independent client, logged in as the URL says; the caller closes it. */
export async function login(url: string): Promise<Client> {
  const { hostname, port, username, password } = new URL(url);
  const client = new Client();
  await client.access({ host: hostname, port: Number(port), user: username, password });
  return client;
}

export interface RawFtp extends RawClient {
  /** Sends a line and gives the reply to it, or to what was sent before and is not answered. */
  ask(line: string): Promise<string>;
  /** The next reply: its lines without the last end. */
  next(): Promise<string>;
  /** A data connection to the port that EPSV tells. */
  openData(): Promise<Socket>;
}

/** Connects, reads the greeting and, unless told otherwise, logs in. */
export async function rawFtp(url: string, logsIn = true): Promise<RawFtp> {
  const raw = rawClient(url);
  let read = 0;
  const next = async (): Promise<string> => {
    for (;;) {
      const rest = raw.received().slice(read);
      const [whole] = /^(?:\d{3}-(?:.*\r\n)*?)?\d{3} .*\r\n/u.exec(rest) ?? [];
      if (whole !== undefined) {
        read += whole.length;
        return whole.trimEnd();
      }
      if (raw.socket.closed) return "closed";
      await new Promise<void>((resolve) => {
        raw.socket.once("data", () => resolve());
        raw.socket.once("close", () => resolve());
      });
    }
  };
  const ask = (line: string): Promise<string> => {
    raw.send(`${line}\r\n`);
    return next();
  };
  const openData = async (): Promise<Socket> => dial(dataPortOf(await ask("EPSV")));
  await next();
  if (logsIn) {
    const { username, password } = new URL(url);
    await ask(`USER ${username}`);
    await ask(`PASS ${password}`);
  }
  return { ...raw, ask, next, openData };
}

/** The port that the reply to PASV or EPSV tells. */
export function dataPortOf(reply: string): number {
  const [, high = "0", low = "0"] = /,(\d+),(\d+)\)/u.exec(reply) ?? [];
  return Number(/\|\|\|(\d+)\|/u.exec(reply)?.[1] ?? Number(high) * 256 + Number(low));
}

/** Connects to a port of loopback; rejects when it is refused. */
export async function dial(port: number, localAddress = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, localAddress });
  await once(socket, "connect");
  return socket.on("error", () => {});
}

/** Uploads a text over a new data connection and gives the last reply. */
export async function store(ftp: RawFtp, command: string, content: string): Promise<string> {
  const data = await ftp.openData();
  const first = await ftp.ask(command);
  if (!first.startsWith("150")) return first;
  data.end(content);
  return ftp.next();
}

/** Settled when it is closed, in whatever way. */
export const closing = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));

/** Everything that comes over a data connection. */
export async function contentOf(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
