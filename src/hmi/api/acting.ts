// What is done from the page: commands by the one road out, and acts on alarms.
import { roleForAction } from "../../datapoints/commandRoles.ts";
import { isAction } from "../../schema/ocpp16.ts";
import { commandSchema, objectSchema, outcomeSchema } from "../../datapoints/commandSchema.ts";
import { chargePointMethods, connectorMethods, folderMethods } from "../../datapoints/methods.ts";
import { alarmRefusals, type AlarmAct, type AlarmPlace } from "../../twin/alarms.ts";
import {
  mayActAs,
  type CallCommand,
  type Command,
  type Payload,
  type Requester,
  type Role,
} from "../../twin/commands.ts";
import { isTooDeep } from "../../twin/hideSecrets.ts";
import {
  ok,
  refused,
  type ApiRequest,
  type ApiSurroundings,
  type Endpoint,
  type JsonSchema,
  type Reply,
} from "../endpoint.ts";
import { checkOf, faultIn } from "../check.ts";
import { statusOf } from "../httpStatus.ts";

const comment: JsonSchema = { type: "string", maxLength: 10_000 };
const sequence: JsonSchema = { type: "integer", minimum: 0 };
const kindOf = (...kinds: readonly AlarmAct["kind"][]): JsonSchema => ({ enum: kinds });

const actSchema: JsonSchema = {
  oneOf: [
    objectSchema({ kind: kindOf("acknowledge", "confirm", "addComment"), sequence }, { comment }),
    objectSchema({ kind: kindOf("enable", "disable", "oneShotShelve", "unshelve") }),
    objectSchema({ kind: kindOf("timedShelve"), milliseconds: { type: "number" } }),
  ],
};

const name: JsonSchema = { type: "string", minLength: 1, maxLength: 255 };

const placeSchema = {
  chargePointId: { type: "string", maxLength: 255, description: "Empty for the bridge itself" },
  connector: { type: "integer", minimum: 0, description: "0 is the charge point itself" },
  name,
};

const reference: JsonSchema = {
  type: "string",
  minLength: 1,
  maxLength: 64,
  description: "Comes back in the event that tells how this command has ended; whoever sends it chooses it",
};

export const acting: readonly Endpoint[] = [
  {
    method: "POST",
    path: "/api/commands",
    summary: "Does what a command wants; whether it may is judged as for a call of an OPC UA method",
    role: "observer",
    query: { reference },
    body: commandSchema,
    answer: outcomeSchema,
    handle: doCommand,
  },
  {
    method: "POST",
    path: "/api/methods",
    summary: "Calls a method of a charge point, of a connector or of the folder, as /api/commands lists them",
    role: "observer",
    query: { reference },
    body: objectSchema(
      { chargePointId: { type: "string", maxLength: 255 }, method: name, payload: { type: "object" } },
      { connectorId: { type: "integer", minimum: 1, maximum: 2_147_483_647 } },
    ),
    answer: outcomeSchema,
    handle: callMethod,
  },
  {
    method: "POST",
    path: "/api/alarms/act",
    summary: "Acts on an alarm as the methods of OPC UA conditions do (OPC 10000-9 §5.5 to §5.8)",
    role: "observer",
    body: objectSchema({ ...placeSchema, act: actSchema }),
    answer: objectSchema({ outcome: { enum: ["Done", ...alarmRefusals] } }),
    handle: actOnAlarm,
  },
];

function doCommand(request: ApiRequest, surroundings: ApiSurroundings): Promise<Reply> {
  return send(request.body as Command, request, surroundings);
}

const commandCheck = checkOf(commandSchema);

interface MethodCall {
  readonly chargePointId: string;
  readonly connectorId?: number;
  readonly method: string;
  /** By the fields of the arguments. */
  readonly payload: Payload;
}

async function callMethod(request: ApiRequest, surroundings: ApiSurroundings): Promise<Reply> {
  const { chargePointId, connectorId, method, payload } = request.body as MethodCall;
  const methods =
    chargePointId === "" ? folderMethods : connectorId === undefined ? chargePointMethods : connectorMethods;
  const found = methods.find((each) => each.name === method);
  if (found === undefined)
    return refused(404, "there is no such method there; /api/commands lists those that there are", "/method");
  const command = found.command({ chargePointId, connectorId: connectorId ?? 0 }, payload);
  const fault = faultIn(commandCheck(), command);
  return fault === undefined ? send(command, request, surroundings) : refused(422, fault.error, "/payload");
}

/**
 * What whoever asks may not have crosses without what it holds, so that nobody loads the other thread with it: it is refused there, and told, as
 * on every way in. What is nested too deeply could not even cross.
 */
async function send(command: Command, request: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const requester = requesterIn(request);
  if (isTooDeep(command)) return refused(422, "lists and objects are nested too deeply", "/payload");
  const crossing =
    command.kind === "call" && !mayActAs(requester.role, roleOf(command)) ? { ...command, payload: {} } : command;
  const { outcome, text } = await ask("command", crossing, requester);
  const status = statusOf(outcome);
  return status === 200 ? ok(outcome) : { status, refusal: { ...outcome, error: text } };
}

function requesterIn({ requester, query }: ApiRequest): Requester {
  return typeof query["reference"] === "string" ? { ...requester, reference: query["reference"] } : requester;
}

function roleOf({ action }: CallCommand): Role {
  return roleForAction(action, isAction(action));
}

async function actOnAlarm({ body, requester }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const { act, ...place } = body as AlarmPlace & { readonly act: AlarmAct };
  const outcome = await ask("act", place, act, requester);
  if (outcome === "Denied") return refused(403, `this needs another role than ${requester.role}`);
  return ok({ outcome });
}
