// The twins that there are at the start: as they were when the bridge ended, or new ones; before anybody connects.
import type { ChargePointSettings, Settings } from "../settings/settings.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import type { KeptTransaction } from "../twin/ledger.ts";
import type { Origin } from "../twin/ports.ts";
import { reduce } from "../twin/reduce/reduce.ts";
import { restoreTwin } from "../twin/restore.ts";
import { createTwin, type DesiredKey, type Twin } from "../twin/twin.ts";
import { introduce, type House } from "./apply.ts";
import type { Register } from "./register.ts";
import type { VendorProfiles } from "./vendorProfiles.ts";

/** What the store knows; twins and transactions of charge points that have gone are among it. */
export interface Known {
  readonly twins: readonly { readonly twin: Twin; readonly origin: Origin }[];
  readonly transactions: readonly KeptTransaction[];
}

export interface FillOptions {
  readonly house: House;
  readonly settings: Settings;
  readonly vendorProfiles: Pick<VendorProfiles, "withProfile">;
  readonly register: Register;
  readonly clock: Clock;
  readonly log: Log;
  readonly known: Known;
  /** A charge point that is known no more. */
  readonly forget: (id: string) => void;
}

/** Puts the charge points of the register into the house, and the strangers that were there, so that SCADA sees them before they connect. */
export function fillHouse(options: FillOptions): void {
  const { house, settings, register, known, forget, log } = options;
  const twins = new Map(known.twins.map(({ twin }) => [twin.id, twin]));
  const kept = Map.groupBy(known.transactions, ({ chargePointId }) => chargePointId);
  for (const { id, registration, connectors } of register.all()) {
    const twin = twins.get(id) ?? created(options, id, registration ?? "Accepted");
    const settled = withDesired(options, withRegistration(options, twin));
    introduce(house, restored(options, settled, kept.get(id), connectors));
  }
  for (const { twin, origin } of known.twins) {
    if (register.get(twin.id) !== undefined) continue;
    // It has been taken out of the settings: whatever it was allowed there it is allowed no more.
    const isWelcome =
      origin === "stranger" &&
      settings.ocpp.unknownChargePoints !== "reject" &&
      register.strangers < settings.limits.maxUnknownChargePoints &&
      house.twins.size < settings.limits.maxChargePoints;
    if (!isWelcome) {
      log.info({ chargePoint: twin.id }, "a charge point of before is known no more");
      forget(twin.id);
      continue;
    }
    register.meet(twin.id);
    introduce(house, restored(options, twin, kept.get(twin.id), 0));
  }
}

function created({ settings, clock }: FillOptions, id: string, status: Twin["registration"]["status"]): Twin {
  const { heartbeatIntervalSeconds } = settings.ocpp;
  return createTwin(id, { status, heartbeatIntervalSeconds }, clock.now());
}

/** What the settings say outright holds whatever was set while the bridge ran. */
function withRegistration({ register, clock }: FillOptions, twin: Twin): Twin {
  const status = register.originOf(twin.id) === "settings" ? register.get(twin.id)?.registration : undefined;
  if (status === undefined || status === twin.registration.status) return twin;
  const now = clock.now();
  return reduce(twin, { type: "RegistrationSet", status, at: now, received: now });
}

/** What the settings want of its configuration holds, and nothing that they wanted before. */
function withDesired({ register, clock }: FillOptions, twin: Twin): Twin {
  const desired = desiredKeys(register.get(twin.id)?.configuration);
  const before = twin.desiredConfiguration ?? [];
  if (JSON.stringify(desired) === JSON.stringify(before)) return twin;
  const now = clock.now();
  return reduce(twin, { type: "ConfigurationDesired", desired, at: now, received: now });
}

function desiredKeys(configuration: ChargePointSettings["configuration"] = {}): DesiredKey[] {
  return Object.entries(configuration).map(([key, value]) => ({ key, value: String(value) }));
}

function restored(
  { clock, settings, vendorProfiles }: FillOptions,
  twin: Twin,
  kept: readonly KeptTransaction[] = [],
  connectors: number,
): Twin {
  const { maxConnectors } = settings.limits;
  const shown = kept.filter(({ connectorId }) => connectorId >= 1 && connectorId <= maxConnectors);
  const known = Array.from({ length: connectors }, (_, index) => index + 1).reduce(
    (before, connector) => reduce(before, { type: "ConnectorKnown", connector }),
    twin,
  );
  return vendorProfiles.withProfile(restoreTwin(known, shown, clock.now()), clock.now());
}
