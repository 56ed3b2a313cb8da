import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootChargePoint, measure, startCharging } from "./chargingInTest.ts";
import { hasChromium, logIn, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

const settings = `
chargePoints: [{ id: CP1 }, { id: CP2 }]
`;

describe.runIf(hasChromium)("a page whose way to the bridge breaks", () => {
  let site: SiteInTest;
  beforeAll(async () => {
    site = await startSite(settings);
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  // The first one, for nothing changes yet between one stream and the next.
  it("reads the table of charge points once, whichever charge point is opened and left", async () => {
    const page = await site.open("/charge-points");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const count = (path: string) => asked.filter((each) => each === path).length;
    await logIn(page);
    const status = page.getByRole("banner").getByRole("status");
    await status.getByText("Live").waitFor();
    const before = count("/events");
    await page.getByRole("link", { name: "CP1", exact: true }).click();
    await page.getByRole("heading", { name: "CP1", exact: true }).waitFor();
    await page.goBack();
    await expect.poll(() => count("/events") - before, { timeout: 30_000 }).toBe(2);
    await status.getByText("Live").waitFor();
    expect(count("/api/charge-points")).toBe(1);

    const chargePoint = await bootChargePoint(site.bridge.ocpp, "CP2");
    await page.getByRole("row", { name: "CP2" }).getByText("Connected", { exact: true }).waitFor();
    expect(count("/api/charge-points")).toBe(1);
    await chargePoint.close();
    await page.context().close();
  });

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

  it("is not live, and shows no number that it does not know, as long as the table does not come", async () => {
    const page = await site.open("/");
    await page.route("**/api/charge-points", () => {});
    await logIn(page);
    const abnormal = page.getByRole("region", { name: "Abnormal" });
    await abnormal.getByText("charge points with a fault").waitFor();
    const counts = await abnormal.locator(".count").allTextContents();
    expect(new Set(counts)).toEqual(new Set(["–"]));
    expect(await page.getByRole("banner").getByText("Live").count()).toBe(0);
    await page.context().close();
  });

  it("says so in its place where a page of it fails, and opens it again", async () => {
    const page = await site.open("/users");
    await page.route("**/api/users*", (route) => route.fulfill({ json: { users: 7 } }));
    await logIn(page);
    const broken = page.getByRole("alert").filter({ hasText: "has failed" });
    await broken.waitFor();
    await page.getByRole("navigation").waitFor();
    await page.unroute("**/api/users*");
    await broken.getByRole("button", { name: "Open it again" }).click();
    await page.getByRole("heading", { name: "Users", level: 1 }).waitFor();
    expect(await broken.count()).toBe(0);
    await page.context().close();
  });
});
