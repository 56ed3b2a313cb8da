// A browser that shows the table of charge points, and how busy it is with it.
import { existsSync } from "node:fs";

export interface Login {
  readonly name: string;
  readonly password: string;
}

export interface Page {
  /** Seconds that its main thread has worked so far. */
  busySeconds(): Promise<number>;
  /** What the page has complained of, the last of it; empty where it has not. */
  problem(): string;
  close(): Promise<void>;
}

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const LOADED_WITHIN_MS = 60_000;

export function hasBrowser(): boolean {
  return existsSync(CHROMIUM);
}

/** Logs in where the bridge wants it, and waits for the first row. */
export async function openPage(hmi: string, login: Login | undefined): Promise<Page> {
  // It takes a second to load, which whoever wants no page need not wait.
  const { chromium } = await import("playwright-core");
  // No other host is found, so that no redirection takes the password elsewhere; routes of the page do not see those.
  const host = new URL(hmi).hostname.replace(/^\[(.*)\]$/u, "$1");
  const alone = `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${host}`;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", alone] });
  let problem = "";
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(LOADED_WITHIN_MS);
    page.on("pageerror", (error) => (problem = `the page: ${error.message}`));
    page.on("crash", () => (problem = "the page has crashed"));
    await page.goto(`${hmi}/charge-points`);
    if (login !== undefined) {
      await page.getByLabel("User name").fill(login.name);
      await page.getByLabel("Password").fill(login.password);
      await page.getByRole("button", { name: "Log in" }).click();
    }
    await page.getByRole("grid").locator("tbody tr").first().waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    return {
      busySeconds: async () => {
        const { metrics } = await session.send("Performance.getMetrics");
        return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
      },
      problem: () => problem,
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
