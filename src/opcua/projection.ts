// The main thread's side: turns changed twins into records for the server's thread. Called for every message, so it must be cheap.
import { BRIDGE_PLACE } from "../datapoints/alarms.ts";
import type { ListedKey } from "../datapoints/configuration.ts";
import { ordinalOf } from "../datapoints/enumerations.ts";
import { project, type Sample, type Sink } from "../datapoints/project.ts";
import { scalarTypes, type Value } from "../datapoints/row.ts";
import { chargePointTable, connectorTable, type Table } from "../datapoints/table.ts";
import { projectVendorValues, vendorDatapointAt } from "../datapoints/vendor.ts";
import type { Clock, EpochMs, Timer } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import { isRetained, type AlarmChange } from "../twin/alarms.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { AlarmDisplay, Projection } from "../twin/ports.ts";
import type { LinkState, Twin } from "../twin/twin.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";
import { ABSENT, MAX_COLUMN, MAX_CONNECTOR, NOTHING, STALE, TEXT, addressOf, type Batch } from "./messages.ts";
import { Outbox } from "./outbox.ts";

/** With so many records waiting a batch is sent before its time. */
const FULL = 8192;

interface Known {
  readonly index: number;
  link: LinkState;
  connectorCount: number;
  configuration: Twin["configuration"];
  /** The thread has been told of it. */
  isSent: boolean;
}

export interface ThreadProjectionOptions {
  readonly clock: Clock;
  readonly intervalMilliseconds: number;
  readonly counts: Counts;
  /** What vendor files fill, in the order of its columns. */
  readonly vendorDatapoints: readonly VendorDatapoint[];
}

/** Gathers changes and hands them over in batches, one batch at a time. */
export class ThreadProjection implements Projection, AlarmDisplay, Sink {
  readonly #outbox = new Outbox();
  readonly #known = new Map<string, Known>();
  readonly #counts: Counts;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #vendorDatapoints: readonly VendorDatapoint[];
  #timer: Timer | undefined;
  #nextIndex = 0;
  /** The twin that is being projected. */
  #index = 0;
  #send: ((batch: Batch) => void) | undefined;
  /** Two arrays take turns: one is filled while the other is with the thread. */
  #lent: Batch["numbers"] | undefined;
  #spare: Batch["numbers"] | undefined;
  /** What waits for the next batch to be handed over. */
  #waiting: (() => void)[] = [];

  constructor({ clock, intervalMilliseconds, counts, vendorDatapoints }: ThreadProjectionOptions) {
    this.#vendorDatapoints = vendorDatapoints;
    this.#counts = counts;
    this.#clock = clock;
    this.#intervalMs = intervalMilliseconds;
  }

  publish(before: Twin | undefined, after: Twin): void {
    // Nobody is there to be told; everything is told anew when somebody is.
    if (this.#send === undefined) return;
    const known = this.#known.get(after.id);
    this.#index = this.#notice(known, after);
    const told = known === undefined ? undefined : before;
    project(told, after, this);
    projectVendorValues(this.#vendorDatapoints, told, after, this);
    this.#flushSoon();
  }

  forget(id: string, at: EpochMs): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    this.#known.delete(id);
    this.#outbox.forgetAlarms(id);
    this.#outbox.forget(known.index, at, known.isSent);
    this.#flushSoon();
  }

  announce(occurrence: Occurrence): void {
    if (this.#send === undefined) return;
    this.#outbox.announce(occurrence);
    this.#flushSoon();
  }

  show(alarm: AlarmChange, isTold: boolean): void {
    // Of a charge point that is gone the thread itself tells last.
    const isKnown = alarm.chargePointId === BRIDGE_PLACE || this.#known.has(alarm.chargePointId);
    if (this.#send === undefined || !isKnown) return;
    this.#outbox.show({ ...alarm, isTold });
    this.#flushSoon();
  }

  /** Runs `then` as soon as everything published so far has been handed over: at once, or when the batch before comes back. */
  whenHandedOver(then: () => void): void {
    this.#flush();
    if (this.#outbox.isEmpty || this.#send === undefined) then();
    else this.#waiting.push(then);
  }

  /** A thread is there: it is told of all twins and alarms, then of every change. */
  connect(send: (batch: Batch) => void, twins: Iterable<Twin>, alarms: Iterable<AlarmChange> = []): void {
    this.disconnect();
    this.#send = send;
    for (const twin of twins) this.publish(undefined, twin);
    // Whoever listens already and has refreshed has not seen them; others are told of nothing.
    for (const alarm of alarms) this.show(alarm, isRetained(alarm.state));
  }

  /** The thread is gone. */
  disconnect(): void {
    this.#send = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    // The thread that had it may still be reading it.
    this.#lent = undefined;
    this.#outbox.clear();
    this.#known.clear();
    this.#release();
  }

  /** The thread has applied the last batch: its array is free again. */
  applied(): void {
    this.#spare = this.#lent;
    this.#lent = undefined;
    if (this.#waiting.length > 0) this.#flush();
    else if (!this.#outbox.isEmpty) this.#flushSoon();
  }

  stop(): void {
    this.disconnect();
  }

  sample(connector: number, column: number, sample: Sample): void {
    // No address can hold it; it would be taken for another datapoint.
    if (connector > MAX_CONNECTOR || column > MAX_COLUMN) return;
    const { value, stale } = sample;
    const kind = (connector === 0 ? chargePointKinds : connectorKinds)[column] ?? this.#kindBeyond(connector, column);
    const flags = (stale ? STALE : 0) | contentOf(kind, value);
    const number = this.#numberOf(kind, value);
    this.#outbox.add(this.#index, addressOf(connector, column, flags), number, sample);
  }

  /** Beyond the table are the texts of configuration keys and what vendor files fill. */
  #kindBeyond(connector: number, column: number): Kind {
    return kindOf(vendorDatapointAt(this.#vendorDatapoints, connector, column)?.type ?? "String");
  }

  #numberOf(kind: Kind, value: Value): number {
    if (value === undefined || value === null) return NaN;
    if (kind === "text") return this.#outbox.textIndex(String(value));
    return typeof kind === "object" ? ordinalOf(kind.enumeration, String(value)) : Number(value);
  }

  #notice(known: Known | undefined, twin: Twin): number {
    const { link, connectors, configuration } = twin;
    const keys = newKeys(known?.configuration, configuration);
    if (known !== undefined && keys === undefined && known.link === link && known.connectorCount === connectors.size) {
      known.configuration = configuration;
      return known.index;
    }
    const entry = known ?? { index: this.#nextIndex++, link, connectorCount: 0, configuration, isSent: false };
    entry.link = link;
    entry.configuration = configuration;
    entry.connectorCount = connectors.size;
    this.#known.set(twin.id, entry);
    this.#outbox.notice({
      index: entry.index,
      id: twin.id,
      state: link.state,
      stateAt: link.at,
      stateReceived: link.received,
      connectors: [...connectors.keys()].filter((connector) => connector <= MAX_CONNECTOR),
      keys,
    });
    return entry.index;
  }

  /** Changes wait for company, but not long; while a batch is with the thread they wait for its return. */
  #flushSoon(): void {
    if (this.#lent !== undefined) return;
    if (this.#outbox.count >= FULL) this.#flush();
    else this.#timer ??= this.#clock.after(this.#intervalMs, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#send === undefined || this.#lent !== undefined || this.#outbox.isEmpty) return;
    const batch = this.#outbox.take(this.#spare);
    this.#spare = undefined;
    this.#lent = batch.numbers;
    this.#counts.add("samplesPublished", batch.count);
    for (const { id } of batch.twins) {
      const known = this.#known.get(id);
      if (known !== undefined) known.isSent = true;
    }
    this.#send(batch);
    if (this.#outbox.isEmpty) this.#release();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const then of waiting) then();
  }
}

/** The list of keys when it has changed; values do not count. */
function newKeys(before: Twin["configuration"], after: Twin["configuration"]): readonly ListedKey[] | undefined {
  if (before === after || after === undefined) return undefined;
  let isSame = before?.size === after.size;
  const keys: ListedKey[] = [];
  for (const [name, { key, readonly }] of after) {
    isSame &&= before?.get(name)?.readonly === readonly;
    keys.push({ key, readonly });
  }
  return isSame ? undefined : keys;
}

/** How a column's values travel: as they are, as text, or as the ordinal of an enumeration. */
type Kind = "number" | "text" | { readonly enumeration: string };

function kindOf(type: string): Kind {
  if (type === "String" || type === "LocalizedText") return "text";
  return (scalarTypes as readonly string[]).includes(type) ? "number" : { enumeration: type };
}

/** The flag that says what a record carries; 0 for a number. */
function contentOf(kind: Kind | undefined, value: Value): number {
  if (value === undefined) return ABSENT;
  if (value === null) return NOTHING;
  return kind === "text" ? TEXT : 0;
}

function kindsOf({ datapoints }: Table): readonly Kind[] {
  return datapoints.map(({ row }) => kindOf(row.type));
}

const chargePointKinds = kindsOf(chargePointTable);
const connectorKinds = kindsOf(connectorTable);
