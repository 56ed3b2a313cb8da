// What is told of every command when it has come to its end: counters and one line of the log. Never a secret.
import { nameOfOutcome, textOfOutcome } from "../opcua/statusCodes.ts";
import type { CountName } from "../std/counts.ts";
import type { CommandOutcome } from "../twin/commands.ts";
import type { RoadOut, Settled, Wanted } from "./roadOut.ts";

/** What a call that has been sent, or any other command, counts as. */
const countOf: Readonly<Record<CommandOutcome["kind"], CountName>> = {
  answered: "commandsAnswered",
  callError: "commandsFailed",
  malformed: "commandsFailed",
  timedOut: "commandsTimedOut",
  offline: "commandsRefused",
  queueFull: "commandsRefused",
  invalid: "commandsRefused",
  unsupported: "commandsRefused",
  denied: "commandsRefused",
  unknown: "commandsRefused",
  conflict: "commandsRefused",
  exists: "commandsRefused",
};

export function tell({ counts, log }: RoadOut, { command, requester }: Wanted, { outcome, request }: Settled): void {
  const count = countOf[outcome.kind];
  counts.add(count);
  if (request !== undefined && count !== "commandsRefused") counts.add("commandsSent");
  const { user, via } = requester;
  log[command.kind === "prepare" ? "debug" : "info"](
    {
      chargePoint: command.chargePointId.slice(0, 50),
      connector: "connectorId" in command ? command.connectorId : undefined,
      action: (request?.action ?? (command.kind === "call" ? command.action : command.kind)).slice(0, 50),
      outcome: nameOfOutcome(outcome),
      status: outcome.kind === "answered" ? outcome.response["status"] : undefined,
      reason: outcome.kind === "answered" ? undefined : textOfOutcome(outcome),
      user,
      via,
    },
    "command",
  );
}
