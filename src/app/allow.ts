// The first step of the road out: whether whoever wants something may have it, and whether the charge point is known.
import { roleForAction, roleForKind } from "../datapoints/commandRoles.ts";
import { isAction } from "../schema/ocpp16.ts";
import { roles, type Command, type CommandOutcome, type Requester, type Role } from "../twin/commands.ts";
import { isTooDeep, namesSecret } from "./hideSecrets.ts";
import type { RoadOut } from "./roadOut.ts";

/** What it is refused with; undefined when it may go on. Rights come first: who has none is not told who is known. */
export function allow(
  { house }: Pick<RoadOut, "house">,
  command: Command,
  requester: Requester,
): CommandOutcome | undefined {
  if (command.kind === "call" && isTooDeep(command.payload))
    return { kind: "invalid", path: "", text: "lists and objects are nested too deeply" };
  const [role, what] = needOf(command);
  if (roles.indexOf(requester.role) < roles.indexOf(role))
    return { kind: "denied", text: `${what} needs the role ${role}; ${requester.user} has the role ${requester.role}` };
  if (command.kind === "add" || house.twins.get(command.chargePointId) !== undefined) return undefined;
  return { kind: "unknown", text: `no charge point ${JSON.stringify(command.chargePointId.slice(0, 50))} is known` };
}

/** The least role, and what it is needed for. */
function needOf(command: Command): readonly [Role, string] {
  if (command.kind !== "call") return [roleForKind(command.kind), command.kind];
  const { action, payload } = command;
  // OCPP-J 1.6 §6.2: whoever knows the AuthorizationKey can pass for the charge point.
  if (namesSecret(JSON.stringify(payload))) return ["administrator", `${action} with a secret`];
  return [roleForAction(action, isAction(action)), action.slice(0, 50)];
}
