import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, logIn, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

describe.runIf(hasChromium)("the operator's page", () => {
  let site: SiteInTest;
  beforeAll(async () => {
    site = await startSite();
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  it("shows nothing but the login to whoever is not logged in, and says when name or password is wrong", async () => {
    const page = await site.open("/charge-points");
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
    await page.getByLabel("User name").fill("anna");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").getByText("user name or password is wrong").waitFor();
  });

  it("goes to the page that was asked for once somebody has logged in, and shows who that is", async () => {
    const page = await site.open("/charge-points");
    await logIn(page);
    await page.getByRole("heading", { name: "Charge points" }).waitFor();
    await page.getByText("anna (administrator)").waitFor();
  });

  it("shows nothing any more after the logout, nor when it is loaded anew", async () => {
    const page = await site.openLoggedIn();
    await page.getByRole("heading", { name: "Site" }).waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
  });

  it("speaks German where that is chosen, and still does when it is loaded anew", async () => {
    const page = await site.openLoggedIn();
    await page.getByLabel("Language").selectOption("de");
    await page.getByRole("heading", { name: "Standort" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Standort" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
  });

  it("is dark where that is chosen, whatever the system says", async () => {
    const page = await site.open("/", { colorScheme: "light" });
    const ground = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    const light = await ground();
    await page.getByLabel("Light or dark").selectOption("dark");
    expect(await ground()).not.toBe(light);
  });

  it("says that there is no such page, with a way back", async () => {
    const page = await site.openLoggedIn("/nowhere/at/all");
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "Site" }).click();
    await page.getByRole("heading", { name: "Site", exact: true }).waitFor();
  });

  it("goes back and forth by the browser's own buttons", async () => {
    const page = await site.openLoggedIn();
    await page.getByRole("link", { name: "Charge points", exact: true }).click();
    await page.getByRole("heading", { name: "Charge points" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Site", exact: true }).waitFor();
  });

  it("makes no browser complain, not even of the rules for scripts and styles", () =>
    expect(site.complaints).toEqual([]));
});
