import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootChargePoint, measure, reportStatus, startCharging } from "./chargingInTest.ts";
import { hasChromium, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

/** More than any screen shows. */
const MANY = 400;
const many = Array.from({ length: MANY }, (_, index) => `{ id: P${index + 1} }`).join(", ");
const settings = `
chargePoints: [{ id: A-CHARGES }, { id: B-FAULTED }, { id: C-FREE }, { id: D-GONE }, ${many}]
`;

describe.runIf(hasChromium)("the table of charge points", () => {
  let site: SiteInTest;
  let page: Page;
  const rows = () => page.getByRole("grid").locator("tbody tr:not(.space)");
  const row = (id: string) => page.getByRole("row", { name: id });
  const shown = (text: string) => page.locator("output", { hasText: text }).waitFor();
  const headings = () => page.getByRole("grid").locator("tbody .group th").allTextContents();

  beforeAll(async () => {
    site = await startSite(settings);
    const charging = await bootChargePoint(site.bridge.ocpp, "A-CHARGES", "Quick 50");
    const transaction = await startCharging(charging, 1, "TAG-OF-ANNA");
    await measure(charging, 1, transaction, { power: 11_040, amperes: 16, offered: 32, register: 3000 });
    await reportStatus(await bootChargePoint(site.bridge.ocpp, "B-FAULTED"), 1, "Faulted", "HighTemperature");
    await reportStatus(await bootChargePoint(site.bridge.ocpp, "C-FREE"), 1, "Available");
    await (await bootChargePoint(site.bridge.ocpp, "D-GONE")).close();
    page = await site.openLoggedIn("/charge-points");
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  it("shows of each its state, power against what it may draw, tag and energy", async () => {
    const cells = row("A-CHARGES");
    await cells.getByText("1 Charging").waitFor();
    await cells.getByText("11.0").waitFor();
    await cells.getByText("TAG-OF-ANNA").waitFor();
    await cells.getByText("2.0").waitFor();
    const meter = cells.getByRole("meter", { name: "Current against limit" });
    expect(await meter.getAttribute("aria-valuetext")).toBe("16.0 A of 32.0 A");
  });

  it("renders the rows on the screen alone, and says how many there are", async () => {
    await shown(`${MANY + 4} of ${MANY + 4}`);
    expect(await rows().count()).toBeLessThan(60);
    expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe(String(MANY + 5));
  });

  it("is walked through by keyboard, from end to end", async () => {
    await page.getByRole("grid").focus();
    await page.keyboard.press("End");
    await row(`P${MANY}`).waitFor();
    await page.locator("tr[aria-selected=true]", { hasText: `P${MANY}` }).waitFor();
    expect(await row("A-CHARGES").count()).toBe(0);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.locator("tr[aria-selected=true]", { hasText: "B-FAULTED" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/charge-points/B-FAULTED");
    await page.goBack();
    await row("A-CHARGES").waitFor();
  });

  it("filters by text, make and tag among it, and says when nothing is left", async () => {
    const search = page.getByRole("searchbox", { name: "Search" });
    await search.fill("quick 50");
    await shown(`1 of ${MANY + 4}`);
    await search.fill("tag-of-anna");
    await shown(`1 of ${MANY + 4}`);
    await row("A-CHARGES").waitFor();
    await search.fill("nobody");
    await page.getByText("No charge point fits the filter.").waitFor();
    await search.fill("");
    await shown(`${MANY + 4} of`);
  });

  it.each([
    { label: "State", value: "Faulted", left: "B-FAULTED" },
    { label: "Connection", value: "Disconnected", left: "D-GONE" },
    { label: "Only", value: "faults", left: "B-FAULTED" },
  ])("filters by $label $value, and keeps that in its address", async ({ label, value, left }) => {
    const select = page.getByRole("combobox", { name: label, exact: true });
    await select.selectOption(value);
    await shown(`1 of ${MANY + 4}`);
    await row(left).waitFor();
    expect(new URL(page.url()).search).toContain(value);
    await page.reload();
    await shown(`1 of ${MANY + 4}`);
    await select.selectOption("");
    await shown(`${MANY + 4} of`);
  });

  it("sorts by a column, one way and the other, numbers in names as numbers", async () => {
    const first = () => rows().first().getByRole("link").textContent();
    await page.getByRole("button", { name: "Charge point" }).click();
    await page
      .getByRole("columnheader", { name: "Charge point" })
      .and(page.locator("[aria-sort=descending]"))
      .waitFor();
    expect(await first()).toBe(`P${MANY}`);
    await page.getByRole("button", { name: "Power" }).click();
    await page.getByRole("button", { name: "Power" }).click();
    expect(await first()).toBe("A-CHARGES");
    await page.getByRole("button", { name: "Charge point" }).click();
    expect((await rows().getByRole("link").allTextContents()).slice(3, 7)).toEqual(["D-GONE", "P1", "P2", "P3"]);
  });

  it("groups by state, the most urgent first", async () => {
    await page.getByRole("checkbox", { name: "Group by state" }).check();
    await page.locator("tbody .group").first().waitFor();
    expect((await headings()).slice(0, 4)).toEqual(["Faulted: 1", "Offline: 1", "Charging: 1", "Available: 1"]);
    await page.getByRole("checkbox", { name: "Group by state" }).uncheck();
  });

  it("makes no browser complain", () => expect(site.complaints).toEqual([]));
});
