// The command variables, for clients that cannot call methods: what is prepared, and what a trigger makes of it. A write is
// answered at once; what came of the command stands in the variables when it has finished.
import { keptText } from "../ocpp/v16/values.ts";
import { nameOfOutcome } from "../opcua/statusCodes.ts";
import type { CallCommand, Command, CommandOutcome, Requester, TwinCommand } from "../twin/commands.ts";
import type { CommandConcluded } from "../twin/events.ts";
import type { Twin } from "../twin/twin.ts";
import { apply } from "./apply.ts";
import { LONGEST_ACTION } from "./encode.ts";
import { hideInFrame, hideInText, hideSecrets, textBearsSecret } from "../twin/hideSecrets.ts";
import type { RoadOut, Wanted } from "./roadOut.ts";
import { tell } from "./tell.ts";
import { textOfOutcome } from "../twin/outcomes.ts";

type Prepare = Extract<TwinCommand, { kind: "prepare" }>;
type Trigger = Extract<TwinCommand, { kind: "trigger" }>;
/** The road out itself, for the command that has been prepared. */
type Send = (road: RoadOut, command: Command, requester: Requester) => Promise<CommandOutcome>;

const done: CommandOutcome = { kind: "answered", response: {} };

/** Keeps the next command; nothing is looked at but its size, for it is written by and by. */
export function prepare(road: RoadOut, command: Prepare, { user: by }: Requester): CommandOutcome {
  const { chargePointId, action, payload } = command;
  const now = road.clock.now();
  const stamp = { at: now, received: now };
  const parts = (["action", "payload"] as const).filter((part) => command[part] !== undefined);
  const refusal = refusalOf(road, command);
  const prepared = { ...(action !== undefined && { action }), ...(payload !== undefined && shownBeside(payload)) };
  apply(road.house, twinOf(road, chargePointId), [
    refusal === undefined
      ? { type: "CommandPrepared", ...prepared, by, ...stamp }
      : { type: "CommandPartsRefused", parts, ...stamp },
  ]);
  return refusal ?? done;
}

/** A payload, and what everybody may read of it where that is not all, such as the signature of a URL. */
function shownBeside(payload: string): { readonly payload: string; readonly shownPayload?: string } {
  const hidden = hideInFrame(payload);
  // What holds no secret is shown to the letter, as it was written. Of two members with one name JSON keeps the last, the text both.
  const shownPayload = hidden === compact(payload) ? hideInText(payload) : hidden;
  return shownPayload === payload ? { payload } : { payload, shownPayload };
}

function compact(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function refusalOf({ settings }: RoadOut, { action, payload }: Prepare): CommandOutcome | undefined {
  const { maxKeptCharacters } = settings.limits;
  if (action !== undefined && action.length > LONGEST_ACTION)
    return { kind: "invalid", path: "action", text: `must have at most ${LONGEST_ACTION} characters` };
  if (payload !== undefined && payload.length > maxKeptCharacters) {
    const text = `must have at most ${maxKeptCharacters} characters (limits.maxKeptCharacters)`;
    return { kind: "invalid", path: "payload", text };
  }
  if (payload === undefined || !textBearsSecret(payload)) return undefined;
  const text = "every observer can read the command variables, so they take no secrets; call the method instead";
  return { kind: "denied", text };
}

/** Sends what is prepared; the outcome is that of the write, what came of the command is concluded later. */
export function trigger(road: RoadOut, wanted: Wanted<Trigger>, send: Send): CommandOutcome {
  const { command, requester, at } = wanted;
  if (!command.on) return done;
  const twin = twinOf(road, command.chargePointId);
  if (twin.command.triggered) {
    const text = "the command before has not finished; wait until Trigger is false";
    return conclude(road, command, { kind: "conflict", text }, true);
  }
  // Whoever triggers means what was written last: the rest of a command before must not go out in its place.
  if (twin.command.refused !== undefined) {
    const text = `the last write of ${twin.command.refused.join(" and ")} was refused; write it anew`;
    return conclude(road, command, { kind: "conflict", text });
  }
  const foreign = foreignPart(twin, requester);
  if (foreign !== undefined) return conclude(road, command, { kind: "conflict", text: foreign });
  const sender: Requester = { ...requester, via: "commandVariables" };
  const call = readPrepared(twin);
  if (call.kind !== "call") {
    // The write has done what it can do; that the command was none is told like the end of any other.
    conclude(road, command, call);
    tell(road, { ...wanted, requester: sender }, { outcome: call });
    return done;
  }
  apply(road.house, twin, [{ type: "CommandTriggered", at, received: at }]);
  void send(road, call, sender).then((outcome) => conclude(road, command, outcome));
  return done;
}

/**
 * Whoever triggers commands with his own rights: what somebody else has put there must not go out by them, nor a mixture of two commands.
 * The text says what was written by whom; undefined when all of it is the user's own.
 */
function foreignPart({ command }: Twin, { user }: Requester): string | undefined {
  for (const part of ["action", "payload"] as const) {
    const writer = command.writtenBy?.[part];
    if (writer === user || (writer === undefined && command[part] === "")) continue;
    const by = writer === undefined ? "by nobody who is known" : `by ${writer}`;
    return `${part} was last written ${by}; a trigger sends only what the same user has written: write it anew`;
  }
  return undefined;
}

function readPrepared({ id, command: { action, payload } }: Twin): CallCommand | CommandOutcome {
  if (action.trim() === "") return { kind: "invalid", path: "action", text: "is missing" };
  try {
    const value: unknown = payload.trim() === "" ? {} : JSON.parse(payload);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { kind: "call", chargePointId: id, action: action.trim(), payload: value as CallCommand["payload"] };
    return { kind: "invalid", path: "payload", text: "must be a JSON object" };
  } catch (error) {
    return { kind: "invalid", path: "payload", text: `is no JSON: ${String(error).slice(0, 200)}` };
  }
}

/** The charge point may have been removed meanwhile. */
function conclude(
  { house, clock, settings }: RoadOut,
  { chargePointId }: Trigger,
  outcome: CommandOutcome,
  keepsTriggered = false,
): CommandOutcome {
  const twin = house.twins.get(chargePointId);
  if (twin === undefined) return outcome;
  const now = clock.now();
  const response =
    outcome.kind === "answered" ? keptText(JSON.stringify(hideSecrets(outcome.response)), settings.limits) : "";
  const concluded: CommandConcluded = {
    type: "CommandConcluded",
    response,
    // Of a CALLERROR the client is told the words as well: it has no other place to read them.
    result:
      outcome.kind === "callError"
        ? `${nameOfOutcome(outcome)}: ${hideInText(textOfOutcome(outcome))}`
        : nameOfOutcome(outcome),
    keepsTriggered,
    at: now,
    received: now,
  };
  apply(house, twin, [concluded]);
  return outcome;
}

function twinOf({ house }: RoadOut, id: string): Twin {
  const twin = house.twins.get(id);
  if (twin === undefined) throw new Error(`no twin for ${id}`);
  return twin;
}
