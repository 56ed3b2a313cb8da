// The Call service (OPC 10000-4 §5.12) for our own methods: finds the method, judges room and arguments, hands the command over and tells
// what came of it. Decides nothing that the road out decides: who may call is judged there, so that every attempt is told.
import {
  StatusCodes,
  type BaseNode,
  type CallMethodRequest,
  type ISessionContext,
  type NodeId,
  type StatusCode,
  type Variant,
} from "node-opcua";
import type { Argument } from "../datapoints/arguments.ts";
import type { Method } from "../datapoints/methods.ts";
import type { Target } from "../datapoints/target.ts";
import type { Commander, CommandOutcome } from "../twin/commands.ts";
import type { CallsInFlight } from "./callsInFlight.ts";
import { readArguments, refuseArgument } from "./inputArguments.ts";
import type { CallResult } from "./libraryCalls.ts";
import { statusOfCrowding, statusOfOutcome } from "./outcomeStatus.ts";
import { variantsOf } from "./outputArguments.ts";
import { requesterOf } from "./roles.ts";
import { textOfOutcome } from "../twin/outcomes.ts";

/** A method of an object, found by what a Call names. */
export interface FoundMethod {
  /** The Method node that the object refers to; its rights count, whichever NodeId was named (OPC 10000-4 §5.12.2). */
  readonly node: BaseNode;
  readonly method: Method;
  readonly target: Target;
}

/** The method that a Call means, or why it cannot be called; undefined when it is none of ours. */
export type FindMethod = (objectId: NodeId, methodId: NodeId) => FoundMethod | StatusCode | undefined;

export class MethodCalls {
  readonly inFlight: CallsInFlight;
  readonly #find: FindMethod;
  readonly #command: Commander;
  readonly #maxCallBytes: number;

  constructor(find: FindMethod, command: Commander, inFlight: CallsInFlight, maxCallBytes: number) {
    this.inFlight = inFlight;
    this.#find = find;
    this.#command = command;
    this.#maxCallBytes = maxCallBytes;
  }

  /** What the arguments of a call are; empty when it is not ours. */
  inputsOf({ objectId, methodId }: CallMethodRequest): readonly Argument[] {
    const found = this.#find(objectId, methodId);
    return found !== undefined && "node" in found ? found.method.inputs : [];
  }

  /** Starts one call; undefined when it is not ours. Rejects never. */
  start(context: ISessionContext, request: CallMethodRequest): Promise<CallResult> | undefined {
    const found = this.#find(request.objectId, request.methodId);
    if (found === undefined) return undefined;
    if ("node" in found) return this.#run(context, found, request.inputArguments ?? []);
    return Promise.resolve(bad(found, "it is called on a charge point or connector, not on their type"));
  }

  async #run(
    context: ISessionContext,
    { node, method, target }: FoundMethod,
    given: readonly Variant[],
  ): Promise<CallResult> {
    if (context.isAccessRestricted(node))
      return bad(StatusCodes.BadSecurityModeInsufficient, "the channel is not secure");
    const session = context.session ?? this;
    const crowded = this.inFlight.crowded(session);
    if (crowded !== undefined) return bad(statusOfCrowding[crowded], textOfCrowding[crowded]);
    const { payload, refusal } = readArguments(method.inputs, given, this.#maxCallBytes);
    const command = method.command(target, payload);
    const requester = requesterOf(context, "method");
    const outcome = await this.inFlight.follow(session, () => this.#command(command, requester, refusal?.text));
    // Whoever may not call is told that, and not what is wrong with the arguments.
    if (refusal === undefined || outcome.kind === "denied") return resultOf(method, outcome, given.length);
    return bad(refusal.statusCode, refusal.text, refusal.inputArgumentResults);
  }
}

const textOfCrowding = {
  session: "too many calls of this session wait",
  server: "too many calls wait for their answer",
} as const;

/** What came of it, as the client gets it. */
function resultOf({ inputs, outputs, answer }: Method, outcome: CommandOutcome, count: number): CallResult {
  const statusCode = statusOfOutcome(outcome);
  if (outcome.kind === "answered") {
    const response = answer?.(outcome.response) ?? outcome.response;
    return { statusCode, inputArgumentResults: [], outputArguments: variantsOf(outputs, response) };
  }
  const text = textOfOutcome(outcome);
  if (outcome.kind !== "invalid") return bad(statusCode, text);
  const index = argumentAt(inputs, outcome.path);
  const { inputArgumentResults } = refuseArgument(count, { index, code: StatusCodes.BadOutOfRange, text });
  return bad(statusCode, text, inputArgumentResults);
}

/** The argument that a path such as `csChargingProfiles.stackLevel` leads into, or that has the request as a whole; -1 when it is none. */
function argumentAt(inputs: readonly Argument[], path: string): number {
  const [first] = path.split(/[.[]/u);
  const index = inputs.findIndex(({ field }) => field === first);
  return index < 0 ? inputs.findIndex(({ field }) => field === PAYLOAD) : index;
}

/** The argument of `Call`; no action of OCPP has a field of this name. */
const PAYLOAD = "payload";

/** The text goes to clients that ask for diagnostics (OPC 10000-4 §7.12), and to no other. */
function bad(statusCode: StatusCode, text: string, inputArgumentResults: readonly StatusCode[] = []): CallResult {
  return {
    statusCode,
    inputArgumentResults: [...inputArgumentResults],
    outputArguments: [],
    diagnosticInfo: { additionalInfo: text },
    statusText: { text, locale: "en" },
  };
}
