// The message log on the page: followed live, looked for, opened, downloaded; and what somebody sees who may not.
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectChargePoint } from "../../flow/bridgeInTest.ts";
import { hasChromium, obstaclesIn, startSite, type SiteInTest } from "./siteInTest.ts";

const HOSTILE = "<b>\u202Eevil</b>";

describe.runIf(hasChromium)("the page of messages", () => {
  let site: SiteInTest;
  let client: RPCClient;
  beforeAll(async () => {
    site = await startSite("chargePoints: [{ id: CP1 }, { id: CP2 }]", "operator");
    client = await connectChargePoint(site.bridge.ocpp, "CP1");
    await client.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  }, 120_000);
  afterAll(async () => {
    await client.close({ force: true });
    await site.stop();
  });

  it("follows live: each message once, the newest first", async () => {
    const page = await site.openLoggedIn("/messages?follow=1");
    await page.getByRole("row", { name: /BootNotification/u }).waitFor();
    for (const idTag of ["T1", "T2", "T3"]) await client.call("Authorize", { idTag });
    const rows = page.getByRole("row", { name: /Authorize/u });
    await rows.nth(2).waitFor();
    await client.call("Heartbeat", {});
    await page.getByRole("row", { name: /Heartbeat/u }).waitFor();
    expect(await rows.count()).toBe(3);
    expect(await page.getByRole("row").nth(1).textContent()).toContain("Heartbeat");
  });

  it("shows request and answer laid out, as text, whatever they are", async () => {
    await client.call("Authorize", { idTag: HOSTILE });
    const page = await site.openLoggedIn("/messages?action=Authorize&follow=1");
    await page
      .getByRole("row", { name: /Authorize/u })
      .nth(3)
      .waitFor();
    await page
      .getByRole("row", { name: /Authorize/u })
      .first()
      .getByRole("link")
      .first()
      .click();
    const request = page.getByLabel("Request");
    await request.waitFor();
    expect(await request.inputValue()).toContain(`    "idTag": ${JSON.stringify(HOSTILE)}`);
    expect(await page.getByLabel("Answer").inputValue()).toContain('"status": "Accepted"');
    expect(await obstaclesIn(page)).toEqual([]);
  });

  it("finds what was not answered as it should be, with what is wrong", async () => {
    // The strict client would not even send it.
    const careless = await connectChargePoint(site.bridge.ocpp, "CP2", { strictMode: false });
    await expect(careless.call("Nonsense", {})).rejects.toThrow();
    await careless.close({ force: true });
    const page = await site.openLoggedIn("/messages?follow=1");
    await page.getByLabel("Faulty only").check();
    // Until the answer is there the page shows what it has, and that has a row of Nonsense as well.
    await page
      .getByRole("row", { name: /Heartbeat/u })
      .first()
      .waitFor({ state: "detached" });
    await page
      .getByRole("row", { name: /Nonsense/u })
      .getByText("Error")
      .waitFor();
    expect(await page.getByRole("row", { name: /Heartbeat/u }).count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download (JSON)" }).click(),
    ]);
    let text = "";
    for await (const chunk of await download.createReadStream()) text += String(chunk);
    const actions = text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { action: string }).action);
    expect(actions).toContain("Nonsense");
    expect(actions).not.toContain("Heartbeat");
    expect(site.complaints).toEqual([]);
  });
});

describe.runIf(hasChromium)("where there is nothing to see", () => {
  it("says that the settings keep no messages", async () => {
    const off = await startSite("store: { directory: data, messageLog: { keep: off } }", "operator");
    const page = await off.openLoggedIn("/messages");
    await page.getByText("No messages are kept: set store.messageLog.keep").waitFor();
    await off.stop();
  }, 120_000);

  it("says that the role does not suffice", async () => {
    const observed = await startSite("", "observer");
    for (const path of ["/messages", "/transactions"]) {
      const refused = await observed.openLoggedIn(path);
      await refused.getByText("This needs the role operator; yours is observer.").waitFor();
    }
    await observed.stop();
  }, 120_000);
});
