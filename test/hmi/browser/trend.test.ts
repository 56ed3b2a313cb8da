// A trend over a disconnect: what was not measured is a gap at its times, what was measured offline and came late stands at its own.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openObedient, sendPower } from "./faceplateInTest.ts";
import { hasChromium, startSite, type SiteInTest } from "./siteInTest.ts";

/** As the page writes times of a day. */
const written = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

// A browser beside a whole bridge on two cores that others need as well.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

describe.runIf(hasChromium)("a trend over a disconnect", () => {
  let site: SiteInTest;
  beforeAll(async () => {
    site = await startSite(
      "chargePoints: [{ id: CP1, connectors: 1 }, { id: CP2, connectors: 1 }, { id: CP3 }, { id: CP4 }, { id: CP5, connectors: 1 }]",
    );
  });
  afterAll(() => site.stop());

  /** Is seen as offline for a while; answers the end of the time before, and a time within, epoch ms of whole seconds. */
  async function disconnect(id: string): Promise<{ readonly before: number; readonly within: number }> {
    const page = await site.openLoggedIn(`/charge-points/${id}`);
    const client = await openObedient(site.bridge.ocpp, id);
    const before = Math.floor(Date.now() / 1000) * 1000;
    await sendPower(client, [[before, 7100]]);
    await client.close();
    await page.getByRole("heading", { name: id }).waitFor();
    await page.getByText("Offline", { exact: true }).first().waitFor();
    const within = Math.ceil(Date.now() / 1000) * 1000;
    await expect.poll(() => Date.now()).toBeGreaterThan(within);
    await page.context().close();
    return { before, within };
  }

  const figureOf = async (id: string) => {
    const page = await site.openLoggedIn(`/charge-points/${id}/connectors/1`);
    return page.getByRole("figure", { name: /^Power/u });
  };

  it("has a gap between the last sample before and the first one after, and names their times", async () => {
    const { before } = await disconnect("CP1");
    const again = await openObedient(site.bridge.ocpp, "CP1");
    const after = Math.ceil(Date.now() / 1000) * 1000;
    await sendPower(again, [[after, 7400]]);
    const figure = await figureOf("CP1");
    const told = `Gaps (1): ${written.format(before)} – ${written.format(after)}`;
    await expect.poll(() => figure.locator(".gaps").textContent(), { timeout: 40_000 }).toContain(told);
    await figure.locator("canvas").waitFor();
    await again.close();
  });

  it("has what was measured offline and was sent later at its own time, and no gap", async () => {
    const { within } = await disconnect("CP2");
    const again = await openObedient(site.bridge.ocpp, "CP2");
    await sendPower(again, [[within, 7200]]);
    const figure = await figureOf("CP2");
    await figure.getByText(`7.2 kW ${written.format(within)}`).waitFor();
    expect(await figure.getByText("Gaps (").count()).toBe(0);
    await again.close();
  });

  it("marks what bears no plausible time, for it is doubtful when it was", async () => {
    const client = await openObedient(site.bridge.ocpp, "CP3");
    await sendPower(client, [[0, 5000]]);
    const figure = await figureOf("CP3");
    await figure.getByText("Doubtful samples: 1").waitFor();
    await client.close();
  });

  it("stays where it cannot be read again, with a note that says why", async () => {
    const client = await openObedient(site.bridge.ocpp, "CP4");
    await sendPower(client, [[Math.floor(Date.now() / 1000) * 1000, 7300]]);
    const page = await site.openLoggedIn("/charge-points/CP4/connectors/1");
    const figure = page.getByRole("figure", { name: /^Power/u });
    await figure.getByText("7.3 kW").waitFor();
    await page.route("**/api/history*", (route) => route.fulfill({ status: 503, json: { error: "ask again" } }));
    await page.getByText("The trend could not be read again").waitFor({ timeout: 60_000 });
    await page.getByText("ask again").waitFor();
    await figure.getByText("7.3 kW").waitFor();
    await client.close();
  });

  it("says so where nothing has been recorded", async () => {
    const page = await site.openLoggedIn("/charge-points/CP5/connectors/1");
    await page.getByRole("button", { name: "7 d" }).click();
    await page.getByText("Nothing has been recorded in this time.").waitFor();
  });
});
