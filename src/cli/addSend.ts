// The command line of `ocpp-opcua send CHARGEPOINT ACTION [flags]`: which actions there are, their flags, and their help.
// What is done with them stands in send.ts.
import { Command, Option } from "commander";
import { payloadOf, type Argument } from "../datapoints/arguments.ts";
import { nearest } from "../std/nearest.ts";
import { systemClock } from "../std/clock.ts";
import type { Command as Wanted } from "../twin/commands.ts";
import { flagOf, valuesIn, type FlagValues } from "./flags.ts";
import { send, type SendOptions } from "./send.ts";
import { listSendables, sendables, type Sendable } from "./sendTable.ts";
import { configOption, dataOption } from "./settingsOptions.ts";

const JSON_FLAG = "print the response as JSON";
const HELP = ["--help", "-h"];

/** `exit` is told the exit code. */
export function addSend(command: Command, exit: (code: number) => void): void {
  command
    .argument("[chargepoint]", "OCPP identity of the charge point")
    .argument("[action]", "what to send, of those below")
    .argument("[flags...]", "the fields of the request; ACTION --help lists them")
    .usage("[options] CHARGEPOINT ACTION [flags]")
    .passThroughOptions()
    .showHelpAfterError("(ocpp-opcua send --help lists the actions)")
    .addOption(configOption())
    .addOption(dataOption())
    .option("--json", JSON_FLAG)
    .addHelpText(
      "after",
      `\nActions:\n${listSendables()}\n\nocpp-opcua send CHARGEPOINT ACTION --help shows the flags of one.`,
    )
    .action(
      async (id: string | undefined, action: string | undefined, flags: readonly string[], options: SendOptions) => {
        if (id === undefined || HELP.includes(action ?? "")) command.help({ error: id === undefined });
        const sendable = sendables.find(({ method }) => method.name === action);
        if (sendable === undefined) command.error(unknownAction(action));
        else await readFlags({ command, sendable, id, flags, options, exit });
      },
    );
}

function unknownAction(action: string | undefined): string {
  if (action === undefined) return "error: say which action to send";
  const names = sendables.map(({ method }) => method.name);
  const near = nearest(action, names);
  const hint = near === undefined ? "Call sends any action by its name" : `did you mean ${near}?`;
  return `error: unknown action '${action}'; ${hint}`;
}

interface Line {
  readonly command: Command;
  readonly sendable: Sendable;
  readonly id: string;
  readonly flags: readonly string[];
  readonly options: SendOptions;
  readonly exit: (code: number) => void;
}

async function readFlags({ command, sendable, id, flags, options, exit }: Line): Promise<void> {
  const line = `ocpp-opcua send ${id} ${sendable.method.name}`;
  const parser = new Command(line)
    .copyInheritedSettings(command)
    .description(sendable.method.description)
    .showHelpAfterError(`(${line} --help says more)`);
  for (const option of optionsOf(sendable)) parser.addOption(option);
  parser.action(async (read: FlagValues) => {
    const wanted = commandOf(sendable, id, read);
    if ("fault" in wanted) return parser.error(`error: ${wanted.fault}`);
    exit(await send(wanted, sharedOf(sendable, options, read), surroundings()));
  });
  await parser.parseAsync([...flags], { from: "user" });
}

function surroundings(): Parameters<typeof send>[2] {
  return { clock: systemClock, out: process.stdout, errors: process.stderr };
}

const connectorArgument: Argument = {
  name: "ConnectorId",
  field: "connectorId",
  type: "Int32",
  isEnumeration: false,
  isList: false,
  isJson: false,
  isRequired: true,
  description: "Number of the connector, from 1.",
};

/** The flags of an action, and after them those of `send` whose names are not taken. */
function optionsOf({ method, isOfConnector, onConnector }: Sendable): readonly Option[] {
  const isOneOfTwo = onConnector !== undefined;
  const own = [
    ...method.inputs.map((argument) => flagOf(argument, argument.isRequired && !isOneOfTwo)),
    ...(isOfConnector ? [flagOf(connectorArgument)] : []),
    ...(isOneOfTwo ? [flagOf({ ...connectorArgument, description: onConnector.description }, false)] : []),
  ];
  const taken = own.map(({ long }) => long);
  const shared = [
    new Option("--config <file>", "settings file"),
    new Option("--data <directory>", "where data is kept; overrides store.directory"),
    new Option("--json", JSON_FLAG),
  ];
  return [...own, ...shared.filter(({ long }) => !taken.includes(long))];
}

/** The options of `send`, wherever they stand; a field of the request that bears the name of one is none. */
function sharedOf({ method }: Sendable, before: SendOptions, after: FlagValues): SendOptions {
  const own = new Set(method.inputs.map(({ field }) => field));
  const given = (name: string): string | undefined => {
    const value = own.has(name) ? undefined : after[name];
    return typeof value === "string" ? value : undefined;
  };
  const { config = before.config, data = before.data } = { config: given("config"), data: given("data") };
  return { config, json: before.json === true || after["json"] === true, ...(data !== undefined && { data }) };
}

function commandOf({ method, isOfConnector, onConnector }: Sendable, id: string, flags: FlagValues): Wanted | Fault {
  const isNamed = isOfConnector || (onConnector !== undefined && flags["connectorId"] !== undefined);
  const connectorId = isNamed ? Number(flags["connectorId"]) : 0;
  if (isNamed && connectorId < 1) return { fault: "ConnectorId: must be 1 or more" };
  const chosen = isNamed ? (onConnector ?? method) : method;
  const read = payloadOf(chosen.inputs, valuesIn(chosen.inputs, flags));
  if ("fault" in read)
    return {
      fault: `${read.fault.text}${onConnector === undefined ? "" : "; or name a connector with --connector-id"}`,
    };
  const left = method.inputs.filter(({ field }) => !chosen.inputs.some((each) => each.field === field));
  const surplus = left.find(({ field }) => flags[field] !== undefined);
  if (surplus !== undefined) return { fault: `${surplus.name}: cannot be given together with ConnectorId` };
  return chosen.command({ chargePointId: id, connectorId }, read.payload);
}

interface Fault {
  readonly fault: string;
}
