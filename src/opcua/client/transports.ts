// The connections of one attempt to reach a server: bounded whatever the server says of limits, and closed for certain at the end.
import { ClientTCP_transport, type IClientTransport, type IClientTransportFactory } from "node-opcua";

const KIB = 1024;
/** Of one chunk (OPC 10000-6 §7.1.2.3: at least 8192 bytes). */
const BUFFER_BYTES = 64 * KIB;
const SMALLEST_BUFFER_BYTES = 8 * KIB;

type Limits = Parameters<ClientTCP_transport["setLimits"]>[0];

/** The library takes the limits of the server's Acknowledge for what it may receive; a hostile one would say that there are none. */
class BoundedTransport extends ClientTCP_transport {
  readonly #maxMessageBytes: number;

  constructor(maxMessageBytes: number) {
    super({
      maxMessageSize: maxMessageBytes,
      maxChunkCount: chunksOf(maxMessageBytes),
      receiveBufferSize: BUFFER_BYTES,
      sendBufferSize: BUFFER_BYTES,
    });
    this.#maxMessageBytes = maxMessageBytes;
  }

  override setLimits(said: Limits): void {
    const most = this.#maxMessageBytes;
    super.setLimits({
      receiveBufferSize: clampBuffer(said.receiveBufferSize),
      sendBufferSize: clampBuffer(said.sendBufferSize),
      maxMessageSize: least(said.maxMessageSize, most),
      maxChunkCount: least(said.maxChunkCount, chunksOf(most)),
    });
  }
}

/** Smaller chunks than our own may be used. */
function chunksOf(bytes: number): number {
  return Math.ceil(bytes / SMALLEST_BUFFER_BYTES) + 1;
}

/** 0 stands for no limit. */
function least(said: number, most: number): number {
  return said > 0 ? Math.min(said, most) : most;
}

function clampBuffer(said: number): number {
  return Math.min(Math.max(said, SMALLEST_BUFFER_BYTES), BUFFER_BYTES);
}

export class Transports implements IClientTransportFactory {
  readonly #maxMessageBytes: number;
  readonly #opened = new Set<BoundedTransport>();
  #isEnded = false;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Throws after the end, so that an attempt that was given up goes no further. */
  create(): IClientTransport {
    if (this.#isEnded) throw new Error("the attempt has been given up");
    const transport = new BoundedTransport(this.#maxMessageBytes);
    this.#opened.add(transport);
    return transport;
  }

  /** Closes every socket, also those that nobody answers on. */
  end(): void {
    this.#isEnded = true;
    for (const transport of this.#opened) transport.forceConnectionBreak();
    this.#opened.clear();
  }
}
