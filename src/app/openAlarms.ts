// Opens the alarms over the house as it stands: what the store knows of before is taken up.
import type { BridgeFacts, ExpiringCertificate } from "../datapoints/alarmFindings.ts";
import type { Listeners } from "../ocpp/listeners.ts";
import type { Settings } from "../settings/settings.ts";
import type { Clock, EpochMs } from "../std/clock.ts";
import type { Lifecycle } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { AlarmDisplay } from "../twin/ports.ts";
import { Alarms } from "./alarms.ts";
import { ConnectionNotes } from "./connectionNotes.ts";
import type { Denials } from "./denials.ts";
import type { Decisions } from "./openDecisions.ts";
import type { OpenedHouse } from "./openHouse.ts";
import type { Trust } from "./trust.ts";

export interface OpenedAlarms {
  readonly alarms: Alarms;
  /** Who is added to it is told of what changes from then on. */
  readonly displays: AlarmDisplay[];
  /** Is to be told what goes wrong where charge points connect. */
  readonly connections: ConnectionNotes;
}

export interface AlarmSurroundings {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly denials: Denials;
  readonly decisions: Pick<Decisions, "rules" | "recentFault">;
  /** Undefined until charge points can connect. */
  readonly listeners: () => Pick<Listeners, "nextExpiry"> | undefined;
  readonly trust: Pick<Trust, "certificates">;
}

export async function openAlarms(
  lifecycle: Lifecycle,
  { house, store, history }: Pick<OpenedHouse, "house" | "store" | "history">,
  surroundings: AlarmSurroundings,
): Promise<OpenedAlarms> {
  const { settings, clock, log, denials } = surroundings;
  const connections = new ConnectionNotes({ ...settings.alarms, clock });
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
        bridge: () => factsOf(store, connections, surroundings),
        keep: store.alarm,
        isWritable: () => store.state() === "ok",
        display: { show },
      }),
  );
  return { alarms, displays, connections };
}

function factsOf(
  store: OpenedHouse["store"],
  { refusals, duplicate }: ConnectionNotes,
  { decisions, listeners, trust, clock }: AlarmSurroundings,
): BridgeFacts {
  return {
    storeState: store.state(),
    rulesError: decisions.rules().error,
    decisionFault: decisions.recentFault(),
    refusals,
    duplicate,
    certificate: certificateOf(listeners()?.nextExpiry(), clock.now()),
    certificates: trust.certificates(),
    now: clock.now(),
  };
}

function certificateOf(next: ReturnType<Listeners["nextExpiry"]>, now: EpochMs): ExpiringCertificate | undefined {
  if (next === undefined) return undefined;
  const { name, at, der } = next;
  return { name, validUntil: at, secondsLeft: (at - now) / 1000, der };
}
