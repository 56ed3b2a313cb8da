// The commands about what the bridge keeps: messages, transactions, backup, restore. What they do stands in files of their own, which are
// loaded only when they are asked for.
import { InvalidArgumentError, type Command } from "commander";
import { systemClock } from "../std/clock.ts";
import { readTime } from "./flags.ts";
import type { MessagesOptions } from "./messages.ts";
import type { BackupCommandOptions } from "./backup.ts";
import { configOption, dataOption, type SettingsPlace } from "./settingsOptions.ts";
import type { TransactionsOptions } from "./transactions.ts";

const MOST_MESSAGES = 1_000_000;

/** Adds them to the program, made by `command`. */
export function addStoreCommands(
  command: (name: string, description: string) => Command,
  exit: (code: number) => void,
): void {
  const surroundings = { clock: systemClock, out: process.stdout, errors: process.stderr };

  command("messages", "show what went over the wires, the newest first")
    .argument("[charge-point]", "of this charge point alone")
    .option("--action <name>", "only this action, such as MeterValues")
    .option("--since <time>", "from this time on, such as 2026-05-01T06:00:00Z", readTime)
    .option("--until <time>", "before this time", readTime)
    .option("--violations", "only what was not answered as it should be, or broke the schema")
    .option("--limit <number>", "at most so many", wholeNumber, 100)
    .option("--json", "one JSON object a line")
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (chargePointId: string | undefined, options: MessagesOptions) => {
      const { messages } = await import("./messages.ts");
      exit(await messages({ ...options, chargePointId }, surroundings));
    });
  command("transactions", "write charge detail records as CSV")
    .option("--since <time>", "started from this time on, such as 2026-05-01T00:00:00Z", readTime)
    .option("--until <time>", "started before this time", readTime)
    .option("--charge-point <id>", "of this charge point alone")
    .option("--output <file>", "into this file instead of standard output")
    .addOption(configOption())
    .addOption(dataOption())
    .action(async ({ chargePoint, ...options }: TransactionsOptions & { readonly chargePoint?: string }) => {
      const { transactions } = await import("./transactions.ts");
      exit(await transactions({ ...options, chargePointId: chargePoint }, surroundings));
    });
  command("backup", "copy what the bridge keeps, also while it runs")
    .requiredOption("--output <place>", "a folder for all files, or a file that ends in .db for the transactions alone")
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (options: BackupCommandOptions) => {
      const { backup } = await import("./backup.ts");
      exit(await backup(options, surroundings));
    });
  command("restore", "put a backup in place, while no bridge runs; what was there is kept beside it")
    .argument("<backup>", "what `backup` has made: a folder, or a file")
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (source: string, options: SettingsPlace) => {
      const { restoreBackup } = await import("./backup.ts");
      exit(await restoreBackup({ ...options, backup: source }, surroundings));
    });
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= MOST_MESSAGES) return number;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_MESSAGES}.`);
}
