// A site with one charge point in each state that somebody has to tell apart, for tests that look at every page.
import { connectChargePoint, type BridgeInTest } from "../../flow/bridgeInTest.ts";
import { bootChargePoint, measure, reportStatus, startCharging } from "./chargingInTest.ts";

const LONG = "L".repeat(48);
const idle = Array.from({ length: 30 }, (_, index) => `{ id: PARK-${index + 1} }`).join(", ");
export const furnishedSettings = `
site: { name: North park }
chargePoints: [{ id: CP-1, connectors: 2 }, { id: CP-2 }, { id: CP-3 }, { id: CP-4 }, { id: ${LONG} }, ${idle}]
`;

/** One charge point in each state that somebody has to tell apart. */
export async function furnish({ ocpp }: BridgeInTest): Promise<void> {
  const charging = await bootChargePoint(ocpp, "CP-1");
  const transaction = await startCharging(charging, 1, "ANNA-0001");
  await measure(charging, 1, transaction, { power: 11_040, amperes: 16, offered: 32, register: 9400 });
  await reportStatus(charging, 2, "Unavailable");
  await reportStatus(await bootChargePoint(ocpp, "CP-2"), 1, "Faulted", "GroundFailure");
  const gone = await bootChargePoint(ocpp, "CP-3");
  const interrupted = await startCharging(gone, 1, "BERT-0002");
  await measure(gone, 1, interrupted, { power: 7000, amperes: 10, offered: 16, register: 3000 });
  await gone.close();
  const over = await bootChargePoint(ocpp, "CP-4");
  const excessive = await startCharging(over, 1, "CARL-0003");
  await measure(over, 1, excessive, { power: 15_200, amperes: 22, offered: 16, register: 5000 });
  await reportStatus(await bootChargePoint(ocpp, LONG), 1, "Available");
  const stranger = await connectChargePoint(ocpp, "STRANGER");
  await stranger.call("BootNotification", { chargePointVendor: "Unknown", chargePointModel: "X" });
}
