import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootChargePoint, measure, startCharging } from "./chargingInTest.ts";
import { hasChromium, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

const settings = `
chargePoints: [{ id: CP1 }]
`;

describe.runIf(hasChromium)("a page whose way to the bridge breaks", () => {
  let site: SiteInTest;
  beforeAll(async () => {
    site = await startSite(settings);
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  it("says so, keeps what it knew as old, comes back by itself and shows what has happened meanwhile", async () => {
    const chargePoint = await bootChargePoint(site.bridge.ocpp, "CP1");
    const transaction = await startCharging(chargePoint, 1, "TAG1");
    await measure(chargePoint, 1, transaction, { power: 5000, amperes: 7.2, offered: 16, register: 1100 });
    const page = await site.openLoggedIn("/charge-points");
    const row = page.getByRole("row", { name: "CP1" });
    await row.getByText("5.0").waitFor();
    const status = page.getByRole("banner").getByRole("status");
    await status.getByText("Live").waitFor();

    site.cut();
    await status.getByText("No connection to the bridge").waitFor();
    await row.getByText("5.0").waitFor();
    expect(await page.getByRole("main").getAttribute("class")).toBe("is-old");
    await measure(chargePoint, 1, transaction, { power: 9000, amperes: 13, offered: 16, register: 1200 });

    site.mend();
    await status.getByText("Live").waitFor();
    await row.getByText("9.0").waitFor();
    expect(await page.getByRole("main").getAttribute("class")).not.toBe("is-old");
    expect(site.complaints).toEqual([]);
  });
});
