// Entry of the process of a user's module: loads it, puts questions to it, and tells what becomes of it. It decides nothing itself.
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { AttemptWindow } from "../std/attemptWindow.ts";
import { systemClock } from "../std/clock.ts";
import { Answers } from "./answers.ts";
import { watchImports } from "./imports.ts";
import type { FromModule, ProcessArguments, ToModule } from "./messages.ts";
import { sentenceOf } from "./sentences.ts";
import type { Context, Decide } from "./userModule.ts";

const args = JSON.parse(process.argv[2] ?? "") as ProcessArguments;
const sendToBridge = process.send?.bind(process);
if (sendToBridge === undefined) throw new Error("moduleProcess.ts runs only as a child process");

/** `then` is called when the message is on its way, also when it cannot be. */
function send(message: FromModule, then: () => void = () => {}): void {
  sendToBridge?.(message, undefined, undefined, then);
}

/** Lines of `log` that cross in one second; one more, so that the bridge knows that there were more. */
const MOST_LINES = 51;
const LONGEST_LINE = 1000;
const LONGEST_FIELDS = 2000;
const lines = new AttemptWindow({ clock: systemClock, windowMs: 1000, most: MOST_LINES, mostKeys: 1 });

const log: Context["log"] = (text: unknown, fields) => {
  if (lines.isExhausted("")) return;
  lines.add("");
  send({ kind: "log", text: String(text).slice(0, LONGEST_LINE), fields: textOf(fields) });
};

function textOf(fields: unknown): string | undefined {
  if (fields === undefined) return undefined;
  try {
    return JSON.stringify(fields)?.slice(0, LONGEST_FIELDS);
  } catch (error) {
    return sentenceOf(error);
  }
}

/** The channel is not the module's to speak on or to close. */
function keepChannel(): void {
  Object.assign(process, { send: undefined, disconnect: undefined });
  process.argv.splice(1, 2, args.file);
}

/** The bridge ends it; a signal to the whole group comes to the bridge as well, which stops in order. */
function live(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("disconnect", () => process.exit(0));
  process.on("unhandledRejection", (reason) => send({ kind: "stray", reason: sentenceOf(reason) }));
  process.on("uncaughtException", (error) => send({ kind: "fault", reason: sentenceOf(error) }, () => process.exit(1)));
  const watch = new URL(`./watchProcess${extname(import.meta.url)}`, import.meta.url);
  new Worker(watch, { name: "watch", workerData: args }).unref();
}

/** Never settles when the module cannot be used: the process ends then. */
function load(): Promise<Decide> {
  const unusable = (reason: string, error?: unknown): Promise<Decide> => {
    send({ kind: "unusable", reason }, () => {
      if (error === undefined) process.exit(1);
      // Node prints it with the line in question.
      process.removeAllListeners("uncaughtException");
      // oxlint-disable-next-line only-throw-error -- it goes on as the module threw it
      throw error;
    });
    return new Promise(() => {});
  };
  return import(pathToFileURL(args.file).href).then(
    (exports: { readonly default?: unknown }) => {
      const { default: decide } = exports;
      if (decide === undefined) return unusable("it has no default export");
      if (typeof decide !== "function") return unusable("its default export is no function");
      send({ kind: "loaded" });
      return decide as Decide;
    },
    (error: unknown) => unusable(sentenceOf(error), error),
  );
}

live();
watchImports((file, mark) => send({ kind: "imported", file, mark }));
keepChannel();
const answers = new Answers({ decide: load(), log, send });
process.on("message", (message: ToModule) => {
  switch (message.kind) {
    case "question":
      void answers.answer(message.id, message.question, message.now);
      break;
    case "forget":
      answers.forget(message.id);
      send({ kind: "forgotten" });
      break;
    case "end":
      process.exit(0);
  }
});
