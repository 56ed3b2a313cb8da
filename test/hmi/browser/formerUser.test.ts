// A login that ends while its page is open: nothing of whoever was there stays on the screen, nor comes back with the next one.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../../src/control/ask.ts";
import type { Command } from "../../../src/twin/commands.ts";
import { hasChromium, logIn, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

const NAME = "carl";
const PASSWORD = "long enough for carl";

describe.runIf(hasChromium)("a login that ends while the page is open", () => {
  let site: SiteInTest;
  const command = async (wanted: Command) => {
    expect(await ask(join(site.bridge.directory, "data"), "command", { command: wanted })).toMatchObject({
      answer: { outcome: { kind: "answered" } },
    });
  };
  /** Carl is there, has a charge point open, and has wanted something of it. */
  const openAsCarl = async (): Promise<Page> => {
    await command({ kind: "addAccount", chargePointId: "", name: NAME, role: "operator", password: PASSWORD });
    const page = await site.open("/charge-points/CP1/connectors/1");
    await logIn(page, NAME, PASSWORD);
    await page.getByLabel("Limit per phase (A)").fill("10");
    await page.getByRole("button", { name: "Set limit" }).click();
    // The bridge has told of its end: what it tells later it tells everybody.
    await page.getByRole("log").getByText("Nothing was sent.").waitFor();
    return page;
  };
  beforeAll(async () => {
    site = await startSite("chargePoints: [{ id: CP1, connectors: 1 }]");
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  const isForgotten = async (page: Page) => {
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    expect(await page.locator("body").innerText()).not.toMatch(/carl|CP1/iu);
    expect(await page.getByRole("navigation").count()).toBe(0);
    await logIn(page);
    await page.getByRole("heading", { name: "CP1" }).waitFor();
    await page.getByText("Past transactions").first().waitFor();
    expect(await page.locator("body").innerText()).not.toMatch(/carl/iu);
    expect(await page.getByRole("log").getByRole("listitem").count()).toBe(0);
  };

  it("shows the login, and nothing of somebody whose account is removed", async () => {
    const page = await openAsCarl();
    await command({ kind: "removeAccount", chargePointId: "", name: NAME });
    await isForgotten(page);
  });

  it("shows the login, and nothing of somebody whose session is known no more once the stream breaks", async () => {
    const page = await openAsCarl();
    await page.context().clearCookies();
    site.cut();
    site.mend();
    await isForgotten(page);
    await command({ kind: "removeAccount", chargePointId: "", name: NAME });
  });
});
