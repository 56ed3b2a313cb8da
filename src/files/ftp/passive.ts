// One data connection in passive mode: a port of its own for one client, who has to come from where the control connection does.
// Nobody is dialled, so that the door cannot be made to attack others (RFC 2577 §3).
import { randomInt } from "node:crypto";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Clock } from "../../std/clock.ts";
import { plainAddress } from "../plainAddress.ts";

export interface PassiveOptions {
  readonly host: string;
  /** The only address from which the connection is taken. */
  readonly remoteAddress: string;
  /** Both inclusive; zeros for any free port. */
  readonly ports: readonly [number, number];
}

export class Passive {
  readonly port: number;
  readonly #server: Server;
  readonly #connected = Promise.withResolvers<Socket | undefined>();
  #socket: Socket | undefined;
  #isClosed = false;

  private constructor(server: Server, remoteAddress: string) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    server.on("error", () => this.close());
    server.on("connection", (socket) => {
      socket.on("error", () => {});
      const isWanted = this.#socket === undefined && plainAddress(socket.remoteAddress) === remoteAddress;
      if (!isWanted) return void socket.destroy();
      this.#socket = socket.setNoDelay(true);
      server.close();
      this.#connected.resolve(socket);
    });
  }

  /** Undefined when no port of the range is free. */
  static async open({ host, remoteAddress, ports: [from, to] }: PassiveOptions): Promise<Passive | undefined> {
    const count = to - from + 1;
    const start = randomInt(count);
    for (let index = 0; index < count; index++) {
      // No client can guess the port of the next one (RFC 2577 §8).
      const server = await listen(host, from + ((start + index) % count));
      if (server !== undefined) return new Passive(server, remoteAddress);
    }
    return undefined;
  }

  /** The connection, when it has come in time; nothing of it has been read. */
  async connected(clock: Clock, waitMs: number): Promise<Socket | undefined> {
    const timer = clock.after(waitMs, () => this.#connected.resolve(undefined));
    const socket = await this.#connected.promise;
    timer.cancel();
    return socket;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends the port and what came in at it; calling it again changes nothing. */
  close(): void {
    this.#isClosed = true;
    this.#server.close();
    this.#connected.resolve(undefined);
    this.#socket?.destroy();
  }
}

/** Undefined for a port that cannot be had. */
function listen(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer({ pauseOnConnect: true });
    server.once("error", () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => {
      server.removeAllListeners("error");
      resolve(server);
    });
  });
}
