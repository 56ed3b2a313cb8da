// An independent central system for the simulator's tests: ocpp-rpc in strict mode, which checks every message against its own schemas.
import { RPCServer } from "ocpp-rpc";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../src/std/clock.ts";
import { systemClock } from "../../src/std/clock.ts";
import type { ChargePointListener } from "../../src/simulator/events.ts";

/** A request of a charge point. */
export interface Received {
  /** Identity of the charge point. */
  from: string;
  action: string;
  // Whatever the action says: the tests look at it field by field.
  payload: any;
  messageId: string;
}

type Answer = (payload: any, from: string) => object | Promise<object>;

interface Peer {
  identity: string;
  call(action: string, payload: object): Promise<any>;
  sendRaw(text: string): void;
  close(options: { code?: number; force?: boolean }): Promise<unknown>;
}

const DEADLINE_MS = 15_000;

/** A clock that runs `factor` times as fast as the machine's. */
export function fastClock(factor: number): Clock {
  const epoch = systemClock.now();
  const start = systemClock.monotonic();
  const monotonic = (): number => start + (systemClock.monotonic() - start) * factor;
  return {
    monotonic,
    now: () => epoch + monotonic() - start,
    after: (delayMs, run) => systemClock.after(delayMs / factor, run),
  };
}

export class StrictCentralSystem {
  readonly url: string;
  readonly received: Received[] = [];
  /** What ocpp-rpc found wrong with messages of charge points; every test expects it to stay empty. */
  readonly violations: string[] = [];
  readonly handshakes: {
    identity: string;
    password: Buffer | undefined;
    protocols: Set<string>;
  }[] = [];
  /** Answers by action; a test replaces what it wants to be answered otherwise. */
  readonly answers: Record<string, Answer>;
  /** Every frame that a charge point sends, for those that `listener` is given to. */
  onFrame: ((text: string) => void) | undefined;
  readonly #server: RPCServer;
  readonly #peers = new Map<string, Peer>();
  readonly #waiting = new Set<() => void>();
  #lastTransaction = 0;

  private constructor(server: RPCServer, port: number) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${port}/ocpp`;
    const idTagInfo = { status: "Accepted" };
    this.answers = {
      BootNotification: () => ({
        status: "Accepted",
        currentTime: new Date().toISOString(),
        interval: 300,
      }),
      Heartbeat: () => ({ currentTime: new Date().toISOString() }),
      Authorize: () => ({ idTagInfo }),
      StartTransaction: () => ({ transactionId: ++this.#lastTransaction, idTagInfo }),
      StopTransaction: () => ({}),
      SignCertificate: () => ({ status: "Accepted" }),
      DataTransfer: () => ({ status: "Accepted" }),
    };
    server.on("client", (peer: any) => this.#joined(peer));
  }

  static async open(): Promise<StrictCentralSystem> {
    const server = new RPCServer({
      protocols: ["ocpp1.6"],
      strictMode: true,
      respondWithDetailedErrors: true,
    });
    const http = await server.listen(0, "127.0.0.1");
    return new StrictCentralSystem(server, (http.address() as AddressInfo).port);
  }

  /** For the options of a charge point: whatever happens there lets `until` look again. */
  get listener(): ChargePointListener {
    const look = (): void => this.#look();
    return {
      connected: look,
      disconnected: look,
      registered: look,
      statusChanged: look,
      transactionEnded: look,
      problem: look,
      received: look,
      sent: (_chargePoint, text) => {
        this.onFrame?.(text);
        this.#look();
      },
    };
  }

  /** Requests of one action so far. */
  of(action: string): Received[] {
    return this.received.filter((each) => each.action === action);
  }

  /** Waits until `find` finds something; fails with `what` after the deadline. */
  until<T>(what: string, find: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const seen = this.received
          .map((each) => `${each.action} ${JSON.stringify(each.payload).slice(0, 120)}`)
          .join("\n");
        reject(new Error(`${what}: not within ${DEADLINE_MS} ms; received:\n${seen}`));
      }, DEADLINE_MS);
      const look = (): void => {
        const found = find();
        if (found === undefined || found === false) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The first `count` requests of an action, once they are there. */
  async first(action: string, count = 1): Promise<Received[]> {
    return this.until(`${count} × ${action}`, () => this.of(action).length >= count && this.of(action).slice(0, count));
  }

  /** Waits for a StatusNotification. */
  async status(connectorId: number, status: string, after = 0): Promise<Received> {
    const fits = (each: Received): boolean =>
      each.action === "StatusNotification" &&
      each.payload.connectorId === connectorId &&
      each.payload.status === status;
    return this.until(`${status} of connector ${connectorId}`, () => this.received.slice(after).find(fits));
  }

  isConnected(identity: string): boolean {
    return this.#peers.has(identity);
  }

  /** Sends a command; a CALLERROR rejects, with the error code in `rpcErrorCode`. */
  async command(identity: string, action: string, payload: object = {}): Promise<any> {
    const peer = this.#peers.get(identity);
    if (peer === undefined) throw new Error(`${identity} is not connected`);
    return peer.call(action, payload);
  }

  /** Sends any text to a charge point. */
  rawCommand(identity: string, text: string): void {
    this.#peers.get(identity)?.sendRaw(text);
  }

  /** Ends the link of a charge point from this side. */
  async hangUp(identity: string): Promise<void> {
    await this.#peers.get(identity)?.close({ code: 1001, force: true });
  }

  async close(): Promise<void> {
    await this.#server.close({ force: true });
  }

  #joined(peer: any): void {
    const { identity, handshake } = peer;
    this.handshakes.push({
      identity,
      password: handshake.password,
      protocols: handshake.protocols,
    });
    this.#peers.set(identity, peer);
    peer.on("strictValidationFailure", ({ error, method, params, result }: any) => {
      this.violations.push(`${method}: ${error.message} in ${JSON.stringify(params ?? result)}`);
    });
    peer.on("close", () => {
      if (this.#peers.get(identity) === peer) this.#peers.delete(identity);
      this.#look();
    });
    peer.handle(({ method, params, messageId }: any) => {
      this.received.push({ from: identity, action: method, payload: params, messageId });
      const answer = (this.answers[method] ?? (() => ({})))(params, identity);
      this.#look();
      return answer;
    });
    this.#look();
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}
