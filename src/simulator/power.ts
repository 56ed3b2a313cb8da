// Lets energy flow: brings the meter up to now, applies the limits, and wakes up when the car is full or the limit changes.
// No tick: between two events the charge is computed, not simulated step by step in real time.
import { limitAt } from "./chargingProfiles.ts";
import type { LimitQuestion } from "./chargingProfiles.ts";
import type { Connector } from "./connector.ts";
import { ownTime } from "./core.ts";
import type { ChargePointCore } from "./core.ts";
import { refreshStatus } from "./status.ts";
import { offeredPower, takeEnergy, takenPower, timeUntilFull } from "./supply.ts";

/** Brings register, battery and power of a connector up to the present. */
export function settleMeter(core: ChargePointCore, connector: Connector): void {
  const now = core.clock.monotonic();
  const { car, supply, offeredW } = connector;
  if (connector.transaction !== undefined && car !== undefined && offeredW > 0) {
    const lifeMs = (now - connector.updatedAt) * core.plan.speed;
    connector.registerWh += takeEnergy(supply, car, offeredW, lifeMs);
    connector.powerW = takenPower(supply, car, offeredW);
  } else connector.powerW = 0;
  connector.updatedAt = now;
}

/** To be called whenever a transaction, car, limit or fault has changed: all connectors, because they share the limit of the charge point. */
export function refreshPower(core: ChargePointCore): void {
  for (const connector of core.connectors) {
    settleMeter(core, connector);
    connector.powerTimer?.cancel();
    connector.powerTimer = undefined;
    if (connector.transaction === undefined) {
      connector.offeredW = 0;
      connector.powerW = 0;
    } else applyLimit(core, connector);
    refreshStatus(core, connector);
  }
}

/** Who asks for the limit of a connector, 0 being the charge point as a whole. */
export function limitQuestion(core: ChargePointCore, connector: Connector): LimitQuestion {
  return {
    connectorId: connector.id,
    supply: connector.supply,
    startedAt: connector.transaction?.startedAt,
    sharers: Math.max(1, core.connectors.filter((each) => each.transaction !== undefined).length),
  };
}

function applyLimit(core: ChargePointCore, connector: Connector): void {
  const { car, supply, transaction } = connector;
  const now = ownTime(core);
  const { limitW, until } = limitAt(core.profiles, limitQuestion(core, connector), now);
  connector.offeredW = transaction?.isDenied === true ? 0 : offeredPower(supply, limitW);
  connector.powerW = car === undefined ? 0 : takenPower(supply, car, connector.offeredW);
  const fullInMs =
    car === undefined || connector.powerW === 0
      ? Infinity
      : timeUntilFull(supply, car, connector.offeredW) / core.plan.speed;
  const waitMs = Math.min(until - now, fullInMs);
  if (waitMs !== Infinity) connector.powerTimer = core.clock.after(waitMs, () => refreshPower(core));
}
