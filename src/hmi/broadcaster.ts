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
  /** What it may do now; `none` ends it. */
  session(): SessionView;
}

/** A browser that is so far behind has stopped reading. */
const MOST_WAITING_BYTES = 16 * 1_048_576;
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
  readonly #waiting: (() => void)[] = [];
  #idle: { cancel(): void } | undefined;

  constructor(options: BroadcasterOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#listeners.size;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
    listener.write(eventOf("alarms", this.#alarmsText(true, this.#alarms.values())));
    if (this.#bridge !== undefined) listener.write(eventOf("bridge", this.#bridge));
    this.#look(listener.chargePointId);
  }

  remove(listener: Listener): void {
    if (this.#listeners.delete(listener)) this.#look();
  }

  /** The table as JSON, once all of it is known. */
  async table(): Promise<string> {
    this.#look();
    if (!this.#isComplete) await new Promise<void>((done) => this.#waiting.push(done));
    return `{"number":${this.#number},"rows":[${[...this.#rows.values()].join(",")}]}`;
  }

  take({ ids, rows, gone, isComplete, alarms, bridge, values, occurrences }: LiveBatch): void {
    if (!this.#isWatching) return;
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

  /** The main thread counts its changes anew. */
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

  /** Says what is looked at; `opened` is looked at anew, so that it is told whole once more. */
  #look(opened?: string): void {
    this.#idle?.cancel();
    this.#isWatching = true;
    if (this.#listeners.size === 0) this.#idle = this.#options.after(IDLE_MS, () => this.#rest());
    const chargePoints = new Set([...this.#listeners].map(({ chargePointId }) => chargePointId));
    chargePoints.delete(undefined);
    const wanted = [...chargePoints] as string[];
    // Whoever has it open already has seen no more than what has changed.
    if (opened !== undefined) this.#options.watch({ isAny: true, chargePoints: wanted.filter((id) => id !== opened) });
    this.#options.watch({ isAny: true, chargePoints: wanted });
  }

  #rest(): void {
    this.#isWatching = false;
    this.#isComplete = false;
    this.#rows.clear();
    this.#alarms.clear();
    this.#bridge = undefined;
    this.#options.watch({ isAny: false, chargePoints: [] });
  }
}

/** One event as the browser's EventSource reads it; JSON has no line breaks. */
function eventOf(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
