// Charge points of an independent OCPP client, as far as tests of the page need them: they boot, charge, fall ill.
import type { RPCClient } from "ocpp-rpc";
import { connectChargePoint } from "../../flow/bridgeInTest.ts";

const now = () => new Date().toISOString();

export async function bootChargePoint(endpoint: string, identity: string, model = "Model 1"): Promise<RPCClient> {
  const chargePoint = await connectChargePoint(endpoint, identity);
  await chargePoint.call("BootNotification", { chargePointVendor: "Volt & Söhne", chargePointModel: model });
  return chargePoint;
}

export async function reportStatus(
  chargePoint: RPCClient,
  connectorId: number,
  status: string,
  errorCode = "NoError",
): Promise<void> {
  await chargePoint.call("StatusNotification", { connectorId, status, errorCode, timestamp: now() });
}

/** Starts a transaction; its id. */
export async function startCharging(chargePoint: RPCClient, connectorId: number, idTag: string): Promise<number> {
  await reportStatus(chargePoint, connectorId, "Preparing");
  const start = { connectorId, idTag, meterStart: 1000, timestamp: now() };
  const { transactionId } = (await chargePoint.call("StartTransaction", start)) as { transactionId: number };
  await reportStatus(chargePoint, connectorId, "Charging");
  return transactionId;
}

export interface Measured {
  /** W */
  readonly power: number;
  /** A in each phase. */
  readonly amperes: number;
  /** A */
  readonly offered: number;
  /** Wh of the register. */
  readonly register: number;
}

export async function measure(
  chargePoint: RPCClient,
  connectorId: number,
  transactionId: number,
  { power, amperes, offered, register }: Measured,
): Promise<void> {
  const currents = ["L1", "L2", "L3"].map((phase) => ({
    value: String(amperes),
    measurand: "Current.Import",
    phase,
    unit: "A",
  }));
  const sampledValue = [
    { value: String(power), measurand: "Power.Active.Import", unit: "W" },
    { value: String(offered), measurand: "Current.Offered", unit: "A" },
    { value: String(register), measurand: "Energy.Active.Import.Register", unit: "Wh" },
    ...currents,
  ];
  const values = { connectorId, transactionId, meterValue: [{ timestamp: now(), sampledValue }] };
  await chargePoint.call("MeterValues", values);
}
