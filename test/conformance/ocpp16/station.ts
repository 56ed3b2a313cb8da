// The charge point's side of a published test case: an independent OCPP client on a real socket, which is strict about what it is sent
// and answered, and beside it the OPC UA client of an operator. It knows no case.
import type { ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { expect } from "vitest";
import type { OutgoingAction } from "../../../src/ocpp/v16/message.ts";
import { call, on } from "../../opcua/callsInTest.ts";
import { connectChargePoint } from "../../flow/bridgeInTest.ts";
import { inputsOf, outputsOf, valuesOf } from "../../flow/methodCallsInTest.ts";
import type { Shown, Shows } from "../../flow/shownInTest.ts";

export type Payload = Readonly<Record<string, unknown>>;

/** Instead of a value: the datapoint has not had one yet. */
export const NEVER = Symbol("never told");

/** Datapoints below the charge point, and what they show with quality Good; a function judges instead of a value. */
export type Datapoints = Readonly<Record<string, unknown>>;

export interface Surroundings {
  /** The listener of security profile 0, and that of profile 1. */
  readonly endpoints: readonly [string, string];
  readonly session: ClientSession;
  readonly shows: Shows;
}

export class Station {
  readonly id: string;
  readonly #surroundings: Surroundings;
  readonly #asked: unknown[] = [];
  #answer: Payload | undefined;
  #client: RPCClient | undefined;
  /** What the central system has given: `transactionId`. */
  transactionId = 0;

  constructor(id: string, surroundings: Surroundings) {
    this.id = id;
    this.#surroundings = surroundings;
  }

  /** The subprotocol that was agreed on. */
  get protocol(): string | undefined {
    return this.#connected.protocol ?? undefined;
  }

  get #connected(): RPCClient {
    if (this.#client === undefined) throw new Error(`${this.id} is not connected`);
    return this.#client;
  }

  async connect(options: object = {}, securityProfile: 0 | 1 = 0): Promise<void> {
    const [open, withPassword] = this.#surroundings.endpoints;
    this.#client = await connectChargePoint(securityProfile === 0 ? open : withPassword, this.id, options);
    this.#client.handle(async ({ method, params }) => {
      this.#asked.push({ method, params });
      if (this.#answer === undefined) throw new Error(`nobody has wanted a ${method}`);
      return this.#answer;
    });
  }

  async disconnect(): Promise<void> {
    await this.#client?.close({ force: true });
    this.#client = undefined;
  }

  /** Sends a call; resolves with the payload of the CALLRESULT, rejects on a CALLERROR. */
  call(action: string, payload: Payload): Promise<unknown> {
    return this.#connected.call(action, payload);
  }

  /** An operator wants a command; what the charge point is asked on the wire is `request`, and what it answers reaches the operator. */
  async isCommanded(action: OutgoingAction, request: Payload, response: Payload): Promise<void> {
    this.#answer = response;
    const answer = await call(this.#surroundings.session, on(this.id, action, inputsOf(action, request)));
    this.#answer = undefined;
    expect(this.#asked.splice(0)).toEqual([{ method: action, params: request }]);
    expect([answer.status, ...valuesOf(answer)]).toEqual(["Good", ...outputsOf(action, response)]);
  }

  async shows(datapoints: Datapoints): Promise<void> {
    for (const [path, expected] of Object.entries(datapoints))
      await this.#surroundings.shows.until(`${this.id}/${path}`, (shown) => fits(shown, expected));
  }

  /** The central system has sent nothing but what an operator wanted. */
  wasLeftAlone(): void {
    expect(this.#asked).toEqual([]);
  }
}

function fits({ value, quality }: Shown, expected: unknown): boolean {
  if (expected === NEVER) return quality === "BadWaitingForInitialData";
  if (quality !== "Good") return false;
  return typeof expected === "function" ? (expected as (value: unknown) => boolean)(value) : value === expected;
}
