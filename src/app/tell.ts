// What is told of every command when it has come to its end: counters, one line of the log and an occurrence, which waits for
// what the command makes visible. Never a secret.
import { nameOfOutcome, textOfOutcome } from "../opcua/statusCodes.ts";
import type { CountName } from "../std/counts.ts";
import type { EpochMs } from "../std/clock.ts";
import type { CommandOutcome, Effect } from "../twin/commands.ts";
import { actionOf, commandFinished, connectorOf } from "./commandFinished.ts";
import type { Sight } from "./effects.ts";
import { hideSecrets } from "./hideSecrets.ts";
import type { RoadOut, Settled, Wanted } from "./roadOut.ts";

const countOf: Readonly<Record<CommandOutcome["kind"], CountName>> = {
  answered: "commandsAnswered",
  callError: "commandsFailed",
  malformed: "commandsFailed",
  timedOut: "commandsTimedOut",
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

export function tell(road: RoadOut, wanted: Wanted, settled: Settled): void {
  const { command } = wanted;
  const { outcome, request, effect } = settled;
  // Writing the command variables is no command yet; the one that is triggered tells of itself.
  const isMereWrite = (command.kind === "prepare" || command.kind === "trigger") && outcome.kind === "answered";
  log(road, wanted, settled, isMereWrite ? "debug" : "info");
  if (isMereWrite) return;
  const count = countOf[outcome.kind];
  road.counts.add(count);
  if (request !== undefined && count !== "commandsRefused") road.counts.add("commandsSent");
  const twin = road.house.twins.get(command.chargePointId);
  if (twin === undefined || effect === undefined) return announce(road, wanted, settled, undefined);
  const sentAt = settled.sentAt ?? wanted.at;
  road.effects.follow(twin, effect, sentAt, (sight) => {
    if (sight.kind === "Observed") road.counts.add("effectsObserved");
    if (sight.kind === "NotObserved") road.counts.add("effectsMissed");
    announce(road, wanted, settled, sight);
    tellAlarms(road, wanted, { effect, sentAt, request }, sight);
  });
}

/** What the charge point has agreed to and not done is an alarm at the place of the command. */
function tellAlarms(
  { house, alarms, clock }: RoadOut,
  { command }: Wanted,
  { effect, sentAt, request }: { effect: Effect; sentAt: EpochMs; request: Settled["request"] },
  sight: Sight,
): void {
  const { chargePointId } = command;
  const named = connectorOf(command) ?? 0;
  const connector = house.twins.get(chargePointId)?.connectors.has(named) === true ? named : 0;
  if (sight.kind === "Observed") alarms.effectSeen(chargePointId, connector);
  if (sight.kind !== "NotObserved") return;
  const text = `${actionOf(command, request)} was accepted, but ${sight.text}`;
  alarms.effectMissed(chargePointId, { connector, effect, sentAt, missing: { text, since: clock.now() } });
}

/** One that is not known, or no more, has no place of its own: its events stand at the folder of all charge points. */
function announce(
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
  for (const projection of house.projections) projection.announce(occurrence);
}

function log(
  road: RoadOut,
  { command, requester: { user, via } }: Wanted,
  { outcome, request }: Settled,
  level: "debug" | "info",
): void {
  const isAnswered = outcome.kind === "answered";
  const status = isAnswered ? outcome.response["status"] : undefined;
  road.log[level](
    {
      chargePoint: command.chargePointId.slice(0, LONGEST_LOGGED),
      connector: "connectorId" in command ? command.connectorId : undefined,
      action: actionOf(command, request).slice(0, LONGEST_LOGGED),
      outcome: nameOfOutcome(outcome),
      status: typeof status === "string" ? status.slice(0, LONGEST_LOGGED) : undefined,
      reason: isAnswered ? undefined : String(hideSecrets(textOfOutcome(outcome).slice(0, LONGEST_LOGGED))),
      user,
      via,
    },
    "command",
  );
}
