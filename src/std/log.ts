// Logs as JSON lines on standard error; readable text on a terminal. Standard output stays free for the ready line.
// Never hand it a password or an AuthorizationKey: `redact` is a net, not a licence.
import { pino } from "pino";
import { prettyFactory } from "pino-pretty";
import { ErrorOutput } from "./errorOutput.ts";

export type LogFields = Readonly<Record<string, unknown>>;

const WARN = pino.levels.values["warn"];

/** What the rest of the program knows of logging. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A log whose lines all bear `fields`. */
  child(fields: LogFields): Log;
}

const SECRETS = ["password", "authorization", "AuthorizationKey", "authorizationKey", "*.password", "*.authorization"];

/** A log that somebody has opened and ends. */
export interface OpenedLog extends Log {
  /** Resolves once the last line is written; there are none after it. */
  end(): Promise<void>;
}

/**
 * A log that writes to standard error: JSON lines, or text where standard error is a terminal. No line waits for whoever reads
 * them; the lines that a slow reader leaves no room for are dropped, and counted in a line of their own.
 */
export function openLog(level: string): OpenedLog {
  const options = { level, base: null, redact: { paths: SECRETS, censor: "***" } };
  const pretty = process.stderr.isTTY ? prettyFactory({ colorize: true, translateTime: "SYS:HH:MM:ss.l" }) : undefined;
  const textOf = (line: string): string => pretty?.(JSON.parse(line)) ?? line;
  const output = new ErrorOutput((dropped) =>
    textOf(
      `${JSON.stringify({ level: WARN, time: Date.now(), dropped, msg: "nobody has read these log lines in time" })}\n`,
    ),
  );
  const log = pino(options, { write: (line: string) => output.write(textOf(line)) });
  return Object.assign(log, { end: () => output.end() });
}

/** A log that drops every line. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};
