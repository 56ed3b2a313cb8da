// A proxy that keeps what client and server send each other, as a capture file that dissectors read: TCP/IP headers are made up, so that no
// right to capture is needed.
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

interface Piece {
  readonly isFromClient: boolean;
  readonly bytes: Buffer;
}

export interface Capture {
  /** Where clients connect instead. */
  readonly url: string;
  /** In the format of libpcap; the server has the port that OPC UA has by default, so that dissectors know it. */
  file(): Buffer;
  close(): void;
}

export async function startCapture(endpointUrl: string): Promise<Capture> {
  const { hostname, port } = new URL(endpointUrl);
  const connections: Piece[][] = [];
  const proxy = createServer((client) => {
    const pieces: Piece[] = [];
    connections.push(pieces);
    const server = createConnection({ host: hostname, port: Number(port) });
    join(client, server, (bytes) => pieces.push({ isFromClient: true, bytes }));
    join(server, client, (bytes) => pieces.push({ isFromClient: false, bytes }));
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  const { port: own } = proxy.address() as AddressInfo;
  return {
    url: `opc.tcp://127.0.0.1:${own}`,
    file: () => Buffer.concat([FILE_HEAD, ...connections.flatMap(packetsOf)]),
    close: () => proxy.close(),
  };
}

function join(from: Socket, to: Socket, keep: (bytes: Buffer) => void): void {
  from.on("data", (bytes) => {
    keep(bytes);
    to.write(bytes);
  });
  from.on("error", () => {});
  from.once("close", () => to.destroy());
}

// ---------------------------------------------------------------------------------------- the file

/** Packets begin with their IP header (LINKTYPE_RAW). */
const RAW_IP = 101;
const MOST = 65_535;
const FILE_HEAD = Buffer.alloc(24);
[0xa1b2c3d4, 2 | (4 << 16), 0, 0, MOST, RAW_IP].forEach((word, index) => FILE_HEAD.writeUInt32LE(word, index * 4));

const OPC_UA_PORT = 4840;
const FIRST_CLIENT_PORT = 50_000;
const SYN = 2;
const ACK = 16;
const PUSH = 8;
const HEADS = 40;

function packetsOf(pieces: readonly Piece[], connection: number): Buffer[] {
  const port = FIRST_CLIENT_PORT + connection;
  /** Sequence numbers of client and server. */
  const next = [1000, 2000] as [number, number];
  const packet = (isFromClient: boolean, flags: number, bytes: Buffer): Buffer => {
    const own = isFromClient ? 0 : 1;
    const made = packetOf({ port, isFromClient, flags, sequence: next[own], acknowledged: next[1 - own] ?? 0, bytes });
    next[own] += bytes.length + (flags & SYN ? 1 : 0);
    return made;
  };
  const nothing = Buffer.alloc(0);
  return [
    packet(true, SYN, nothing),
    packet(false, SYN | ACK, nothing),
    packet(true, ACK, nothing),
    ...pieces.flatMap(({ isFromClient, bytes }) =>
      segmentsOf(bytes).map((segment) => packet(isFromClient, PUSH | ACK, segment)),
    ),
  ];
}

function segmentsOf(bytes: Buffer): Buffer[] {
  const size = MOST - HEADS;
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

interface Packet {
  readonly port: number;
  readonly isFromClient: boolean;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly bytes: Buffer;
}

/** A record of the file: its own head, IPv4 (RFC 791 §3.1), TCP (RFC 9293 §3.1). Checksums are left out, as network cards do it too. */
function packetOf({ port, isFromClient, flags, sequence, acknowledged, bytes }: Packet): Buffer {
  const head = Buffer.alloc(16 + HEADS);
  const length = HEADS + bytes.length;
  head.writeUInt32LE(length, 8);
  head.writeUInt32LE(length, 12);
  const ip = head.subarray(16, 36);
  ip.writeUInt16BE(0x4500, 0);
  ip.writeUInt16BE(length, 2);
  ip.writeUInt16BE(0x4006, 8);
  const [client, server] = [0x0a000001, 0x0a000002];
  ip.writeUInt32BE(isFromClient ? client : server, 12);
  ip.writeUInt32BE(isFromClient ? server : client, 16);
  const tcp = head.subarray(36);
  tcp.writeUInt16BE(isFromClient ? port : OPC_UA_PORT, 0);
  tcp.writeUInt16BE(isFromClient ? OPC_UA_PORT : port, 2);
  tcp.writeUInt32BE(sequence, 4);
  tcp.writeUInt32BE(flags === SYN ? 0 : acknowledged, 8);
  tcp.writeUInt16BE(0x5000 | flags, 12);
  tcp.writeUInt16BE(MOST, 14);
  return Buffer.concat([head, bytes]);
}
