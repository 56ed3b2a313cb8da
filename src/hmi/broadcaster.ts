// The browsers that look, and what each is told. One text serves all; whoever does not read what he was sent is cut off and may come back.
import type { LiveBatch, OfChargePoint, Watched } from "./messages.ts";
import type { AlarmRow, AlarmsEvent, SessionView } from "./shapes.ts";

/** A browser as its connection shows it. */
export interface Listener {
  write(text: string): void;
  /** Bytes that it has been sent and has not taken yet. */
  waiting(): number;
  /** Once it has been sent what was written. */
  end(): void;
  /** At once. */
  cut(): void;
  /** Whose datapoints and occurrences it wants as well. */
  readonly chargePointId: string | undefined;
  /** Its user, or its address where it has none. */
  readonly owner: string;
  /** What it may do now; `none` ends it. */
  session(): SessionView;
}

/** A browser that is so far behind has stopped reading. */
const MOST_WAITING_BYTES = 8 * 1_048_576;
/** Of all together; beyond it the one that is furthest behind is cut off. */
const MOST_WAITING_IN_ALL_BYTES = 64 * 1_048_576;
/** With nobody looking the table is kept so long, for whoever comes back. */
const IDLE_MS = 10_000;

export interface BroadcasterOptions {
  readonly watch: (watched: Watched) => void;
  readonly after: (delayMs: number, run: () => void) => { cancel(): void };
}

export class Broadcaster {
  readonly #options: BroadcasterOptions;
  readonly #listeners = new Set<Listener>();
  readonly #rows = new Map<string, string>();
  readonly #alarms = new Map<string, AlarmRow>();
  /** Of the last event `rows`. */
  #number = 0;
  #bridge: string | undefined;
  #isWatching = false;
  #isComplete = false;
  /** What was told before it counts no more. */
  #generation = 0;
  /** The table as of `number`: however many ask for it, it is in memory once. */
  #table: { readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
  readonly #waiting: (() => void)[] = [];
  #idle: { cancel(): void } | undefined;

  constructor(options: BroadcasterOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#listeners.size;
  }

  sizeOf(owner: string): number {
    return [...this.#listeners].filter((listener) => listener.owner === owner).length;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
    listener.write(eventOf("alarms", this.#alarmsText(true, this.#alarms.values())));
    if (this.#bridge !== undefined) listener.write(eventOf("bridge", this.#bridge));
    // Whoever comes back with a table sees by it whether he has missed anything.
    listener.write(eventOf("rows", `{"number":${this.#number},"rows":[],"gone":[]}`));
    this.#look(listener.chargePointId);
  }

  remove(listener: Listener): void {
    if (this.#listeners.delete(listener)) this.#look(undefined);
  }

  /** The table as JSON, once all of it is known. */
  async table(): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#isWatching) this.#look(undefined);
    if (!this.#isComplete) await new Promise<void>((done) => this.#waiting.push(done));
    if (this.#table?.number !== this.#number) {
      const text = `{"number":${this.#number},"rows":[${[...this.#rows.values()].join(",")}]}`;
      this.#table = { number: this.#number, bytes: new TextEncoder().encode(text) };
    }
    return this.#table.bytes;
  }

  take(batch: LiveBatch): void {
    if (!this.#isWatching || batch.generation !== this.#generation) return;
    const { ids, rows, gone, isComplete, bridge, values, occurrences } = batch;
    const alarms = [...batch.alarms, ...this.#alarmsOf(new Set(gone))];
    for (const [place, id] of ids.entries()) this.#rows.set(id, rows[place] ?? "");
    for (const id of gone) this.#rows.delete(id);
    for (const alarm of alarms) this.#keepAlarm(alarm);
    if (ids.length + gone.length > 0) {
      this.#number++;
      const text = `{"number":${this.#number},"rows":[${rows.join(",")}],"gone":${JSON.stringify(gone)}}`;
      this.#tellAll(eventOf("rows", text));
    }
    if (alarms.length > 0) this.#tellAll(eventOf("alarms", this.#alarmsText(false, alarms)));
    if (bridge !== undefined) this.#tellAll(eventOf("bridge", (this.#bridge = bridge)));
    this.#tellThose("datapoints", values);
    this.#tellThose("occurrence", occurrences);
    if (isComplete) this.#complete();
    this.#cutSlowest();
  }

  /** Rights may have changed. */
  review(): void {
    for (const listener of this.#listeners) {
      const session = listener.session();
      listener.write(eventOf("session", JSON.stringify(session)));
      if (session.role !== "none") continue;
      listener.end();
      this.remove(listener);
    }
  }

  /** Nobody is told anything any more. */
  end(): void {
    this.#idle?.cancel();
    for (const listener of this.#listeners) listener.cut();
    this.#listeners.clear();
    this.#complete();
  }

  #keepAlarm(alarm: AlarmRow): void {
    const key = JSON.stringify([alarm.chargePointId, alarm.connector, alarm.name]);
    if (alarm.calm === true) this.#alarms.delete(key);
    else this.#alarms.set(key, alarm);
  }

  /** Of charge points that are known no more, as over. */
  #alarmsOf(gone: ReadonlySet<string>): AlarmRow[] {
    if (gone.size === 0) return [];
    const left = [...this.#alarms.values()].filter(({ chargePointId }) => gone.has(chargePointId));
    return left.map((alarm) => ({ ...alarm, active: false, calm: true }));
  }

  #alarmsText(whole: boolean, alarms: Iterable<AlarmRow>): string {
    return JSON.stringify({ whole, alarms: [...alarms] } satisfies AlarmsEvent);
  }

  #complete(): void {
    this.#isComplete = true;
    for (const done of this.#waiting.splice(0)) done();
  }

  #tellAll(event: string): void {
    for (const listener of this.#listeners) this.#tell(listener, event);
  }

  #tellThose(name: string, told: readonly OfChargePoint[]): void {
    for (const { chargePointId, text } of told)
      for (const listener of this.#listeners)
        if (listener.chargePointId === chargePointId) this.#tell(listener, eventOf(name, text));
  }

  #tell(listener: Listener, event: string): void {
    if (listener.waiting() <= MOST_WAITING_BYTES) return listener.write(event);
    listener.cut();
    this.remove(listener);
  }

  #cutSlowest(): void {
    const waiting = [...this.#listeners].map((listener) => [listener.waiting(), listener] as const);
    if (waiting.reduce((sum, [bytes]) => sum + bytes, 0) <= MOST_WAITING_IN_ALL_BYTES) return;
    const [, slowest] = waiting.toSorted(([a], [b]) => b - a)[0] ?? [];
    slowest?.cut();
    if (slowest !== undefined) this.remove(slowest);
  }

  /** Says what is looked at. */
  #look(opened: string | undefined): void {
    this.#idle?.cancel();
    if (!this.#isWatching) this.#generation++;
    this.#isWatching = true;
    if (this.#listeners.size === 0) this.#idle = this.#options.after(IDLE_MS, () => this.#rest());
    const chargePoints = [...this.#listeners]
      .map((listener) => listener.chargePointId)
      .filter((id) => id !== undefined);
    this.#options.watch({
      generation: this.#generation,
      isAny: true,
      chargePoints: [...new Set(chargePoints)],
      opened,
    });
  }

  #rest(): void {
    if (this.#waiting.length > 0) return this.#look(undefined);
    this.#isWatching = false;
    this.#isComplete = false;
    // From here on changes are missed: no table of before is to be taken for one of now.
    this.#number++;
    this.#rows.clear();
    this.#alarms.clear();
    this.#bridge = undefined;
    this.#table = undefined;
    this.#options.watch({ generation: this.#generation, isAny: false, chargePoints: [], opened: undefined });
  }
}

/** One event as the browser's EventSource reads it; JSON has no line breaks. */
function eventOf(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
