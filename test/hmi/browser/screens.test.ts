// Every page at the sizes and in the colours that it is made for: kept as pictures to be looked at, and searched for obstacles.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { furnish, furnishedSettings } from "./furnishedSite.ts";
import { hasChromium, obstaclesIn, type SiteInTest, START_MS, startSite, looks } from "./siteInTest.ts";

const folder = fileURLToPath(new URL("../../screenshots", import.meta.url));
const pages: readonly { name: string; path: string; heading: string; /** The row to open. */ open?: RegExp }[] = [
  { name: "site", path: "/", heading: "Site" },
  { name: "charge-points", path: "/charge-points", heading: "Charge points" },
  { name: "charge-points-by-state", path: "/charge-points?group=state", heading: "Charge points" },
  { name: "alarms", path: "/alarms", heading: "Alarms", open: /GroundFailure/u },
  { name: "transactions", path: "/transactions", heading: "Transactions", open: /CARL-0003/u },
  { name: "inbox", path: "/inbox", heading: "Inbox", open: /STRANGER/u },
  { name: "messages", path: "/messages", heading: "Messages", open: /StartTransaction/u },
];
/** What a page shows of one row is a part of it. */
async function openRow(page: Page, name: RegExp): Promise<void> {
  const row = page.getByRole("row", { name }).first();
  await row.getByRole("checkbox").or(row.getByRole("link")).first().click();
  await page
    .getByRole("button", { name: "Close" })
    .or(page.getByText(/\(CP-2 \/ 1\)/u))
    .waitFor();
}

const cases = pages.flatMap((page) => looks.map((look) => ({ ...page, ...look })));

describe.runIf(hasChromium)("every page", () => {
  let site: SiteInTest;
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    site = await startSite(furnishedSettings);
    await furnish(site.bridge);
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  it.each(cases)("$name at $width in $colorScheme puts no serious obstacle before anybody", async (each) => {
    const { name, path, heading, open, viewport, colorScheme } = each;
    const page = await site.openLoggedIn(path, { viewport, colorScheme });
    await page.getByRole("heading", { name: heading, exact: true }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    if (open !== undefined) await openRow(page, open);
    await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`) });
    expect(await obstaclesIn(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.context().close();
  });

  it("the login puts no serious obstacle before anybody", async () => {
    const page = await site.open("/");
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await page.screenshot({ path: join(folder, "login-1280-light.png") });
    expect(await obstaclesIn(page)).toEqual([]);
  });

  it("shows in a picture that the way to the bridge is broken", async () => {
    const page = await site.openLoggedIn("/charge-points");
    await page.getByText("Live").waitFor();
    site.cut();
    await page.getByText("No connection to the bridge").waitFor();
    await page.screenshot({ path: join(folder, "charge-points-lost-1280-light.png") });
    expect(await obstaclesIn(page)).toEqual([]);
    site.mend();
  });
});
