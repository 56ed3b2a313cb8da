// How many connections a port of files takes, of everybody together and of one remote address, and how the others are turned away. It
// moves no file.
import type { Socket } from "node:net";
import type { Clock } from "../std/clock.ts";
import { plainAddress } from "./plainAddress.ts";

export interface ShareOptions {
  readonly clock: Clock;
  /** Connections of everybody together. */
  readonly most: number;
  /** Connections of one remote address; others must find room beside it. */
  readonly mostPerAddress: number;
}

/** Why a connection finds no room. */
export type NoRoom = "port" | "address";

/** How long whoever is turned away may take to read why: what is unread when a socket closes would take the answer with it. */
const LINGER_MS = 2000;

/** The connections of one port that are open, by remote address. */
export class Shares {
  readonly #options: ShareOptions;
  readonly #taken = new Counts();
  /** Those who are told why they find no room, and have not gone. */
  readonly #told = new Counts();

  constructor(options: ShareOptions) {
    this.#options = options;
  }

  /** Takes the room of one connection until it is closed; or says what is full. */
  take(socket: Socket): NoRoom | undefined {
    const { most, mostPerAddress } = this.#options;
    const address = plainAddress(socket.remoteAddress);
    if (this.#taken.of(address) >= mostPerAddress) return "address";
    if (this.#taken.total >= most) return "port";
    this.#taken.follow(address, socket);
    return undefined;
  }

  /** Says why and closes. Where there is no way to say it, or as many of that address are being told, it only closes. */
  turnAway(socket: Socket, text: string | undefined): void {
    const { clock, mostPerAddress } = this.#options;
    const address = plainAddress(socket.remoteAddress);
    // A connection that breaks is no fault.
    socket.on("error", () => {});
    if (text === undefined || this.#told.of(address) >= mostPerAddress) return void socket.destroy();
    this.#told.follow(address, socket);
    const timer = clock.after(LINGER_MS, () => socket.destroy());
    socket.on("close", () => timer.cancel());
    socket.resume().end(text);
  }

  /** Ends all of them at once. */
  stop(): void {
    this.#taken.destroyAll();
    this.#told.destroyAll();
  }
}

/** Open sockets by address. */
class Counts {
  readonly #byAddress = new Map<string, number>();
  readonly #sockets = new Set<Socket>();

  get total(): number {
    return this.#sockets.size;
  }

  of(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  follow(address: string, socket: Socket): void {
    this.#sockets.add(socket);
    this.#byAddress.set(address, this.of(address) + 1);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      const left = this.of(address) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    });
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
