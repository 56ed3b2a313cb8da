// The command variables, for clients that cannot call methods: what is prepared, and what a trigger makes of it. A write is
// answered at once; what came of the command stands in the variables when it has finished.
import { keptText } from "../ocpp/v16/values.ts";
import { nameOfOutcome } from "../opcua/statusCodes.ts";
import type { CallCommand, Command, CommandOutcome, Requester, TwinCommand } from "../twin/commands.ts";
import type { CommandConcluded } from "../twin/events.ts";
import type { Twin } from "../twin/twin.ts";
import { apply } from "./apply.ts";
import { hideSecrets, namesSecret } from "./hideSecrets.ts";
import type { RoadOut, Wanted } from "./roadOut.ts";
import { tell } from "./tell.ts";

type Prepare = Extract<TwinCommand, { kind: "prepare" }>;
type Trigger = Extract<TwinCommand, { kind: "trigger" }>;
/** The road out itself, for the command that has been prepared. */
type Send = (road: RoadOut, command: Command, requester: Requester) => Promise<CommandOutcome>;

const done: CommandOutcome = { kind: "answered", response: {} };
/** Longer than any action. */
const LONGEST_ACTION = 100;

/** Keeps the next command; nothing is looked at but its size, for it is written by and by. */
export function prepare(road: RoadOut, { chargePointId, action, payload }: Prepare): CommandOutcome {
  const { maxKeptCharacters } = road.settings.limits;
  if (action !== undefined && action.length > LONGEST_ACTION)
    return { kind: "invalid", path: "action", text: `must have at most ${LONGEST_ACTION} characters` };
  if (payload !== undefined && payload.length > maxKeptCharacters) {
    const text = `must have at most ${maxKeptCharacters} characters (limits.maxKeptCharacters)`;
    return { kind: "invalid", path: "payload", text };
  }
  if (payload !== undefined && namesSecret(payload)) {
    const text = "every observer can read the command variables, so they take no secrets; call the method instead";
    return { kind: "denied", text };
  }
  const now = road.clock.now();
  const prepared = { ...(action === undefined ? {} : { action }), ...(payload === undefined ? {} : { payload }) };
  apply(road.house, twinOf(road, chargePointId), [{ type: "CommandPrepared", ...prepared, at: now, received: now }]);
  return done;
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
    result: nameOfOutcome(outcome),
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
