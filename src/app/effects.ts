// What charge points have agreed to do and has not been seen yet: each effect is awaited until a twin shows it or its time is up.
// It follows the twins like any projection and changes none.
import type { Clock, EpochMs, Timer } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import type { Effect } from "../twin/commands.ts";
import type { Projection } from "../twin/ports.ts";
import type { Twin } from "../twin/twin.ts";

/** What came of waiting, in the words of the table of occurrences. */
export type Sight =
  /** Nothing has to become visible. */
  | { readonly kind: "None"; readonly text: string }
  | { readonly kind: "Observed"; readonly text: string; readonly at: EpochMs }
  /** Not in time, though the charge point was there. */
  | { readonly kind: "NotObserved"; readonly text: string }
  /** The charge point was gone, so nobody can tell. */
  | { readonly kind: "Unknown"; readonly text: string };

export interface EffectsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** For effects without a time of their own, s. */
  readonly timeoutSeconds: number;
  readonly most: number;
  readonly mostPerChargePoint: number;
}

interface Awaited {
  readonly effect: Effect;
  readonly since: EpochMs;
  readonly settle: (sight: Sight) => void;
  isConnected: boolean;
  deadline?: Timer;
}

export class Effects implements Projection {
  readonly #options: EffectsOptions;
  readonly #awaited = new Map<string, Set<Awaited>>();
  #size = 0;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  /** How many effects are awaited. */
  get size(): number {
    return this.#size;
  }

  /** Calls `settle` once: at once when nothing will change, the twin shows it already or too much is awaited, else when it is decided. */
  follow(twin: Twin, effect: Effect, since: EpochMs, settle: (sight: Sight) => void): void {
    const { clock, timeoutSeconds, most, mostPerChargePoint } = this.#options;
    if (effect.before !== undefined) return settle({ kind: "None", text: effect.before });
    const awaited: Awaited = { effect, since, settle, isConnected: true };
    const sight = this.#look(awaited, twin);
    if (sight !== undefined) return settle(sight);
    const own = this.#awaited.get(twin.id) ?? new Set();
    if (this.#size >= most || own.size >= mostPerChargePoint)
      return settle({ kind: "Unknown", text: `${effect.awaited}: too many effects are awaited already (limits)` });
    this.#awaited.set(twin.id, own.add(awaited));
    this.#size++;
    const delayMs = (effect.withinSeconds ?? timeoutSeconds) * 1000;
    awaited.deadline = clock.after(delayMs, () => this.#finish(twin.id, awaited, overdue(awaited)));
  }

  /** Most charge points have nothing awaited: that costs one look-up. */
  publish(_: Twin | undefined, after: Twin): void {
    for (const awaited of this.#awaited.get(after.id) ?? []) {
      const sight = this.#look(awaited, after);
      if (sight !== undefined) this.#finish(after.id, awaited, sight);
    }
  }

  forget(id: string): void {
    for (const awaited of this.#awaited.get(id) ?? [])
      this.#finish(id, awaited, { kind: "Unknown", text: `${awaited.effect.awaited}: the charge point was removed` });
  }

  announce(): void {
    // What has happened is for those who show it.
  }

  /** Lets go of everything; nothing is settled any more. */
  stop(): void {
    for (const own of this.#awaited.values()) for (const { deadline } of own) deadline?.cancel();
    this.#awaited.clear();
    this.#size = 0;
  }

  /** A fault of ours must not fail the call that has changed the twin. */
  #look(awaited: Awaited, twin: Twin): Sight | undefined {
    const { clock, log } = this.#options;
    awaited.isConnected = twin.link.state === "Connected";
    try {
      const text = awaited.effect.seen(twin, awaited.since);
      return text === undefined ? undefined : { kind: "Observed", text, at: clock.now() };
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error);
      log.error({ chargePoint: twin.id, awaited: awaited.effect.awaited, stack }, "an effect could not be looked for");
      return { kind: "Unknown", text: `${awaited.effect.awaited}: the bridge has failed to look for it` };
    }
  }

  #finish(id: string, awaited: Awaited, sight: Sight): void {
    const own = this.#awaited.get(id);
    if (own?.delete(awaited) !== true) return;
    this.#size--;
    if (own.size === 0) this.#awaited.delete(id);
    awaited.deadline?.cancel();
    awaited.settle(sight);
  }
}

function overdue({ effect: { awaited, isOptional }, isConnected }: Awaited): Sight {
  if (isConnected && isOptional === true) return { kind: "None", text: `${awaited}: not seen, and it need not be` };
  return isConnected
    ? { kind: "NotObserved", text: `${awaited}: not seen in time` }
    : { kind: "Unknown", text: `${awaited}: the link was lost, and nothing was seen in time` };
}
