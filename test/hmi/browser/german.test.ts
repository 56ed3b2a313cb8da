// German words are longer than English ones: no heading, label, button or badge of any page may be cut, at the sizes that it is made for.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { furnish, furnishedSettings } from "./furnishedSite.ts";
import { hasChromium, type SiteInTest, START_MS, startSite, viewports } from "./siteInTest.ts";

const pages: readonly { readonly path: string; /** What is pressed to see all of it. */ readonly open?: string }[] = [
  { path: "/" },
  { path: "/charge-points" },
  { path: "/charge-points?group=state&sort=-power" },
  { path: "/charge-points/CP-1" },
  { path: "/charge-points/CP-1/connectors/1" },
  { path: "/charge-points/CP-3/connectors/1" },
  { path: "/alarms", open: "input[type=checkbox]" },
  { path: "/transactions", open: "td a" },
  { path: "/inbox", open: "td a" },
  { path: "/messages", open: "td a" },
  { path: "/rules" },
  { path: "/id-tags" },
  { path: "/point-list" },
  { path: "/certificates" },
  { path: "/users", open: "td button" },
];
const cases = pages.flatMap((page) => viewports.map((viewport) => ({ ...page, viewport, width: viewport.width })));

/** Runs in the browser: texts that reach over what cuts them off. What can be scrolled is not cut. */
function cutTexts(): string[] {
  const said = "th, label, button, h1, h2, h3, dt, legend, summary, output, nav a, .badge, a.button, .download";
  const cutterOf = (element: Element | null): Element | null => {
    for (let each = element; each !== null; each = each.parentElement) {
      const { overflowX, display } = getComputedStyle(each);
      if (overflowX === "auto" || overflowX === "scroll") return null;
      if (display !== "inline" && (overflowX === "hidden" || overflowX === "clip")) return each;
    }
    return null;
  };
  const found: string[] = [];
  for (const element of document.querySelectorAll(said)) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      const cutter = cutterOf(text.parentElement);
      if (cutter === null || cutter.matches(".unseen") || text.nodeValue?.trim() === "") continue;
      // What comes from outside may be as long as it likes.
      if (text.parentElement?.closest("bdi, input, select, textarea") != null) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const [shown, box] = [range.getBoundingClientRect(), cutter.getBoundingClientRect()];
      const isCut = shown.right > box.right + 0.5 || shown.left < box.left - 0.5;
      if (isCut || cutter.scrollWidth > cutter.clientWidth + 1)
        found.push(`${element.tagName.toLowerCase()}: ${text.nodeValue}`);
    }
  }
  return [...new Set(found)];
}

describe.runIf(hasChromium)("in German", () => {
  let site: SiteInTest;
  const open: Page[] = [];
  beforeAll(async () => {
    site = await startSite(furnishedSettings);
    await furnish(site.bridge);
    for (const viewport of viewports) {
      const page = await site.openLoggedIn("/", { viewport });
      await page.getByLabel("Language").selectOption("de");
      open.push(page);
    }
  }, START_MS);
  afterAll(() => site.stop(), START_MS);

  it.each(cases)("$path at $width cuts no word of the page", async ({ path, open: opener, viewport }) => {
    const page = open[viewports.indexOf(viewport)];
    if (page === undefined) throw new Error("no page of that width");
    await page.goto(site.url + path);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.locator("main h1").waitFor();
    if (opener !== undefined) await page.locator("main").locator(opener).first().click();
    expect(await page.evaluate(cutTexts)).toEqual([]);
    // An arrow says by which column a table is sorted.
    for (const heading of await page.locator("thead button").all()) {
      await heading.click();
      expect(await page.evaluate(cutTexts)).toEqual([]);
    }
  });
});
