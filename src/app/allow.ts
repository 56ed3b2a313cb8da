// The first step of the road out, and the one place that judges rights: whether whoever wants something may have it, and whether the
// charge point is known.
import { roleForAction, roleForKind } from "../datapoints/commandRoles.ts";
import { isAction } from "../schema/ocpp16.ts";
import { mayActAs, type Command, type CommandOutcome, type Requester, type Role } from "../twin/commands.ts";
import { actionOf } from "./commandFinished.ts";
import { bearsSecret, isTooDeep } from "../twin/hideSecrets.ts";
import type { RoadOut, Wanted } from "./roadOut.ts";

/**
 * What it is refused with; undefined when it may go on. The role comes first: who lacks it is told neither who is known nor what is wrong
 * with the arguments.
 */
export function allow(
  { house }: Pick<RoadOut, "house">,
  { command, requester, flaw }: Omit<Wanted, "at">,
): CommandOutcome | undefined {
  const refusal = judgeRights(command, requester);
  if (refusal !== undefined) return refusal;
  if (flaw !== undefined) return { kind: "invalid", path: "", text: flaw };
  if (command.kind === "add" || isOfSite(command) || house.twins.get(command.chargePointId) !== undefined)
    return undefined;
  return { kind: "unknown", text: `no charge point ${JSON.stringify(command.chargePointId.slice(0, 50))} is known` };
}

/** The part of it that no twin is needed for. */
export function judgeRights(command: Command, requester: Requester): CommandOutcome | undefined {
  const what = actionOf(command).slice(0, 50);
  const lacking = lackOf(requester, roleFor(command), what);
  if (lacking !== undefined) return lacking;
  if (command.kind === "call" && isTooDeep(command.payload))
    return { kind: "invalid", path: "", text: "lists and objects are nested too deeply" };
  return isSecretCommand(command) ? judgeSecret(requester, `${what} with a secret`) : undefined;
}

const ofSite: ReadonlySet<Command["kind"]> = new Set([
  "setIdTag",
  "removeIdTag",
  "findIdTag",
  "importIdTags",
  "answerDecision",
  "reloadRules",
  "addAccount",
  "removeAccount",
  "setAccountPassword",
  "setAccountCertificate",
  "setAccountRole",
  "enableAccount",
  "trustCertificate",
  "rejectCertificate",
]);

/** It concerns no charge point. */
function isOfSite({ kind }: Command): boolean {
  return ofSite.has(kind);
}

/** OCPP-J 1.6 §6.2: whoever knows the password of a charge point, its AuthorizationKey, can pass for it; so it is with users. */
function isSecretCommand(command: Command): boolean {
  if ("password" in command) return command.password !== undefined;
  return command.kind === "call" && bearsSecret(command.payload);
}

function judgeSecret(requester: Requester, what: string): CommandOutcome | undefined {
  const lacking = lackOf(requester, "administrator", what);
  if (lacking !== undefined || requester.isPrivate) return lacking;
  const text = `${what} is taken only over an encrypted channel (SignAndEncrypt), or on the machine itself`;
  return { kind: "denied", text };
}

function roleFor(command: Command): Role {
  if (command.kind !== "call") return roleForKind(command.kind);
  return roleForAction(command.action, isAction(command.action));
}

function lackOf({ role, user }: Requester, least: Role, what: string): CommandOutcome | undefined {
  if (mayActAs(role, least)) return undefined;
  return { kind: "denied", text: `${what} needs the role ${least}; ${user} has the role ${role}` };
}
