// Charging schedules over time: which limit a profile sets at a moment (OCPP 1.6 §3.13, §7.8, §7.13). Pure.
import type { ChargingProfile, ChargingSchedulePeriod } from "../../schema/ocpp16.generated.ts";
import type { EpochMs } from "../../std/clock.ts";
import { parseTimestamp } from "../../twin/timestamps.ts";

const DAY_MS = 86_400_000;
const recurrenceMs = { Daily: DAY_MS, Weekly: 7 * DAY_MS } as const;

/** The period of a profile that is in force at `time`; undefined when it sets no limit then. `chargingSince`: when charging began. */
export function periodAt(
  profile: ChargingProfile,
  time: EpochMs,
  chargingSince: EpochMs,
): ChargingSchedulePeriod | undefined {
  const { validFrom, validTo, chargingSchedule } = profile;
  if ((parseTimestamp(validFrom) ?? -Infinity) > time || (parseTimestamp(validTo) ?? Infinity) <= time)
    return undefined;
  const elapsed = elapsedMs(profile, time, chargingSince);
  if (elapsed === undefined || elapsed < 0) return undefined;
  const { duration, chargingSchedulePeriod: periods } = chargingSchedule;
  if (duration !== undefined && elapsed >= duration * 1000) return undefined;
  return periods.findLast(({ startPeriod }) => startPeriod * 1000 <= elapsed);
}

/** Time since the start of the schedule, ms. */
function elapsedMs(profile: ChargingProfile, time: EpochMs, chargingSince: EpochMs): number | undefined {
  const { chargingProfileKind: kind, recurrencyKind, chargingSchedule } = profile;
  const start = parseTimestamp(chargingSchedule.startSchedule);
  if (kind === "Relative") return time - chargingSince;
  // §7.13: an absolute schedule without a start is relative to the start of charging.
  if (kind === "Absolute") return time - (start ?? chargingSince);
  const cycle = recurrencyKind === undefined ? undefined : recurrenceMs[recurrencyKind];
  if (start === undefined || cycle === undefined) return undefined;
  return time < start ? undefined : (time - start) % cycle;
}
