// The charge point's clock against ours, from the times that it sends. Pure.
import type { EpochMs } from "../../std/clock.ts";
import type { ClockCompared } from "../../twin/events.ts";
import { YEAR_2010 } from "../../twin/timestamps.ts";
import type { Moment } from "./message.ts";

/** A change that is worth a new value, and an age at which the same value is worth confirming. */
const CHANGE_SECONDS = 1;
const CONFIRM_MS = 60_000;

/**
 * The comparison that a message sent at `sent` allows: undefined without a time, when the message is a replay (older than
 * `known`, what we have from the same place), or when it says nothing new.
 */
export function compareClock(
  sent: EpochMs | undefined,
  known: EpochMs | undefined,
  { twin, received }: Moment,
): ClockCompared | undefined {
  // A clock that was never set has no offset worth showing.
  if (sent === undefined || sent < YEAR_2010 || (known !== undefined && sent < known)) return undefined;
  const offsetSeconds = (sent - received) / 1000;
  const before = twin.clockOffset;
  const isSame =
    before !== undefined &&
    Math.abs(offsetSeconds - before.value) < CHANGE_SECONDS &&
    received - before.received < CONFIRM_MS;
  return isSame ? undefined : { type: "ClockCompared", offsetSeconds, at: received, received };
}
