// A day at one connector: cars come, charge and go, now and then something breaks. One timer a connector, whatever happens there.
// It uses a charge point only as a driver or a technician could.
import type { ChargePointErrorCode } from "../schema/ocpp16.generated.ts";
import type { Clock, Timer } from "../std/clock.ts";
import { carKinds } from "./catalogue.ts";
import type { Random } from "./random.ts";
import type { SimulatedChargePoint } from "./simulatedChargePoint.ts";
import { timeUntilFull } from "./supply.ts";
import type { Car, Supply } from "./supply.ts";

export interface LifeParts {
  chargePoint: SimulatedChargePoint;
  connectorId: number;
  supply: Supply;
  clock: Clock;
  random: Random;
  /** Cars' time against the clock's. */
  speed: number;
  /** A car is charging here already when life begins. */
  isBusyAtStart: boolean;
  /** Hour of the day at which life begins, 0 to 24. */
  startHour: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A driver who has started by app arrives at the connector, in ms of the clock. */
const ARRIVAL_AFTER_REMOTE_START_MS = 3_000;
/** Shares of visits in which something goes wrong. */
const FAULT_SHARE = 0.04;
const WARNING_SHARE = 0.02;
const OFFLINE_SHARE = 0.04;
const LONGEST_AC_VISIT_MS = 8 * HOUR_MS;

const faults: readonly [Breakdown, ...Breakdown[]] = [
  { errorCode: "GroundFailure", info: "Residual current above 30 mA" },
  { errorCode: "OverCurrentFailure", info: "L2 above rating" },
  { errorCode: "EVCommunicationError", info: "Control pilot out of range" },
  { errorCode: "PowerSwitchFailure", info: "Contactor welded" },
  { errorCode: "OtherError", info: "Emergency button", vendorErrorCode: "E-0142" },
];

interface Breakdown {
  errorCode: ChargePointErrorCode;
  info: string;
  vendorErrorCode?: string;
}

/** Lives on one connector from `begin` to `end`. */
export class DailyLife {
  readonly #parts: LifeParts;
  readonly #bornAt: number;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    this.#bornAt = parts.clock.monotonic();
  }

  /** Cars come from now on; where one is charging already, it does so from the first minute. */
  begin(): void {
    const { random, isBusyAtStart: isBusy } = this.#parts;
    // Wherever in its visit or gap a connector is: the whole span is as likely as any part of it.
    const waitMs = isBusy
      ? random.between(0, MINUTE_MS)
      : random.between(0, this.#typicalVisitMs() * random.between(0.6, 2));
    this.#after(waitMs, () => this.#arrive(isBusy));
  }

  end(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  /** Somebody has started a transaction remotely here and now comes with the car. */
  arriveSoon(): void {
    this.#timer?.cancel();
    if (!this.#isOver) this.#timer = this.#parts.clock.after(ARRIVAL_AFTER_REMOTE_START_MS, () => this.#arrive(false));
  }

  #arrive(hasBeenHere: boolean): void {
    const { chargePoint, connectorId, random, supply } = this.#parts;
    const car = this.#car(hasBeenHere);
    const fullInMs = timeUntilFull(supply, car, supply.maxPowerW);
    const visitMs = Math.min(fullInMs * random.between(0.7, 1.2), LONGEST_AC_VISIT_MS);
    const idTag = `04${Math.floor(random.between(0x100000, 0xffffff)).toString(16).toUpperCase()}A1B2C3`;
    const isWaitedFor = chargePoint.connector(connectorId)?.status === "Preparing";
    chargePoint.plugIn(connectorId, car);
    if (isWaitedFor) return this.#stay(visitMs, idTag);
    this.#after(random.between(0.2, 1) * MINUTE_MS, () => {
      void chargePoint.presentIdTag(connectorId, idTag).then((status) => {
        if (status === "Accepted") this.#stay(visitMs, idTag);
        else this.#after(2 * MINUTE_MS, () => this.#leave(visitMs));
      });
    });
  }

  #stay(visitMs: number, idTag: string): void {
    const { random } = this.#parts;
    const draw = random.next();
    const midMs = visitMs * random.between(0.2, 0.8);
    if (draw < FAULT_SHARE) return this.#after(midMs, () => this.#breakDown(visitMs));
    if (draw < FAULT_SHARE + WARNING_SHARE) return this.#after(midMs, () => this.#warn(visitMs - midMs, idTag));
    if (draw < FAULT_SHARE + WARNING_SHARE + OFFLINE_SHARE)
      return this.#after(midMs, () => this.#loseNetwork(visitMs - midMs, idTag));
    this.#after(visitMs, () => this.#stopAndLeave(visitMs, idTag));
  }

  #breakDown(visitMs: number): void {
    const { chargePoint, connectorId, random } = this.#parts;
    const { errorCode, ...details } = random.pick(faults);
    chargePoint.fault(connectorId, errorCode, { ...details, vendorId: "sim" });
    this.#after(random.between(10, 40) * MINUTE_MS, () => {
      chargePoint.clearFault(connectorId);
      this.#leave(visitMs);
    });
  }

  #warn(remainingMs: number, idTag: string): void {
    const { chargePoint, connectorId } = this.#parts;
    chargePoint.fault(connectorId, "HighTemperature", {
      isWarning: true,
      info: "Cabinet above 60 °C",
    });
    this.#after(Math.min(remainingMs, 15 * MINUTE_MS), () => {
      chargePoint.clearFault(connectorId);
      this.#after(Math.max(remainingMs - 15 * MINUTE_MS, MINUTE_MS), () => this.#stopAndLeave(remainingMs, idTag));
    });
  }

  #loseNetwork(remainingMs: number, idTag: string): void {
    const { chargePoint, random, speed } = this.#parts;
    // A network is lost for seconds at least, however fast the cars live.
    chargePoint.goOffline(Math.max((random.between(4, 20) * MINUTE_MS) / speed, 3_000));
    this.#after(remainingMs, () => this.#stopAndLeave(remainingMs, idTag));
  }

  #stopAndLeave(visitMs: number, idTag: string): void {
    const { chargePoint, connectorId, random } = this.#parts;
    // Two of three drivers hold their card to the reader again, the others just pull the plug at the car.
    if (chargePoint.connector(connectorId)?.isInTransaction === true && random.chance(0.66))
      chargePoint.stopCharging(connectorId, "Local", idTag);
    this.#after(random.between(0.3, 3) * MINUTE_MS, () => this.#leave(visitMs));
  }

  #leave(visitMs: number): void {
    this.#parts.chargePoint.unplug(this.#parts.connectorId);
    this.#after(this.#gapMs(visitMs), () => this.#arrive(false));
  }

  #car(hasBeenHere: boolean): Car {
    const { random, supply } = this.#parts;
    const kind = random.pick(carKinds);
    const soc = random.between(0.08, 0.45);
    const targetSoc = supply.kind === "DC" ? random.between(0.72, 0.92) : random.between(0.8, 1);
    return {
      ...kind,
      soc: hasBeenHere ? soc + (targetSoc - soc) * random.between(0, 0.95) : soc,
      targetSoc,
    };
  }

  /** Connectors stand idle about as long as they were in use, longer at night and shorter in the rush hours. */
  #gapMs(visitMs: number): number {
    const hour =
      (this.#parts.startHour + ((this.#parts.clock.monotonic() - this.#bornAt) * this.#parts.speed) / HOUR_MS) % 24;
    const isNight = hour < 6 || hour >= 22;
    const isRush = (hour >= 7 && hour < 10) || (hour >= 16 && hour < 19);
    return visitMs * this.#parts.random.between(0.3, 2) * (isNight ? 1.25 : isRush ? 0.8 : 1);
  }

  #typicalVisitMs(): number {
    return this.#parts.supply.kind === "DC" ? 30 * MINUTE_MS : 4 * HOUR_MS;
  }

  #after(lifeMs: number, run: () => void): void {
    this.#timer?.cancel();
    if (!this.#isOver) this.#timer = this.#parts.clock.after(lifeMs / this.#parts.speed, run);
  }
}
