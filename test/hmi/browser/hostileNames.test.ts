// Names and tags that come from outside and mean harm: each is shown as the text that it is, in its own place.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectChargePoint } from "../../flow/bridgeInTest.ts";
import { hasChromium, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

const RIGHT_TO_LEFT_OVERRIDE = "\u202E";
const LONG_NAME = `<b>${"N".repeat(125)}`;
const hostile = [
  { what: "HTML", id: "<img src=x onerror=alert(1)>" },
  { what: "a closing tag", id: "</td></tr></table><h1>Owned</h1>" },
  { what: "text from right to left", id: "מרחבا CP-9" },
  { what: "as many characters as there may be", id: "W".repeat(48) },
  { what: "emoji", id: "🚗⚡🔌" },
  { what: "a path", id: "a/b?x=1#y&z" },
  { what: "a place of a text", id: "{count} $& $1" },
] as const;

describe.runIf(hasChromium)("a hostile name", () => {
  let site: SiteInTest;
  let page: Page;

  beforeAll(async () => {
    const known = hostile.map(({ id }) => `{ id: ${JSON.stringify(id)} }`).join(", ");
    site = await startSite(`site: { name: ${JSON.stringify(LONG_NAME)} }\nchargePoints: [${known}]`);
    page = await site.openLoggedIn("/charge-points");
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  it.each(hostile)("of $what is shown as the text that it is", async ({ id }) => {
    await page.getByRole("link", { name: id, exact: true }).waitFor();
    expect(await page.getByRole("link", { name: id, exact: true }).textContent()).toBe(id);
  });

  it.each(hostile)("of $what leads to its own page and no other", async ({ id }) => {
    const href = await page.getByRole("link", { name: id, exact: true }).getAttribute("href");
    expect(href).toBe(`/charge-points/${encodeURIComponent(id)}`);
  });

  it("makes no element, no wider page and no other heading", async () => {
    expect(await page.locator("main img, main h1:has-text('Owned')").count()).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    const heights = (await page.evaluate(
      "Array.from(document.querySelectorAll('tbody tr:not(.space)'), (row) => row.getBoundingClientRect().height)",
    )) as number[];
    expect(new Set(heights)).toEqual(new Set([36]));
  });

  it.each(["<svg onload=a()>", `${RIGHT_TO_LEFT_OVERRIDE}TAG`, "🚗⚡🔌"])(
    "of an id tag, %j, or of a maker is text as well",
    async (idTag) => {
      const chargePoint = await connectChargePoint(site.bridge.ocpp, hostile[3].id);
      await chargePoint.call("BootNotification", { chargePointVendor: "<script>a()</s", chargePointModel: '"><b>' });
      const start = { connectorId: 1, idTag, meterStart: 0, timestamp: new Date().toISOString() };
      await chargePoint.call("StartTransaction", start);
      await page.getByText(idTag, { exact: true }).waitFor();
      expect(await page.locator("main script, main b, main svg[onload]").count()).toBe(0);
      await chargePoint.close();
    },
  );

  it("of the whole site is text, cut short where there is no room", async () => {
    await page.getByRole("banner").getByText(LONG_NAME, { exact: true }).waitFor();
    expect(await page.title()).toContain(LONG_NAME);
  });

  it("never makes a browser run or complain of anything", () => expect(site.complaints).toEqual([]));
});
