// German words are longer than English ones: no heading, label, button or badge of any page may be cut, at the sizes that it is made for.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { furnish, furnishedSettings } from "./furnishedSite.ts";
import { hasChromium, type SiteInTest, START_MS, startSite, viewports } from "./siteInTest.ts";

interface PageInGerman {
  readonly path: string;
  /** What it shows once it has read what it is made of: where it has any, a sentence of the bridge in German. */
  readonly shows: string | RegExp;
  /** What is pressed to see all of it, and what that shows. */
  readonly open?: readonly [pressed: string, shows: string | RegExp];
}

const pages: readonly PageInGerman[] = [
  { path: "/", shows: "Schreibt" },
  { path: "/charge-points", shows: "ANNA-0001" },
  { path: "/charge-points?group=state&sort=-power", shows: /^Gestört:/u },
  { path: "/charge-points/CP-1", shows: /^Das Zentralsystem /u },
  { path: "/charge-points/CP-1/connectors/1", shows: "Zählerstand am Anfang" },
  { path: "/charge-points/CP-3/connectors/1", shows: "Schraffiert: die Station war nicht verbunden." },
  {
    path: "/alarms",
    shows: "Der Fehlerstromschutz hat ausgelöst",
    open: ["input[type=checkbox]", /Alarme ausgewählt$/u],
  },
  { path: "/transactions", shows: "ANNA-0001", open: ["td a", "Wer entschieden hat"] },
  { path: "/inbox", shows: "Unknown, X", open: ["td a", "ohne Passwort, unverschlüsselt"] },
  { path: "/messages", shows: "StartTransaction", open: ["td a", /^BootNotification – /u] },
  { path: "/rules", shows: "CARL-0003" },
  { path: "/id-tags", shows: "Es gibt keine." },
  { path: "/point-list", shows: "Wann die Verbindung angenommen wurde" },
  { path: "/certificates", shows: "sich selbst" },
  { path: "/users", shows: "Ändern", open: ["td button", "Passwort setzen"] },
];
const cases = pages.flatMap((page) => viewports.map((viewport) => ({ ...page, viewport, width: viewport.width })));

/** Runs in the browser: texts that reach over what cuts them off. What can be scrolled is not cut, and what comes from outside may be long. */
const CUT_TEXTS = `(() => {
  const said = "th, label, button, h1, h2, h3, dt, legend, summary, output, time, nav a, .badge, a.button, .download";
  const cutterOf = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const { overflowX, display } = getComputedStyle(each);
      if (overflowX === "auto" || overflowX === "scroll") return null;
      if (display !== "inline" && (overflowX === "hidden" || overflowX === "clip")) return each;
    }
    return null;
  };
  // An ellipsis comes where a text leaves the inside of its box, anything else where it leaves the box.
  const isCut = (text, cutter) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const [shown, box] = [range.getBoundingClientRect(), cutter.getBoundingClientRect()];
    const { textOverflow, paddingRight, paddingLeft } = getComputedStyle(cutter);
    const [left, right] = textOverflow === "ellipsis" ? [paddingLeft, paddingRight].map(parseFloat) : [0, 0];
    return shown.right > box.right - right + 0.5 || shown.left < box.left + left - 0.5;
  };
  const found = new Set();
  for (const element of document.querySelectorAll(said)) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      const parent = text.parentElement;
      if (text.nodeValue.trim() === "" || parent.closest("bdi, input, select, textarea, .unseen") !== null) continue;
      const cutter = cutterOf(parent);
      if (cutter !== null && isCut(text, cutter)) found.add(element.tagName.toLowerCase() + ": " + text.nodeValue);
    }
  }
  return [...found];
})()`;

/** Runs in the browser: an age takes the most room after so many days, so the page is shown as it would be then. */
const LONG_AFTER = `const now = Date.now.bind(Date); Date.now = () => now() + ${300 * 86_400_000};`;

describe.runIf(hasChromium)("in German", () => {
  let site: SiteInTest;
  const open: Page[] = [];
  beforeAll(async () => {
    site = await startSite(furnishedSettings);
    await furnish(site.bridge);
    for (const viewport of viewports) {
      const page = await site.openLoggedIn("/", { viewport });
      await page.getByLabel("Language").selectOption("de");
      await page.addInitScript(LONG_AFTER);
      open.push(page);
    }
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  it.each(cases)("$path at $width cuts no word of the page", async ({ path, shows, open: opening, viewport }) => {
    const page = open[viewports.indexOf(viewport)];
    if (page === undefined) throw new Error("no page of that width");
    await page.goto(site.url + path);
    await page.getByText("Live", { exact: true }).waitFor();
    const main = page.locator("main");
    await main.getByText(shows).first().waitFor();
    if (opening !== undefined) {
      const [pressed, opened] = opening;
      await main.locator(pressed).first().click();
      await main.getByText(opened).first().waitFor();
    }
    await expect.poll(() => main.getByText("Lädt …", { exact: true }).count(), { timeout: 30_000 }).toBe(0);
    expect(await page.evaluate(CUT_TEXTS)).toEqual([]);
    // An arrow says by which column a table is sorted.
    for (const heading of await page.locator("thead button").all()) {
      await heading.click();
      expect(await page.evaluate(CUT_TEXTS)).toEqual([]);
    }
  });

  it("an alarm, a description and a refusal of the bridge are German, and what has no German is marked as English", async () => {
    const [page] = open;
    if (page === undefined) throw new Error("no page");
    await page.goto(`${site.url}/alarms?text=fehlerstrom`);
    const row = page.getByRole("row", { name: /CP-2/u });
    await row.getByText("Der Fehlerstromschutz hat ausgelöst").waitFor();
    await row.getByText("Fehlerstrom", { exact: true }).waitFor();
    await page.goto(`${site.url}/point-list?text=Netzfrequenz`);
    await page.getByText("Netzfrequenz, L1", { exact: true }).first().waitFor();
    await page.goto(`${site.url}/users`);
    await page.getByLabel("Name").fill("berta");
    await page.getByLabel("Passwort").fill("kurz");
    await page.getByRole("button", { name: "Benutzer hinzufügen" }).click();
    const refusal = page.getByRole("alert");
    await refusal.getByText("password: muss 8 bis 256 Zeichen haben").waitFor();
    expect(await refusal.locator("[lang]").count()).toBe(0);
    const refuseAs = async (status: number, json: { readonly error: string; readonly kind?: string }) => {
      await page.route("**/api/commands?*", (route) => route.fulfill({ status, json }));
      await page.getByRole("button", { name: "Benutzer hinzufügen" }).click();
      await refusal.getByText(json.error).waitFor();
      await page.unrouteAll();
    };
    const unknown = "words that nobody has said before";
    await refuseAs(409, { error: unknown });
    expect(await refusal.locator("[lang=en]").textContent()).toBe(unknown);
    // A charge point may say whatever it likes.
    await refuseAs(502, { kind: "callError", error: "InternalError: log in first" });
    expect(await refusal.locator("[lang]").count()).toBe(0);
  });
});
