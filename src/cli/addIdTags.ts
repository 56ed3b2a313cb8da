// The command line of `ocpp-opcua idtags`: its commands and their options. What they do stands in idTags.ts, which is loaded when it is asked for.
import { Option, type Command } from "commander";
import { systemClock } from "../std/clock.ts";
import { idTagStatuses } from "../twin/idTags.ts";
import { configOption, dataOption, type SettingsPlace } from "./settingsOptions.ts";

interface SetOptions extends SettingsPlace {
  readonly status: string;
  readonly expiryDate?: string;
  readonly parentIdTag?: string;
}

/** `exit` is told the exit code. */
export function addIdTags(group: Command, exit: (code: number) => void): void {
  const surroundings = { clock: systemClock, out: process.stdout, errors: process.stderr };
  const add = (name: string, description: string): Command =>
    group.command(name).description(description).addOption(configOption()).addOption(dataOption());
  const doing = async () => import("./idTags.ts");
  const chargePointId = "";

  add("list", "show all of them").action(async (options: SettingsPlace) =>
    exit(await (await doing()).listIdTags(options, surroundings)),
  );
  add("set <idtag>", "add one, or change what is said of it, through the running bridge")
    .addOption(new Option("--status <word>", "what is said of it").choices(idTagStatuses).default("Accepted"))
    .option("--expiry-date <time>", "from then on it is Expired, such as 2026-12-31T22:59:59Z")
    .option("--parent-id-tag <text>", "group that it belongs to")
    .action(async (idTag: string, { status, expiryDate, parentIdTag, ...place }: SetOptions) => {
      const given = {
        ...(expiryDate !== undefined && { expiryDate }),
        ...(parentIdTag !== undefined && { parentIdTag }),
      };
      const command = { kind: "setIdTag", chargePointId, idTag, status, ...given } as const;
      exit(await (await doing()).changeIdTags(command, place, surroundings));
    });
  add("remove <idtag>", "take one out of the list, through the running bridge").action(
    async (idTag: string, place: SettingsPlace) =>
      exit(await (await doing()).changeIdTags({ kind: "removeIdTag", chargePointId, idTag }, place, surroundings)),
  );
  add("import <file>", "take all of a CSV file into the list of the running bridge, or nothing")
    .option("--replace", "remove all others")
    .addHelpText("after", "\nColumns: idTag,status and, if wanted, expiryDate,parentIdTag, named by the first line.")
    .action(async (file: string, options: SettingsPlace & { readonly replace?: boolean }) =>
      exit(await (await doing()).importIdTags({ ...options, file }, surroundings)),
    );
  add("export", "write all of them as CSV")
    .option("--output <file>", "into this file instead of standard output")
    .action(async (options: SettingsPlace & { readonly output?: string }) =>
      exit(await (await doing()).exportIdTags(options, surroundings)),
    );
}
