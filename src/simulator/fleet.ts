// Many charge points in one process, each living its day: for the demo, for `simulate` and for load tests.
import { systemClock } from "../std/clock.ts";
import type { Clock, Timer } from "../std/clock.ts";
import { chargePointKinds } from "./catalogue.ts";
import type { ChargePointKind } from "./catalogue.ts";
import { DailyLife } from "./dailyLife.ts";
import type { ChargePointListener } from "./events.ts";
import type { SimulatedChargePointOptions } from "./options.ts";
import { seededRandom } from "./random.ts";
import type { Random } from "./random.ts";
import { SimulatedChargePoint } from "./simulatedChargePoint.ts";

export interface FleetOptions {
  /** Address of the central system without the identity. */
  url: string;
  /** How many charge points, 1 to 100,000. */
  count: number;
  /** Seed of everything; default "fleet". */
  seed?: string;
  /** How much faster than the clock cars live, see SimulatedChargePointOptions.speed; default 1. */
  speed?: number;
  /** Identities are this and a number of at least three digits from 1: CP001. Default "CP". */
  idPrefix?: string;
  /** Connectors of every charge point; by default as their make has. */
  connectors?: number;
  /** Basic authentication, one for all or by identity. */
  password?: string | ((id: string) => string);
  tls?: NonNullable<SimulatedChargePointOptions["tls"]>;
  /** Configuration keys that differ from the defaults, such as MeterValueSampleInterval. */
  configuration?: Readonly<Record<string, string>>;
  timing?: NonNullable<SimulatedChargePointOptions["timing"]>;
  /** New connections per second while the fleet starts; default 100. */
  rampPerSecond?: number;
  /** False leaves the connectors empty: the charge points only boot and send heartbeats. Default true. */
  hasCars?: boolean;
  clock?: Clock;
  listener?: ChargePointListener;
  /** Called about every second. */
  onProgress?: (progress: FleetProgress) => void;
}

/** Where a fleet stands; the counters count from its start. */
export interface FleetProgress {
  chargePoints: number;
  connected: number;
  registered: number;
  connectors: number;
  /** Connectors whose status is Charging. */
  charging: number;
  faulted: number;
  framesSent: number;
  framesReceived: number;
  transactions: number;
  problems: number;
  /** The last problem in words; empty when there was none. */
  lastProblem: string;
}

export interface Fleet {
  readonly chargePoints: readonly SimulatedChargePoint[];
  progress(): FleetProgress;
  /** Switches all off; resolves when all sockets are closed. */
  stop(): Promise<void>;
}

const PROGRESS_MS = 1_000;
const RAMP_STEP_MS = 100;
const START_HOUR = 8;
/** Share of connectors where a car is charging when the day begins. */
const BUSY_SHARE = 0.45;

/** Starts a fleet; it runs until it is stopped. Throws for a count, speed or address that makes no sense. */
export function runFleet(options: FleetOptions): Fleet {
  const { count, rampPerSecond = 100 } = options;
  if (!Number.isInteger(count) || count < 1 || count > 100_000)
    throw new RangeError(`count ${count} is not between 1 and 100000`);
  if (!(rampPerSecond > 0)) throw new RangeError(`rampPerSecond ${rampPerSecond} is not above 0`);
  return new RunningFleet(options, rampPerSecond);
}

class RunningFleet implements Fleet {
  readonly chargePoints: SimulatedChargePoint[] = [];
  readonly #options: FleetOptions;
  readonly #clock: Clock;
  readonly #lives = new Map<SimulatedChargePoint, DailyLife[]>();
  readonly #listener: ChargePointListener;
  readonly #counts = {
    connected: 0,
    framesSent: 0,
    framesReceived: 0,
    transactions: 0,
    problems: 0,
    lastProblem: "",
  };
  #started = 0;
  #lifeCount = 0;
  #rampTimer: Timer | undefined;
  #progressTimer: Timer | undefined;

  constructor(options: FleetOptions, rampPerSecond: number) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#listener = this.#watch(options.listener ?? {});
    for (let number = 1; number <= options.count; number++) this.#add(number);
    this.#ramp(rampPerSecond);
    if (options.onProgress !== undefined) this.#reportProgress(options.onProgress);
  }

  progress(): FleetProgress {
    const progress: FleetProgress = {
      ...this.#counts,
      chargePoints: this.chargePoints.length,
      registered: 0,
      connectors: 0,
      charging: 0,
      faulted: 0,
    };
    for (const chargePoint of this.chargePoints) {
      if (chargePoint.registration === "Accepted") progress.registered++;
      for (const connectorId of chargePoint.connectorIds) {
        const status = chargePoint.statusOf(connectorId);
        progress.connectors++;
        if (status === "Charging") progress.charging++;
        if (status === "Faulted") progress.faulted++;
      }
    }
    return progress;
  }

  async stop(): Promise<void> {
    this.#rampTimer?.cancel();
    this.#progressTimer?.cancel();
    for (const lives of this.#lives.values()) for (const life of lives) life.end();
    await Promise.all(this.chargePoints.map((each) => each.stop()));
  }

  #add(number: number): void {
    const { options, id, random } = this.#plan(number);
    const { hasCars = true, speed = 1 } = this.#options;
    const chargePoint = new SimulatedChargePoint(options);
    this.chargePoints.push(chargePoint);
    if (!hasCars) return;
    const lives = (options.connectors ?? []).map(
      (supply, index) =>
        new DailyLife({
          chargePoint,
          connectorId: index + 1,
          supply,
          clock: this.#clock,
          random: seededRandom(`${random.next()} ${id} ${index}`),
          speed,
          isBusyAtStart: this.#isNextBusy(),
          startHour: START_HOUR,
        }),
    );
    this.#lives.set(chargePoint, lives);
  }

  /** Evenly spread over the fleet, so that a small one is neither empty nor full at first: multiples of the golden ratio. */
  #isNextBusy(): boolean {
    this.#lifeCount++;
    return (this.#lifeCount * 0.618_034) % 1 < BUSY_SHARE;
  }

  #plan(number: number): { options: SimulatedChargePointOptions; id: string; random: Random } {
    const {
      url,
      idPrefix = "CP",
      seed = "fleet",
      speed = 1,
      password,
      tls,
      configuration,
      timing,
      connectors,
    } = this.#options;
    const id = `${idPrefix}${String(number).padStart(3, "0")}`;
    const random = seededRandom(`${seed} ${id}`);
    const kind = pickKind(random);
    const serial = String(Math.floor(random.between(1e7, 1e8)));
    return {
      id,
      random,
      options: {
        url,
        id,
        seed: `${seed} ${id} inside`,
        speed,
        clock: this.#clock,
        listener: this.#listener,
        nameplate: {
          ...kind.nameplate,
          chargePointSerialNumber: `SN${serial}`,
          meterSerialNumber: `M${serial}`,
        },
        connectors: Array.from({ length: connectors ?? kind.connectors }, () => kind.supply),
        reportsSecurityEvents: kind.reportsSecurityEvents,
        ...(configuration === undefined ? {} : { configuration }),
        ...(timing === undefined ? {} : { timing }),
        ...(tls === undefined ? {} : { tls }),
        ...(password === undefined ? {} : { password: typeof password === "string" ? password : password(id) }),
      },
    };
  }

  /** So many a second: a fleet is not to be its own denial of service. */
  #ramp(perSecond: number): void {
    const stepMs = Math.max(RAMP_STEP_MS, 1000 / perSecond);
    const batch = Math.max(1, Math.floor((perSecond * stepMs) / 1000));
    for (const chargePoint of this.chargePoints.slice(this.#started, this.#started + batch)) {
      chargePoint.start();
      for (const life of this.#lives.get(chargePoint) ?? []) life.begin();
    }
    this.#started += batch;
    if (this.#started < this.chargePoints.length)
      this.#rampTimer = this.#clock.after(stepMs, () => this.#ramp(perSecond));
  }

  #reportProgress(report: (progress: FleetProgress) => void): void {
    this.#progressTimer = this.#clock.after(PROGRESS_MS, () => {
      report(this.progress());
      this.#reportProgress(report);
    });
  }

  /** One listener for all: counts, and hands on to the caller's. */
  #watch(outer: ChargePointListener): ChargePointListener {
    const counts = this.#counts;
    const connected = new Set<SimulatedChargePoint>();
    return {
      ...outer,
      connected: (chargePoint) => {
        counts.connected = connected.add(chargePoint).size;
        outer.connected?.(chargePoint);
      },
      disconnected: (chargePoint, code, reason) => {
        // A socket that never opened is worth knowing; one that was cut on purpose is part of the day.
        if (!connected.delete(chargePoint)) this.#problem(`${chargePoint.id}: ${reason || `closed with ${code}`}`);
        counts.connected = connected.size;
        outer.disconnected?.(chargePoint, code, reason);
      },
      transactionStarted: (chargePoint, connectorId, idTag) => {
        counts.transactions++;
        outer.transactionStarted?.(chargePoint, connectorId, idTag);
      },
      waitingForCar: (chargePoint, connectorId) => {
        this.#lives.get(chargePoint)?.[connectorId - 1]?.arriveSoon();
        outer.waitingForCar?.(chargePoint, connectorId);
      },
      sent: (chargePoint, text) => {
        counts.framesSent++;
        outer.sent?.(chargePoint, text);
      },
      received: (chargePoint, text) => {
        counts.framesReceived++;
        outer.received?.(chargePoint, text);
      },
      problem: (chargePoint, text) => {
        this.#problem(`${chargePoint.id}: ${text}`);
        outer.problem?.(chargePoint, text);
      },
    };
  }

  #problem(text: string): void {
    this.#counts.problems++;
    this.#counts.lastProblem = text;
  }
}

function pickKind(random: Random): ChargePointKind {
  let left = random.next() * chargePointKinds.reduce((sum, each) => sum + each.weight, 0);
  for (const kind of chargePointKinds) {
    left -= kind.weight;
    if (left < 0) return kind;
  }
  return chargePointKinds[0];
}
