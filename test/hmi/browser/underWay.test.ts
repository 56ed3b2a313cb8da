// While an order has no answer yet, nobody can give it a second time: what would give it is disabled, and says why.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, eventually } from "../../opcua/fixture.ts";
import { hasChromium, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

const RULES = "version: 1\nrules:\n  - { name: all, on: Authorize, then: { status: Accepted } }\n";
const WHY = "What was wanted before has no answer yet.";

interface Order {
  readonly path: string;
  /** Gives the order with a button of this name. */
  readonly button: string;
  readonly prepare?: (page: Page) => Promise<void>;
  /** Of a dialog that asks first. */
  readonly confirm?: string;
  /** All that must not be pressed meanwhile; the button itself when left out. */
  readonly others?: readonly string[];
}

const fill = (label: string | RegExp, value: string) => (page: Page) =>
  page.getByRole("main").getByLabel(label).fill(value);
const orders: readonly Order[] = [
  { path: "/rules", button: "Load again" },
  { path: "/id-tags", button: "Add id tag", prepare: fill(/^Id tag$/u, "NEW-1") },
  { path: "/id-tags", button: "Remove CARD-1", confirm: "Remove", others: ["Remove CARD-1", "Remove CARD-2"] },
  { path: "/certificates", button: "Trust" },
  {
    path: "/users",
    button: "Add user",
    prepare: async (page) => {
      await fill("Name", "berta")(page);
      await fill("Password", "long enough for berta")(page);
    },
  },
  {
    path: "/users",
    button: "Disable",
    prepare: (page) => page.getByRole("button", { name: "Change carl" }).click(),
    confirm: "Disable",
    others: ["Disable", "Remove", "Set role", "Set password"],
  },
];

describe.runIf(hasChromium)("while an order is under way", () => {
  let site: SiteInTest;
  let page: Page;
  beforeAll(async () => {
    site = await startSite("rules: [rules.yaml]", "administrator", { "rules.yaml": RULES });
    page = await site.openLoggedIn("/users");
    await page.getByRole("main").getByLabel("Name").fill("carl");
    await page.getByRole("main").getByLabel("Password").fill("long enough for carl");
    await page.getByRole("button", { name: "Add user" }).click();
    await page.getByRole("row", { name: /carl/u }).waitFor();
    await page.goto(`${site.url}/id-tags`);
    for (const idTag of ["CARD-1", "CARD-2"]) {
      await page.getByLabel("Id tag", { exact: true }).fill(idTag);
      await page.getByRole("button", { name: "Add id tag" }).click();
      await page.getByRole("row", { name: new RegExp(idTag, "u") }).waitFor();
    }
    const knock = connect(site.bridge.bridge.addresses.opcua, site.bridge.directory, "Basic256Sha256");
    await expect(knock).rejects.toThrow();
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  it.each(orders)("$button of $path cannot be pressed again", async ({ path, button, prepare, confirm, others }) => {
    await page.goto(site.url + path);
    const buttonOf = (name: string) => page.getByRole("main").getByRole("button", { name }).first();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    // Held on its way, and never done: the next case finds what there was.
    await page.route("**/api/commands?*", async (route) => {
      await held;
      await route.fulfill({ status: 409, json: { error: "held in the test" } });
    });
    await prepare?.(page);
    await buttonOf(button).click();
    if (confirm !== undefined) await page.getByRole("dialog").getByRole("button", { name: confirm }).click();
    for (const name of others ?? [button]) {
      await eventually(() => buttonOf(name).isDisabled());
      expect(await buttonOf(name).getAttribute("title"), name).toBe(WHY);
    }
    release();
    await page.getByText("held in the test").waitFor();
    await eventually(async () => !(await buttonOf(button).isDisabled()));
    await page.unrouteAll();
  });
});
