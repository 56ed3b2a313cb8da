// Somebody sets the clock of the machine while a bridge runs, by an hour or by ten years, back and forth, over the end of summer time, and in
// the middle of a transaction: the executable answers, confirms and ends as if nothing had been (RELIABILITY.md, clock).
import { renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workplace, type Program } from "../cli/programInTest.ts";
import { connectChargePoint, openSession, readUntil } from "./bridgeInTest.ts";

const workplace = new Workplace();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** An answer may take its time. */
const ALLOWED_MS = 10_000;

/** Each is where the clock stands then, as a distance from the true time. */
const steps: readonly (readonly [string, () => number])[] = [
  ["an hour ahead", () => HOUR_MS],
  ["an hour behind", () => -HOUR_MS],
  ["ten years ahead", () => 3652 * DAY_MS],
  ["ten years behind", () => -3652 * DAY_MS],
  ["in 1970", () => -Date.now() + HOUR_MS],
  ["just before the end of summer time", () => Date.parse("2026-10-25T00:59:59Z") - Date.now()],
  // By the clock on the wall it is earlier than before.
  ["half an hour behind it", () => Date.parse("2026-10-25T01:30:00Z") - Date.now()],
  ["right again", () => 0],
];

let bridge: Program;
let chargePoint: RPCClient;
let scada: Awaited<ReturnType<typeof openSession>>;
let wasDisconnected = false;

function setClock(offsetMs: number): string {
  const file = workplace.write("offset.new", `${Math.round(offsetMs)}\n`);
  renameSync(file, join(workplace.folder, "offset"));
  return join(workplace.folder, "offset");
}

beforeAll(async () => {
  const config = workplace.write(
    "clock.yaml",
    `site: { timeZone: Europe/Berlin }
ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
  unknownChargePoints: accept
opcua: { host: 127.0.0.1, port: 0, securityPolicies: [None], anonymousRole: operator }
hmi: { host: 127.0.0.1, port: 0, metricsOpen: true }
store: { directory: clock }
limits: { pingIntervalSeconds: 2, pingTimeoutSeconds: 10 }
`,
  );
  bridge = workplace.start(["run", "--config", config], {
    TZ: "Europe/Berlin",
    CLOCK_OFFSET: setClock(0),
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "steppedClock.ts")).href}`,
  });
  await bridge.says("ready ");
  const addresses = JSON.parse(/^ready (.*)$/mu.exec(bridge.out)?.[1] ?? "") as { ocpp: string[]; opcua: string };
  chargePoint = await connectChargePoint(addresses.ocpp[0] ?? "", "CP001");
  chargePoint.on("disconnect", () => (wasDisconnected = true));
  await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  scada = await openSession(addresses.opcua);
}, 180_000);

afterAll(async () => {
  await scada.close();
  await chargePoint.close({ force: true });
  await workplace.clean();
});

/** What the bridge says what time it is (OCPP 1.6 §6.30). */
async function currentTime(): Promise<number> {
  const { currentTime: text } = (await chargePoint.call("Heartbeat", {})) as { currentTime: string };
  return Date.parse(text);
}

/** Waits until the bridge has noticed; nothing but its own answers says so. A step is far longer than the difference that is allowed. */
async function clockIs(offsetMs: number): Promise<void> {
  setClock(offsetMs);
  for (let looks = 0; looks < 500; looks++) {
    if (Math.abs((await currentTime()) - Date.now() - offsetMs) < ALLOWED_MS) return;
    await delay(20);
  }
  throw new Error("the bridge does not take over the clock");
}

const start = (meterStart: number): Promise<unknown> =>
  chargePoint.call("StartTransaction", {
    connectorId: 1,
    idTag: "TAG",
    meterStart,
    timestamp: new Date().toISOString(),
  });

let meter = 0;
const ids: number[] = [];

it.each(steps)(
  "a clock that is set while a transaction runs, to where it stands %s",
  { timeout: 120_000 },
  async (_, to) => {
    const begin = meter;
    const { transactionId } = (await start(begin)) as { transactionId: number };
    ids.push(transactionId);
    await clockIs(to());
    const timestamp = new Date().toISOString();
    const sampledValue = [{ value: String(begin + 50), unit: "Wh", measurand: "Energy.Active.Import.Register" }];
    expect(
      await chargePoint.call("MeterValues", {
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp, sampledValue }],
      }),
    ).toEqual({});
    // SCADA reads the value that came after the step, though it stands before the others by one of the two clocks.
    await readUntil(
      scada.session,
      "CP001/Connector1/MeterValues/Energy.Active.Import.Register",
      ({ value }) => value.value === begin + 50,
    );
    meter = begin + 100;
    const ended = await chargePoint.call("StopTransaction", { transactionId, meterStop: meter, timestamp });
    expect(ended).toEqual({});
    await readUntil(scada.session, "CP001/Connector1/Transaction/Active", ({ value }) => value.value === false);
  },
);

it("leaves every transaction once, with an id of its own, its energy, and the link of the charge point", async () => {
  expect(wasDisconnected).toBe(false);
  expect(await readUntil(scada.session, "CP001/State/Connected", ({ value }) => value.value === true)).toBeDefined();
  bridge.signal("SIGTERM");
  expect((await bridge.ended()).code).toBe(0);
  const database = new Database(join(workplace.folder, "clock", "state.db"), { readonly: true });
  const query = "SELECT transaction_id, meter_start, meter_stop FROM transactions ORDER BY meter_start";
  const rows = database.prepare<[], Record<string, number>>(query).all();
  database.close();
  expect(rows).toEqual(
    ids.map((id, index) => ({ transaction_id: id, meter_start: index * 100, meter_stop: index * 100 + 100 })),
  );
  expect(new Set(ids).size).toBe(steps.length);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
}, 120_000);
