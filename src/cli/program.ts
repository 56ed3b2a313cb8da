// The command line: commands, options, help. What a command does stands in a file of its own.
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { version } from "../std/version.ts";
import { addCertificates } from "./addCertificates.ts";
import { addIdTags } from "./addIdTags.ts";
import { check } from "./check.ts";
import { addDecide } from "./addDecide.ts";
import { addSend } from "./addSend.ts";
import { addStoreCommands } from "./addStoreCommands.ts";
import { addUsers } from "./addUsers.ts";
import { pointListFormats, renderPointList, type PointListFormat } from "./datapoints.ts";
import { exitCodes } from "./exitCodes.ts";
import type { RunOptions } from "./run.ts";
import { configOption, dataOption, variables } from "./settingsOptions.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"];

/** Runs the command that `argv` names and returns the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.ok;
  // Unit files and compose files leave variables empty that are not meant to be set.
  for (const variable of Object.values(variables)) if (process.env[variable] === "") delete process.env[variable];
  // Whoever reads us may stop reading (`| head`), which is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const program = new Command("ocpp-opcua")
    .description("OCPP 1.6-J central system that shows charge points to SCADA over OPC UA")
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError("(ocpp-opcua --help says more)");
  const command = (name: string, description: string): Command => program.command(name).description(description);
  const exit = (code: number): void => {
    exitCode = code;
  };

  command("run", "run the bridge until SIGTERM or SIGINT")
    .addOption(configOption())
    .addOption(dataOption())
    .addOption(
      new Option("--log-level <level>", "least severe line that is logged").choices(LOG_LEVELS).default("info"),
    )
    .action(async (options: RunOptions) => {
      // The bridge takes longer to load than most commands take altogether; so does the simulator.
      const { run } = await import("./run.ts");
      exit(await run(options));
    });
  command("check", "check the settings and rules without starting")
    .addOption(configOption())
    .action(({ config }: { config: string }) => {
      const { text, exitCode: code } = check(config);
      process.stdout.write(`${text}\n`);
      exit(code);
    });
  addSimulate(command("simulate", "simulate charge points against any OCPP 1.6-J central system"), exit);
  addSend(command("send", "send an OCPP command to a charge point through the running bridge"), exit);
  addIdTags(command("idtags", "list, change, import and export the id tags that may charge"), exit);
  addUsers(command("users", "list and change who may log in, and as what"), exit);
  addCertificates(command("certificates", "list the certificates of OPC UA applications, trust and reject them"), exit);
  addStoreCommands(command, exit);
  addDecide(command("decide", "say how the rules decide a question, and why (dry run)"), exit);
  command("datapoints", "print the point list")
    .addOption(new Option("--format <format>", "how to print it").choices(pointListFormats).default("csv"))
    .action(({ format }: { format: PointListFormat }) => void process.stdout.write(renderPointList(format)));

  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  return exitCode;
}

interface SimulateArguments {
  readonly url: string;
  readonly count: number;
  readonly speed: number;
  readonly seed: string;
  readonly idPrefix: string;
  readonly connectors?: number;
  readonly password?: string;
  readonly duration?: number;
  readonly ramp: number;
  readonly yesThisIsMine?: string;
}

const MOST_CHARGE_POINTS = 20_000;
const MOST_CONNECTORS = 1000;
const FASTEST = 10_000;
const STEEPEST_RAMP = 10_000;
/** About what a timer of Node holds (2³¹ ms). */
const LONGEST_SECONDS = 2_000_000;

function addSimulate(command: Command, exit: (code: number) => void): void {
  command
    .requiredOption("--url <url>", "address of the central system without the identity, ws://HOST:PORT", webSocketUrl)
    .option("--count <number>", "how many charge points", wholeNumber(MOST_CHARGE_POINTS), 1)
    .option("--speed <factor>", "how much faster than the clock they live", positiveNumber(FASTEST), 1)
    .option("--seed <text>", "the same seed gives the same life", "fleet")
    .option("--id-prefix <text>", "identities are this and a number from 001", "CP")
    .option("--connectors <number>", "connectors of each charge point", wholeNumber(MOST_CONNECTORS))
    .option("--password <text>", "Basic authentication: password of all of them")
    .option("--duration <seconds>", "stop after so many seconds", positiveNumber(LONGEST_SECONDS))
    .option("--ramp <number>", "new connections per second", positiveNumber(STEEPEST_RAMP), 100)
    .option("--yes-this-is-mine <host>", "the host of a central system that is not on this machine; others are refused")
    .action(async ({ duration, ramp, yesThisIsMine, ...options }: SimulateArguments) => {
      const { checkTarget } = await import("../simulator/ownTarget.ts");
      const target = await checkTarget(options.url, yesThisIsMine);
      if ("refusal" in target) {
        process.stderr.write(`ocpp-opcua: ${target.refusal}\n`);
        return exit(exitCodes.usage);
      }
      const { simulateCommand } = await import("../simulator/simulateCommand.ts");
      const stop = new AbortController();
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());
      exit(
        await simulateCommand({
          ...options,
          url: target.url,
          rampPerSecond: ramp,
          signal: stop.signal,
          ...(duration !== undefined && { durationSeconds: duration }),
        }),
      );
    });
}

function webSocketUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : "";
  if (protocol === "ws:" || protocol === "wss:") return text;
  throw new InvalidArgumentError("It must be an address such as ws://192.168.10.1:9000.");
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}

function positiveNumber(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (number > 0 && number <= most) return number;
    throw new InvalidArgumentError(`It must be a number above 0, at most ${most}.`);
  };
}
