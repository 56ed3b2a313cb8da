// A charge point that has nothing but a TCP socket: a test decides which bytes go into which packet.
import { connect, type Socket } from "node:net";
import { handshake, until } from "./listenersInTest.ts";

const MASK = Buffer.from([0x4f, 0x43, 0x50, 0x50]);

/** One frame as bytes, masked as a client has to (RFC 6455 §5.3): first byte, payload. */
export function webSocketFrame(firstByte: number, payload: Buffer): Buffer {
  const length = payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 255];
  const masked = payload.map((byte, index) => byte ^ (MASK[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([firstByte, ...length]), MASK, masked]);
}

/** First bytes of frames (RFC 6455 §5.2). */
export const TEXT = 0x81;
export const FIRST_PART = 0x01;
export const MIDDLE_PART = 0x00;
export const LAST_PART = 0x80;
export const PING = 0x89;
export const PONG = 0x8a;

/** A call as the bytes of a text. */
export const callBytes = (id: string, action: string, payload: object): Buffer =>
  Buffer.from(JSON.stringify([2, id, action, payload]));

const sockets: Socket[] = [];

/** For `afterEach`: nobody waits for one that says no farewell. */
export function cutSockets(): void {
  for (const socket of sockets.splice(0)) socket.destroy();
}

export class ByteChargePoint {
  readonly socket: Socket;
  readonly #identity: string;
  #received = Buffer.alloc(0);

  constructor(url: string, identity: string) {
    const { hostname, port } = new URL(url);
    this.#identity = identity;
    this.socket = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true });
    sockets.push(this.socket);
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  get handshake(): Buffer {
    return Buffer.from(handshake(`/${this.#identity}`));
  }

  /** Resolves when the system has taken the bytes: what follows is in a packet of its own. */
  write(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(bytes, (error) => (error ? reject(error) : setImmediate(resolve)));
    });
  }

  /** The frames that have come, once there are `count` with this first byte. */
  frames(firstByte: number, count: number): Promise<Buffer[]> {
    return until(() => {
      const found = framesIn(this.#received).filter((frame) => frame.firstByte === firstByte);
      return found.length >= count ? found.map(({ payload }) => payload) : undefined;
    }, `${count} frames`);
  }

  /** The ids of the calls that were answered, once there are `count`. */
  async answered(count: number): Promise<string[]> {
    const frames = await this.frames(TEXT, count);
    return frames.map((payload) => JSON.parse(payload.toString())).map(([type, id]) => `${type} ${id}`);
  }
}

/** The whole frames behind the answer to the handshake; a server does not mask. */
function framesIn(bytes: Buffer): { firstByte: number; payload: Buffer }[] {
  const head = bytes.indexOf("\r\n\r\n");
  const frames: { firstByte: number; payload: Buffer }[] = [];
  if (head < 0) return frames;
  for (let at = head + 4; at + 2 <= bytes.length;) {
    const isShort = (bytes[at + 1] ?? 0) < 126;
    const start = at + (isShort ? 2 : 4);
    if (bytes.length < start) break;
    const length = isShort ? (bytes[at + 1] ?? 0) : bytes.readUInt16BE(at + 2);
    if (bytes.length < start + length) break;
    frames.push({ firstByte: bytes[at] ?? 0, payload: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return frames;
}
