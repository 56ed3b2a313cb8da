// The command line of `ocpp-opcua certificates`: its commands and their options. What they do stands in certificates.ts, which is loaded when it is
// asked for.
import type { Command } from "commander";
import { systemClock } from "../std/clock.ts";
import type { TrustCommand } from "../twin/commands.ts";
import { configOption, dataOption, type SettingsPlace } from "./settingsOptions.ts";

/** `exit` is told the exit code. */
export function addCertificates(group: Command, exit: (code: number) => void): void {
  const surroundings = { clock: systemClock, out: process.stdout, errors: process.stderr };
  const add = (name: string, description: string): Command =>
    group.command(name).description(description).addOption(configOption()).addOption(dataOption());
  group.addHelpText("after", "\nThey work while the bridge runs, and when it does not; changes hold at once.");

  add("list", "show the bridge's own one, those that are trusted, and those that were turned away").action(
    async (options: SettingsPlace) =>
      exit(await (await import("./certificates.ts")).listCertificates(options, surroundings)),
  );
  const change = (name: string, kind: TrustCommand["kind"], description: string): void => {
    add(`${name} <thumbprint>`, description).action(async (thumbprint: string, options: SettingsPlace) => {
      const { changeCertificates } = await import("./certificates.ts");
      exit(await changeCertificates(kind, thumbprint, options, surroundings));
    });
  };
  change("trust", "trustCertificate", "let an application in that was turned away, by the SHA-1 of its certificate");
  change("reject", "rejectCertificate", "let an application in no more; its sessions end");
}
