// The log of a thread: its lines are written by the main thread, in order with its own.
import type { Log, LogFields } from "../std/log.ts";
import type { FromThread, LogLevel } from "./messages.ts";

type Line = Extract<FromThread, { kind: "log" }>;

export function threadLog(send: (line: Line) => void, bound: LogFields = {}): Log {
  const write =
    (level: LogLevel) =>
    (fields: LogFields, message: string): void =>
      send({ kind: "log", level, fields: { ...bound, ...fields }, message });
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => threadLog(send, { ...bound, ...fields }),
  };
}
