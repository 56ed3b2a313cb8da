// A real store in a folder of its own, on its real thread, and what tests hand it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/std/clock.ts";
import type { Log, LogFields } from "../../src/std/log.ts";
import { openStore, type Store, type StoreOptions } from "../../src/store/store.ts";
import type { StartRecord, StopRecord } from "../../src/twin/ledger.ts";

export const NOON = Date.UTC(2026, 10, 25, 12);

export interface Line {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}

export class StoresInTest {
  readonly lines: Line[] = [];
  /** Done once the stores are closed. */
  readonly beforeRemoval: (() => void)[] = [];
  readonly #stores = new Set<Store>();
  readonly #folders: string[] = [];

  /** Writes into `lines`. */
  get log(): Log {
    const write =
      (level: string) =>
      (fields: LogFields, message: string): void =>
        void this.lines.push({ level, fields, message });
    const log: Log = {
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
      child: () => log,
    };
    return log;
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "ocpp-opcua-store-"));
    this.#folders.push(folder);
    return folder;
  }

  async open(directory: string, more: Partial<StoreOptions> = {}): Promise<Store> {
    const store = await openStore({
      directory,
      clock: systemClock,
      log: this.log,
      originOf: () => "settings",
      ...more,
    });
    this.#stores.add(store);
    return store;
  }

  async close(store: Store): Promise<void> {
    this.#stores.delete(store);
    await store.stop();
  }

  async clean(): Promise<void> {
    for (const store of this.#stores) await this.close(store);
    for (const prepare of this.beforeRemoval.splice(0)) prepare();
    for (const folder of this.#folders.splice(0)) await rm(folder, { recursive: true, force: true });
    this.lines.length = 0;
  }
}

/** A start on CP001, connector 1, at noon. */
export function start(more: Partial<StartRecord["start"]> = {}, of: Partial<StartRecord> = {}): StartRecord {
  const at = more.at ?? NOON;
  const times = { at, received: at, timestamp: new Date(at).toISOString() };
  return {
    kind: "start",
    chargePointId: "CP001",
    connectorId: 1,
    isKept: true,
    start: { idTag: "TAG", meterStart: 1000, idTagStatus: "Accepted", ...times, ...more },
    ...of,
  };
}

/** An end on CP001, an hour later. */
export function stop(
  transactionId: number,
  more: Partial<StopRecord["stop"]> = {},
  of: Partial<StopRecord> = {},
): StopRecord {
  const at = more.at ?? NOON + 3_600_000;
  return {
    kind: "stop",
    chargePointId: "CP001",
    timestamp: new Date(at).toISOString(),
    stop: { transactionId, reason: "Local", meterStop: 3000, at, received: at, ...more },
    ...of,
  };
}

const DEADLINE_MS = 30_000;
const PAUSE_MS = 10;

/** Looks until `find` finds something; throws when the deadline has passed. */
export async function until<T>(find: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error("it has not come to pass");
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
