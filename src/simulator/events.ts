// What users of a simulated charge point can watch, as one shared listener rather than an emitter for each of thousands.
// It carries facts only; nothing here changes a charge point.
import type { ChargePointStatus } from "./connector.ts";
import type { SimulatedChargePoint } from "./simulatedChargePoint.ts";

/** Every member is optional; the same listener may serve many charge points. It is called synchronously and must not throw. */
export interface ChargePointListener {
  /** The socket is open. */
  connected?(chargePoint: SimulatedChargePoint): void;
  /** The socket that was open or being opened has ended, with WebSocket close code and reason in words. */
  disconnected?(chargePoint: SimulatedChargePoint, code: number, reason: string): void;
  /** BootNotification was answered. */
  registered?(chargePoint: SimulatedChargePoint, status: "Accepted" | "Pending" | "Rejected"): void;
  /** A connector (0 = the charge point itself) has another status or error code. */
  statusChanged?(
    chargePoint: SimulatedChargePoint,
    connectorId: number,
    status: ChargePointStatus,
    errorCode: string,
  ): void;
  /** A transaction has begun at the connector; its id is not known before StartTransaction is answered. */
  transactionStarted?(chargePoint: SimulatedChargePoint, connectorId: number, idTag: string): void;
  /** A transaction has ended, with the energy in Wh and OCPP's reason. */
  transactionEnded?(chargePoint: SimulatedChargePoint, connectorId: number, energyWh: number, reason: string): void;
  /** A RemoteStartTransaction was accepted and waits for a car to be plugged in. */
  waitingForCar?(chargePoint: SimulatedChargePoint, connectorId: number): void;
  /** A frame was given to the socket. */
  sent?(chargePoint: SimulatedChargePoint, text: string): void;
  /** A frame came in. */
  received?(chargePoint: SimulatedChargePoint, text: string): void;
  /** Something that a healthy central system would not have caused: a CALLERROR, a timeout, a frame that cannot be read, a lost message. */
  problem?(chargePoint: SimulatedChargePoint, text: string): void;
}
