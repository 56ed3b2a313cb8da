// What somebody does on a faceplate goes to a real charge point, and request, answer and effect are seen; who may not do it sees why.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newestIn, openObedient } from "./faceplateInTest.ts";
import { hasChromium, logIn, startSite, type SiteInTest } from "./siteInTest.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";
const settings = `
chargePoints: [{ id: CP1, connectors: 1 }, { id: GONE, connectors: 1 }, { id: CP3, configuration: { HeartbeatInterval: 60 } }, { id: ${JSON.stringify(HOSTILE)}, connectors: 1 }]
`;

// A browser beside a whole bridge on two cores that others need as well.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

describe.runIf(hasChromium)("a faceplate", () => {
  let site: SiteInTest;
  beforeAll(async () => {
    site = await startSite(settings);
  });
  afterAll(() => site.stop());

  it("starts a transaction at a charge point: request, Accepted, and the transaction as its effect", async () => {
    const client = await openObedient(site.bridge.ocpp, "CP1");
    const page = await site.openLoggedIn("/charge-points/CP1/connectors/1");
    await page.getByLabel("Id tag").first().fill("ANNA-0001");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    const entry = newestIn(page);
    await entry.getByRole("heading", { name: "RemoteStartTransaction" }).waitFor();
    await entry.getByText('"idTag":"ANNA-0001"').waitFor();
    await entry.getByText("Accepted").waitFor();
    await entry.getByText(/Seen: .*transaction/).waitFor();
    await page.getByRole("heading", { name: "Running transaction" }).waitFor();
    await page.getByRole("region", { name: "Running transaction" }).getByText("ANNA-0001").waitFor();
    expect(await page.getByRole("button", { name: "Start", exact: true }).getAttribute("title")).toBe(
      "A transaction is running here.",
    );

    await page.getByRole("button", { name: "Stop", exact: true }).click();
    const dialog = page.getByRole("dialog", {
      name: /^Stop transaction \d+ of id tag ANNA-0001 on CP1, connector 1\?$/,
    });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await page.getByRole("log").getByRole("listitem").count()).toBe(1);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await dialog.getByRole("button", { name: "RemoteStopTransaction" }).click();
    await newestIn(page)
      .getByText(/"transactionId":\d+/)
      .waitFor();
    await newestIn(page)
      .getByText(/Seen: /)
      .waitFor();
    await page.getByRole("heading", { name: "Last transaction" }).waitFor();
    const past = page.getByRole("region", { name: "Past transactions" });
    await past.getByRole("row", { name: /ANNA-0001/u }).waitFor();
    await past.getByRole("link", { name: "All transactions of the charge point" }).waitFor();
    expect(await page.getByRole("log").getByRole("heading").allTextContents()).toEqual([
      expect.stringContaining("RemoteStopTransaction"),
      expect.stringContaining("RemoteStartTransaction"),
    ]);
    await page.context().close();
    await client.close();
  });

  it("shows how far a transfer is, each status with its time, as the charge point tells it", async () => {
    const client = await openObedient(site.bridge.ocpp, "CP1");
    const tell = (status: string) => client.call("FirmwareStatusNotification", { status });
    await tell("Downloading");
    const page = await site.openLoggedIn("/charge-points/CP1");
    const panel = page.getByRole("region", { name: "Firmware, diagnostics, log" });
    await panel.getByText(/^Firmware update: progress, last at .*\d:\d\d/u).click();
    const steps = panel.getByRole("table", { name: "Firmware update: progress" });
    await steps.getByRole("row", { name: /\d:\d\d:\d\d Downloading$/u }).waitFor();
    await tell("Downloaded");
    await steps.getByRole("row", { name: /\d:\d\d:\d\d Downloaded$/u }).waitFor();
    await tell("InstallationFailed");
    await steps.getByRole("row", { name: /InstallationFailed$/u }).waitFor();
    expect(await steps.getByRole("cell").allTextContents()).toEqual([
      "InstallationFailed",
      "Downloaded",
      "Downloading",
    ]);
    const lacking = panel.getByText("Not every status is here: there were too many at a time.");
    expect(await lacking.count()).toBe(0);
    await page.route("**/api/history*", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), lacksStates: true } });
    });
    await tell("Downloading");
    await lacking.waitFor();
    await page.context().close();
    await client.close();
  });

  it("sends once what is clicked twice, before and just after its answer", async () => {
    const client = await openObedient(site.bridge.ocpp, "CP1");
    let count = 0;
    let answer = (): void => {};
    client.handle("ClearChargingProfile", async () => {
      count++;
      await new Promise<void>((resolve) => (answer = resolve));
      return { status: "Accepted" };
    });
    const page = await site.openLoggedIn("/charge-points/CP1/connectors/1");
    const button = page.getByRole("button", { name: "Clear limit" });
    await button.dblclick({ force: true });
    await vi.waitFor(() => expect(count).toBe(1), 30_000);
    expect(await button.getAttribute("title")).toBe("The same command is on its way already.");
    answer();
    await newestIn(page).getByText("Accepted").waitFor();
    expect(await page.getByRole("log").getByRole("listitem").count()).toBe(1);
    expect(count).toBe(1);
    await page.context().close();
    await client.close();
  });

  it("tells the end of a command as that of who gave it, also where another gives the same one", async () => {
    const client = await openObedient(site.bridge.ocpp, "CP1");
    const [anna, other] = [
      await site.openLoggedIn("/charge-points/CP1/connectors/1"),
      await site.openLoggedIn("/charge-points/CP1/connectors/1"),
    ];
    const setLimit = async (page: typeof anna, amperes: string) => {
      await page.getByLabel("Limit per phase (A)").fill(amperes);
      await page.getByRole("button", { name: "Set limit" }).click();
    };
    client.handle("SetChargingProfile", async () => ({ status: "Accepted" }));
    await Promise.all([setLimit(anna, "11"), setLimit(other, "12")]);
    for (const [page, own, foreign] of [
      [anna, "11", "12"],
      [other, "12", "11"],
    ] as const) {
      const entries = page.getByRole("log").getByRole("listitem");
      await entries.nth(1).waitFor();
      const ofOthers = entries.filter({ hasText: "anna (http)" });
      await ofOthers.getByText(new RegExp(`"limit":\\s*${foreign}\\b`)).waitFor({ state: "attached" });
      const ours = entries.filter({ hasNotText: "anna (http)" });
      await ours
        .getByText(new RegExp(`"limit":\\s*${own}\\b`))
        .first()
        .waitFor({ state: "attached" });
      await page.context().close();
    }
    await client.close();
  });

  it("asks before a limit of 0 A and before the password of a charge point is changed, which its log does not show", async () => {
    const page = await site.openLoggedIn("/charge-points/GONE/connectors/1");
    await page.getByLabel("Limit per phase (A)").fill("0");
    await page.getByRole("button", { name: "Set limit" }).click();
    const limit = page.getByRole("dialog", { name: "SetLimit on GONE, connector 1?" });
    await limit.getByRole("button", { name: "Cancel" }).click();
    await page.goto(`${site.url}/charge-points/GONE`);
    const commands = page.getByRole("region", { name: "All commands" });
    await commands.getByLabel("Command", { exact: true }).selectOption("Call");
    await commands.getByLabel(/^Action/).fill("ChangeConfiguration");
    await commands.getByLabel(/^Payload/).fill('{"key":"AuthorizationKey","value":"hidden-0123456789"}');
    await commands.getByRole("button", { name: "Call" }).click();
    const call = page.getByRole("dialog", { name: "ChangeConfiguration on GONE?" });
    await call.getByRole("button", { name: "ChangeConfiguration" }).click();
    await newestIn(page).getByText("Nothing was sent.").waitFor();
    expect(await page.getByRole("log").getByRole("listitem").count()).toBe(1);
    expect(await page.getByRole("log").textContent()).not.toContain("hidden");
    await commands.getByLabel("Command", { exact: true }).selectOption("ChangeConfiguration");
    await commands.getByLabel(/^Key/).fill("AuthorizationKey");
    await commands.getByLabel(/^Value/).fill("hidden-0123456789");
    await commands.getByRole("button", { name: "ChangeConfiguration" }).click();
    await page.getByRole("dialog", { name: "ChangeConfiguration on GONE?" }).waitFor();
    await page.context().close();
  });

  it("sends nothing while the page has no connection, and says so", async () => {
    const page = await site.openLoggedIn("/charge-points/GONE/connectors/1");
    const start = page.getByRole("button", { name: "Start", exact: true });
    const why = "The page has no connection to the bridge at present; nothing is sent.";
    await page.locator("button:enabled", { hasText: "Start" }).waitFor();
    site.cut();
    await page.getByTitle(why).first().waitFor();
    expect(await start.isDisabled()).toBe(true);
    site.mend();
    await page.locator("button:enabled", { hasText: "Start" }).waitFor();
    await page.context().close();
  });

  it("says of a command to a charge point that is not connected that nothing was sent", async () => {
    const page = await site.openLoggedIn("/charge-points/GONE/connectors/1");
    await page.getByLabel("Limit per phase (A)").fill("10");
    await page.getByRole("button", { name: "Set limit" }).click();
    const entry = newestIn(page);
    await entry.getByText("the charge point is not connected; nothing has been sent").waitFor();
    await entry.getByText("Nothing was sent.").waitFor();
    await page.context().close();
  });

  it("changes a configuration key, leaves read-only ones alone and shows no secret", async () => {
    const client = await openObedient(site.bridge.ocpp, "CP1");
    const page = await site.openLoggedIn("/charge-points/CP1");
    await page.getByRole("button", { name: "Read all from the charge point" }).click();
    const keys = page.getByRole("group", { name: "Configuration keys" });
    await keys.getByRole("row", { name: "HeartbeatInterval" }).waitFor();
    await keys.getByRole("row", { name: "NumberOfConnectors" }).getByText("read-only").waitFor();
    await keys.getByRole("row", { name: "AuthorizationKey" }).getByText("secret, not shown").waitFor();
    expect(await keys.locator("img, b").count()).toBe(0);
    await keys.getByText(HOSTILE, { exact: true }).waitFor();
    await page.getByLabel("Search key").fill("heart");
    expect(await keys.getByRole("row").count()).toBe(1);
    await keys.getByRole("button", { name: "Change HeartbeatInterval" }).click();
    await keys.getByLabel("New value of HeartbeatInterval").fill("60");
    await keys.getByRole("button", { name: "Write" }).click();
    await newestIn(page).getByText('{"key":"HeartbeatInterval","value":"60"}').waitFor();
    await newestIn(page).getByText("Accepted").waitFor();
    await keys.getByRole("row", { name: "HeartbeatInterval" }).getByText("60", { exact: true }).waitFor();
    await page.context().close();
    await client.close();
  });

  it("shows what differs from the wanted configuration, and writes what is wanted", async () => {
    const client = await openObedient(site.bridge.ocpp, "CP3");
    const page = await site.openLoggedIn("/charge-points/CP3");
    await page.getByRole("button", { name: "Read all from the charge point" }).click();
    await page.getByText("Keys that differ from the wanted configuration: 1").waitFor();
    await page.getByRole("button", { name: "Apply what is wanted" }).click();
    const dialog = page.getByRole("dialog", { name: "ApplyConfiguration on CP3?" });
    await dialog.getByRole("button", { name: "ApplyConfiguration" }).click();
    await newestIn(page).getByRole("heading", { name: "ApplyConfiguration" }).waitFor();
    await newestIn(page)
      .getByText(/HeartbeatInterval.*Accepted/)
      .waitFor();
    await page.getByText("No difference to the wanted configuration.").waitFor();
    await page.context().close();
    await client.close();
  });

  it("offers every command with a form, and says what is wrong with JSON before anything is sent", async () => {
    const page = await site.openLoggedIn("/charge-points/CP1");
    const commands = page.getByRole("region", { name: "All commands" });
    await commands.getByLabel("RequestedMessage").waitFor();
    expect(await commands.getByLabel("Command", { exact: true }).locator("option").count()).toBeGreaterThan(25);
    await commands.getByLabel("Command", { exact: true }).selectOption("SetChargingProfile");
    await commands.getByLabel(/^ConnectorId/).fill("1");
    await commands.getByLabel(/^CsChargingProfiles/).fill("{ stack");
    await commands.getByRole("button", { name: "SetChargingProfile" }).click();
    await commands.getByRole("alert").getByText("This is no JSON").waitFor();
    await commands.getByLabel("Command", { exact: true }).selectOption("GetCompositeSchedule");
    await commands.getByLabel(/^ConnectorId/).fill("1");
    for (const [written, said] of [
      ["1,500", "This can be read as two numbers: write 1500 or 1.5000."],
      ["1.500", "This can be read as two numbers: write 1500 or 1.5000."],
      [" ", "This is no number."],
      ["1e3", "This is no number."],
    ] as const) {
      await commands.getByLabel(/^Duration/).fill(written);
      await commands.getByRole("button", { name: "GetCompositeSchedule" }).click();
      await commands.getByRole("alert").getByText(said).waitFor();
      expect(await commands.getByLabel(/^Duration/).getAttribute("aria-invalid")).toBe("true");
    }
    expect(await page.getByRole("log").getByRole("listitem").count()).toBe(0);
    await page.context().close();
  });

  it("keeps nothing of what somebody has done once they have logged out", async () => {
    const page = await site.openLoggedIn("/charge-points/GONE/connectors/1");
    await page.getByRole("button", { name: "Clear limit" }).click();
    await newestIn(page).getByText("Nothing was sent.").waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await logIn(page);
    await page.getByRole("log").getByText("No command since this page was opened.").waitFor();
    await page.context().close();
  });

  it("puts a charge point off and accepts it again", async () => {
    const page = await site.openLoggedIn("/charge-points/GONE");
    const registration = page.getByRole("region", { name: "Registration" });
    await registration.getByRole("button", { name: "Reject" }).click();
    const dialog = page.getByRole("dialog", { name: "Reject on GONE?" });
    await dialog.getByRole("button", { name: "Reject" }).click();
    await registration.getByText("Rejected").waitFor();
    await registration.getByRole("button", { name: "Accept" }).click();
    await registration.getByText("Accepted").waitFor();
    await page.context().close();
  });

  it("shows a hostile name as text, on its page and in the question before a command", async () => {
    const page = await site.openLoggedIn(`/charge-points/${encodeURIComponent(HOSTILE)}/connectors/1`);
    await page.getByRole("link", { name: HOSTILE, exact: true }).waitFor();
    await page.getByRole("button", { name: "Unlock" }).click();
    await page.getByRole("dialog", { name: `UnlockConnector on ${HOSTILE}, connector 1?` }).waitFor();
    expect(await page.locator("main img").count()).toBe(0);
    await page.context().close();
  });

  it("says that there is no such charge point", async () => {
    const page = await site.openLoggedIn("/charge-points/NOBODY");
    await page.getByText("The bridge does not know this charge point or connector.").waitFor();
    await page.context().close();
  });

  it("makes no browser complain", () => expect(site.complaints).toEqual([]));
});

describe.runIf(hasChromium)("a faceplate before an observer", () => {
  let site: SiteInTest;
  beforeAll(async () => {
    site = await startSite(settings, "observer");
  });
  afterAll(() => site.stop());

  it.each([
    ["/charge-points/GONE/connectors/1", ["Start", "Set limit", "Unlock", "Inoperative"], "operator"],
    ["/charge-points/GONE", ["Pending", "Reject"], "engineer"],
  ])("disables what they may not do at %s, and says why", async (path, names, role) => {
    const page = await site.openLoggedIn(path);
    for (const name of names) {
      const button = page.getByRole("button", { name, exact: true });
      await button.waitFor();
      expect(await button.isDisabled()).toBe(true);
      expect(await button.getAttribute("title")).toBe(`This needs the role ${role}; yours is observer.`);
    }
    await page.context().close();
  });
});
