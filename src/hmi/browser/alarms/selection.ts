// Which alarms somebody has ticked. A tick is for the activation that was seen: one that is over and comes again is not ticked any more.
import { signal } from "@preact/signals";
import type { AlarmRow } from "../../shapes.ts";
import { alarms, keyOf } from "../alarms.ts";

/** By the key of the alarm, when what was ticked had become active, or over (epoch ms). */
export type Ticks = ReadonlyMap<string, number>;

export const ticks = signal<Ticks>(new Map());

export function tick(wanted: readonly AlarmRow[]): void {
  ticks.value = new Map(wanted.map((alarm) => [keyOf(alarm), alarm.activeAt]));
}

export function toggle(alarm: AlarmRow): void {
  const next = new Map(ticks.peek());
  if (!next.delete(keyOf(alarm))) next.set(keyOf(alarm), alarm.activeAt);
  ticks.value = next;
}

/** Those that are still what was ticked: there all the time, and not active anew. One that is over meanwhile is the same one. */
export function stillTicked(before: Ticks, shown: ReadonlyMap<string, AlarmRow>): Ticks {
  const isSame = ([key, at]: readonly [string, number]) => {
    const alarm = shown.get(key);
    return alarm !== undefined && (!alarm.active || alarm.activeAt === at);
  };
  return new Map([...before].filter(isSame));
}

alarms.subscribe((shown) => {
  const before = ticks.peek();
  const next = stillTicked(before, shown);
  if (next.size !== before.size) ticks.value = next;
});
