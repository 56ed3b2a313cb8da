// What the commands about the store have in common: where it is, sentences for its faults, writing at the reader's pace, progress.
import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Clock } from "../std/clock.ts";
import { StoreFault } from "../store/faults.ts";
import { exitCodes } from "./exitCodes.ts";
import { harmless } from "./outcomeText.ts";
import { findDataDirectory, type SettingsPlace } from "./settingsOptions.ts";

export interface Surroundings {
  readonly clock: Clock;
  readonly out: Writable & { readonly isTTY?: boolean };
  readonly errors: { readonly isTTY?: boolean; write(text: string): unknown };
}

/** Runs `work` in the data directory; the exit code is its own, or that of what has gone wrong, which is said. */
export async function inDataDirectory(
  place: SettingsPlace,
  { errors }: Pick<Surroundings, "errors">,
  work: (directory: string) => number | Promise<number>,
): Promise<number> {
  const found = findDataDirectory(place);
  if ("fault" in found) {
    errors.write(`${found.fault}\n`);
    return exitCodes.configuration;
  }
  try {
    return await work(found.directory);
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    errors.write(`error: ${harmless(error.message)}\n`);
    return exitCodes.failed;
  }
}

/** Waits while the reader is slow; false once it reads no more. */
export async function writeTo(stream: Writable, text: string): Promise<boolean> {
  if (stream.destroyed || stream.errored !== null || !stream.writable) return false;
  if (stream.write(text)) return true;
  const over = new AbortController();
  const { signal } = over;
  const gone = ["close", "error"].map((event) => once(stream, event, { signal }));
  // Whichever comes first; the others are given up.
  await Promise.race([once(stream, "drain", { signal }), ...gone]).catch(() => {});
  over.abort();
  for (const each of gone) each.catch(() => {});
  return !stream.destroyed;
}

const SHOWN_EVERY_MS = 200;

export interface Progress {
  show(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/** One line that changes, for whoever sits before a terminal; nothing for a file or a program. */
export function openProgress({ clock, errors }: Pick<Surroundings, "clock" | "errors">, isWanted = true): Progress {
  let shownAt = clock.monotonic();
  let isShown = false;
  return {
    show: (text) => {
      if (errors.isTTY !== true || !isWanted || clock.monotonic() - shownAt < SHOWN_EVERY_MS) return;
      shownAt = clock.monotonic();
      isShown = true;
      errors.write(`\r${text}\u001B[K`);
    },
    end: () => {
      if (isShown) errors.write("\r\u001B[K");
    },
  };
}
