// A target of files with a port of FTP on loopback, an independent client, and a raw one that says what no library would.
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
  openData(localAddress?: string): Promise<Socket>;
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
  const openData = async (localAddress?: string): Promise<Socket> => {
    const port = Number(/\|\|\|(\d+)\|/u.exec(await ask("EPSV"))?.[1]);
    const socket = connect({ host: "127.0.0.1", port, ...(localAddress === undefined ? {} : { localAddress }) });
    socket.on("error", () => {});
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    });
    return socket;
  };
  await next();
  if (logsIn) {
    const { username, password } = new URL(url);
    await ask(`USER ${username}`);
    await ask(`PASS ${password}`);
  }
  return { ...raw, ask, next, openData };
}

/** Everything that comes over a data connection. */
export async function contentOf(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
