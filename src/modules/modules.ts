// The users' own modules as sources of decisions, each in a process of its own that may hang, throw or die without the bridge doing so.
// Which rule asks which, and what their answers are worth, is not decided here.
import { every, type Clock } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { Question } from "../twin/questions.ts";
import { BoundedLog } from "./boundedLog.ts";
import { HostedModule, type HostedModuleOptions, type ModuleState } from "./hostedModule.ts";
import type { AnswerDeadline } from "./hostedProcess.ts";
import type { ModuleAnswer } from "./messages.ts";

export interface ModulesOptions {
  readonly limits: {
    /** Questions that one module is asked at the same time; further ones fail at once. */
    readonly maxModuleQuestions: number;
    /** Heap of the process of one module; the whole process may have 128 megabytes more. */
    readonly maxModuleMegabytes: number;
  };
  readonly clock: Clock;
  readonly counts: Counts;
  readonly log: Log;
}

/** Rejects with a sentence when there is no answer; undefined when the module does not know. */
export type ModuleSource = (question: Question, deadline: AnswerDeadline) => Promise<ModuleAnswer | undefined>;

export interface Modules extends Running {
  /** Asks the module in a file, named by its absolute path; starts it where it is not running. */
  readonly source: (file: string) => ModuleSource;
  /** Runs exactly these, all loaded anew: what the rules in use ask. */
  readonly use: (files: readonly string[]) => void;
  readonly state: () => readonly ModuleState[];
}

/** Each is a process. */
const MOST_MODULES = 32;
/** How often the files are looked at. Notices of the file system get lost on some. */
const INTERVAL_MS = 500;

/** Starts nothing by itself. */
export function openModules(options: ModulesOptions): Modules {
  const modules = new Map<string, HostedModule>();
  const retiring = new Set<HostedModule>();
  let isStopped = false;
  const looking = every(options.clock, INTERVAL_MS, () => {
    for (const module of modules.values()) void module.look();
  });
  const killAll = (): void => [...modules.values(), ...retiring].forEach((module) => void module.stop());
  process.on("exit", killAll);
  const hosted = (file: string): HostedModule => {
    const known = modules.get(file);
    if (known !== undefined) return known;
    if (isStopped) throw new Error("the bridge is stopping");
    if (modules.size >= MOST_MODULES) throw new Error(`there are ${MOST_MODULES} modules already, no more can run`);
    const module = new HostedModule(hostedOptions(file, options));
    modules.set(file, module);
    return module;
  };
  return {
    source: (file) => async (question, deadline) => hosted(file).ask(question, deadline),
    use: (files) => {
      if (isStopped) return;
      for (const [file, module] of modules) {
        if (files.includes(file)) {
          module.reload();
          continue;
        }
        modules.delete(file);
        retiring.add(module);
        void module.retire().then(() => retiring.delete(module));
      }
      for (const file of files.slice(0, MOST_MODULES)) hosted(file);
    },
    state: () => [...modules.values()].map(({ state }) => state),
    stop: async () => {
      isStopped = true;
      looking.cancel();
      process.off("exit", killAll);
      await Promise.all([...modules.values(), ...retiring].map((module) => module.stop()));
    },
  };
}

function hostedOptions(file: string, { limits, clock, counts, log }: ModulesOptions): HostedModuleOptions {
  const ownLog = log.child({ module: file });
  return {
    file,
    maxMegabytes: limits.maxModuleMegabytes,
    maxQuestions: limits.maxModuleQuestions,
    clock,
    counts,
    ownLog,
    log: new BoundedLog(ownLog, clock),
  };
}
