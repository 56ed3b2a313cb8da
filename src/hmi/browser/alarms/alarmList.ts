// The alarms as the page lists them: which, in what order, how urgent each looks. Pure.
import type { AlarmRow } from "../../shapes.ts";

export const alarmFilters = ["unacknowledged", "active", "shelved", "disabled"] as const;
export type AlarmFilter = (typeof alarmFilters)[number];

const fits: Readonly<Record<AlarmFilter, (alarm: AlarmRow) => boolean>> = {
  unacknowledged: ({ acknowledged }) => !acknowledged,
  active: ({ active }) => active,
  shelved: ({ shelving }) => shelving !== "Unshelved",
  disabled: ({ enabled }) => !enabled,
};

/** `text` is looked for in charge point and words, which are what is shown of it; an unknown filter lets everything through. */
export function listAlarms(
  alarms: Iterable<AlarmRow>,
  { filter, text }: { readonly filter: string; readonly text: string },
  wordsOf: (alarm: AlarmRow) => readonly string[] = ({ name, message }) => [name, message],
): readonly AlarmRow[] {
  const fitsFilter = alarmFilters.includes(filter as AlarmFilter) ? fits[filter as AlarmFilter] : () => true;
  const wanted = text.trim().toLowerCase();
  const fitsText = (alarm: AlarmRow) =>
    wanted === "" || [alarm.chargePointId, ...wordsOf(alarm)].some((each) => each.toLowerCase().includes(wanted));
  return [...alarms].filter((alarm) => fitsFilter(alarm) && fitsText(alarm)).toSorted(byUrgency);
}

/** The most severe first, of those the newest; what rests comes last. */
export function byUrgency(a: AlarmRow, b: AlarmRow): number {
  return Number(isResting(a)) - Number(isResting(b)) || b.severity - a.severity || b.activeAt - a.activeAt;
}

/** Nobody has to look at it now: it is shelved, suppressed or disabled. */
export function isResting({ enabled, suppressed, shelving }: AlarmRow): boolean {
  return !enabled || suppressed || shelving !== "Unshelved";
}

export type Urgency = "high" | "medium" | "low";

/** The thirds of 1 to 1000 (OPC 10000-5 §6.4.2). */
export function urgencyOf({ severity }: AlarmRow): Urgency {
  if (severity > 666) return "high";
  return severity > 333 ? "medium" : "low";
}
