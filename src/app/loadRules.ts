// The rules files of the settings, read and checked. It starts nothing and keeps nothing.
import { dirname, resolve } from "node:path";
import { parseRules, type ParsedRules, type RuleSources } from "../decisions/rules/parse.ts";
import { MOST_MODULES } from "../modules/modules.ts";
import { renderDiagnostics } from "../settings/diagnostics.ts";
import type { Settings } from "../settings/settings.ts";
import { readTextFile } from "../settings/textFile.ts";

export interface LoadedRules extends ParsedRules {
  /** Every file that was looked for, also in vain: when one changes the rules may change. */
  readonly files: readonly string[];
  /** Texts of the rules files, in the order in which their rules are asked. */
  readonly texts: readonly RulesText[];
  /** The diagnostics for people, "" when there are none. */
  readonly text: string;
}

/** A rules file as it was read; undefined where it could not be. */
export interface RulesText {
  readonly file: string;
  readonly text: string | undefined;
}

/** Who can be asked beside the rules. */
export const askable: RuleSources["askable"] = new Set(["idTags", "scada", "module"]);

/** Never throws for anything that stands in the files or in their place. */
export function loadRules({ rules, limits }: Pick<Settings, "rules" | "limits">): LoadedRules {
  const files = new Map<string, string | undefined>();
  const parsed = parseRules(rules, {
    read: (file) => {
      const read = readTextFile(file, "correct its name, or create it");
      files.set(file, "text" in read && rules.includes(file) ? read.text : undefined);
      return read;
    },
    resolve: (from, file) => resolve(dirname(from), file),
    maxListEntries: limits.maxListEntries,
    askable,
    maxModules: MOST_MODULES,
  });
  const texts = rules.map((file) => ({ file, text: files.get(file) }));
  return { ...parsed, files: [...files.keys()], texts, text: renderDiagnostics(parsed.diagnostics) };
}
