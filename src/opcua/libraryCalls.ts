// Reaches into the library (node-opcua 2.186) as libraryInternals.ts does, for the Call service alone.
// test/opcua/libraryInternals.test.ts says in plain words what an upgrade has changed.
import type {
  CallMethodRequest,
  DiagnosticInfoOptions,
  ISessionContext,
  OPCUAServer,
  StatusCode,
  Variant,
} from "node-opcua";

/** What the library makes a CallMethodResult and its DiagnosticInfo of. */
export interface CallResult {
  readonly statusCode: StatusCode;
  readonly inputArgumentResults: StatusCode[];
  readonly outputArguments: Variant[];
  readonly diagnosticInfo?: DiagnosticInfoOptions;
  readonly statusText?: { readonly text: string; readonly locale: string };
}

interface CallsMethods {
  call(context: ISessionContext, requests: readonly CallMethodRequest[]): Promise<CallResult[]>;
}

/** Starts a call that is ours; undefined when it is none. */
export type StartCall = (context: ISessionContext, request: CallMethodRequest) => Promise<CallResult> | undefined;

/**
 * Calls of our methods go to `start`, all of one request at once: the library would let one wait for the other. The library's own
 * follow each other as they did, since each leaves its object in the context that they share.
 */
export function callAtOnce(server: OPCUAServer, start: StartCall): void {
  const accessor = (server.engine as unknown as { addressSpaceAccessor: CallsMethods }).addressSpaceAccessor;
  const call = accessor.call.bind(accessor);
  accessor.call = async (context, requests) => {
    const started = requests.map((request) => start(context, request));
    const others = requests.filter((_, index) => started[index] === undefined);
    const [theirs, ...ours] = await Promise.all([others.length === 0 ? [] : call(context, others), ...started]);
    const left = [...theirs];
    return ours.map((result) => result ?? (left.shift() as CallResult));
  };
}

/** Told of the beginning of a call; what it gives back of its end. */
export type WatchCall = (
  context: ISessionContext,
  request: CallMethodRequest,
) => ((statusCode: StatusCode) => void) | undefined;

/** Tells of every call that the library answers; to be done before `callAtOnce`, which keeps ours from it. */
export function watchCalls(server: OPCUAServer, watch: WatchCall): void {
  const accessor = (server.engine as unknown as { addressSpaceAccessor: CallsMethods }).addressSpaceAccessor;
  const call = accessor.call.bind(accessor);
  accessor.call = async (context, requests) => {
    const ends = requests.map((request) => watch(context, request));
    const results = await call(context, requests);
    for (const [index, { statusCode }] of results.entries()) ends[index]?.(statusCode);
    return results;
  };
}
