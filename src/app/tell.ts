// What is told of every command when it has come to its end: counters, one line of the log and an occurrence, which waits for
// what the command makes visible. Of those that are denied no more than denials.ts has room for. Never a secret.
import { nameOfOutcome } from "../opcua/statusCodes.ts";
import type { CountName } from "../std/counts.ts";
import type { EpochMs } from "../std/clock.ts";
import type { CommandOutcome, Effect, Requester } from "../twin/commands.ts";
import { announce } from "./announce.ts";
import { actionOf, auditOf, commandFinished, connectorOf } from "./commandFinished.ts";
import type { Sight } from "./effects.ts";
import { hideInText } from "../twin/hideSecrets.ts";
import type { RoadOut, Settled, Wanted } from "./roadOut.ts";
import { textOfOutcome } from "../twin/outcomes.ts";

const countOf: Readonly<Record<CommandOutcome["kind"], CountName>> = {
  answered: "commandsAnswered",
  callError: "commandsFailed",
  malformed: "commandsFailed",
  timedOut: "commandsTimedOut",
  tooLarge: "commandsFailed",
  offline: "commandsRefused",
  queueFull: "commandsRefused",
  expired: "commandsRefused",
  invalid: "commandsRefused",
  unsupported: "commandsRefused",
  denied: "commandsRefused",
  unknown: "commandsRefused",
  conflict: "commandsRefused",
  exists: "commandsRefused",
};

/** Characters of a name or sentence that are worth a line of the log. */
const LONGEST_LOGGED = 500;

/** The server itself tells of what comes by them. */
const waysOfOpcUa: ReadonlySet<Requester["via"]> = new Set(["method", "write", "commandVariables"]);

/** They change nothing that is commanded. */
const mere: ReadonlySet<Wanted["command"]["kind"]> = new Set(["prepare", "trigger", "findIdTag"]);

export function tell(road: RoadOut, wanted: Wanted, settled: Settled): void {
  const { outcome, request, effect } = settled;
  const isNone = isNoCommand(wanted, outcome);
  log(road, wanted, settled, isNone ? "debug" : "info");
  if (isNone) return;
  const count = countOf[outcome.kind];
  road.counts.add(count);
  if (!waysOfOpcUa.has(wanted.requester.via)) road.audit(auditOf(wanted, outcome));
  if (request !== undefined && count !== "commandsRefused") road.counts.add("commandsSent");
  if (outcome.kind === "denied" && !road.denials.mayAnnounce(wanted.requester)) return;
  const twin = road.house.twins.get(wanted.command.chargePointId);
  if (twin === undefined || effect === undefined) return tellEnd(road, wanted, settled, undefined);
  const sentAt = settled.sentAt ?? wanted.at;
  road.effects.follow(twin, effect, sentAt, (sight) => {
    if (sight.kind === "Observed") road.counts.add("effectsObserved");
    if (sight.kind === "NotObserved") road.counts.add("effectsMissed");
    tellEnd(road, wanted, settled, sight);
    tellAlarms(road, wanted, { effect, sentAt }, sight);
  });
}

/**
 * Writing the command variables is no command yet; the one that is triggered tells of itself. Nor are arguments that cannot be read, of
 * someone who may have what is wanted.
 */
function isNoCommand({ command, flaw }: Wanted, { kind }: CommandOutcome): boolean {
  if (flaw !== undefined) return kind === "invalid";
  return mere.has(command.kind) && kind === "answered";
}

/** What the charge point has agreed to and not done is an alarm at the place of the command. */
function tellAlarms(
  { house, alarms, clock }: RoadOut,
  { command }: Wanted,
  { effect, sentAt }: { effect: Effect; sentAt: EpochMs },
  sight: Sight,
): void {
  const { chargePointId } = command;
  const named = connectorOf(command) ?? 0;
  const connector = house.twins.get(chargePointId)?.connectors.has(named) === true ? named : 0;
  if (sight.kind === "Observed") alarms.effectSeen(chargePointId, connector);
  if (sight.kind !== "NotObserved") return;
  const text = `${actionOf(command)} was accepted, but ${sight.text}`;
  alarms.effectMissed(chargePointId, { connector, effect, sentAt, missing: { text, since: clock.now() } });
}

/** One that is not known, or no more, has no place of its own: its events stand at the folder of all charge points. */
function tellEnd(
  { house, clock, settings }: RoadOut,
  wanted: Wanted,
  { outcome, request, sentAt, answeredAt }: Settled,
  sight: Sight | undefined,
): void {
  const twin = house.twins.get(wanted.command.chargePointId);
  const occurrence = commandFinished({
    wanted,
    outcome,
    request,
    sentAt,
    answeredAt,
    sight,
    twin,
    now: clock.now(),
    maxKeptCharacters: settings.limits.maxKeptCharacters,
  });
  announce(house, occurrence);
}

function log(
  road: RoadOut,
  { command, requester: { user, role, via } }: Wanted,
  { outcome }: Settled,
  level: "debug" | "info",
): void {
  const isAnswered = outcome.kind === "answered";
  const status = isAnswered ? outcome.response["status"] : undefined;
  const fields = {
    chargePoint: command.chargePointId.slice(0, LONGEST_LOGGED),
    connector: "connectorId" in command ? command.connectorId : undefined,
    action: actionOf(command),
    outcome: nameOfOutcome(outcome),
    status: typeof status === "string" ? hideInText(status).slice(0, LONGEST_LOGGED) : undefined,
    reason: isAnswered ? undefined : hideInText(textOfOutcome(outcome)).slice(0, LONGEST_LOGGED),
    user,
    role,
    via,
  };
  if (outcome.kind === "denied") road.denials.log(fields);
  else road.log[level](fields, "command");
}
