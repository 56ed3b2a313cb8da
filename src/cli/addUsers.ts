// The command line of `ocpp-opcua users`: its commands and their options. What they do stands in users.ts, which is loaded when it is asked for.
import { Option, type Command } from "commander";
import { systemClock } from "../std/clock.ts";
import { accountRoles } from "../twin/accounts.ts";
import { configOption, dataOption, type SettingsPlace } from "./settingsOptions.ts";
import type { ChangeOptions } from "./users.ts";

/** `exit` is told the exit code. */
export function addUsers(group: Command, exit: (code: number) => void): void {
  const surroundings = { clock: systemClock, in: process.stdin, out: process.stdout, errors: process.stderr };
  const add = (name: string, description: string): Command =>
    group.command(name).description(description).addOption(configOption()).addOption(dataOption());
  const doing = async () => import("./users.ts");
  const role = (): Option => new Option("--role <role>", "what the user may do").choices(accountRoles);
  group.addHelpText("after", "\nThey work while the bridge runs, and when it does not; changes hold at once.");

  add("list", "show all of them").action(async (options: SettingsPlace) =>
    exit(await (await doing()).listUsers(options, surroundings)),
  );
  const adding = add("add <name>", "let somebody log in")
    .addOption(role().makeOptionMandatory())
    .option(...PASSWORD)
    .option("--certificate <file>", "X.509 certificate of the user, PEM or DER, to log in with over OPC UA");
  adding.action(async (name: string, options: ChangeOptions & { readonly role: string }) => {
    if (options.passwordStdin !== true && options.certificate === undefined)
      adding.error("error: say how the user logs in: with --password-stdin, --certificate FILE or both");
    const wanted = { kind: "addAccount", chargePointId: "", name, role: options.role } as const;
    exit(await (await doing()).changeUsers(wanted, options, surroundings));
  });
  add("remove <name>", "let somebody log in no more; sessions that are open end").action(change("removeAccount"));
  add("role <name> <role>", `let somebody do more or less: ${accountRoles.join(", ")}`).action(
    async (name: string, wanted: string, options: SettingsPlace) => {
      const command = { kind: "setAccountRole", chargePointId: "", name, role: wanted } as const;
      exit(await (await doing()).changeUsers(command, options, surroundings));
    },
  );
  add("disable <name>", "keep somebody out until he is enabled again; sessions that are open end").action(
    enable(false),
  );
  add("enable <name>", "let somebody log in again").action(enable(true));
  const replacing = add("password <name>", "replace the password; sessions that were opened with it end").option(
    ...PASSWORD,
  );
  replacing.action(async (name: string, options: ChangeOptions) => {
    if (options.passwordStdin !== true)
      replacing.error("error: --password-stdin is missing: a password is only read from there");
    const command = { kind: "setAccountPassword", chargePointId: "", name, password: "" } as const;
    exit(await (await doing()).changeUsers(command, options, surroundings));
  });
  add("certificate <name> <file>", "replace the certificate; sessions that were opened with it end").action(
    async (name: string, certificate: string, options: SettingsPlace) => {
      const command = { kind: "setAccountCertificate", chargePointId: "", name, certificate: "" } as const;
      exit(await (await doing()).changeUsers(command, { ...options, certificate }, surroundings));
    },
  );

  function change(kind: "removeAccount") {
    return async (name: string, options: SettingsPlace): Promise<void> =>
      exit(await (await doing()).changeUsers({ kind, chargePointId: "", name }, options, surroundings));
  }

  function enable(isEnabled: boolean) {
    return async (name: string, options: SettingsPlace): Promise<void> => {
      const command = { kind: "enableAccount", chargePointId: "", name, isEnabled } as const;
      exit(await (await doing()).changeUsers(command, options, surroundings));
    };
  }
}

/** On the command line every user of the machine could read it. */
const PASSWORD = [
  "--password-stdin",
  "read the password from standard input, up to the end of its first line",
] as const;
