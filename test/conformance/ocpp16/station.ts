// The charge point's side of a published test case: an independent OCPP client on a real socket, which is strict about what it is sent
// and answered, and beside it the OPC UA client of an operator. It knows no case.
import type { ClientSession } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { expect, vi } from "vitest";
import type { OutgoingAction } from "../../../src/ocpp/v16/message.ts";
import { call, on } from "../../opcua/callsInTest.ts";
import { connectChargePoint } from "../../flow/bridgeInTest.ts";
import { inputsOf, outputsOf, valuesOf } from "../../flow/methodCallsInTest.ts";
import type { Shown, Shows } from "../../flow/shownInTest.ts";
import type { Authority } from "../../ocpp/certificatesInTest.ts";

export type Payload = Readonly<Record<string, unknown>>;

/** Instead of a value: the datapoint has not had one yet. */
export const NEVER = Symbol("never told");

/** Datapoints below the charge point, and what they show with quality Good; a function judges instead of a value. */
export type Datapoints = Readonly<Record<string, unknown>>;

export type SecurityProfile = 0 | 1 | 2 | 3;

/** Who has signed what is proved with; `expired` is one of the past, which signs no more. */
export type Authorities = Readonly<Record<"central" | "manufacturer" | "chargePoints" | "expired", Authority>>;

export interface Surroundings {
  /** The listeners of the security profiles 0 to 3, in this order. */
  readonly endpoints: readonly string[];
  readonly authorities: Authorities;
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
  /** What it proves itself with on the listener of security profile 3, in PEM form. */
  certificate: { readonly cert: string; readonly key: string } | undefined;

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

  get authorities(): Authorities {
    return this.#surroundings.authorities;
  }

  async connect(options: object = {}, securityProfile: SecurityProfile = 0): Promise<void> {
    const wsOpts = { ca: this.authorities.central.issued.cert, ...this.certificate };
    const endpoint = this.#surroundings.endpoints[securityProfile] ?? "";
    this.#client = await connectChargePoint(endpoint, this.id, securityProfile < 2 ? options : { ...options, wsOpts });
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

  /** From now on it answers so what the central system asks by itself. */
  willAnswer(response: Payload): void {
    this.#answer = response;
  }

  /** The central system asks this by itself, sooner or later; gives the payload. */
  async wasAsked(action: OutgoingAction): Promise<Payload> {
    await vi.waitFor(() => expect(this.#asked).toHaveLength(1), { timeout: 10_000, interval: 5 });
    this.#answer = undefined;
    const asked = this.#asked.splice(0);
    expect(asked).toEqual([{ method: action, params: expect.any(Object) }]);
    return (asked as { params: Payload }[])[0]?.params ?? {};
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
