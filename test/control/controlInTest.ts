// A control socket in the test's own process, and hostile clients of it.
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openControl } from "../../src/control/server.ts";
import type { RequestOf } from "../../src/control/requests.ts";
import { placesOf } from "../../src/control/places.ts";
import { systemClock, type Clock } from "../../src/std/clock.ts";
import type { Running } from "../../src/std/lifecycle.ts";
import { silentLog, type Log } from "../../src/std/log.ts";
import type { Command, CommandOutcome, Requester } from "../../src/twin/commands.ts";

export interface Parts {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly notReady?: readonly string[];
  readonly outcome?: (command: Command) => Promise<CommandOutcome>;
  readonly maxCommands?: number;
}

/** Folders and open sockets of one test file; `clean` stops and removes them. */
export class ControlsInTest {
  readonly #folder = mkdtempSync(join(tmpdir(), "oo-"));
  readonly #running: Running[] = [];
  #count = 0;
  /** What has been handed over, in order. */
  readonly commands: { readonly command: Command; readonly requester: Requester }[] = [];

  readonly gathered: RequestOf<"gatherIdTags">[] = [];

  /** A data directory that nobody has made yet. */
  folder(): string {
    return join(this.#folder, `data${++this.#count}`);
  }

  async open(dataDirectory: string, parts: Parts = {}) {
    const { clock = systemClock, log = silentLog, notReady = [], outcome, maxCommands = 1000 } = parts;
    const control = await openControl({
      dataDirectory,
      clock,
      log,
      notReady: () => notReady,
      maxCommands,
      command: async (command, requester) => {
        this.commands.push({ command, requester });
        return outcome?.(command) ?? { kind: "answered", response: { status: "Accepted" } };
      },
      gatherIdTags: (request) => {
        this.gathered.push(request);
        return { kind: "gathered", gathering: 1, count: request.entries.length };
      },
    });
    this.#running.push(control);
    return control;
  }

  async clean(): Promise<void> {
    for (const control of this.#running) await control.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A connection to the socket of a data directory. */
export function dial(dataDirectory: string): Socket {
  const [place] = placesOf(dataDirectory);
  return connect(place?.path ?? "").on("error", () => {});
}

/** All that comes until the other side ends. */
export async function hear(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += String(chunk);
  return text;
}

/** What is answered to bytes on a connection of their own. */
export async function say(dataDirectory: string, bytes: string | Buffer): Promise<unknown> {
  const socket = dial(dataDirectory);
  socket.write(bytes);
  return JSON.parse(await hear(socket)) as unknown;
}
