// What hostile OPC UA clients cost a whole bridge: resident memory after a flood, when all garbage is collected, against that of before; the same
// after more of the same, which says whether it is bounded; and how late a charge point is answered meanwhile, against when all is calm.
import { connectChargePoint, openSession } from "../flow/bridgeInTest.ts";
import { floods, serveDuring } from "../flow/floodsInTest.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median, quantile } from "./statistics.ts";

const ANSWERS = 30;
/** Further floods of the same kind. */
const MORE = 2;
const MEGABYTE = 1_000_000;

export async function floodsOfClients(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const name of Object.keys(floods))
    for (const [what, figure] of Object.entries(await flood(name))) figures[`${name}: ${what}`] = figure;
  return figures;
}

/** Each kind meets a bridge of its own: none pays for another. */
async function flood(name: string): Promise<Record<string, number>> {
  const settings = await bridgeSettings({ chargePoints: 0, chargePoint: "F1" });
  const server = await ServerUnderTest.start("./bridgeServer.ts", [settings]);
  const { ocpp, opcua = "" } = server.addresses;
  const chargePoint = await connectChargePoint(ocpp, "F1");
  const client = await openSession(opcua);
  const others = { chargePoint, session: client.session };
  const calm: number[] = [];
  for (let done = 0; done < ANSWERS; done++) {
    const begin = performance.now();
    await chargePoint.call("Heartbeat", {});
    calm.push(performance.now() - begin);
  }
  const [before, usedBefore] = [await server.ask("memory"), await server.ask("used")];
  const { heartbeats } = await serveDuring(name, opcua, others, ANSWERS);
  const once = await server.ask("memory");
  for (let round = 0; round < MORE; round++) await serveDuring(name, opcua, others, ANSWERS);
  const [often, usedAfter] = [await server.ask("memory"), await server.ask("used")];
  await client.close();
  await chargePoint.close();
  await server.stop();
  return {
    "memory after it (MB)": (once - before) / MEGABYTE,
    "memory, after it / before": once / before,
    [`memory, after ${MORE} more / after the first`]: often / once,
    [`memory in use, after ${MORE} more / before`]: usedAfter / usedBefore,
    "Heartbeat p50, meanwhile / calm": median(heartbeats) / median(calm),
    "Heartbeat p99 meanwhile (ms)": quantile(heartbeats, 0.99),
  };
}
