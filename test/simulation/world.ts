// A world: one bridge on its machine, its charge points and a SCADA system, faults until a time, and then peace, after which all must be well.
import { Bridge } from "./bridge.ts";
import { ChargePoint } from "./chargePoint.ts";
import { Disk } from "./disk.ts";
import { bringFaults, heal, type Faulty } from "./faults.ts";
import { chooseFirmware } from "./firmware.ts";
import { Heap } from "./heap.ts";
import {
  Confirmations,
  energyWitness,
  judgeFreshness,
  judgeHealing,
  judgeLedger,
  judgeOpenEnds,
  judgeReturn,
  OrderWitness,
  type Patience,
} from "./invariants.ts";
import { Judge, type Breach } from "./judge.ts";
import { Machine } from "./machine.ts";
import { Random } from "./random.ts";
import { Scada } from "./scada.ts";
import { asItIs, type Seams } from "./seams.ts";
import { chargePointIds, settings } from "./settings.ts";
import { Trace } from "./trace.ts";
import { watchfulLog } from "./watchfulLog.ts";
import { Wire } from "./wire.ts";

export interface WorldOptions {
  readonly seed: number;
  /** What differs from the product, anew for each life of the bridge; nothing where it is left out. */
  readonly seams?: () => Partial<Seams>;
  readonly isTraced?: boolean;
}

export interface Run {
  readonly seed: number;
  readonly breach: Breach | undefined;
  /** Of the trace. */
  readonly hash: number;
  readonly events: number;
  readonly trace: readonly string[];
}

const FAULTS_END_MS = 60_000;
const LAST_STOPS_MS = 65_000;
const PROBE_MS = 135_000;
const END_MS = 150_000;
const LONGEST_ABSENCE_MS = 6000;

const { pingIntervalSeconds, pingTimeoutSeconds } = settings.limits;
/** Silence is noticed at the end of the second interval at the latest (src/ocpp/liveness.ts). */
const patience: Patience = { longestSilenceMs: (2 * pingIntervalSeconds + pingTimeoutSeconds + 1) * 1000 };

export async function run({ seed, seams = () => ({}), isTraced = false }: WorldOptions): Promise<Run> {
  const world = new World(new Random(seed), seams, isTraced);
  await world.run();
  world.end();
  const { heap, trace, judge } = world;
  return { seed, breach: judge.breach, hash: trace.hash, events: heap.done, trace: trace.lines };
}

class World implements Faulty {
  readonly heap = new Heap();
  readonly judge = new Judge();
  readonly random: Random;
  readonly trace: Trace;
  readonly machine: Machine;
  readonly chargePoints: readonly ChargePoint[];
  readonly #seams: () => Partial<Seams>;
  readonly #network: Random;
  readonly #deciding: Random;
  readonly #scada: Scada;
  readonly #order = new OrderWitness(this.judge);
  #bridge: Bridge;
  /** From then on nothing goes wrong any more. */
  #isHealed = false;

  constructor(random: Random, seams: () => Partial<Seams>, isTraced: boolean) {
    this.random = random;
    this.#seams = seams;
    this.trace = new Trace(this.heap, isTraced);
    this.machine = new Machine(this.heap, new Disk(this.heap, random.fork()));
    this.#network = random.fork();
    this.#deciding = random.fork();
    this.#bridge = this.#begin();
    const confirmations = new Confirmations(this.judge);
    this.chargePoints = chargePointIds.slice(0, 1 + random.below(chargePointIds.length)).map(
      (id) =>
        new ChargePoint({
          id,
          firmware: chooseFirmware(random),
          heap: this.heap,
          random: random.fork(),
          trace: this.trace,
          dial: (chargePoint) => this.#dial(chargePoint),
          confirmed: confirmations.note.bind(confirmations),
          appalled: (what) => this.judge.blame("fault", what),
        }),
    );
    const { heap, trace, judge, chargePoints } = this;
    this.#scada = new Scada({ heap, random: random.fork(), trace, judge, chargePoints, bridge: () => this.#bridge });
  }

  async run(): Promise<void> {
    const { judge, chargePoints } = this;
    bringFaults(this, FAULTS_END_MS);
    this.#scada.work(FAULTS_END_MS);
    await this.#runUntil(LAST_STOPS_MS);
    heal(this);
    this.#isHealed = true;
    for (const chargePoint of chargePoints) chargePoint.finish();
    await this.#runUntil(PROBE_MS);
    judgeLedger(judge, this.machine.disk, chargePoints);
    judgeHealing(judge, this.#bridge, chargePoints);
    judgeOpenEnds(judge, this.machine.disk);
    for (const chargePoint of chargePoints) this.#scada.order(chargePoint, probeOf(chargePoint));
    await this.#runUntil(END_MS);
    this.#scada.judge();
    for (const chargePoint of chargePoints)
      if (!this.#scada.isAnswered(probeOf(chargePoint)))
        judge.blame("healing", `${chargePoint.id} cannot be reached by commands`);
  }

  end(): void {
    this.#bridge.kill(false);
    this.machine.disk.release();
  }

  killBridge(isPowerGone: boolean): void {
    if (this.#isHealed || this.#bridge.life.isOver) return;
    this.trace.note("world", isPowerGone ? "the bridge is without power" : "the bridge is dead");
    this.#bridge.kill(isPowerGone);
    judgeLedger(this.judge, this.machine.disk, this.chargePoints);
    this.#restart();
  }

  killStoreThread(): void {
    if (this.#isHealed) return;
    this.trace.note("world", "the store's thread is dead");
    this.#bridge.killThread();
  }

  /** Freshness is looked at after each event; the first breach ends the world. */
  #runUntil(end: number): Promise<void> {
    return this.heap.run(end, () => {
      judgeFreshness(this.judge, this.#bridge, this.heap.now, patience);
      return this.judge.breach !== undefined;
    });
  }

  #begin(): Bridge {
    const { machine, judge } = this;
    const bridge: Bridge = new Bridge({
      machine,
      settings,
      seams: { ...asItIs, ...this.#seams() },
      log: watchfulLog(judge),
      witness: energyWitness(judge),
      handling: (link, callId) => this.#order.handling(bridge, link, callId),
      failed: () => this.#restart(),
      decisionMs: () => (this.#isHealed || this.#deciding.isLucky(0.9) ? 0 : this.#deciding.between(1, 2500)),
    });
    return bridge;
  }

  /** Whoever has started it starts it again, as long as it takes. */
  #restart(): void {
    this.heap.after(this.random.between(100, LONGEST_ABSENCE_MS), () => {
      this.trace.note("world", "the bridge begins");
      this.#bridge = this.#begin();
    });
  }

  #dial({ id, firmware }: ChargePoint): Wire | undefined {
    if (!this.#bridge.isListening) return undefined;
    this.trace.note(id, "connects");
    const wire = new Wire(id, this.heap, this.#network);
    this.#bridge.accept(wire, firmware.isProven);
    judgeReturn(this.judge, this.#bridge, wire);
    return wire;
  }
}

function probeOf({ id }: ChargePoint): string {
  return `probe${id}`;
}
