// Reaches into the library (node-opcua 2.186) like libraryInternals.ts: large requests take turns, one at a time and one client after the
// other, so that whoever asks for much again and again does not keep others waiting for more than one of them.
import type { Message, OPCUAServer, ServerSecureChannelLayer } from "node-opcua";

interface HandlesRequests {
  on_request(message: Message, channel: ServerSecureChannelLayer): void;
}

/** Nodes, items or calls of a request that is handled at once. */
const FEW = 100;
/** Requests of one client that wait; what it sends beyond that stays with it. */
const MOST_WAITING = 10;

/** Told when a client is to be read no further, and when it is again. */
export type HoldClient = (channel: ServerSecureChannelLayer, isHeld: boolean) => void;

/** To be called before the server starts. */
export function takeTurns(server: OPCUAServer, hold: HoldClient): void {
  const internal = server as unknown as HandlesRequests;
  const handle = internal.on_request.bind(server);
  /** In the order of their turns; a client's later requests wait behind its earlier ones. */
  const waiting = new Map<ServerSecureChannelLayer, Message[]>();
  let isTaken = false;

  const take = (message: Message, channel: ServerSecureChannelLayer): void => {
    isTaken = true;
    // What a request does without waiting for others is done before the next turn.
    setImmediate(next);
    handle(message, channel);
  };

  const next = (): void => {
    isTaken = false;
    const [first] = waiting;
    if (first === undefined) return;
    const [channel, line] = first;
    waiting.delete(channel);
    const message = line.shift();
    if (line.length > 0) waiting.set(channel, line);
    if (line.length < MOST_WAITING) hold(channel, false);
    if (message !== undefined) take(message, channel);
  };

  internal.on_request = (message, channel) => {
    const line = waiting.get(channel);
    if (line !== undefined) {
      if (line.push(message) >= MOST_WAITING) hold(channel, true);
    } else if (operationsOf(message.request) <= FEW) handle(message, channel);
    else if (isTaken) waiting.set(channel, [message]);
    else take(message, channel);
  };
}

/** How many things a request asks for: the length of its longest list. */
function operationsOf(request: object): number {
  let most = 0;
  for (const value of Object.values(request)) if (Array.isArray(value) && value.length > most) most = value.length;
  return most;
}
