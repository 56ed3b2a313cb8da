// The running bridge's side of the control socket, by which commands of its own machine reach it (requests.ts).
// Whoever may open the socket may do everything. It decides nothing: what is asked is handed over.
import { createServer, type Server, type Socket } from "node:net";
import { userInfo } from "node:os";
import type { Clock } from "../std/clock.ts";
import type { GatheredIdTags } from "../twin/idTags.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { Commander, Requester } from "../twin/commands.ts";
import { isTaken, listenAt } from "./listen.ts";
import { isTrusted, leavePlace, placesOf } from "./places.ts";
import { readLine, type Line } from "./readLine.ts";
import {
  checkRequest,
  isRefusal,
  readRequest,
  VERSION,
  type AnswerOf,
  type Refusal,
  type RequestName,
  type RequestOf,
} from "./requests.ts";

export interface ControlOptions {
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Why nothing can be asked yet or any more; empty when it can. */
  readonly notReady: () => readonly string[];
  readonly command: Commander;
  /** How many commands may wait at once for what comes of them: as long as a charge point takes, each. */
  readonly maxCommands: number;
  readonly gatherIdTags: (request: RequestOf<"gatherIdTags">) => GatheredIdTags;
}

export const MAX_REQUEST_BYTES = 1_048_576;
/** Connections that have not asked yet: they are given little time, and need no more than a moment of it. */
export const MAX_UNHEARD = 128;
/** Who is being told that there is no room; beyond it connections are closed without a word. */
const MAX_REFUSALS = 256;
const REQUEST_WITHIN_MS = 10_000;
/** How long an answer may lie unread. */
const LINGER_MS = 2_000;

type Handlers = {
  readonly [Name in RequestName]: (request: RequestOf<Name>) => Promise<AnswerOf<Name>>;
};

/**
 * Serves until stopped. Rejects when a bridge is running on the data directory already; where the socket cannot be opened
 * for another reason the bridge works without it, and the log says so.
 */
export async function openControl(options: ControlOptions): Promise<Running> {
  const { dataDirectory, log } = options;
  const places = placesOf(dataDirectory);
  for (const place of places) {
    // What a stranger puts into the temporary folder must not keep a bridge from starting.
    if (!isTrusted(place, dataDirectory, process.getuid?.()) || !(await isTaken(place))) continue;
    throw new Error(
      `a bridge is running on this data directory already: ${dataDirectory}; stop it, or name another one with --data`,
    );
  }
  const faults: string[] = [];
  for (const place of places) {
    const control = createControl(options);
    const fault = await listenAt(control.server, place, process.getuid?.());
    if (fault === undefined) return { stop: () => control.stop().then(() => leavePlace(place)) };
    faults.push(fault);
  }
  log.warn({ faults }, "no control socket: `ocpp-opcua send` will not find this bridge");
  return { stop: async () => {} };
}

function handlersOf({ command, gatherIdTags }: ControlOptions): Handlers {
  const requester: Requester = { via: "cli", role: "administrator", user: userName(), isPrivate: true };
  return {
    command: async (request) => ({ outcome: await command(request.command, requester) }),
    gatherIdTags: async (request) => ({ gathered: gatherIdTags(request) }),
  };
}

function createControl(options: ControlOptions): Running & { readonly server: Server } {
  const { clock, log, notReady, maxCommands } = options;
  const sockets = new Set<Socket>();
  let unheard = 0;
  let commands = 0;
  const handlers = handlersOf(options);
  // The other side may end its half once it has asked.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    // A connection that breaks is no fault; `close` follows.
    socket.on("error", () => {});
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    if (unheard < MAX_UNHEARD) void serve(socket);
    else conclude(clock, socket, { error: tooManyUnheard });
  });
  server.maxConnections = maxCommands + MAX_UNHEARD + MAX_REFUSALS;
  server.on("error", (error) => log.error({ error: error.message }, "the control socket failed"));

  async function serve(socket: Socket): Promise<void> {
    unheard++;
    const line = await within(clock, REQUEST_WITHIN_MS, readLine(socket, MAX_REQUEST_BYTES));
    unheard--;
    const answer = await answerTo(line).catch((error: unknown): Refusal => {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, "a request was not handled");
      return { code: "failed", text: "the bridge has failed at it, and its log says why" };
    });
    conclude(clock, socket, isRefusal(answer) ? { error: answer } : answer);
  }

  async function answerTo(line: Line | undefined): Promise<AnswerOf<RequestName> | Refusal> {
    if (line?.kind !== "line") return lineFault(line);
    const request = readRequest(line.text);
    if (isRefusal(request)) return request;
    const reasons = notReady();
    if (reasons.length > 0) return { code: "notReady", text: `the bridge is not ready: ${reasons.join("; ")}` };
    return handle(request.name, request.body);
  }

  async function handle<Name extends RequestName>(name: Name, body: unknown): Promise<AnswerOf<Name> | Refusal> {
    const request = checkRequest(name, body);
    if (isRefusal(request)) return request;
    if (commands >= maxCommands) return tooManyCommands(maxCommands);
    // It counts until it has ended: that nobody waits for it any more ends no command.
    commands++;
    return handlers[name](request).finally(() => commands--);
  }

  return {
    server,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroySoon();
      }),
  };
}

/** Says the answer and closes, whatever the other side does. */
function conclude(clock: Clock, socket: Socket, answer: object): void {
  // It also bounds who goes on sending: what is unread when a socket closes would take the answer with it.
  const timer = clock.after(LINGER_MS, () => socket.destroy());
  socket.on("close", () => timer.cancel());
  socket.on("end", () => socket.end());
  socket.resume();
  socket.end(`${JSON.stringify({ version: VERSION, ...answer })}\n`);
}

/** What a promise resolves with; undefined when that takes too long. */
function within<T>(clock: Clock, milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = clock.after(milliseconds, () => resolve(undefined));
    void promise.then((value) => {
      timer.cancel();
      resolve(value);
    });
  });
}

const tooManyUnheard: Refusal = {
  code: "busy",
  text: `${MAX_UNHEARD} connections that have asked nothing yet are open at once; try again in a moment`,
};

function tooManyCommands(most: number): Refusal {
  const advice = "wait until some have ended, or let fewer charge points be commanded at once";
  return {
    code: "busy",
    text: `${most} commands wait for what comes of them already (limits.maxLocalCommands); ${advice}`,
  };
}

function lineFault(line: Exclude<Line, { kind: "line" }> | undefined): Refusal {
  switch (line?.kind) {
    case undefined:
      return { code: "tooSlow", text: `no whole line has come within ${REQUEST_WITHIN_MS / 1000} s` };
    case "tooLong":
      return { code: "tooLong", text: `the request has more than ${MAX_REQUEST_BYTES} bytes` };
    case "binary":
      return { code: "malformed", text: "the request is no UTF-8 text" };
    case "ended":
      return { code: "malformed", text: "the request ends before its line break" };
  }
}

/** As the log and the events show it. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry among the system's users, as containers have it.
    return `uid ${process.getuid?.()}`;
  }
}
