// A whole bridge with a user of each kind that a test asks for, seen by Debian's Chromium, which reaches it over a wire that can be cut.
import { existsSync } from "node:fs";
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { ask } from "../../../src/control/ask.ts";
import type { Role } from "../../../src/twin/commands.ts";
import { startBridgeInTest, type BridgeInTest } from "../../flow/bridgeInTest.ts";

const CHROMIUM = "/usr/bin/chromium";
const ARGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) process.stderr.write(`browser tests: skipped, because there is no ${CHROMIUM}\n`);

/** Far longer than a bridge and a browser take to start, also on a machine that is busy. */
export const START_MS = 180_000;

/** The sizes that the page is made for: a screen of a control room and a tablet. */
export const viewports = [
  { width: 1280, height: 800 },
  { width: 820, height: 1180 },
];

/** Each width and each colour once; both of each would take twice as long and show nothing else. */
export const looks = viewports.map((viewport, index) => ({
  viewport,
  width: viewport.width,
  colorScheme: index % 2 === 0 ? ("light" as const) : ("dark" as const),
}));

export const USER = "anna";
export const PASSWORD = "correct horse battery";

export interface SiteInTest {
  readonly bridge: BridgeInTest;
  /** Of the page, by way of the wire. */
  readonly url: string;
  /** What browsers have told of errors, refused scripts and styles among them. */
  readonly complaints: string[];
  /** A page of its own, with nothing kept from others. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** The same, logged in. */
  openLoggedIn(path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** Ends all connections of browsers and takes no new ones, until it is mended. */
  readonly cut: () => void;
  readonly mend: () => void;
  stop(): Promise<void>;
}

/** `yaml` is added to the bridge's settings, `files` lie beside them; the user has this role. */
export async function startSite(
  yaml = "",
  role: Role = "administrator",
  files: Readonly<Record<string, string>> = {},
): Promise<SiteInTest> {
  const bridge = await startBridgeInTest(yaml, 0, "observer", { files });
  const user = { kind: "addAccount", chargePointId: "", name: USER, role, password: PASSWORD } as const;
  const added = await ask(join(bridge.directory, "data"), "command", { command: user });
  if (added.kind !== "answered" || added.answer.outcome.kind !== "answered") throw new Error(JSON.stringify(added));
  const wire = await openWire(Number(new URL(bridge.bridge.addresses.hmi ?? "").port));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS.split(" ") });
  const url = `http://127.0.0.1:${wire.port}`;
  const complaints: string[] = [];
  const open = (path = "/", options: BrowserContextOptions = {}) =>
    openPage(browser, url + path, { locale: "en-GB", viewport: { width: 1280, height: 800 }, ...options }, complaints);
  return {
    bridge,
    url,
    complaints,
    cut: wire.cut,
    mend: wire.mend,
    open,
    openLoggedIn: async (path, options) => {
      const page = await open(path, options);
      await logIn(page);
      return page;
    },
    stop: async () => {
      await browser.close();
      wire.close();
      await bridge.stop();
    },
  };
}

export async function logIn(page: Page, name = USER, password = PASSWORD): Promise<void> {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("navigation").waitFor();
}

async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  complaints: string[],
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // A refused request is what some tests want, and the browser tells of each.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  await page.goto(url);
  return page;
}

/** What of the page is a serious obstacle to somebody, as axe-core finds it (WCAG 2.2, levels A and AA). */
export async function obstaclesIn(page: Page): Promise<readonly string[]> {
  // Evaluated, not inserted: the page's own rules let no foreign script in.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as axe.AxeResults;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

export interface Wire {
  readonly port: number;
  /** From now on nothing passes through the connections that there are, and neither end is told: they are half open. */
  readonly freeze: () => void;
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => void;
}

/** To a port of this machine. */
export async function openWire(target: number): Promise<Wire> {
  const ends = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(target, "127.0.0.1");
    for (const end of [near, far]) {
      ends.add(end);
      end.on("error", () => {});
      end.on("close", () => {
        ends.delete(end);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    isCut = true;
    for (const end of ends) end.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => {
      for (const end of ends) end.unpipe();
    },
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
