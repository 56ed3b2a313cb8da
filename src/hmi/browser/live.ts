// What the bridge tells by itself: one stream of events for the whole page. When it breaks, the page says so, keeps what it knows
// as old, and comes back by itself. It asks for nothing but the table of charge points.
import { batch, computed, signal } from "@preact/signals";
import type {
  AlarmsEvent,
  BridgeEvent,
  ChargePointTable,
  DatapointsEvent,
  OccurrenceEvent,
  RowsEvent,
  SessionView,
} from "../shapes.ts";
import { takeAlarms } from "./alarms.ts";
import { get } from "./api.ts";
import { takeDatapoints, takeOccurrence, watched } from "./chargePoint.ts";
import { awaitTable, forgetTable, isTableAt, isTableRead, takeRows, takeTable } from "./rows.ts";

/** `closed`: nobody is logged in. `lost`: what is shown is old. */
export const connection = signal<"closed" | "opening" | "open" | "lost">("closed");
export const bridge = signal<BridgeEvent | undefined>(undefined);
export const siteName = computed(() => bridge.value?.siteName);
/** When the bridge was last heard of, epoch ms; undefined before that. */
export const heardAt = signal<number | undefined>(undefined);
const areAlarmsTold = signal(false);
/** Whether the alarms that are known are all there are. The bridge has them no later than its table. */
export const areAlarmsKnown = computed(() => areAlarmsTold.value && isTableRead.value);
/** What the bridge has said about rights while the page was open. */
export const rightsChanged = signal<SessionView | undefined>(undefined);

/** It tells of itself once a second: after so long without, the way is dead even if the browser does not know. */
const SILENCE_MS = 8_000;
const AGAIN_AFTER_MS = 2_000;

let source: EventSource | undefined;
let silence: ReturnType<typeof setTimeout> | undefined;
/** The table that is on its way. */
let reading: AbortController | undefined;

/** Opens the stream unless it is open. */
export function open(): void {
  if (source === undefined) connect();
}

/** Closes the stream: nobody is logged in any more. */
export function close(): void {
  disconnect();
  bridge.value = undefined;
  takeAlarms({ whole: true, alarms: [] });
  areAlarmsTold.value = false;
  forgetTable();
  connection.value = "closed";
}

watched.subscribe(() => {
  if (source !== undefined) connect();
});

function connect(): void {
  disconnect();
  if (connection.peek() === "closed") connection.value = "opening";
  const chargePointId = watched.peek();
  const query = chargePointId === undefined ? "" : `?chargePoint=${encodeURIComponent(chargePointId)}`;
  const stream = new EventSource(`/events${query}`);
  source = stream;
  stream.addEventListener("error", () => lose(stream));
  on(stream, "bridge", (event) => takeBridge(stream, event));
  followRows(stream);
  on(stream, "alarms", (event) => {
    takeAlarms(event);
    if (event.whole) areAlarmsTold.value = true;
  });
  on(stream, "datapoints", takeDatapoints);
  on(stream, "occurrence", takeOccurrence);
  on(stream, "session", (view) => {
    rightsChanged.value = view;
  });
  listenFor(stream);
}

function disconnect(): void {
  source?.close();
  source = undefined;
  reading?.abort();
  clearTimeout(silence);
}

/** What the stream tells, by the names of its events. */
interface Told {
  readonly bridge: BridgeEvent;
  readonly rows: RowsEvent;
  readonly alarms: AlarmsEvent;
  readonly datapoints: DatapointsEvent;
  readonly occurrence: OccurrenceEvent;
  readonly session: SessionView;
}

function on<Name extends keyof Told>(stream: EventSource, name: Name, take: (event: Told[Name]) => void): void {
  stream.addEventListener(name, (event: MessageEvent<string>) => {
    if (stream !== source) return;
    batch(() => {
      listenFor(stream);
      heardAt.value = Date.now();
      take(JSON.parse(event.data) as Told[Name]);
    });
  });
}

/** A bridge that was started anew numbers its changes anew. */
function takeBridge(stream: EventSource, event: BridgeEvent): void {
  const before = bridge.peek();
  bridge.value = event;
  if (before !== undefined && before.startedAt !== event.startedAt) void readTable(stream);
}

/** The table is read anew only where the stream does not follow on the one that is there: it may be megabytes. */
function followRows(stream: EventSource): void {
  let isBegun = false;
  on(stream, "rows", (event) => {
    const follows = (isBegun || isTableAt(event.number)) && takeRows(event);
    if (!follows) void readTable(stream);
    else if (!isBegun) connection.value = "open";
    isBegun = true;
  });
}

/** It is asked for only once the stream is open, so that no change falls between them. Until it is there nothing is live. */
async function readTable(stream: EventSource): Promise<void> {
  awaitTable();
  if (connection.peek() === "open") connection.value = "opening";
  reading?.abort();
  const mine = new AbortController();
  reading = mine;
  const answer = await get<ChargePointTable>("/api/charge-points", {}, mine.signal);
  if (stream !== source || reading !== mine) return;
  if (answer.kind === "refusal") {
    lose(stream);
    return;
  }
  batch(() => {
    if (takeTable(answer.value)) connection.value = "open";
    else void readTable(stream);
  });
}

function listenFor(stream: EventSource): void {
  clearTimeout(silence);
  silence = setTimeout(() => lose(stream), SILENCE_MS);
}

/** The browser would try again by itself, but not after a refusal, and not on a way that is silent. */
function lose(stream: EventSource): void {
  if (stream !== source) return;
  disconnect();
  connection.value = "lost";
  silence = setTimeout(() => void comeBack(), AGAIN_AFTER_MS);
}

/** Whoever was logged out meanwhile (the bridge was started anew) has to log in. */
async function comeBack(): Promise<void> {
  const answer = await get<SessionView>("/api/session", {}, AbortSignal.timeout(SILENCE_MS));
  if (source !== undefined || connection.peek() !== "lost") return;
  if (answer.kind === "refusal" && answer.status !== 401) {
    silence = setTimeout(() => void comeBack(), AGAIN_AFTER_MS);
    return;
  }
  connect();
  rightsChanged.value = answer.kind === "answer" ? { ...answer.value } : { role: "none" };
}
