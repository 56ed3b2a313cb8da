// Changing what has been commanded of a connector or, with connector 0, of the charge point itself.
import type { CompositeScheduleReported } from "../events.ts";
import { isOlder } from "../timestamps.ts";
import type { Commanded, Stamp, Twin } from "../twin.ts";
import { changeConnector } from "./connector.ts";

/** The twin with what `change` answers instead of what was commanded of `connector`; with the same object nothing changes. */
export function changeCommanded(
  twin: Twin,
  connector: number,
  change: <Whole extends Commanded>(commanded: Whole) => Whole,
): Twin {
  return connector === 0 ? change(twin) : changeConnector(twin, connector, change);
}

/** The twin with `change` made to the charge point itself and to every connector. */
export function changeEveryCommanded(twin: Twin, change: <Whole extends Commanded>(commanded: Whole) => Whole): Twin {
  let after = change(twin);
  for (const id of twin.connectors.keys()) after = changeConnector(after, id, change);
  return after;
}

/** The times of an event without the rest of it. */
export function stampOf({ at, received, assumed }: Stamp): Stamp {
  return { at, received, ...(assumed && { assumed }) };
}

/** The times of what ends `known`: commands bear our clock and reports the charge point's, so what comes later may seem earlier. */
export function stampAfter(since: Stamp, known: Stamp | undefined): Stamp {
  const { received } = since;
  return isOlder(since, known) ? { at: received, received, assumed: true } : stampOf(since);
}

export function reportCompositeSchedule(
  twin: Twin,
  { type: _, connector, ...compositeSchedule }: CompositeScheduleReported,
): Twin {
  return changeCommanded(twin, connector, (before) => ({ ...before, compositeSchedule }));
}
