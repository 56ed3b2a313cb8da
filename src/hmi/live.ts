// The main thread's side of what browsers see live: notes which charge points have changed, and once a second makes texts of those.
// While no browser looks it does nothing. It never waits for anybody.
import type { BridgeStatus } from "../datapoints/bridge.ts";
import type { Clock, Timer } from "../std/clock.ts";
import { isRetained, type AlarmChange } from "../twin/alarms.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { AlarmDisplay, Projection } from "../twin/ports.ts";
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
/** Occurrences of one interval; a charge point that storms is told of no more often. */
const MOST_OCCURRENCES = 200;

export interface LiveOptions {
  readonly clock: Clock;
  readonly siteName: string;
  readonly vendorDatapoints: readonly VendorDatapoint[];
  /** All that are known. */
  readonly twins: () => Iterable<Twin>;
  readonly alarms: () => Iterable<AlarmChange>;
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
  readonly #power = new Map<string, number>();
  #totalPower = 0;
  /** Charge points that are open in a browser, each as it was last told; undefined: not told yet. */
  #opened = new Map<string, Twin | undefined>();
  #occurrences: OfChargePoint[] = [];
  #status: BridgeStatus | undefined;

  constructor(options: LiveOptions, send: (batch: LiveBatch) => void) {
    this.#options = options;
    this.#send = send;
  }

  /** What browsers look at has changed. */
  watch({ isAny, chargePoints }: Watched): void {
    const before = this.#opened;
    this.#opened = new Map(chargePoints.map((id) => [id, before.get(id)]));
    if (!isAny) this.stop();
    else if (this.#timer === undefined) this.#begin();
    else this.#flushIn(PAUSE_MS);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#changed.clear();
    this.#alarms.clear();
    this.#power.clear();
    this.#totalPower = 0;
    this.#opened.clear();
    this.#occurrences = [];
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
    if (this.#occurrences.length >= MOST_OCCURRENCES) return;
    const { chargePointId } = occurrence;
    this.#occurrences.push({ chargePointId, text: JSON.stringify(occurrence satisfies OccurrenceEvent) });
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

  #flushIn(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delayMs, () => {
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
      if (twin === undefined) gone.push(id);
      else {
        ids.push(id);
        rows.push(this.#rowTextOf(twin));
      }
      if (twin === undefined) this.#count(id, 0);
    }
    const isComplete = this.#changed.size === 0;
    this.#send({
      ids,
      rows,
      gone,
      isComplete,
      alarms: [...this.#alarms.values()],
      bridge: isComplete ? this.#bridgeText() : undefined,
      values: this.#newValues(),
      occurrences: this.#occurrences,
    });
    this.#alarms.clear();
    this.#occurrences = [];
    return isComplete;
  }

  #rowTextOf(twin: Twin): string {
    const row = rowOf(twin);
    this.#count(twin.id, powerOf(row));
    return JSON.stringify(row);
  }

  #count(id: string, power: number): void {
    this.#totalPower += power - (this.#power.get(id) ?? 0);
    if (power === 0) this.#power.delete(id);
    else this.#power.set(id, power);
    // Sums of differences drift.
    if (this.#power.size === 0) this.#totalPower = 0;
  }

  #bridgeText(): string | undefined {
    if (this.#status === undefined) return undefined;
    const { certificates: _, idTags: __, rulesLoadedAt: ___, ...status } = this.#status;
    const energyToday = this.#options.energyToday();
    const event: BridgeEvent = {
      ...status,
      siteName: this.#options.siteName,
      serviceLevelReasons: JSON.parse(status.serviceLevelReasons) as string[],
      power: this.#totalPower,
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
