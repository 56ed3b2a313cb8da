// `ocpp-opcua send`: hands one command to the bridge that runs on the data directory, and says what came of it.
import { ask, type Asked } from "../control/ask.ts";
import type { RequestName } from "../control/requests.ts";
import { nameOfCommand } from "../datapoints/commandNames.ts";
import type { Clock } from "../std/clock.ts";
import type { Command, CommandOutcome } from "../twin/commands.ts";
import { acceptingStatuses, exitCodeOf, exitCodes } from "./exitCodes.ts";
import { explainOutcome, explainRefusal, renderResponse } from "./outcomeText.ts";
import { findDataDirectory, type SettingsPlace } from "./settingsOptions.ts";

export interface SendOptions extends SettingsPlace {
  /** The response as JSON. */
  readonly json?: boolean;
}

/** Where something is written: the process's own streams, or a test's. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface SendSurroundings {
  readonly clock: Clock;
  readonly out: Output;
  readonly errors: Output;
}

/** Resolves with the exit code once it is known what came of the command. */
export async function send(command: Command, options: SendOptions, surroundings: SendSurroundings): Promise<number> {
  const { errors } = surroundings;
  const place = findDataDirectory(options);
  if ("fault" in place) {
    errors.write(`${place.fault}\n`);
    return exitCodes.configuration;
  }
  const what = `${command.chargePointId}: ${nameOfCommand(command)}`;
  const progress = saySoon(surroundings, `waiting for what comes of ${what} …`);
  const asked = await ask(place.directory, "command", { command });
  progress.cancel();
  if (asked.kind === "answered")
    return report(command.chargePointId, asked.answer.outcome, options.json === true, surroundings);
  const [text, exitCode] = explainSilence(asked, place.directory);
  errors.write(`error: ${text}\n`);
  return exitCode;
}

const PATIENCE_MS = 2_000;

/** Whoever sits before a terminal is told that something is going on. */
function saySoon({ clock, errors }: SendSurroundings, text: string): { cancel(): void } {
  if (errors.isTTY !== true) return { cancel: () => {} };
  return clock.after(PATIENCE_MS, () => errors.write(`${text}\n`));
}

function report(id: string, outcome: CommandOutcome, asJson: boolean, { out, errors }: SendSurroundings): number {
  if (outcome.kind !== "answered") {
    errors.write(`error: ${explainOutcome(id, outcome)}\n`);
    return exitCodeOf[outcome.kind];
  }
  const { response } = outcome;
  out.write(renderResponse(response, asJson));
  const isRefused = typeof response["status"] === "string" && !acceptingStatuses.has(response["status"]);
  return isRefused ? exitCodes.failed : exitCodeOf.answered;
}

/** Why a bridge has not answered, and the exit code that says so. */
export function explainSilence(
  asked: Exclude<Asked<RequestName>, { kind: "answered" }>,
  directory: string,
): readonly [text: string, exitCode: number] {
  switch (asked.kind) {
    case "notRunning":
      return [
        `no bridge is running on ${directory}; start it with \`ocpp-opcua run\`, or name its settings with --config or its data directory with --data`,
        exitCodes.notRunning,
      ];
    case "unreachable":
      return [
        `this user may not reach the bridge on ${directory} (${asked.code}); be the user that it runs as`,
        exitCodes.denied,
      ];
    case "lost":
      return [
        "the bridge has ended before it answered; what came of the command is unknown, and its log may say",
        exitCodes.unknownEnd,
      ];
    case "refused": {
      const mayPass = asked.refusal.code === "notReady" || asked.refusal.code === "busy";
      return [explainRefusal(asked.refusal), mayPass ? exitCodes.tryAgain : exitCodes.protocol];
    }
  }
}
