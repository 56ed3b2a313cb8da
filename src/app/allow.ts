// The first step of the road out: whether whoever wants something may have it, and whether the charge point is known.
import { roleForAction, roleForKind } from "../datapoints/commandRoles.ts";
import { isAction } from "../schema/ocpp16.ts";
import { roles, type Command, type CommandOutcome, type Requester, type Role } from "../twin/commands.ts";
import { bearsSecret, isTooDeep } from "./hideSecrets.ts";
import type { RoadOut } from "./roadOut.ts";

/** What it is refused with; undefined when it may go on. Rights come first: who has none is not told who is known. */
export function allow(
  { house }: Pick<RoadOut, "house">,
  command: Command,
  requester: Requester,
): CommandOutcome | undefined {
  if (command.kind === "call" && isTooDeep(command.payload))
    return { kind: "invalid", path: "", text: "lists and objects are nested too deeply" };
  const isSecret = isSecretCommand(command);
  const [role, what] = isSecret ? secretNeedOf(command) : needOf(command);
  if (roles.indexOf(requester.role) < roles.indexOf(role))
    return { kind: "denied", text: `${what} needs the role ${role}; ${requester.user} has the role ${requester.role}` };
  if (isSecret && !requester.isPrivate)
    return {
      kind: "denied",
      text: `${what} is taken only over an encrypted channel (SignAndEncrypt), or on the machine itself`,
    };
  if (command.kind === "add" || isOfSite(command) || house.twins.get(command.chargePointId) !== undefined)
    return undefined;
  return { kind: "unknown", text: `no charge point ${JSON.stringify(command.chargePointId.slice(0, 50))} is known` };
}

const ofSite: ReadonlySet<Command["kind"]> = new Set(["setIdTag", "removeIdTag", "findIdTag", "importIdTags"]);

/** It concerns no charge point. */
function isOfSite({ kind }: Command): boolean {
  return ofSite.has(kind);
}

/** OCPP-J 1.6 §6.2: whoever knows the password of a charge point, its AuthorizationKey, can pass for it. */
function isSecretCommand(command: Command): boolean {
  if (command.kind === "add") return command.password !== undefined;
  return command.kind === "call" && bearsSecret(command.payload);
}

function secretNeedOf(command: Command): readonly [Role, string] {
  const what = command.kind === "call" ? command.action.slice(0, 50) : command.kind;
  return ["administrator", `${what} with a secret`];
}

/** The least role, and what it is needed for. */
function needOf(command: Command): readonly [Role, string] {
  if (command.kind !== "call") return [roleForKind(command.kind), command.kind];
  const { action } = command;
  return [roleForAction(action, isAction(action)), action.slice(0, 50)];
}
