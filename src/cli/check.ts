// `ocpp-opcua check`: says whether a settings file, its rules files and its vendor files are usable, without starting anything.
import { loadRules } from "../app/loadRules.ts";
import { loadSettings } from "../settings/load.ts";
import { loadVendors } from "../settings/vendors.ts";
import { exitCodes } from "./exitCodes.ts";

export interface Checked {
  /** What to print, without a line break at the end. */
  readonly text: string;
  readonly exitCode: typeof exitCodes.ok | typeof exitCodes.configuration;
}

/** Every error and warning of the files, or that they are usable. */
export function check(file: string): Checked {
  const loaded = loadSettings(file, { withCertificates: true });
  if (!("settings" in loaded)) return { text: loaded.text, exitCode: exitCodes.configuration };
  const { rules, text } = loadRules(loaded.settings);
  const { vendors, text: ofVendors } = loadVendors(loaded.settings);
  const said = [loaded.text, text, ofVendors].filter((each) => each !== "");
  if (rules === undefined || vendors === undefined) return { text: said.join("\n"), exitCode: exitCodes.configuration };
  const count = rules.rules.length;
  const ofRules = loaded.settings.rules.length === 0 ? "" : ` with ${count} ${count === 1 ? "rule" : "rules"}`;
  return { text: [...said, `${file}: the settings are usable${ofRules}`].join("\n"), exitCode: exitCodes.ok };
}
