// The pages about the site itself, worked by a browser: what is done there is done, and what is wrong is said where it is.
import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../../src/control/ask.ts";
import { connectChargePoint } from "../../flow/bridgeInTest.ts";
import { connect, eventually } from "../../opcua/fixture.ts";
import { hasChromium, logIn, obstaclesIn, startSite, type SiteInTest } from "./siteInTest.ts";

const RULES = `version: 1
rules:
  - name: staff
    on: [Authorize, StartTransaction]
    when: idTag.startsWith("STAFF")
    then: { status: Accepted }
  - name: the list
    on: [Authorize, StartTransaction]
    ask: idTags
  - name: control room
    on: DataTransfer
    ask: scada
    timeoutSeconds: 30
    otherwise: { status: Rejected }
`;
const screenshots = fileURLToPath(new URL("../../screenshots", import.meta.url));

describe.runIf(hasChromium)("the pages about the site", () => {
  let site: SiteInTest;
  let chargePoint: RPCClient;
  let rulesFile: string;
  beforeAll(async () => {
    const yaml = "rules: [rules.yaml]\nchargePoints: [{ id: CP001, connectors: 2 }, { id: CP002 }]";
    site = await startSite(yaml, "administrator", { "rules.yaml": RULES });
    rulesFile = join(site.bridge.directory, "rules.yaml");
    chargePoint = await connectChargePoint(site.bridge.ocpp, "CP001");
    await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
    mkdirSync(screenshots, { recursive: true });
  });
  afterAll(async () => {
    await chargePoint.close();
    expect(site.complaints).toEqual([]);
    await site.stop();
  });

  it("let an OPC UA client in with one click, which was turned away before", async () => {
    const knock = () => connect(site.bridge.bridge.addresses.opcua, site.bridge.directory, "Basic256Sha256");
    await expect(knock()).rejects.toThrow();
    const page = await site.openLoggedIn("/certificates");
    await page.getByRole("button", { name: /^Trust/u }).click();
    await page
      .getByRole("table", { name: "Trusted" })
      .getByRole("button", { name: /^Reject/u })
      .waitFor();
    const { client, session } = await knock();
    expect((await session.read({ nodeId: "i=2258" })).statusCode.isGood()).toBe(true);
    await client.disconnect();
    await page.getByRole("button", { name: /^Reject/u }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
    await page.getByRole("table", { name: "Turned away" }).waitFor();
    await expect(knock()).rejects.toThrow();
  });

  it("show an error of a rules file in its place, while the rules from before decide", async () => {
    const page = await site.openLoggedIn("/rules");
    await page.getByRole("heading", { name: "Rules in use: 3" }).waitFor();
    await writeFile(rulesFile, RULES.replace("idTag.startsWith", "idTagg.startsWith"));
    await page.getByRole("button", { name: "Load again" }).click();
    await page.getByRole("alert").getByText(`${rulesFile}:5:`).waitFor();
    const fault = page.getByRole("region", { name: rulesFile }).locator(".fault");
    expect(await fault.textContent()).toContain("idTagg");
    // It stands below the line that it is about.
    expect(await fault.locator("xpath=preceding-sibling::*").textContent()).toMatch(/when: idTagg\.startsWith.*$/u);
    await screenshotsOf(page, "rules-with-an-error");
    expect(await tried(page, { idTag: "STAFF1" })).toContain("Authorize: Accepted by the rule “staff” (rule)");
    expect(await chargePoint.call("Authorize", { idTag: "STAFF1" })).toEqual({ idTagInfo: { status: "Accepted" } });
    await writeFile(rulesFile, RULES);
    await page.getByRole("button", { name: "Load again" }).click();
    await page.getByText("Loaded", { exact: true }).waitFor();
    await eventually(async () => (await page.getByRole("alert").count()) === 0);
  });

  it("answer a question that waits, and show by whom it was decided", async () => {
    const page = await site.openLoggedIn("/rules");
    const answered = chargePoint.call("DataTransfer", { vendorId: "<img src=x onerror=alert(1)>", data: "?" });
    const question = page.getByRole("row").filter({ hasText: "onerror" });
    await question.getByRole("button", { name: "Accepted" }).click();
    expect(await answered).toMatchObject({ status: "Accepted" });
    await page
      .getByRole("row")
      .filter({ hasText: /SCADA: control room/u })
      .filter({ hasText: "(anna)" })
      .waitFor();
  });

  it("take a new id tag, whose charge is accepted from then on, and tell of a file what is wrong in it", async () => {
    const page = await site.openLoggedIn("/id-tags");
    expect(await chargePoint.call("Authorize", { idTag: "CARD-1" })).toMatchObject({
      idTagInfo: { status: "Invalid" },
    });
    const form = page.getByRole("form", { name: "Add id tag" });
    await form.getByLabel("Id tag", { exact: true }).fill("CARD-1");
    await form.getByRole("button").click();
    await page.getByRole("row").filter({ hasText: "CARD-1" }).waitFor();
    const start = { connectorId: 1, idTag: "card-1", meterStart: 0, timestamp: new Date().toISOString() };
    expect(await chargePoint.call("StartTransaction", start)).toMatchObject({ idTagInfo: { status: "Accepted" } });
    const files = page.getByRole("form", { name: "Import" });
    const file = (text: string) => ({ name: "tags.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await files.getByLabel("CSV file").setInputFiles(file("idTag,status\nA,Accepted\nB,Maybe\nA,Blocked\n"));
    await files.getByRole("button", { name: "Import" }).click();
    await page.getByRole("listitem").filter({ hasText: "Line 3:" }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Line 4:" }).waitFor();
    await screenshotsOf(page, "id-tags");
    const many = Array.from({ length: 150 }, (_, index) => `M${String(index).padStart(3, "0")},Blocked`);
    await files.getByLabel("CSV file").setInputFiles(file(`idTag,status\n${many.join("\n")}\n`));
    await files.getByRole("button", { name: "Import" }).click();
    await page.getByText("150 id tags imported").waitFor();
    await page.getByLabel("Begins with").fill("m");
    await page.getByRole("row").filter({ hasText: "M099" }).waitFor();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("row").filter({ hasText: "M149" }).waitFor();
    await page.getByRole("button", { name: "Remove M149" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("150 in the list").waitFor();
  });

  it("add a user, who logs in as what was chosen and reads why the rest is closed", async () => {
    const page = await site.openLoggedIn("/users");
    const form = page.getByRole("form", { name: "Add user" });
    await form.getByLabel("Name").fill("berta");
    await form.getByLabel("Role").selectOption("operator");
    await form.getByLabel("Password").fill("short");
    await form.getByRole("button", { name: "Add user" }).click();
    await page.getByRole("alert").getByText("8 to 256 characters").waitFor();
    await form.getByLabel("Password").fill("long enough for berta");
    await form.getByRole("button", { name: "Add user" }).click();
    await page.getByRole("row").filter({ hasText: "berta" }).waitFor();
    const hers = await site.open("/users");
    await logIn(hers, "berta", "long enough for berta");
    await hers.getByText("berta (operator)").waitFor();
    await hers.getByText("This needs the role administrator; yours is operator.").waitFor();
    await page.getByRole("button", { name: "Change berta" }).click();
    await page.getByRole("button", { name: "Disable" }).click();
    await page
      .getByRole("dialog", { name: "Disable the user berta?" })
      .getByRole("button", { name: "Disable" })
      .click();
    // Who is not enabled is out at once.
    await hers.getByRole("heading", { name: "Log in" }).waitFor();
    await screenshotsOf(page, "users");
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await eventually(async () => (await page.getByRole("row").filter({ hasText: "berta" }).count()) === 0);
  });

  it("ask before somebody changes their own role", async () => {
    const page = await site.openLoggedIn("/users");
    await page.getByRole("button", { name: "Change anna" }).click();
    const form = page.getByRole("form", { name: "Role" });
    await form.getByLabel("Role").selectOption("observer");
    await form.getByRole("button").click();
    await page.getByRole("dialog", { name: "Change your own role, anna?" }).getByRole("button").first().click();
    await page.getByText("anna (administrator)").waitFor();
  });

  it("show older decisions, say that they do not follow meanwhile, and say what was refused", async () => {
    for (let count = 0; count < 60; count++) await chargePoint.call("Authorize", { idTag: `STAFF${count}` });
    const page = await site.openLoggedIn("/rules");
    const decisions = page.getByRole("table", { name: "Decisions" }).getByRole("row");
    await eventually(async () => (await decisions.count()) === 51);
    await page.route(/before=/u, (route) => route.fulfill({ status: 503, json: { error: "not at present" } }));
    await page.getByRole("button", { name: "Older ones" }).click();
    await page.getByRole("alert").getByText("not at present").waitFor();
    await page.unroute(/before=/u);
    await page.getByRole("button", { name: "Older ones" }).click();
    await page.getByText("While older ones are shown, new ones are not added.").waitFor();
    await eventually(async () => (await decisions.count()) > 51);
    await page.getByRole("button", { name: "Show the newest again" }).click();
    await eventually(async () => (await decisions.count()) === 51);
  });

  it("name the NodeIds of a charge point, and copy one with one click", async () => {
    const page = await site.openLoggedIn("/point-list");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByLabel("Charge point").selectOption("CP001");
    await page.getByLabel("Search").fill("Connector1/Status/Status");
    const nodeId = "ns=4;s=CP001/Connector1/Status/Status";
    await page.getByRole("button", { name: `Copy ${nodeId}` }).click();
    await page.getByText("Copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(nodeId);
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download as CSV" }).click();
    expect((await downloading).suggestedFilename()).toBe("point-list.csv");
  });

  it.each(["/rules", "/id-tags", "/certificates", "/users", "/point-list"])(
    "have no serious obstacles, are kept as pictures and speak German: %s",
    async (path) => {
      await ask(join(site.bridge.directory, "data"), "command", {
        command: {
          kind: "setIdTag",
          chargePointId: "",
          idTag: "EXPIRED",
          status: "Accepted",
          expiryDate: "2020-01-01T00:00:00Z",
        },
      });
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await site.openLoggedIn(path, { colorScheme });
        await page.locator("table").first().waitFor();
        await screenshotsOf(page, `${path.slice(1)}-${colorScheme}`);
        if (path === "/id-tags")
          expect(await page.getByTitle(/^2020-01-01T00:00:00/u).innerText()).toMatch(/20(?:19|20), /u);
        expect(await obstaclesIn(page)).toEqual([]);
        if (colorScheme === "dark") continue;
        await page.getByLabel("Language").selectOption("de");
        expect(await page.locator("main").innerText()).not.toMatch(/\b(?:Add|Remove|Change|Loading)\b/u);
      }
    },
  );
});

async function tried(page: Page, { idTag }: { readonly idTag: string }): Promise<string> {
  const form = page.getByRole("form", { name: "Dry run" });
  await form.getByLabel("Charge point").fill("CP001");
  await form.getByLabel("Id tag").fill(idTag);
  await form.getByRole("button", { name: "Try" }).click();
  return page.locator(".outcome").innerText();
}

async function screenshotsOf(page: Page, name: string): Promise<void> {
  for (const [width, height] of [
    [1280, 800],
    [820, 1180],
  ] as const) {
    await page.setViewportSize({ width, height });
    // Nothing of it is lost at either width.
    expect(await page.locator("table").first().isVisible()).toBe(true);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.screenshot({ path: join(screenshots, `${name}-${width}.png`) });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}
