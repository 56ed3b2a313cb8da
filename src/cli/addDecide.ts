// The command line of `ocpp-opcua decide`: its options and how they are read. What is done with them stands in decide.ts.
import { InvalidArgumentError, Option, type Command } from "commander";
import { decidedActions } from "../twin/questions.ts";
import { isDateTime } from "../schema/dateTime.ts";
import { decide, type DecideOptions } from "./decide.ts";
import { configOption } from "./settingsOptions.ts";

/** `exit` is told the exit code. */
export function addDecide(command: Command, exit: (code: number) => void): void {
  command
    .addOption(configOption())
    .addOption(new Option("--action <action>", "what is asked").choices(decidedActions).makeOptionMandatory())
    .requiredOption("--charge-point <id>", "OCPP identity of the charge point that asks")
    .option("--id-tag <text>", "id tag of the request")
    .option("--connector <number>", "connector of the request", readConnector)
    .option("--payload <json>", "other fields of the request, as a JSON object", readPayload)
    .option("--now <time>", "when it is asked, such as 2026-05-01T22:00:00Z", readTime)
    .addHelpText(
      "after",
      "\nNothing is sent and no running bridge is asked: of the charge point only what the settings say is known.",
    )
    .action(async (options: DecideOptions) => exit(await decide(options, process.stdout, process.stderr)));
}

const MOST = 2_147_483_647;

function readConnector(text: string): number {
  const number = Number(text);
  if (/^\d+$/u.test(text) && number <= MOST) return number;
  throw new InvalidArgumentError("It must be a whole number.");
}

function readPayload(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError("It must be JSON.");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new InvalidArgumentError('It must be a JSON object such as {"vendorId":"com.example"}.');
}

function readTime(text: string): number {
  const at = isDateTime(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new InvalidArgumentError("It must be a time with its offset, such as 2026-05-01T22:00:00Z.");
}
