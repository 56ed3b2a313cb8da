// An alarm worked on the page: a real charge point raises it, an independent OPC UA client sees what the page does to it.
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectChargePoint, openSession } from "../../flow/bridgeInTest.ts";
import { open, watch, type Seen } from "../../opcua/conditionsInTest.ts";
import { eventually } from "../../opcua/fixture.ts";
import { hasChromium, obstaclesIn, startSite, type SiteInTest } from "./siteInTest.ts";

const HOSTILE = `<script>document.title="owned"</script>\u202E`;

describe.runIf(hasChromium)("the page of alarms", () => {
  let site: SiteInTest;
  let client: RPCClient;
  let session: Awaited<ReturnType<typeof openSession>>;
  let seen: readonly Seen[];
  beforeAll(async () => {
    site = await startSite("chargePoints: [{ id: CP1, connectors: 2 }]\nalarms: { chargePointOfflineSeconds: 1 }");
    client = await connectChargePoint(site.bridge.ocpp, "CP1");
    session = await openSession(site.bridge.bridge.addresses.opcua);
    ({ seen } = await watch(await open(session.session), "ns=4;s=/ChargePoints"));
  }, 120_000);
  afterAll(async () => {
    await session.close();
    await client.close({ force: true });
    await site.stop();
  });

  const report = (connectorId: number, errorCode: string, info = "") =>
    client.call("StatusNotification", {
      connectorId,
      status: errorCode === "NoError" ? "Available" : "Faulted",
      errorCode,
      ...(info !== "" && { info }),
    });
  const last = (name: string) => seen.findLast(({ ConditionName }) => ConditionName?.value === name);

  it("acknowledges with a comment, which OPC UA sees at once, and lets the alarm go when it is over", async () => {
    const page = await site.openLoggedIn("/alarms");
    await page.getByText("No alarm is active").waitFor();
    await report(1, "GroundFailure", "leak");
    const row = page.getByRole("row", { name: /GroundFailure/u });
    await row.getByText("Unacknowledged").waitFor();
    await page
      .getByRole("navigation")
      .getByRole("link", { name: /Alarms\s+\d+ waiting/u })
      .waitFor();
    const count = page.getByRole("banner").getByRole("link", { name: /^1 / });
    await count.getByText("1 unacknowledged alarm", { exact: true }).waitFor();
    await page.getByLabel("Language").selectOption("de");
    await count.getByText("1 nicht quittierter Alarm", { exact: true }).waitFor();
    await page.getByLabel("Sprache").selectOption("en");
    await row.getByRole("checkbox").check();
    await page.getByLabel("Comment").fill("Electrician is on his way");
    await page.getByRole("button", { name: "Acknowledge" }).click();
    await page.getByRole("status").getByText("GroundFailure (CP1 / 1): Acknowledge – done").waitFor();
    const acknowledged = await eventually(() => {
      const event = last("GroundFailure");
      return event?.["AckedState.Id"]?.value === true ? event : undefined;
    });
    expect(acknowledged["Comment"]?.value.text).toBe("Electrician is on his way");
    await row.getByText("To be confirmed").waitFor();
    await page.getByRole("button", { name: "Confirm" }).click();
    await eventually(() => last("GroundFailure")?.["ConfirmedState.Id"]?.value === true);
    await report(1, "NoError");
    await row.waitFor({ state: "detached" });
    await eventually(() => last("GroundFailure")?.["ActiveState.Id"]?.value === false);
  });

  it("works several at once and tells the outcome of each; shelved ones are found and shown again", async () => {
    await report(1, "OverVoltage", HOSTILE.slice(0, 50));
    await report(2, "UnderVoltage");
    const page = await site.openLoggedIn("/alarms");
    const row = (name: string) => page.getByRole("row", { name: new RegExp(name, "u") });
    await row("UnderVoltage").waitFor();
    await row("OverVoltage").getByRole("checkbox").check();
    await row("UnderVoltage").getByRole("checkbox").check();
    await page.getByLabel("Shelve for").selectOption({ label: "5 min" });
    await page.getByRole("button", { name: "Shelve", exact: true }).click();
    const results = page.getByRole("status", { name: "What has come of it" });
    await results.getByText("OverVoltage (CP1 / 1): Shelve – done").waitFor();
    await results.getByText("UnderVoltage (CP1 / 2): Shelve – done").waitFor();
    await page.getByLabel("Only").selectOption("shelved");
    await row("OverVoltage").getByText("Shelved").waitFor();
    await page.getByRole("button", { name: "Shelve", exact: true }).click();
    await results.getByText("it is shelved like that already").first().waitFor();
    await page.getByRole("button", { name: "Unshelve" }).click();
    await row("OverVoltage").waitFor({ state: "detached" });
    await page.getByLabel("Only").selectOption("");
    await row("UnderVoltage").getByRole("link", { name: "CP1 / 2" }).waitFor();
    expect(await page.title()).not.toBe("owned");
  });

  it("disables only after asking, and enables again", async () => {
    const page = await site.openLoggedIn("/alarms?text=UnderVoltage");
    const row = page.getByRole("row", { name: /UnderVoltage/u });
    await row.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Disable" }).click();
    const dialog = page.getByRole("dialog", { name: "Disable UnderVoltage (CP1 / 2)?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await row.getByText("Disabled").count()).toBe(0);
    await page.getByRole("button", { name: "Disable" }).click();
    await dialog.getByRole("button", { name: "Disable" }).click();
    await row.getByText("Disabled").first().waitFor();
    await page.getByRole("button", { name: "Enable" }).click();
    await row.getByText("Unacknowledged").waitFor();
  });

  it("is no serious obstacle to anybody, and no error to the browser", async () => {
    const page = await site.openLoggedIn("/alarms");
    await page.getByRole("row", { name: /OverVoltage/u }).waitFor();
    expect(await obstaclesIn(page)).toEqual([]);
    expect(site.complaints).toEqual([]);
  });
});
