// The main thread's side of what browsers see live: notes which charge points have changed, and once a second makes texts of those.
// While no browser looks it does nothing. It never waits for anybody.
import type { BridgeStatus } from "../datapoints/bridge.ts";
import type { Clock, Timer } from "../std/clock.ts";
import { isRetained, type AlarmChange } from "../twin/alarms.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { AlarmDisplay, ConnectedClient, Projection } from "../twin/ports.ts";
import type { Twin } from "../twin/twin.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";
import type { LiveBatch, OfChargePoint, Watched } from "./messages.ts";
import { powerOf, rowOf } from "./rows.ts";
import type { AlarmRow, BridgeEvent, DatapointsEvent, OccurrenceEvent } from "./shapes.ts";
import { valuesOf } from "./values.ts";

const INTERVAL_MS = 1000;
/** Rows made without a pause: some 4 ms. */
const MOST_AT_ONCE = 500;
const PAUSE_MS = 20;
/** Occurrences of one charge point in one interval. */
const MOST_OCCURRENCES = 50;

export interface LiveOptions {
  readonly clock: Clock;
  readonly siteName: string;
  readonly vendorDatapoints: readonly VendorDatapoint[];
  /** All that are known. */
  readonly twins: () => Iterable<Twin>;
  readonly alarms: () => Iterable<AlarmChange>;
  /** OPC UA clients that have a session. */
  readonly clients: () => readonly ConnectedClient[];
  readonly twinOf: (id: string) => Twin | undefined;
  /** Wh; undefined while it is not known. */
  readonly energyToday: () => number | undefined;
}

export class Live implements Projection, AlarmDisplay {
  readonly #options: LiveOptions;
  readonly #send: (batch: LiveBatch) => void;
  /** Undefined while no browser looks. */
  #timer: Timer | undefined;
  readonly #changed = new Map<string, Twin | undefined>();
  readonly #alarms = new Map<string, AlarmRow>();
  /** W */
  readonly #power = new Map<string, number>();
  /** Charge points that are open in a browser, each as it was last told; undefined: not told yet. */
  #opened = new Map<string, Twin | undefined>();
  readonly #occurrences = new Map<string, OfChargePoint[]>();
  #generation = 0;
  #dueAt = 0;
  #status: BridgeStatus | undefined;

  constructor(options: LiveOptions, send: (batch: LiveBatch) => void) {
    this.#options = options;
    this.#send = send;
  }

  /** What browsers look at has changed. */
  watch({ generation, isAny, chargePoints, opened }: Watched): void {
    const before = this.#opened;
    if (!isAny || generation !== this.#generation) this.stop();
    if (!isAny) return;
    this.#generation = generation;
    this.#opened = new Map(chargePoints.map((id) => [id, id === opened ? undefined : before.get(id)]));
    if (this.#timer === undefined) this.#begin();
    else if (opened !== undefined) this.#flushIn(PAUSE_MS);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#changed.clear();
    this.#alarms.clear();
    this.#power.clear();
    this.#opened = new Map();
    this.#occurrences.clear();
  }

  publish(_: Twin | undefined, after: Twin): void {
    if (this.#timer !== undefined) this.#changed.set(after.id, after);
  }

  forget(id: string): void {
    if (this.#timer === undefined) return;
    this.#changed.set(id, undefined);
    if (this.#opened.has(id)) this.#opened.set(id, undefined);
  }

  announce(occurrence: Occurrence): void {
    if (this.#timer === undefined || !this.#opened.has(occurrence.chargePointId)) return;
    const { chargePointId } = occurrence;
    const told = this.#occurrences.get(chargePointId) ?? [];
    if (told.length >= MOST_OCCURRENCES) return;
    told.push({ chargePointId, text: JSON.stringify(occurrence satisfies OccurrenceEvent) });
    this.#occurrences.set(chargePointId, told);
  }

  show(alarm: AlarmChange): void {
    if (this.#timer === undefined) return;
    const row = alarmRowOf(alarm);
    this.#alarms.set(JSON.stringify([row.chargePointId, row.connector, row.name]), row);
  }

  report(status: BridgeStatus): void {
    this.#status = status;
  }

  #begin(): void {
    for (const twin of this.#options.twins()) this.#changed.set(twin.id, twin);
    this.#flushIn(0);
    for (const alarm of this.#options.alarms()) this.show(alarm);
  }

  /** What is due earlier stays due. */
  #flushIn(delayMs: number): void {
    const { clock } = this.#options;
    const dueAt = clock.monotonic() + delayMs;
    if (this.#timer !== undefined && this.#dueAt <= dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = clock.after(delayMs, () => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      const isComplete = this.#flush();
      this.#flushIn(isComplete ? INTERVAL_MS : PAUSE_MS);
    });
  }

  /** Whether everything has been told. */
  #flush(): boolean {
    const ids: string[] = [];
    const rows: string[] = [];
    const gone: string[] = [];
    for (const [id, twin] of this.#changed) {
      if (ids.length >= MOST_AT_ONCE) break;
      this.#changed.delete(id);
      if (twin === undefined) {
        gone.push(id);
        this.#power.delete(id);
        continue;
      }
      const row = rowOf(twin);
      this.#power.set(id, powerOf(row));
      ids.push(id);
      rows.push(JSON.stringify(row));
    }
    const alarms = [...this.#alarms].slice(0, MOST_AT_ONCE);
    for (const [key] of alarms) this.#alarms.delete(key);
    const isComplete = this.#changed.size === 0 && this.#alarms.size === 0;
    this.#send({
      generation: this.#generation,
      ids,
      rows,
      gone,
      isComplete,
      alarms: alarms.map(([, row]) => row),
      bridge: isComplete ? this.#bridgeText() : undefined,
      values: this.#newValues(),
      occurrences: [...this.#occurrences.values()].flat(),
    });
    this.#occurrences.clear();
    return isComplete;
  }

  #bridgeText(): string | undefined {
    if (this.#status === undefined) return undefined;
    const { certificates: _, idTags: __, rulesLoadedAt: ___, ...status } = this.#status;
    const energyToday = this.#options.energyToday();
    const event: BridgeEvent = {
      ...status,
      siteName: this.#options.siteName,
      serviceLevelReasons: JSON.parse(status.serviceLevelReasons) as string[],
      opcuaClients: this.#options.clients().length,
      power: [...this.#power.values()].reduce((sum, power) => sum + power, 0),
      ...(energyToday !== undefined && { energyToday }),
    };
    return JSON.stringify(event);
  }

  #newValues(): OfChargePoint[] {
    const told: OfChargePoint[] = [];
    for (const [chargePointId, before] of this.#opened) {
      const after = this.#options.twinOf(chargePointId);
      if (after === undefined || after === before) continue;
      // With the link the quality of every value changes.
      const whole = before?.link.state !== after.link.state;
      const values = valuesOf(this.#options.vendorDatapoints, whole ? undefined : before, after);
      const event: DatapointsEvent = { chargePointId, whole, values };
      told.push({ chargePointId, text: JSON.stringify(event) });
      this.#opened.set(chargePointId, after);
    }
    return told;
  }
}

function alarmRowOf({ chargePointId, connector, name, state }: AlarmChange): AlarmRow {
  const { active, acknowledged, confirmed, enabled, suppressed, shelving, shelvedUntil } = state;
  const { severity, message, comment, user, sequence, at, activeAt } = state;
  return {
    chargePointId,
    connector,
    name,
    active,
    acknowledged,
    confirmed,
    enabled,
    suppressed,
    shelving,
    shelvedUntil,
    severity,
    message,
    comment,
    user,
    sequence,
    at,
    activeAt,
    ...(!isRetained(state) && enabled && shelving === "Unshelved" && { calm: true }),
  };
}
