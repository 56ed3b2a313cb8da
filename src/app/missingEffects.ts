// Commands that were accepted and whose effect has not been seen in time: the last one of each charge point and connector, until the
// effect is seen after all, another command there has had its own, or it is of the past.
import type { MissingEffect } from "../datapoints/alarmFindings.ts";
import type { EpochMs } from "../std/clock.ts";
import type { Effect } from "../twin/commands.ts";
import type { Twin } from "../twin/twin.ts";

/** After so long nobody waits for it any more; the alarm remains until it is acknowledged. */
const OF_THE_PAST_MS = 3_600_000;

export interface Missed {
  /** 0 for the charge point itself. */
  readonly connector: number;
  readonly effect: Effect;
  /** When the command was sent. */
  readonly sentAt: EpochMs;
  readonly missing: MissingEffect;
}

export class MissingEffects {
  /** By charge point, by connector. */
  readonly #missed = new Map<string, Map<number, Missed>>();

  add(chargePointId: string, missed: Missed): void {
    const own = this.#missed.get(chargePointId) ?? new Map<number, Missed>();
    this.#missed.set(chargePointId, own.set(missed.connector, missed));
  }

  at(chargePointId: string, connector: number): MissingEffect | undefined {
    return this.#missed.get(chargePointId)?.get(connector)?.missing;
  }

  /** Drops what the twin shows after all; answers whether there was something. */
  look(twin: Twin): boolean {
    let isSeen = false;
    for (const { connector, effect, sentAt } of this.#missed.get(twin.id)?.values() ?? [])
      if (isShown(effect, twin, sentAt)) isSeen = this.drop(twin.id, connector) || isSeen;
    return isSeen;
  }

  drop(chargePointId: string, connector: number): boolean {
    const own = this.#missed.get(chargePointId);
    if (own?.delete(connector) !== true) return false;
    if (own.size === 0) this.#missed.delete(chargePointId);
    return true;
  }

  forget(chargePointId: string): void {
    this.#missed.delete(chargePointId);
  }

  /** When the first of them is of the past. */
  endOf(chargePointId: string): EpochMs | undefined {
    const own = this.#missed.get(chargePointId);
    if (own === undefined) return undefined;
    return Math.min(...[...own.values()].map(({ missing }) => missing.since + OF_THE_PAST_MS));
  }

  /** Drops what is of the past; answers whether there was something. */
  expire(chargePointId: string, now: EpochMs): boolean {
    let hasExpired = false;
    for (const { connector, missing } of this.#missed.get(chargePointId)?.values() ?? [])
      if (missing.since + OF_THE_PAST_MS <= now) hasExpired = this.drop(chargePointId, connector) || hasExpired;
    return hasExpired;
  }
}

/** An effect that cannot be looked for has been told in the log when it was awaited (effects.ts). */
function isShown(effect: Effect, twin: Twin, sentAt: EpochMs): boolean {
  try {
    return effect.seen(twin, sentAt) !== undefined;
  } catch {
    return true;
  }
}
