// What goes wrong in a world, when and for how long. Each fault ends by itself, and all of them before the world heals.
import type { ChargePoint } from "./chargePoint.ts";
import type { Heap } from "./heap.ts";
import type { Machine } from "./machine.ts";
import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";

export interface Faulty {
  readonly heap: Heap;
  readonly random: Random;
  readonly trace: Trace;
  readonly machine: Machine;
  readonly chargePoints: readonly ChargePoint[];
  /** The bridge ends, and begins again after a while. */
  killBridge(isPowerGone: boolean): void;
  killStoreThread(): void;
}

type Fault = (world: Faulty) => void;

const HOUR_MS = 3_600_000;
const TEN_YEARS_MS = 10 * 365.25 * 24 * HOUR_MS;
const CLOCK_STEPS_MS = [-TEN_YEARS_MS, -HOUR_MS, 0, 0, HOUR_MS, TEN_YEARS_MS];
const WITHIN_EVENTS = 150;

const faults: Readonly<Record<string, Fault>> = {
  "the bridge is killed": (world) => atSomeEvent(world, () => world.killBridge(false)),
  "the power of the bridge fails": (world) => atSomeEvent(world, () => world.killBridge(true)),
  "the store's thread ends": (world) => atSomeEvent(world, () => world.killStoreThread()),
  "the disk is full": (world) => failDisk(world, "full"),
  "the disk reports errors": (world) => failDisk(world, "broken"),
  "the disk is slow": ({ heap, random, machine: { disk } }) => {
    disk.isSlow = true;
    heap.after(random.between(1000, 10_000), () => {
      disk.isSlow = false;
    });
  },
  "the clock is set": ({ random, machine }) => machine.setClock(random.pick(CLOCK_STEPS_MS)),
  "a connection is cut": ({ random, chargePoints }) => random.pick(chargePoints).wire?.cut(),
  "a charge point dials again": ({ random, chargePoints }) => random.pick(chargePoints).dialAgain(),
  "a charge point hangs up": ({ random, chargePoints }) => random.pick(chargePoints).hangUp(),
  "a charge point loses its power": ({ random, chargePoints }) => random.pick(chargePoints).failPower(),
};

/** Whoever is killed is hit in the middle of what takes no more than moments as likely as in between. */
function atSomeEvent({ heap, random }: Faulty, strike: () => void): void {
  heap.afterEvents(random.below(WITHIN_EVENTS), strike);
}

function failDisk({ heap, random, machine: { disk } }: Faulty, fault: "full" | "broken"): void {
  disk.fault = fault;
  heap.after(random.between(500, 8000), () => {
    disk.fault = undefined;
  });
}

/** Faults come one after the other until the world's time `end`. */
export function bringFaults(world: Faulty, end: number): void {
  const { heap, random, trace } = world;
  heap.after(random.between(300, 6000), () => {
    if (heap.now > end) return;
    const name = random.pick(Object.keys(faults));
    trace.note("world", name);
    faults[name]?.(world);
    bringFaults(world, end);
  });
}

/** Nothing is wrong any more; what is cut stays so, until somebody notices. */
export function heal({ machine }: Faulty): void {
  machine.disk.fault = undefined;
  machine.disk.isSlow = false;
  machine.setClock(0);
}
