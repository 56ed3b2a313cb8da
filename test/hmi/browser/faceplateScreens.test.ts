// Both faceplates at the sizes and in the colours that they are made for, full of what can be told: kept as pictures to be looked at,
// and searched for obstacles.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newestIn, openObedient } from "./faceplateInTest.ts";
import { hasChromium, looks, obstaclesIn, startSite, type SiteInTest } from "./siteInTest.ts";

const folder = fileURLToPath(new URL("../../screenshots", import.meta.url));
const faceplates = [
  { name: "charge-point", path: "/charge-points/CP1", ready: "Configuration keys" },
  { name: "connector", path: "/charge-points/CP1/connectors/1", ready: "Running transaction" },
  { name: "connector-offline", path: "/charge-points/CP2/connectors/1", ready: "Trend" },
];
const cases = faceplates.flatMap((page) => looks.map((look) => ({ ...page, ...look })));

const MINUTE_MS = 60_000;

/** What a meter tells of three phases. */
function telegram(at: number, kilowatts: number, register: number): object {
  const ofPhases = ["L1", "L2", "L3"].flatMap((phase) => [
    { value: "231", measurand: "Voltage", phase: `${phase}-N`, unit: "V" },
    { value: String((kilowatts * 1000) / 3 / 231), measurand: "Current.Import", phase, unit: "A" },
    { value: String((kilowatts * 1000) / 3), measurand: "Power.Active.Import", phase, unit: "W" },
  ]);
  const others = [
    { value: "20", measurand: "Current.Offered", unit: "A" },
    { value: String(register), measurand: "Energy.Active.Import.Register", unit: "Wh" },
    { value: String(40 + kilowatts), measurand: "SoC", location: "EV", unit: "Percent" },
    { value: "31", measurand: "Temperature", location: "Body", unit: "Celsius" },
  ];
  return { timestamp: new Date(at).toISOString(), sampledValue: [...ofPhases, ...others] };
}

async function charge(client: RPCClient): Promise<void> {
  const now = Date.now();
  const begun = {
    connectorId: 1,
    idTag: "ANNA-0001",
    meterStart: 1000,
    timestamp: new Date(now - 50 * MINUTE_MS).toISOString(),
  };
  const { transactionId } = (await client.call("StartTransaction", begun)) as { readonly transactionId: number };
  await client.call("StatusNotification", { connectorId: 1, status: "Charging", errorCode: "NoError" });
  const minutes = Array.from({ length: 45 }, (_, minute) => minute);
  const telegrams = minutes.map((minute) =>
    telegram(now - (46 - minute) * MINUTE_MS, 11 - Math.abs(minute - 20) / 10, 1000 + minute * 180),
  );
  for (const meterValue of [...telegrams, telegram(0, 9, 9300)])
    await client.call("MeterValues", { connectorId: 1, transactionId, meterValue: [meterValue] });
}

// A browser beside a whole bridge on two cores that others need as well.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

describe.runIf(hasChromium)("both faceplates", () => {
  let site: SiteInTest;
  let client: RPCClient;
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    site = await startSite(
      "chargePoints: [{ id: CP1, connectors: 2, configuration: { HeartbeatInterval: 60 } }, { id: CP2 }]",
    );
    client = await openObedient(site.bridge.ocpp, "CP1");
    await charge(client);
    const gone = await openObedient(site.bridge.ocpp, "CP2");
    await charge(gone);
    await gone.close();
  });
  afterAll(async () => {
    await client.close();
    await site.stop();
  });

  it.each(cases)("$name at $width in $colorScheme puts no serious obstacle before anybody", async (each) => {
    const { name, path, ready, viewport, colorScheme } = each;
    const page = await site.openLoggedIn(path, { viewport, colorScheme });
    await page.getByRole("heading", { name: ready }).waitFor();
    await page.getByText("Live").waitFor();
    if (name === "charge-point") {
      await page.getByRole("button", { name: "Read all from the charge point" }).click();
      await newestIn(page).getByText("Nothing has to change.").waitFor();
    } else await page.locator("canvas").first().waitFor();
    if (name === "connector-offline") {
      await page.getByRole("button", { name: "Clear limit" }).click();
      await newestIn(page).getByText("Nothing was sent.").waitFor();
    }
    await page.evaluate("document.querySelector('main').scrollTo(0, 0)");
    await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`) });
    expect(await obstaclesIn(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.context().close();
  });

  it("the question before a command puts no serious obstacle before anybody", async () => {
    const page = await site.openLoggedIn("/charge-points/CP1/connectors/1");
    await page.getByRole("button", { name: "Unlock" }).click();
    await page.getByRole("dialog").waitFor();
    await page.screenshot({ path: join(folder, "connector-question-1280-light.png") });
    expect(await obstaclesIn(page)).toEqual([]);
  });
});
