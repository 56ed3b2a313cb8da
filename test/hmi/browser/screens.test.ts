// Every page at the sizes and in the colours that it is made for: kept as pictures to be looked at, and searched for obstacles.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectChargePoint } from "../../flow/bridgeInTest.ts";
import { bootChargePoint, measure, reportStatus, startCharging } from "./chargingInTest.ts";
import { hasChromium, obstaclesIn, type SiteInTest, START_MS, startSite } from "./siteInTest.ts";

const folder = fileURLToPath(new URL("../../screenshots", import.meta.url));
const viewports = [
  { width: 1280, height: 800 },
  { width: 820, height: 1180 },
];
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

const cases = pages.flatMap((page) =>
  viewports.flatMap((viewport) =>
    (["light", "dark"] as const).map((colorScheme) => ({ ...page, viewport, width: viewport.width, colorScheme })),
  ),
);

const LONG = "L".repeat(48);
const idle = Array.from({ length: 30 }, (_, index) => `{ id: PARK-${index + 1} }`).join(", ");
const settings = `
site: { name: North park }
chargePoints: [{ id: CP-1, connectors: 2 }, { id: CP-2 }, { id: CP-3 }, { id: CP-4 }, { id: ${LONG} }, ${idle}]
`;

/** One charge point in each state that somebody has to tell apart. */
async function furnish({ bridge: { ocpp } }: SiteInTest): Promise<void> {
  const charging = await bootChargePoint(ocpp, "CP-1");
  const transaction = await startCharging(charging, 1, "ANNA-0001");
  await measure(charging, 1, transaction, { power: 11_040, amperes: 16, offered: 32, register: 9400 });
  await reportStatus(charging, 2, "Unavailable");
  await reportStatus(await bootChargePoint(ocpp, "CP-2"), 1, "Faulted", "GroundFailure");
  const gone = await bootChargePoint(ocpp, "CP-3");
  const interrupted = await startCharging(gone, 1, "BERT-0002");
  await measure(gone, 1, interrupted, { power: 7000, amperes: 10, offered: 16, register: 3000 });
  await gone.close();
  const over = await bootChargePoint(ocpp, "CP-4");
  const excessive = await startCharging(over, 1, "CARL-0003");
  await measure(over, 1, excessive, { power: 15_200, amperes: 22, offered: 16, register: 5000 });
  await reportStatus(await bootChargePoint(ocpp, LONG), 1, "Available");
  const stranger = await connectChargePoint(ocpp, "STRANGER");
  await stranger.call("BootNotification", { chargePointVendor: "Unknown", chargePointModel: "X" });
}

describe.runIf(hasChromium)("every page", () => {
  let site: SiteInTest;
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    site = await startSite(settings);
    await furnish(site);
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
