// Lines of the library: readable whatever it hands over, and bounded whatever a client does.
import {
  OPCUAServer,
  StatusCodes,
  make_warningLog,
  setDebugLogger,
  setErrorLogger,
  setWarningLogger,
} from "node-opcua";
import { afterEach, describe, expect, test } from "vitest";
import { BoundedWarnings } from "../../src/std/boundedWarnings.ts";
import { lineOf, redirectLibraryLog } from "../../src/opcua/libraryLog.ts";
import type { Clock } from "../../src/std/clock.ts";
import type { Log, LogFields } from "../../src/std/log.ts";

interface Recorded {
  readonly log: Log;
  readonly lines: [level: string, message: string, fields: LogFields][];
}

function recordingLog(): Recorded {
  const lines: Recorded["lines"] = [];
  const write = (level: string) => (fields: LogFields, message: string) => void lines.push([level, message, fields]);
  const log: Log = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: () => log,
  };
  return { log, lines };
}

/** A clock whose only timer is run by `pass`. */
function drivenClock(): { clock: Clock; pass: () => void } {
  let due: (() => void) | undefined;
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    after: (_, run) => {
      due = run;
      return { cancel: () => {} };
    },
  };
  return { clock, pass: () => due?.() };
}

afterEach(() => {
  for (const set of [setDebugLogger, setWarningLogger, setErrorLogger]) set(() => {});
});

describe("a line of the library", () => {
  test.each([
    [["plain", 1, true, null, undefined], "plain 1 true null undefined"],
    [["\u001b[31mred\u001b[39m", "two\nlines\t\u0000"], "red two lines"],
    [[Buffer.from([0, 255, 16])], "00ff10"],
    [[new Error("it broke")], "it broke"],
    [[StatusCodes.BadNodeIdUnknown], StatusCodes.BadNodeIdUnknown.toString()],
    [[{ filename: "x", deep: { deeper: 1 } }], "{ filename: 'x', deep: { deeper: 1 } }"],
    [[[1, 2]], "[ 1, 2 ]"],
    [["x".repeat(2000)], `${"x".repeat(500)}…`],
  ])("of %j reads %j", (parts, line) => {
    expect(lineOf(parts)).toBe(line);
  });

  test("comes without the place in the library that it hands over first", () => {
    const { log, lines } = recordingLog();
    redirectLibraryLog(log, drivenClock().clock);
    expect(OPCUAServer, "the library is the real one").toBeDefined();
    make_warningLog("test")("Token has already expired", Buffer.from("ab"));
    expect(lines).toEqual([["warn", "Token has already expired 6162", {}]]);
  });

  test("that is repeated with a ServiceFault is one warning", () => {
    const { log, lines } = recordingLog();
    redirectLibraryLog(log, drivenClock().clock);
    const warn = make_warningLog("test");
    warn("[NODE-OPCUA-W07] Unsupported Service : QueryFirstRequest");
    warn(" messages ", "[NODE-OPCUA-W07] Unsupported Service : QueryFirstRequest");
    warn(" messages ", "said only here");
    expect(lines.map(([level]) => level)).toEqual(["warn", "debug", "warn"]);
  });

  test("about a certificate that is not trusted is left to our own warning", () => {
    const { log, lines } = recordingLog();
    redirectLibraryLog(log, drivenClock().clock);
    const warn = make_warningLog("test");
    warn("Sender Certificate Error BadCertificateUntrusted (0x801a0000)");
    warn("Sender Certificate thumbprint ", Buffer.from("ab"));
    warn("Sender Certificate Error BadCertificateTimeInvalid (0x80140000)");
    expect(lines.map(([level]) => level)).toEqual(["debug", "debug", "warn"]);
  });
});

describe("warnings whose number a client decides", () => {
  test("are written once a period and as many as are allowed; the rest is counted", () => {
    const { log, lines } = recordingLog();
    const { clock, pass } = drivenClock();
    const warnings = new BoundedWarnings(log, clock, { periodMs: 1000, lines: 3 });
    const warned = (): string[] => lines.filter(([level]) => level === "warn").map(([, message]) => message);
    for (let round = 0; round < 100; round++)
      for (const text of ["a", "b", "c", `other ${round}`]) warnings.warn({}, text);
    expect(warned()).toEqual(["a", "b", "c"]);
    pass();
    expect(warned().length).toBe(4);
    expect(lines.at(-1)![2]).toEqual({ omitted: 397 });
    warnings.warn({}, "a");
    expect(warned().at(-1)).toBe("a");
    pass();
    expect(warned().length).toBe(5);
  });
});
