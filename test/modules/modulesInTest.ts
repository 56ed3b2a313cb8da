// Users' modules in tests: real files, real processes, asked by the decider as a rule asks them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { ask, type Asked } from "../../src/decisions/ask.ts";
import { openModules, type Modules, type ModulesOptions } from "../../src/modules/modules.ts";
import { systemClock } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import type { Log, LogFields } from "../../src/std/log.ts";
import type { Question } from "../../src/twin/questions.ts";

export interface Line {
  readonly level: keyof Log;
  readonly fields: LogFields;
  readonly message: string;
}

/** Long enough for a process to start on a busy machine; tests of lateness name less. */
const PATIENT_SECONDS = 15;

export interface ModulesInTest {
  readonly modules: Modules;
  readonly lines: Line[];
  readonly counts: Counts;
  /** Writes a file and returns its path. */
  readonly write: (name: string, text: string) => string;
  /** Uses the module, too, where it is not running yet. */
  readonly ask: (file: string, question?: Partial<Question>, timeoutSeconds?: number) => Promise<Asked>;
  /** The messages of the log. */
  readonly said: () => readonly string[];
}

export function modulesInTest(limits: Partial<ModulesOptions["limits"]> = {}): ModulesInTest {
  const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-modules-"));
  const lines: Line[] = [];
  const write =
    (level: keyof Log) =>
    (fields: LogFields, message: string): void =>
      void lines.push({ level, fields, message });
  const log: Log = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: () => log,
  };
  const counts = new Counts();
  const modules = openModules({
    limits: { maxModuleQuestions: 100, maxModuleMegabytes: 64, ...limits },
    clock: systemClock,
    counts,
    log,
  });
  onTestFinished(async () => {
    await modules.stop();
    rmSync(directory, { recursive: true });
  });
  return {
    modules,
    lines,
    counts,
    write: (name, text) => {
      const file = join(directory, name);
      writeFileSync(file, text);
      return file;
    },
    ask: async (file, question = {}, timeoutSeconds = PATIENT_SECONDS) => {
      const running = modules.state().map((module) => module.file);
      if (!running.includes(file)) modules.use([...running, file]);
      return ask(
        { action: "Authorize", chargePointId: "CP001", idTag: "TAG1", payload: { idTag: "TAG1" }, ...question },
        { source: { kind: "module", file }, name: "module" },
        { sources: { module: modules.source }, clock: systemClock, timeoutSeconds },
      );
    },
    said: () => lines.map(({ message }) => message),
  };
}

/** Polls until `isSo`, within the time that a test has. */
export function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  return vi.waitUntil(isSo, { timeout: PATIENT_SECONDS * 1000, interval: 20 }).then(() => {});
}

/** A module whose body is `text`, with `question` and `context`. */
export function moduleOf(text: string): string {
  return `export default async (question, context) => { ${text} };\n`;
}
