// Somebody watches a trend while its charge point is lost and comes back: the page follows, without being loaded anew.
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bootChargePoint, reportStatus, startCharging } from "./chargingInTest.ts";
import { hasChromium, openWire, startSite, type SiteInTest, type Wire } from "./siteInTest.ts";

/** As the page writes times of a day. */
const written = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
/** The next one. */
const wholeSecond = () => Math.ceil(Date.now() / 1000) * 1000;

interface Telegram {
  /** Epoch ms. */
  readonly at: number;
  /** W */
  readonly power: number;
  /** Wh */
  readonly register: number;
}

async function measure(client: RPCClient, transactionId: number, { at, power, register }: Telegram): Promise<void> {
  const sampledValue = [
    { value: String(power), measurand: "Power.Active.Import", unit: "W" },
    { value: String(register), measurand: "Energy.Active.Import.Register", unit: "Wh" },
  ];
  const meterValue = [{ timestamp: new Date(at).toISOString(), sampledValue }];
  await client.call("MeterValues", { connectorId: 1, transactionId, meterValue });
}

// A browser beside a whole bridge on two cores that others need as well.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

describe.runIf(hasChromium)("whoever watches a trend", () => {
  let site: SiteInTest;
  let wire: Wire;
  beforeAll(async () => {
    site = await startSite(
      "chargePoints: [{ id: CP1, connectors: 1 }]\nlimits: { pingIntervalSeconds: 1, pingTimeoutSeconds: 15 }",
    );
    wire = await openWire(Number(new URL(site.bridge.ocpp).port));
  });
  afterAll(async () => {
    wire.close();
    await site.stop();
  });

  it("sees the values become uncertain, the gap, and at its own time what was measured in it", async () => {
    const endpoint = site.bridge.ocpp.replace(/:\d+/u, `:${wire.port}`);
    const client = await bootChargePoint(endpoint, "CP1");
    const transaction = await startCharging(client, 1, "ANNA-0001");
    const before = wholeSecond();
    await measure(client, transaction, { at: before, power: 7100, register: 10_000 });
    const page = await site.openLoggedIn("/charge-points/CP1/connectors/1");
    // Until a link counts as dead it takes a while, so that a machine that stands still for seconds makes none dead before its time.
    page.setDefaultTimeout(90_000);
    // At this scale the trend is read again only after minutes where nothing happens.
    await page.getByRole("button", { name: "24 h" }).click();
    const register = page.getByRole("figure", { name: /^Meter/u });
    const meter = page.getByRole("region", { name: "Now" });
    await register.getByText(`10.0 kWh ${written.format(before)}`).waitFor();
    await meter.getByText("7.1 kW").waitFor();
    expect(await meter.locator(".UncertainLastUsableValue").count()).toBe(0);

    wire.freeze();
    await meter.locator(".UncertainLastUsableValue", { hasText: "7.1" }).waitFor();
    await page.getByText("Offline", { exact: true }).first().waitFor();
    await register.getByText(`Gaps (1): ${written.format(before)} –`).waitFor();
    await page.getByText("Hatched: the charge point was not connected.").waitFor();
    const within = wholeSecond();
    await expect.poll(wholeSecond, { timeout: 30_000 }).toBeGreaterThan(within + 1000);

    const again = await bootChargePoint(endpoint, "CP1");
    await reportStatus(again, 1, "Charging");
    const after = wholeSecond();
    await measure(again, transaction, { at: after, power: 7300, register: 10_400 });
    await register.getByText(`10.4 kWh ${written.format(after)}`).waitFor();
    await register.getByText(`Gaps (1): ${written.format(before)} – ${written.format(after)}`).waitFor();
    await meter.getByText("7.3 kW").waitFor();
    expect(await meter.locator(".UncertainLastUsableValue", { hasText: "7.3" }).count()).toBe(0);

    await measure(again, transaction, { at: within, power: 7200, register: 10_200 });
    await expect.poll(() => register.locator(".gaps").count(), { timeout: 60_000 }).toBe(0);
    await register.getByText(`10.4 kWh ${written.format(after)}`).waitFor();
    // What is of before does not become what is now.
    expect(await meter.getByText("7.3 kW").count()).toBe(1);
    expect(await page.evaluate("performance.getEntriesByType('navigation').length")).toBe(1);
    await again.close();
  });
});
