// What hostile OPC UA clients cost a whole bridge: resident memory after a flood, when all garbage is collected, against that of before; the same
// after more of the same, which says whether it is bounded; and how late a charge point is answered meanwhile, against when all is calm.
import { connectChargePoint, openSession } from "../flow/bridgeInTest.ts";
import { floods as kindsOfFloods, serveDuring } from "../flow/floodsInTest.ts";
import { figure, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median, quantile } from "./statistics.ts";

const ANSWERS = 30;
/** Further floods of the same kind. */
const MORE = 2;
const MEGABYTE = 1_000_000;

export const floods: Bench = {
  name: "floods",
  title: "Floods of hostile OPC UA clients",
  method:
    "Each kind of flood against a bridge of its own, once and twice more: resident memory after garbage collection, before, after the first and after all, which says whether it is bounded, and how long the heartbeats of a charge point take meanwhile. One round of each.",
  yardstick: "the same bridge before the flood, when all is calm.",
  targets: [],
  run,
};

/** Each kind meets a bridge of its own: none pays for another. */
async function run(length: Length): Promise<Figure[]> {
  const figures: Figure[] = [];
  const kinds = Object.keys(kindsOfFloods);
  for (const kind of kinds.slice(0, partOf(kinds.length, length))) figures.push(...(await flood(kind)));
  return figures;
}

async function flood(kind: string): Promise<Figure[]> {
  const settings = await bridgeSettings({ chargePoints: 0, chargePoint: "F1" });
  const server = await ServerUnderTest.startBridge(settings);
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
  const { heartbeats } = await serveDuring(kind, opcua, others, ANSWERS);
  const once = await server.ask("memory");
  for (let more = 0; more < MORE; more++) await serveDuring(kind, opcua, others, ANSWERS);
  const [often, usedAfter] = [await server.ask("memory"), await server.ask("used")];
  await client.close();
  await chargePoint.close();
  await server.stop();
  return [
    figure(`${kind}: memory after it`, "MB more", (once - before) / MEGABYTE),
    ratio(`${kind}: memory after it / before`, "before", [once], [before]),
    ratio(`${kind}: memory after ${MORE} more / after the first`, "after the first", [often], [once]),
    ratio(`${kind}: memory in use after ${MORE} more / before`, "before", [usedAfter], [usedBefore]),
    ratio(`${kind}: Heartbeat p50 meanwhile / calm`, "calm", [median(heartbeats)], [median(calm)]),
    figure(`${kind}: Heartbeat p99 meanwhile`, "ms", quantile(heartbeats, 0.99)),
  ];
}
