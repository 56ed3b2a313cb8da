// A charge point that nobody knows, commissioned on the page: from the inbox to a finished transaction with the decision behind it.
import type { RPCClient } from "ocpp-rpc";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectChargePoint } from "../../flow/bridgeInTest.ts";
import { eventually } from "../../opcua/fixture.ts";
import { hasChromium, obstaclesIn, startSite, type SiteInTest } from "./siteInTest.ts";

const HOSTILE_VENDOR = "<img src=x>\u202Eodd";
const HOSTILE_TAG = `"><b>TAG\u202E</b>`;
const now = () => new Date().toISOString();

describe.runIf(hasChromium)("commissioning", () => {
  let site: SiteInTest;
  const clients: RPCClient[] = [];
  const connect = async (id: string): Promise<RPCClient> => {
    const client = await connectChargePoint(site.bridge.ocpp, id);
    clients.push(client);
    return client;
  };
  const boot = async (client: RPCClient, model = "M1"): Promise<string> => {
    const boots = { chargePointVendor: HOSTILE_VENDOR, chargePointModel: model, chargePointSerialNumber: "SN-17" };
    return ((await client.call("BootNotification", boots)) as { status: string }).status;
  };
  beforeAll(async () => {
    site = await startSite();
  }, 120_000);
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close({ force: true });
  });
  afterAll(() => site.stop());

  it("leads from the inbox to a finished transaction and to who decided it", async () => {
    const client = await connect("NEW-1");
    expect(await boot(client)).toBe("Pending");
    const page = await site.openLoggedIn("/inbox");
    const row = page.getByRole("row", { name: /NEW-1/u });
    await row.getByText(HOSTILE_VENDOR).waitFor();
    await row.getByText("127.0.0.1").waitFor();
    await row.getByRole("link", { name: "NEW-1" }).click();
    await page
      .getByRole("row", { name: /SerialNumber SN-17/u })
      .first()
      .waitFor();
    expect(await obstaclesIn(page)).toEqual([]);
    await page.getByRole("button", { name: "Accept", exact: true }).click();
    await row.waitFor({ state: "detached" });
    expect(await boot(client)).toBe("Accepted");

    const start = { connectorId: 1, idTag: HOSTILE_TAG.slice(0, 20), meterStart: 1000, timestamp: now() };
    const { transactionId } = (await client.call("StartTransaction", start)) as { transactionId: number };
    await client.call("StopTransaction", { transactionId, meterStop: 13_300, timestamp: now(), reason: "Local" });
    await page.getByRole("link", { name: "Transactions" }).click();
    const found = page.getByRole("row", { name: /NEW-1/u });
    await found.getByText("12.3").waitFor();
    await found.getByText(start.idTag).waitFor();
    await found.getByRole("link", { name: String(transactionId) }).click();
    await page.getByText("StartTransaction").waitFor();
    await page.getByText("Accepted – default").waitFor();
    expect(await page.locator("img, b:has-text('TAG')").count()).toBe(0);
    expect(await obstaclesIn(page)).toEqual([]);
  });

  it("finds transactions by id tag and state, and downloads what the filter says", async () => {
    const client = await connect("NEW-1");
    for (const [connectorId, idTag] of [
      [1, "FIRST"],
      [2, "SECOND"],
    ])
      await client.call("StartTransaction", { connectorId, idTag, meterStart: 0, timestamp: now() });
    const page = await site.openLoggedIn("/transactions?running=true");
    await page.getByRole("row", { name: /FIRST/u }).getByText("Running").waitFor();
    await page.getByLabel("Id tag").fill("second");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: /FIRST/u }).waitFor({ state: "detached" });
    await page.getByRole("row", { name: /SECOND/u }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download (CSV)" }).click(),
    ]);
    const stream = await download.createReadStream();
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    expect(text.trim().split("\r\n")).toHaveLength(2);
    expect(text).toContain(",SECOND,");
  });

  it("shows the begin and the end of a transaction on pages that are open, without being asked", async () => {
    const client = await connect("NEW-1");
    const page = await site.openLoggedIn("/transactions?idTag=LIVE");
    await page.getByText("0 shown").waitFor();
    const start = { connectorId: 1, idTag: "LIVE", meterStart: 0, timestamp: now() };
    const { transactionId } = (await client.call("StartTransaction", start)) as { readonly transactionId: number };
    const row = page.getByRole("row", { name: /LIVE/u });
    await row.getByText("Running").waitFor();
    await row.getByRole("link", { name: String(transactionId) }).click();
    const detail = page.getByRole("region", { name: `Transaction ${transactionId}` });
    await detail.getByText("LIVE").waitFor();
    expect(await detail.getByText("1234").count()).toBe(0);
    await client.call("StopTransaction", { transactionId, meterStop: 1234, timestamp: now() });
    await row.getByText("Running").waitFor({ state: "detached" });
    await detail
      .getByText(/1\.2 kWh/u)
      .first()
      .waitFor();
  });

  it("sets a password with the acceptance, rejects and removes after asking, and adds by hand", async () => {
    const page = await site.openLoggedIn("/inbox");
    const row = (id: string) => page.getByRole("row", { name: new RegExp(id, "u") });
    await boot(await connect("NEW-2"));
    await row("NEW-2").getByRole("link").click();
    await page.getByLabel("Password (optional)").fill("a long password");
    await page.getByRole("button", { name: "Set password and accept" }).click();
    await row("NEW-2").waitFor({ state: "detached" });

    const third = await connect("NEW-3");
    await boot(third);
    await row("NEW-3").getByRole("link").click();
    await page.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("dialog", { name: "Reject NEW-3?" }).getByRole("button", { name: "Reject" }).click();
    await row("NEW-3").getByText("Rejected").waitFor();
    const remove = page.getByRole("button", { name: "Remove" });
    expect(await remove.getAttribute("title")).toContain("connected");
    await third.close();
    await eventually(() => remove.isEnabled());
    await remove.click();
    await page.getByRole("dialog", { name: "Remove NEW-3?" }).getByRole("button", { name: "Remove" }).click();
    await row("NEW-3").waitFor({ state: "detached" });

    await page.getByText("Add a charge point").first().click();
    await page.getByLabel("Identity").fill("BY HAND");
    await page.getByLabel("Registration").selectOption("Pending");
    await page.getByRole("button", { name: "Add a charge point" }).click();
    await row("BY HAND").getByText("Pending").waitFor();
    await page.getByLabel("Identity").fill("BY HAND");
    await page.getByRole("button", { name: "Add a charge point" }).click();
    await page.getByText("BY HAND is in the register already").waitFor();
    expect(site.complaints).toEqual([]);
  });
});
