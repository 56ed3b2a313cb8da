// The rules that are in use, exchanged as a whole when their files change: a file with an error leaves those from before in use.
import { noRules, type RuleSet } from "../decisions/rules/rule.ts";
import { lookAt, markNow } from "../std/fileMark.ts";
import type { Diagnostic } from "../settings/diagnostics.ts";
import type { Settings } from "../settings/settings.ts";
import { every, type Clock, type EpochMs, type Timer } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Log } from "../std/log.ts";
import { loadRules, type LoadedRules, type RulesText } from "./loadRules.ts";

/** What is shown of the rules. */
export interface RulesState {
  readonly inUse: number;
  readonly loadedAt: EpochMs;
  /** The first error of files that were refused; "" when those in use are those that lie there. */
  readonly error: string;
}

/** What is shown of the files themselves, as they were when they were last loaded, in use or refused. */
export interface RulesFiles {
  readonly files: readonly RulesText[];
  /** What is wrong with them. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The rules files cannot be used, and there are none from before. Its message is for people, with places and carets. */
export class RulesFault extends Error {
  override readonly name = "RulesFault";
}

export interface RulesOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly counts: Counts;
  readonly log: Log;
}

/** How often the files are looked at; a change counts once it is the same twice. Notices of the file system get lost on some. */
const INTERVAL_MS = 500;
/** Diagnostics that are worth a line of the log each. */
const MOST_LOGGED = 20;

export class RulesInUse {
  /** Called with the rules after every exchange. */
  whenExchanged: (rules: RuleSet) => void = () => {};
  readonly #options: RulesOptions;
  #rules: RuleSet = noRules;
  #loadedAt: EpochMs;
  #error = "";
  #files: readonly string[];
  #shown: RulesFiles = { files: [], diagnostics: [] };
  /** Of the files as they were when they were last loaded. */
  #marks: string;

  /** Throws a RulesFault when a file has an error. */
  constructor(options: RulesOptions) {
    this.#options = options;
    this.#files = options.settings.rules;
    this.#loadedAt = options.clock.now();
    this.#marks = "";
    const { rules, text, diagnostics } = this.#load();
    if (rules === undefined) throw new RulesFault(text);
    this.#say(diagnostics);
    this.#rules = rules;
  }

  get rules(): RuleSet {
    return this.#rules;
  }

  get state(): RulesState {
    return { inUse: this.#rules.rules.length, loadedAt: this.#loadedAt, error: this.#error };
  }

  get files(): RulesFiles {
    return this.#shown;
  }

  /** Reads the files again and, when they have no error, exchanges all rules at once. Never throws. */
  reload(): void {
    const { counts, log, clock } = this.#options;
    const { rules, diagnostics } = this.#load();
    this.#say(diagnostics);
    if (rules === undefined) {
      const first = diagnostics.find(({ severity }) => severity === "error");
      this.#error = first === undefined ? "" : sentenceOf(first);
      counts.add("ruleReloadsRefused");
      log.error({ error: this.#error }, "the changed rules have an error; those from before stay in use");
      return;
    }
    this.#rules = rules;
    this.#loadedAt = clock.now();
    this.#error = "";
    counts.add("ruleReloads");
    log.info({ rules: rules.rules.length }, "the changed rules are in use");
    try {
      this.whenExchanged(rules);
    } catch (error) {
      log.error({ error: String(error) }, "what the changed rules need could not be made ready");
    }
  }

  /** Reloads when a file changes, until it is cancelled. */
  watch(): Timer {
    let seen = this.#marks;
    let isLooking = false;
    const look = async (): Promise<void> => {
      const files = this.#files;
      const marks = join(await Promise.all(files.map(lookAt)));
      if (files === this.#files && marks !== this.#marks && marks === seen) this.reload();
      seen = marks;
    };
    return every(this.#options.clock, INTERVAL_MS, () => {
      if (isLooking) return;
      isLooking = true;
      void look()
        .catch((error: unknown) => this.#options.log.error({ error: String(error) }, "the rules were not looked at"))
        .finally(() => {
          isLooking = false;
        });
    });
  }

  #load(): LoadedRules {
    // Looked at before they are read: one that is written meanwhile is read once more.
    const before = new Map(this.#files.map((file) => [file, markNow(file)]));
    const loaded = loadRules(this.#options.settings);
    this.#files = loaded.files;
    this.#shown = { files: loaded.texts, diagnostics: loaded.diagnostics };
    this.#marks = join(loaded.files.map((file) => before.get(file) ?? markNow(file)));
    return loaded;
  }

  #say(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics.slice(0, MOST_LOGGED)) {
      const { severity, file, line, col, path } = diagnostic;
      const level = severity === "error" ? "error" : "warn";
      this.#options.log[level]({ file, line, col, path }, sentenceOf(diagnostic));
    }
  }
}

function sentenceOf({ file, line, col, message, hint }: Diagnostic): string {
  return `${file}:${line}:${col} ${message}${hint === undefined ? "" : `; ${hint}`}`;
}

function join(marks: readonly string[]): string {
  return marks.join("\n");
}
