import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootChargePoint, measure, reportStatus, startCharging } from "./chargingInTest.ts";
import { hasChromium, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

const settings = `
site: { name: North park }
chargePoints: [{ id: CP1 }, { id: CP2 }, { id: CP3 }]
`;

describe.runIf(hasChromium)("the page of the site", () => {
  let site: SiteInTest;
  let page: Page;
  const panel = (name: string) => page.getByRole("region", { name });
  const figure = (name: string) =>
    panel("Now")
      .locator("div", { has: page.getByText(name, { exact: true }) })
      .last();

  beforeAll(async () => {
    site = await startSite(settings);
    page = await site.openLoggedIn();
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  it("shows the power that a charge point measures now, without being loaded anew", async () => {
    const chargePoint = await bootChargePoint(site.bridge.ocpp, "CP1");
    const transaction = await startCharging(chargePoint, 1, "TAG1");
    await measure(chargePoint, 1, transaction, { power: 7400, amperes: 10.7, offered: 16, register: 1500 });
    await figure("Power").getByText("7.4").waitFor();
    await measure(chargePoint, 1, transaction, { power: 11_040, amperes: 16, offered: 16, register: 2500 });
    await figure("Power").getByText("11.0").waitFor();
    await figure("Transactions running").getByText("1").waitFor();
  });

  it("counts connectors by state, and leads from a state to the charge points that are in it", async () => {
    const row = panel("Connectors by state (1)").getByRole("row", { name: "Charging" });
    await row.getByRole("link").click();
    await page.getByRole("heading", { name: "Charge points" }).waitFor();
    await page.getByRole("row", { name: "CP1" }).waitFor();
    expect(await page.getByRole("row", { name: "CP2" }).count()).toBe(0);
    await page.goBack();
  });

  it("is quiet about what is normal, and colours what is not: a fault, and a charge point that has gone", async () => {
    const faults = panel("Abnormal").getByRole("listitem").filter({ hasText: "with a fault" });
    const offline = panel("Abnormal").getByRole("listitem").filter({ hasText: "offline" });
    await faults.getByText("0", { exact: true }).waitFor();
    expect(await faults.getAttribute("class")).toBe("none");
    const ill = await bootChargePoint(site.bridge.ocpp, "CP2");
    await reportStatus(ill, 1, "Faulted", "GroundFailure");
    await faults.getByText("1", { exact: true }).waitFor();
    expect(await faults.getAttribute("class")).toBe("alarm");
    await faults.getByText("charge point with a fault", { exact: true }).waitFor();
    await ill.close();
    await offline.getByText("1", { exact: true }).waitFor();
    expect(await offline.getAttribute("class")).toBe("stale");
    await faults.getByText("0", { exact: true }).waitFor();
  });

  it("shows how the bridge itself fares", async () => {
    const health = panel("Health of the bridge");
    await health.getByRole("row", { name: "OPC UA service level" }).getByText("255").waitFor();
    await health.getByRole("row", { name: "Store" }).getByText("Writes").waitFor();
    await page.getByRole("banner").getByText("North park").waitFor();
  });

  it("makes no browser complain", () => expect(site.complaints).toEqual([]));
});
