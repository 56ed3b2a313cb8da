// Entry of the history's thread: opens the file, takes samples, answers questions, closes it. It knows no twins.
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { pathAt } from "../../datapoints/vendor.ts";
import { systemClock } from "../../std/clock.ts";
import type { VendorDatapoint } from "../../twin/vendorProfile.ts";
import { moveAside, openDatabase } from "../database.ts";
import { sentenceOf, StoreFault } from "../faults.ts";
import { encodeChunk } from "./chunk.ts";
import { Historian } from "./historian.ts";
import { historyLayout, HistoryTables } from "./historyTables.ts";
import {
  partsOf,
  RECORD,
  type FromHistory,
  type HistoryThreadOptions,
  type LostMessage,
  type SamplesMessage,
  type ToHistory,
} from "./messages.ts";
import { isText } from "./sample.ts";

const port = parentPort;
if (port === null) throw new Error("historyThread.ts runs only as a worker thread");

function send(message: FromHistory): void {
  port?.postMessage(message);
}

function log(level: "info" | "warn" | "error", fields: Readonly<Record<string, unknown>>, message: string): void {
  send({ kind: "log", level, fields, message });
}

let historian: Historian | undefined;
const twins = new Map<number, string>();
let vendorDatapoints: readonly VendorDatapoint[] = [];
/** Numbers of places, by twin and by the rest of the keys of samples: one map of whole keys, too large for small integers, would be slow. */
const places: Map<number, number>[] = [];
/** Whether a chunk that is damaged has been told of: one line for all of them. */
let isDamageTold = false;

function open(options: HistoryThreadOptions): void {
  try {
    vendorDatapoints = options.vendorDatapoints ?? [];
    historian = new Historian({
      ...options,
      clock: systemClock,
      open: (isDamaged) => openFile(options, isDamaged),
      kept: (samples) => send({ kind: "kept", samples }),
      lost: (samples) => send({ kind: "lost", samples }),
      keptOccurrences: (count) => send({ kind: "occurrencesKept", count }),
      lostOccurrences: (count) => send({ kind: "occurrencesLost", count }),
      changed: (fault) => {
        if (fault === undefined) log("info", {}, "the history is written again");
        else
          log(
            "error",
            { reason: fault },
            "the history cannot be written: samples and events wait, and beyond limits.maxQueuedSamples the oldest are dropped",
          );
      },
      damaged,
    });
    send({ kind: "opened" });
  } catch (error) {
    const fault = error instanceof StoreFault ? error : new StoreFault(`store.directory: ${sentenceOf(error)}`);
    send({ kind: "failed", reason: fault.message });
  }
}

function openFile(options: HistoryThreadOptions, isDamaged: boolean): HistoryTables {
  const now = systemClock.now();
  const aside = isDamaged ? moveAside(join(options.directory, historyLayout.fileName), now) : undefined;
  const { database, movedTo = aside } = openDatabase({ ...options, now }, historyLayout);
  if (movedTo !== undefined)
    log("error", { movedTo }, "history.db was damaged: it has been moved aside, and an empty one has been begun");
  return new HistoryTables(database, damaged);
}

function damaged(what: string): void {
  if (isDamageTold) return;
  isDamageTold = true;
  log("error", { what }, "a part of the history is damaged and left out; further ones are not told of");
}

function take({ twins: fresh, numbers, texts, weight }: SamplesMessage): void {
  for (const [twin, id] of fresh) twins.set(twin, id);
  for (let first = 0; first < numbers.length; first += RECORD) {
    const series = placeOf(numbers[first] as number);
    const flags = numbers[first + 1] as number;
    const number = numbers[first + 2] as number;
    if (series === undefined) send({ kind: "lost", samples: 1 });
    else
      historian?.add({
        series,
        flags,
        number,
        at: numbers[first + 3] as number,
        received: numbers[first + 4] as number,
        text: isText(flags) ? (texts[number] ?? "") : undefined,
      });
  }
  send({ kind: "taken", weight });
}

function lose({ twins: fresh, spans }: LostMessage): void {
  for (const [twin, id] of fresh) twins.set(twin, id);
  for (const [key, span] of spans) {
    const place = placeOf(key);
    if (place !== undefined) historian?.lose(place, span);
  }
}

/** Undefined for a twin that was forgotten while there was no thread to be told of it. */
function placeOf(key: number): number | undefined {
  const { twin, rest, connector, column } = partsOf(key);
  const ofTwin = (places[twin] ??= new Map());
  const known = ofTwin.get(rest);
  if (known !== undefined) return known;
  const chargePointId = twins.get(twin);
  const path = pathAt(vendorDatapoints, connector, column);
  if (historian === undefined || chargePointId === undefined || path === undefined) return undefined;
  const place = historian.placeNumber({ chargePointId, connector, path });
  ofTwin.set(rest, place);
  return place;
}

function read({ id, query }: Extract<ToHistory, { kind: "read" }>): void {
  try {
    if (historian === undefined) throw new Error("the history is not open");
    const { samples, more } = historian.read(query);
    send({ kind: "page", id, chunk: encodeChunk(samples), more });
  } catch (error) {
    send({ kind: "unread", id, reason: sentenceOf(error) });
  }
}

function begin(id: number): void {
  try {
    if (historian === undefined) throw new Error("the history is not open");
    send({ kind: "begin", id, begin: historian.begin() });
  } catch (error) {
    send({ kind: "unread", id, reason: sentenceOf(error) });
  }
}

function readOccurrences({ id, query }: Extract<ToHistory, { kind: "readOccurrences" }>): void {
  try {
    if (historian === undefined) throw new Error("the history is not open");
    send({ kind: "occurrencePage", id, page: historian.readOccurrences(query) });
  } catch (error) {
    send({ kind: "unread", id, reason: sentenceOf(error) });
  }
}

port.on("message", (message: ToHistory) => {
  switch (message.kind) {
    case "open":
      open(message.options);
      break;
    case "samples":
      take(message);
      break;
    case "lost":
      lose(message);
      break;
    case "occurrences":
      for (const occurrence of message.occurrences) historian?.addOccurrence(occurrence);
      send({ kind: "occurrencesTaken", weight: message.weight });
      break;
    case "readOccurrences":
      readOccurrences(message);
      break;
    case "begin":
      begin(message.id);
      break;
    case "read":
      read(message);
      break;
    case "stop":
      historian?.close();
      port.close();
      break;
  }
});
