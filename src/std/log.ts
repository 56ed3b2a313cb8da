// Logs as JSON lines on standard error; readable text on a terminal. Standard output stays free for the ready line.
// Never hand it a password or an AuthorizationKey: `redact` is a net, not a licence.
import { pino, destination } from "pino";
import { prettyFactory } from "pino-pretty";

export type LogFields = Readonly<Record<string, unknown>>;

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

/** A log that writes to standard error: JSON lines, or text where standard error is a terminal. */
export function openLog(level: string): Log {
  const options = { level, base: null, redact: { paths: SECRETS, censor: "***" } };
  if (!process.stderr.isTTY) return pino(options, destination({ fd: 2, sync: true }));
  const pretty = prettyFactory({ colorize: true, translateTime: "SYS:HH:MM:ss.l" });
  return pino(options, {
    write: (line: string) => void process.stderr.write(pretty(JSON.parse(line))),
  });
}

/** A log that drops every line. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};
