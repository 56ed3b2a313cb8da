// Opens the alarms over the house as it stands: what the store knows of before is taken up.
import type { Settings } from "../settings/settings.ts";
import type { Clock } from "../std/clock.ts";
import type { Lifecycle } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { AlarmDisplay } from "../twin/ports.ts";
import { Alarms } from "./alarms.ts";
import type { Denials } from "./denials.ts";
import type { Decisions } from "./openDecisions.ts";
import type { OpenedHouse } from "./openHouse.ts";
import type { Trust } from "./trust.ts";

export interface OpenedAlarms {
  readonly alarms: Alarms;
  /** Who is added to it is told of what changes from then on. */
  readonly displays: AlarmDisplay[];
}

export interface AlarmSurroundings {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly denials: Denials;
  readonly decisions: Pick<Decisions, "rules" | "recentFault">;
  readonly trust: Pick<Trust, "certificates">;
}

export async function openAlarms(
  lifecycle: Lifecycle,
  { house, store, history }: Pick<OpenedHouse, "house" | "store" | "history">,
  { settings, clock, log, denials, decisions, trust }: AlarmSurroundings,
): Promise<OpenedAlarms> {
  // What is found at the start is kept as well.
  const displays: AlarmDisplay[] = [history.projection];
  const show: AlarmDisplay["show"] = (alarm, isTold) => {
    for (const display of displays) display.show(alarm, isTold);
  };
  const alarms = await lifecycle.start(
    "alarms",
    async () =>
      new Alarms({
        clock,
        log: log.child({ part: "alarms" }),
        denials,
        thresholds: settings.alarms,
        twins: house.twins,
        kept: store.restored.alarms,
        bridge: () => ({
          storeState: store.state(),
          rulesError: decisions.rules().error,
          decisionFault: decisions.recentFault(),
          certificates: trust.certificates(),
          now: clock.now(),
        }),
        keep: store.alarm,
        isWritable: () => store.state() === "ok",
        display: { show },
      }),
  );
  return { alarms, displays };
}
