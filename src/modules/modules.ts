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
  /** Asks the module in a file, named by its absolute path; only those that run can be asked. */
  readonly source: (file: string) => ModuleSource;
  /** Runs exactly these, all loaded anew: what the rules in use ask. Those that are too many are said in the log, and not run. */
  readonly use: (files: readonly string[]) => void;
  readonly state: () => readonly ModuleState[];
}

/** Each is a process. */
export const MOST_MODULES = 32;
/** How often the files are looked at. Notices of the file system get lost on some. */
const INTERVAL_MS = 500;

/** Starts nothing by itself. */
export function openModules(options: ModulesOptions): Modules {
  const modules = new Map<string, HostedModule>();
  const retiring = new Set<HostedModule>();
  let tooMany: readonly string[] = [];
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
    if (tooMany.includes(file)) throw new Error(`there are ${MOST_MODULES} modules already, no more can run`);
    throw new Error("no rule asks it any more");
  };
  return {
    source: (file) => async (question, deadline) => hosted(file).ask(question, deadline),
    use: (files) => {
      if (isStopped) return;
      const wanted = [...new Set(files)];
      const used = wanted.slice(0, MOST_MODULES);
      tooMany = wanted.slice(MOST_MODULES);
      if (tooMany.length > 0)
        options.log.error({ modules: tooMany }, `the rules ask more than ${MOST_MODULES} modules; these are not run`);
      for (const [file, module] of modules) {
        if (used.includes(file)) {
          module.reload();
          continue;
        }
        modules.delete(file);
        retiring.add(module);
        void module.retire().then(() => retiring.delete(module));
      }
      for (const file of used)
        if (!modules.has(file)) modules.set(file, new HostedModule(hostedOptions(file, options)));
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
