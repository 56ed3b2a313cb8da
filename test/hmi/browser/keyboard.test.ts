// The page without a mouse: where the focus goes, and that nobody loses their place.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../opcua/fixture.ts";
import { hasChromium, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

describe.runIf(hasChromium)("whoever uses the keyboard", () => {
  let site: SiteInTest;
  beforeAll(async () => {
    site = await startSite("chargePoints: [{ id: CP1, connectors: 2 }]");
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  const focused = (page: Page) => page.evaluate("document.activeElement.textContent") as Promise<string>;
  const has = (page: Page, text: string) => eventually(async () => (await focused(page)) === text);

  it("skips to the content, and the address stays", async () => {
    const page = await site.openLoggedIn("/charge-points?text=CP");
    await page.locator("a.skip").focus();
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    expect(page.url()).toBe(`${site.url}/charge-points?text=CP`);
  });

  it("is at the heading of the page that was gone to, also on the way back", async () => {
    const page = await site.openLoggedIn("/");
    await page.getByRole("link", { name: "Users", exact: true }).focus();
    await page.keyboard.press("Enter");
    await has(page, "Users");
    await page.getByRole("link", { name: "Charge points", exact: true }).click();
    await has(page, "Charge points");
    await page.goBack();
    await has(page, "Users");
  });

  it("is where they were once a question is answered", async () => {
    const page = await site.openLoggedIn("/users");
    await page.getByRole("button", { name: "Change anna" }).click();
    const remove = page.getByRole("button", { name: "Remove" });
    const dialog = page.getByRole("dialog");
    for (const answer of ["Enter", "Escape"]) {
      await remove.focus();
      await page.keyboard.press("Enter");
      await dialog.waitFor();
      await page.keyboard.press(answer);
      await dialog.waitFor({ state: "detached" });
      await has(page, "Remove");
    }
  });

  it("is not asked on the next page what was left open on the one before", async () => {
    const page = await site.openLoggedIn("/charge-points");
    await page.getByRole("link", { name: "CP1" }).first().click();
    await page.getByRole("heading", { name: "CP1" }).waitFor();
    await page.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("dialog").waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Charge points" }).waitFor();
    await page.goForward();
    await page.getByRole("heading", { name: "CP1" }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("finds on the way back the place to which they had scrolled", async () => {
    const page = await site.openLoggedIn("/charge-points/CP1", { viewport: { width: 1280, height: 400 } });
    const top = () => page.evaluate("document.getElementById('content').scrollTop") as Promise<number>;
    await eventually(async () => {
      await page.evaluate("document.getElementById('content').scrollTop = 250");
      return (await top()) === 250;
    });
    await page.evaluate(`document.querySelector('nav a[href="/users"]').click()`);
    await has(page, "Users");
    await eventually(async () => (await top()) === 0);
    await page.goBack();
    await eventually(async () => (await top()) === 250);
  });
});
