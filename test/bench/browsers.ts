// What browsers cost: the bridge with fifty of them against itself with none, under the same load; and one browser with the table of
// ten thousand charge points, whose rows change two thousand times a second.
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, sendSteadily } from "./load.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median } from "./statistics.ts";

const KNOWN = 10_000;
/** Each sends once a second. */
const SENDING = 2000;
const SECONDS = 10;
const ROUNDS = 3;
const BROWSERS = 50;
const CONNECT_PAUSE_MS = 12;
const CHROMIUM = "/usr/bin/chromium";

export async function browsers(): Promise<Record<string, number>> {
  const server = await ServerUnderTest.start("./bridgeServer.ts", [await bridgeSettings({ chargePoints: KNOWN })]);
  const { ocpp, hmi = "" } = server.addresses;
  const clients: LoadClient[] = [];
  for (let index = 0; index < SENDING; index++) {
    clients.push(await LoadClient.connect(ocpp, identityOf(index)));
    // The bridge takes no more at once (limits.acceptsPerSecond).
    await delay(CONNECT_PAUSE_MS);
  }
  let firstValue = 0;
  const load = (seconds: number): Promise<void> =>
    sendSteadily(clients, { count: SENDING * seconds, perSecond: SENDING, firstValue: (firstValue += 1_000_000) });
  await load(SECONDS);
  /** Share of a core, and how late the main thread was, ms. */
  const measure = async (): Promise<{ core: number; late: number }> => {
    await server.ask("loopDelay");
    const before = await server.ask("cpu");
    const begin = performance.now();
    await load(SECONDS);
    const core = ((await server.ask("cpu")) - before) / 1000 / (performance.now() - begin);
    return { core: core * 100, late: await server.ask("loopDelay") };
  };
  const none: Awaited<ReturnType<typeof measure>>[] = [];
  const fifty: typeof none = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    // With nobody looking the table is kept for a while.
    await load(SECONDS + 2);
    none.push(await measure());
    const readers = fork(fileURLToPath(new URL("./eventReaders.ts", import.meta.url)), [hmi, String(BROWSERS)]);
    await once(readers, "message");
    await load(2);
    fifty.push(await measure());
    readers.send("bytes");
    [{ bytes }] = (await once(readers, "message")) as [{ bytes: number }];
    readers.kill();
  }
  const of = (rounds: typeof none, what: "core" | "late"): number => median(rounds.map((each) => each[what]));
  const page = await measurePage(hmi, load);
  clients.forEach((client) => client.close());
  await server.stop();
  return {
    "no browser: bridge (% of a core)": of(none, "core"),
    [`${BROWSERS} browsers: bridge (% of a core)`]: of(fifty, "core"),
    [`${BROWSERS} browsers: more than none (% of a core)`]: of(fifty, "core") - of(none, "core"),
    [`${BROWSERS} browsers: sent to each (kB/s)`]: bytes / BROWSERS / (SECONDS + 2) / 1000,
    "no browser: lateness of the main thread, p99 (ms)": of(none, "late"),
    [`${BROWSERS} browsers: lateness of the main thread, p99 (ms)`]: of(fifty, "late"),
    ...page,
  };
}

/** How busy the main thread of a browser is that shows the table. */
async function measurePage(hmi: string, load: (seconds: number) => Promise<void>): Promise<Record<string, number>> {
  if (!existsSync(CHROMIUM)) {
    process.stderr.write(`the page is not measured, because there is no ${CHROMIUM}\n`);
    return {};
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${hmi}/charge-points`);
    await page.getByText(identityOf(0)).first().waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const busy = async (): Promise<number> => {
      const { metrics } = await session.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
    };
    await load(SECONDS);
    const before = await busy();
    const begin = performance.now();
    await load(SECONDS);
    const share = ((await busy()) - before) / ((performance.now() - begin) / 1000);
    return { "page with 10,000 rows: main thread of the browser (% of a core)": share * 100 };
  } finally {
    await browser.close();
  }
}
