// What the tests of method calls share: calls with their diagnostics, values for every argument, and commands that are kept.
import {
  CallMethodRequest,
  CallRequest,
  DataType,
  RequestHeader,
  Variant,
  VariantArrayType,
  coerceNodeId,
  type CallResponse,
  type ClientSession,
} from "node-opcua";
import type { Argument } from "../../src/datapoints/arguments.ts";
import { membersOf } from "../../src/datapoints/enumerations.ts";
import type { EndpointOptions } from "../../src/opcua/options.ts";
import type { Command, Commander, CommandOutcome, Requester, Role } from "../../src/twin/commands.ts";
import { connect, endpointOptions, startFed, temporaryFolder, type Connected, type Fed } from "./fixture.ts";

/** returnDiagnostics (OPC 10000-4 §7.32). */
export const ADDITIONAL_INFO = 0x80;
export const LOCALIZED_TEXT = 0x40;

export interface Called {
  readonly objectId: string;
  readonly methodId: string;
  readonly inputs?: readonly Variant[];
}

export interface Answer {
  readonly status: string;
  /** Of the arguments. */
  readonly results: readonly string[];
  readonly outputs: readonly Variant[];
  readonly additionalInfo: string | undefined;
  readonly localizedText: string | undefined;
}

export async function callAll(
  session: ClientSession,
  calls: readonly Called[],
  returnDiagnostics = 0,
): Promise<Answer[]> {
  const request = new CallRequest({
    requestHeader: new RequestHeader({ returnDiagnostics }),
    methodsToCall: calls.map(
      ({ objectId, methodId, inputs = [] }) =>
        new CallMethodRequest({
          objectId: coerceNodeId(objectId),
          methodId: coerceNodeId(methodId),
          inputArguments: [...inputs],
        }),
    ),
  });
  const raw = session as unknown as { performMessageTransaction(asked: object): Promise<CallResponse> };
  const { results, diagnosticInfos, responseHeader } = await raw.performMessageTransaction(request);
  return (results ?? []).map((result, index) => {
    const info = diagnosticInfos?.[index];
    return {
      status: result.statusCode.name,
      results: (result.inputArgumentResults ?? []).map(({ name }) => name),
      outputs: result.outputArguments ?? [],
      additionalInfo: info?.additionalInfo ?? undefined,
      localizedText: responseHeader.stringTable?.[info?.localizedText ?? -1] ?? undefined,
    };
  });
}

export async function call(session: ClientSession, called: Called, returnDiagnostics = 0): Promise<Answer> {
  const [answer] = await callAll(session, [called], returnDiagnostics);
  if (answer === undefined) throw new Error("a call without a result");
  return answer;
}

/** The call of a method of an object by the method's own NodeId. */
export function on(path: string, name: string, inputs: readonly Variant[] = []): Called {
  return { objectId: `ns=4;s=${path}`, methodId: `ns=4;s=${path}/${name}`, inputs };
}

export const text = (value: string | null): Variant => new Variant({ dataType: DataType.String, value });
export const int = (value: number): Variant => new Variant({ dataType: DataType.Int32, value });
export const double = (value: number): Variant => new Variant({ dataType: DataType.Double, value });
export const date = (value: Date): Variant => new Variant({ dataType: DataType.DateTime, value });
export const texts = (value: (string | null)[]): Variant =>
  new Variant({ dataType: DataType.String, arrayType: VariantArrayType.Array, value });
export const nothing = new Variant();

/** A value for an argument as a client passes it, and as it stands in the request. */
export function sampleOf({ type, isEnumeration, isList, isJson }: Argument): readonly [Variant, unknown] {
  if (isJson) return [text('{"some":["thing",1]}'), { some: ["thing", 1] }];
  if (isList) return [texts(["one", "two"]), ["one", "two"]];
  if (isEnumeration) return [int(1), membersOf(type)[1]];
  switch (type) {
    case "String":
      return [text("some text"), "some text"];
    case "Int32":
      return [int(-7), -7];
    case "Double":
      return [double(16.5), 16.5];
    case "DateTime":
      return [date(new Date("2026-01-02T03:04:05.678Z")), "2026-01-02T03:04:05Z"];
    default:
      throw new Error(`no sample of ${type}`);
  }
}

/** A commander that keeps what comes, and answers what it is told. */
export class Kept {
  readonly commands: Command[] = [];
  readonly requesters: Requester[] = [];
  outcome: CommandOutcome = { kind: "answered", response: {} };
  /** Decides instead of `outcome`. */
  answer: ((command: Command) => Promise<CommandOutcome>) | undefined;

  readonly command: Commander = async (command, requester) => {
    this.commands.push(command);
    this.requesters.push(requester);
    return this.answer === undefined ? this.outcome : this.answer(command);
  };

  get last(): Command | undefined {
    return this.commands.at(-1);
  }
}

export interface Served {
  readonly fed: Fed;
  readonly session: ClientSession;
  /** Another client. */
  connect(): Promise<Connected>;
  stop(): Promise<void>;
}

/** A server and a session of an anonymous client, which may do everything unless another role is given. */
export async function serve(
  command: Commander,
  { role = "administrator", limits = {} }: { role?: Role; limits?: Partial<EndpointOptions["limits"]> } = {},
): Promise<Served> {
  const folder = await temporaryFolder();
  const options = endpointOptions(folder.path, { anonymousRole: role });
  const fed = await startFed({ ...options, limits: { ...options.limits, ...limits } }, command);
  const connectOne = (): Promise<Connected> => connect(fed.ua.endpointUrl, folder.path);
  const client = await connectOne();
  return {
    fed,
    session: client.session,
    connect: connectOne,
    stop: async () => {
      await client.close();
      await fed.ua.stop();
      await folder.clean();
    },
  };
}
