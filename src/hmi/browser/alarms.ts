// The alarms that are active or wait for somebody, as the bridge tells them. It only keeps them; acts go to the bridge.
import { computed, signal } from "@preact/signals";
import type { AlarmRow, AlarmsEvent } from "../shapes.ts";

/** By a key of charge point, connector and name. A new map with each change. */
export const alarms = signal<ReadonlyMap<string, AlarmRow>>(new Map());

/** How many wait for somebody to acknowledge them. */
export const unacknowledgedCount = computed(
  () => [...alarms.value.values()].filter(({ acknowledged }) => !acknowledged).length,
);

export function keyOf({
  chargePointId,
  connector,
  name,
}: Pick<AlarmRow, "chargePointId" | "connector" | "name">): string {
  return JSON.stringify([chargePointId, connector, name]);
}

export function takeAlarms(event: AlarmsEvent): void {
  const next = new Map(event.whole ? [] : alarms.peek());
  for (const alarm of event.alarms)
    if (alarm.calm === true) next.delete(keyOf(alarm));
    else next.set(keyOf(alarm), alarm);
  alarms.value = next;
}
