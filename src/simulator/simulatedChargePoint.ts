// An OCPP 1.6-J charge point in code: what tests, load tests and the demo hold in their hands. It behaves as the document says and
// breaks on demand. It only hands on to the files beside it.
import type { Requests } from "../schema/ocpp16.generated.ts";
import { send } from "./answering.ts";
import { statusOf } from "./connector.ts";
import type { ChargePointStatus, Connector, ConnectorFault } from "./connector.ts";
import { connectorOf } from "./core.ts";
import type { ChargePointCore } from "./core.ts";
import { createCore } from "./createCore.ts";
import { toPlan } from "./options.ts";
import type { FaultSwitches, SimulatedChargePointOptions } from "./options.ts";
import type { CallOutcome } from "./outbox.ts";
import { refreshPower, settleMeter } from "./power.ts";
import { restartHard, switchOff, switchOn } from "./restart.ts";
import type { Car } from "./supply.ts";
import { plugIn, presentIdTag, sendStartTransaction, stopTransaction, unplug } from "./transactions.ts";

/** What can be seen of a connector from outside. */
export interface ConnectorView {
  status: ChargePointStatus;
  errorCode: string;
  /** Undefined without a transaction, and as long as StartTransaction is not answered. */
  transactionId: number | undefined;
  isInTransaction: boolean;
  isPluggedIn: boolean;
  registerWh: number;
  powerW: number;
  offeredW: number;
}

export class SimulatedChargePoint {
  readonly #core: ChargePointCore;

  /** Makes it without switching it on; throws for options that make no sense. */
  constructor(options: SimulatedChargePointOptions) {
    this.#core = createCore(this, toPlan(options));
  }

  get id(): string {
    return this.#core.plan.id;
  }

  /** The faults in force; members may be changed at any time. */
  get faults(): FaultSwitches {
    return this.#core.faults;
  }

  get isConnected(): boolean {
    return this.#core.link.isOpen;
  }

  /** Answer to the last BootNotification since it was switched on. */
  get registration(): "None" | "Accepted" | "Pending" | "Rejected" {
    return this.#core.registration;
  }

  /** Numbers of its connectors, from 1. */
  get connectorIds(): number[] {
    return this.#core.connectors.map((each) => each.id);
  }

  /** Transaction-related messages that have not been answered yet. */
  get keptMessages(): number {
    return this.#core.outbox.keptCount;
  }

  /** Switches it on: it dials, boots and goes on until `stop`. */
  start(): void {
    if (!this.#core.isStopped) return;
    this.#core.isStopped = false;
    switchOn(this.#core);
  }

  /** Switches it off for good and closes the socket in order; transactions are not ended. */
  async stop(): Promise<void> {
    this.#core.isStopped = true;
    switchOff(this.#core);
    for (const each of [this.#core, ...this.#core.connectors]) each.reservation?.expiry.cancel();
    await this.#core.link.close(1000, "switched off");
  }

  /** Status of a connector; undefined for a number that is not there. */
  statusOf(connectorId: number): ChargePointStatus | undefined {
    const connector = connectorOf(this.#core, connectorId);
    return connector === undefined ? undefined : statusOf(connector);
  }

  /** A connector as it is now, the meter brought up to date; undefined for a number that is not there. */
  connector(connectorId: number): ConnectorView | undefined {
    const connector = connectorOf(this.#core, connectorId);
    if (connector === undefined) return undefined;
    settleMeter(this.#core, connector);
    const { transaction, car, registerWh, powerW, offeredW, fault } = connector;
    return {
      status: statusOf(connector),
      errorCode: fault?.errorCode ?? "NoError",
      transactionId: transaction?.id,
      isInTransaction: transaction !== undefined,
      isPluggedIn: car !== undefined,
      registerWh,
      powerW,
      offeredW,
    };
  }

  /** Plugs a car in; false when there is one already. Charging begins when an idTag is waiting for it. */
  plugIn(connectorId: number, car: Partial<Car> = {}): boolean {
    const connector = this.#connector(connectorId);
    if (connector.car !== undefined) return false;
    plugIn(this.#core, connector, { ...DEFAULT_CAR, ...car });
    return true;
  }

  /** Pulls the cable; ends the transaction as EVDisconnected. */
  unplug(connectorId: number): void {
    unplug(this.#core, this.#connector(connectorId));
  }

  /** Holds a card to the reader: starts charging, or stops what the same card has started. Resolves with the authorization. */
  presentIdTag(
    connectorId: number,
    idTag: string,
  ): Promise<"Accepted" | "Blocked" | "Expired" | "Invalid" | "ConcurrentTx"> {
    return presentIdTag(this.#core, this.#connector(connectorId), idTag);
  }

  /** Plugs a car in and presents a card: true when the transaction has begun. */
  async startCharging(connectorId: number, idTag: string, car: Partial<Car> = {}): Promise<boolean> {
    this.plugIn(connectorId, car);
    const status = await this.presentIdTag(connectorId, idTag);
    return status === "Accepted" && this.#connector(connectorId).transaction !== undefined;
  }

  /** Ends the transaction at the charge point itself, by default without a card; the car stays plugged in. */
  stopCharging(
    connectorId: number,
    reason: NonNullable<Requests["StopTransaction"]["reason"]> = "Local",
    idTag?: string,
  ): void {
    stopTransaction(this.#core, this.#connector(connectorId), reason, idTag);
    refreshPower(this.#core);
  }

  /** A connector fault: ends a transaction and shows Faulted; as a warning it is only reported beside the ordinary status. */
  fault(connectorId: number, errorCode: ConnectorFault["errorCode"], details: Partial<ConnectorFault> = {}): void {
    const connector = this.#connector(connectorId);
    const fault: ConnectorFault = { isWarning: false, ...details, errorCode };
    // The state is entered before the transaction ends, so that no other status shows in between.
    connector.fault = fault;
    if (!fault.isWarning) stopTransaction(this.#core, connector, "Other");
    refreshPower(this.#core);
  }

  /** The fault is gone. */
  clearFault(connectorId: number): void {
    this.#connector(connectorId).fault = undefined;
    refreshPower(this.#core);
  }

  /** Cuts the socket without a close frame and reconnects after the usual pause. */
  dropSocket(): void {
    if (this.#core.isRunning) this.#core.link.cut();
  }

  /** Cuts the socket and stays offline for `ms`; charging goes on, transaction messages wait. */
  goOffline(ms: number): void {
    if (this.#core.isRunning) this.#core.link.cut(ms);
  }

  /** Half-open: neither reads nor answers pings for `ms`, then cuts the socket and dials again. */
  freeze(ms: number): void {
    this.#core.link.freeze(ms);
  }

  /** Mains failure for `ms`: transactions end with PowerLoss, which is told after the next boot. */
  losePower(ms: number): void {
    restartHard(this.#core, "PowerLoss", ms);
  }

  /** Sends StartTransaction again under a new message id, as if the answer had been lost; false without a transaction. */
  repeatStartTransaction(connectorId: number): boolean {
    const { transaction } = this.#connector(connectorId);
    if (transaction === undefined) return false;
    sendStartTransaction(this.#core, transaction);
    return true;
  }

  /** Sends any text as a frame, such as broken JSON; false when not connected. */
  sendRaw(text: string): boolean {
    return send(this.#core, text);
  }

  /** Sends any call, whether the document knows it or not, also before the registration is accepted. */
  call(action: string, payload: object): Promise<CallOutcome> {
    return new Promise((settle) => this.#core.outbox.push({ action, payload: () => payload, way: "urgent", settle }));
  }

  /** The value of one of its configuration keys; empty for one it does not have. */
  configurationValue(key: string): string {
    return this.#core.keys.text(key);
  }

  #connector(connectorId: number): Connector {
    const connector = connectorOf(this.#core, connectorId);
    if (connector === undefined) throw new RangeError(`${this.id} has no connector ${connectorId}`);
    return connector;
  }
}

/** A middle-class car with a three-phase 11 kW on-board charger, at 30 %. */
const DEFAULT_CAR: Car = {
  name: "car",
  capacityWh: 60_000,
  acPhases: 3,
  acCurrentA: 16,
  dcPowerW: 120_000,
  soc: 0.3,
  targetSoc: 0.9,
};
